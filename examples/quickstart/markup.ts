/** Text inside HTML, SVG and Markdown, and numbers as text. */
import type { BootstrapInterval } from 'maskskip/learn';

/** A text as the content or an attribute of HTML or SVG. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** A figure with three decimals, or four for an L1, and a real minus sign. */
export const figure = (value: number, decimals: number): string =>
  value
    .toFixed(decimals)
    .replace(/^-(?=[\d.]*[1-9])/, '−')
    .replace(/^-/, '');

/** A difference with its interval: `+0.012 [+0.004, +0.020]`. */
export const interval = ({ mean, low, high }: BootstrapInterval, decimals: number): string => {
  const signed = (value: number): string => {
    const text = figure(value, decimals);
    return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
  };
  return `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
};

/** Seconds as a person says them: `48 s`, `3 min 20 s`. */
export const duration = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** A whole number with its thousands apart. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** A share as a percentage with one decimal. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The mean of numbers. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
