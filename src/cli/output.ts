/** Printing: results on the standard output, as text or one JSON document; all else on the standard error. */
import * as E from 'fp-ts/lib/Either.js';
import { isFaultError, type Fault } from '../base/fault.js';
import { brokenPart } from '../check/broken-part.js';
import { isPartError } from '../dsl/part-error.js';
import type { ProgressStream } from '../learn/progress.js';

/** What a command has of the world; tests give their own. */
export interface World {
  /** Takes results, nothing else. */
  readonly results: (text: string) => void;
  /** Where progress, warnings and faults go. */
  readonly messages: ProgressStream;
  /** A signal that is aborted when the person interrupts; until it is asked for, an interrupt ends the process. */
  readonly interruption: () => AbortSignal;
  /** Receives the exit code of the command. */
  readonly finish: (code: number) => void;
}

/** Exit codes. */
export const exitCodes = { fine: 0, faults: 1, usage: 2, interrupted: 130 } as const;

/**
 * The code for what goes wrong in a command: that of faults, but 2 where 1 is an answer, as for diff(1).
 *
 * @example
 * ```ts
 * troubleCode(['diff', 'a.ts', 'b.ts']); // 2
 * ```
 */
export const troubleCode = ([command]: readonly string[]): number =>
  command === 'diff' ? 2 : exitCodes.faults;

/** A command's result, for programs and for people. */
export interface Report {
  readonly json: unknown;
  readonly text: string;
  /** Told on the standard error. */
  readonly warnings?: readonly Fault[];
}

/** Options that every command with a result has. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** Runs a command's work, prints its result or its faults, and reports the exit code. */
export const perform = async (
  world: World,
  options: OutputOptions,
  work: () => Promise<E.Either<readonly Fault[], Report>>,
): Promise<void> => {
  const outcome = await work().catch((caught: unknown) => {
    if (isFaultError(caught)) return E.left(caught.faults);
    // A part of the user's own, in whatever the command made of its model.
    if (isPartError(caught)) return E.left([brokenPart('MODEL', caught)]);
    throw caught;
  });
  if (E.isLeft(outcome)) {
    outcome.left.forEach((one) => say(world, one.text));
    if (options.json === true) world.results(document({ faults: outcome.left }));
    return world.finish(exitCodes.faults);
  }
  const { json, text, warnings = [] } = outcome.right;
  warnings.forEach((one) => say(world, one.text));
  world.results(
    options.json === true ? document(json) : withNewline(text.split('\n').map(printable).join('\n')),
  );
  world.finish(exitCodes.fine);
};

/** One line on the standard error. */
export const say = (world: Pick<World, 'messages'>, text: string): void => {
  world.messages.write(`${printable(text)}\n`);
};

/**
 * A text as one line that is safe on a terminal: what a hostile file name or a file's contents could smuggle into it
 * (line breaks, escapes, reversed writing) is shown, not obeyed.
 */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/gu, (one) =>
    one === '\n' ? ' ' : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const document = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
