/**
 * One shape for everything that can be wrong.
 *
 * A fault is data: a rule's id, where it was broken, what was got, what was wanted and what to do about it.
 * Rooms collect faults in an `Either` and hand them on; only functions called `unsafe…` and the command line's
 * edge turn them into a thrown `Error` or a line of text.
 */

/** How bad a fault is: an `error` stops the work, a `warning` is reported and the work goes on. */
export type Severity = 'error' | 'warning';

/** What is wrong, where, and what to do about it. */
export interface Fault {
  /** The rule's id: a letter for the room and a number, `S12`. Tests and documentation are filed under it. */
  readonly rule: string;
  readonly severity: Severity;
  /** A path in the model (`image/level2`), a file and line (`pairs.csv:17`) or a parameter's name. */
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  /** What to do, as a sentence fragment in the imperative. */
  readonly fix: string;
  /** The whole message in one line, as a person reads it. */
  readonly text: string;
  /** Where it stands in a JSON document: `/features/2/through/0` (RFC 6901). */
  readonly pointer?: string;
  /** Where it stands in a file. */
  readonly source?: SourcePlace;
}

/** A place in a file, with the lines around it for a person to read. */
export interface SourcePlace {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** The lines around the place, numbered, the column marked. */
  readonly frame: string;
}

/** The parts from which `fault` makes a fault; `text` is written from the others unless it is given. */
export interface FaultParts {
  readonly rule: string;
  readonly severity?: Severity;
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  readonly fix: string;
  readonly text?: string;
  readonly pointer?: string | undefined;
}

/**
 * Makes a fault.
 *
 * @example
 * ```ts
 * fault({ rule: 'D03', where: 'pairs.csv:17', got: 'a.jpg', wanted: 'an image under train/', fix: 'remove the row' }).text
 * // '✗ D03 pairs.csv:17: got a.jpg, wanted an image under train/; remove the row'
 * ```
 */
export const fault = (parts: FaultParts): Fault => ({
  rule: parts.rule,
  severity: parts.severity ?? 'error',
  where: parts.where,
  got: parts.got,
  wanted: parts.wanted,
  fix: parts.fix,
  text:
    parts.text ??
    `✗ ${parts.rule} ${parts.where}: got ${parts.got}, wanted ${parts.wanted}${parts.fix === '' ? '' : `; ${parts.fix}`}`,
  ...(parts.pointer === undefined ? {} : { pointer: parts.pointer }),
});

/** An `Error` that carries faults: what functions called `unsafe…` throw. */
export interface FaultError extends Error {
  readonly faults: readonly Fault[];
}

/** Wraps faults in an `Error` whose message is their texts, one a line. */
export const faultError = (faults: readonly Fault[]): FaultError =>
  Object.assign(new Error(faults.map((one) => one.text).join('\n')), { name: 'FaultError', faults });

/** Whether a caught value is an error made by `faultError`. */
export const isFaultError = (caught: unknown): caught is FaultError =>
  caught instanceof Error && Array.isArray((caught as { faults?: unknown }).faults);
