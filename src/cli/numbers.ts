/** Numbers on the command line: whether it is one is decided here, whether it fits by the room that takes it. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 0. */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
};

/** A number such as 0.001 or 2e-4. */
export const decimalNumber = (text: string): number => {
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new InvalidArgumentError('It is not a number.');
  return Number(text);
};

/** Height and width in pixels, `128x64`. */
export const heightByWidth = (text: string): { readonly height: number; readonly width: number } => {
  const [, height, width] = /^(\d{1,5})[x×](\d{1,5})$/.exec(text) ?? [];
  if (height === undefined || width === undefined) {
    throw new InvalidArgumentError('It is not a height and a width such as 128x64.');
  }
  return { height: Number(height), width: Number(width) };
};
