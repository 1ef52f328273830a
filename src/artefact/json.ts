/** JSON of strangers: read without believing what it is. */
import * as E from 'fp-ts/lib/Either.js';
import { duplicateKey } from '../base/duplicate-keys.js';
import type { Fault } from '../base/fault.js';
import { notAnArtefact } from './faults.js';
import { quoted } from './place.js';

/** A text as JSON in which no key stands twice. Fault T02. */
export const parseJson = (text: string, where: string): E.Either<readonly Fault[], unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    return twice === undefined
      ? E.right(value)
      : E.left([notAnArtefact(where, `the key ${quoted(twice.key)} twice (${twice.pointer})`, 'each key once')]); // prettier-ignore
  } catch (caught) {
    const message = caught instanceof Error ? caught.message : String(caught);
    return E.left([notAnArtefact(where, `no JSON (${quoted(message)})`, 'JSON')]);
  }
};

/** A hostile value as one short printable piece. */
export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : quoted(JSON.stringify(value)).slice(1, -1).replaceAll('\\"', '"');

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
export const listOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined;
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
