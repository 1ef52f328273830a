/** The compiler's complaints beside the run time's verdict. */
import type { Complaint } from './compile.js';
import type { Refusal } from './expect.js';

/** A difference between two verdicts on one architecture. */
export interface Difference {
  readonly index: number;
  /** Who differ: a compiler's version, or `tfjs`. */
  readonly between: string;
  readonly said: string;
  readonly wanted: string;
}

/** What differs between a compiler's complaints about one architecture and the refusals at run time. */
export const difference = (
  index: number,
  between: string,
  complaints: readonly Complaint[],
  refusals: readonly Refusal[],
): Difference | undefined => {
  const same = refusals.every((refusal, number) => {
    const complaint = complaints[number];
    return complaint !== undefined && isSame(complaint, refusal);
  });
  return same && complaints.length === refusals.length
    ? undefined
    : {
        index,
        between,
        said: complaints.map(({ place, column, text }) => row(place, column, text)).join('\n') || 'accepted',
        wanted: refusals.map((one) => row(one, argumentColumn, one.text)).join('\n') || 'accepted',
      };
};

/** Where the arguments of statements begin on their lines. */
const argumentColumn = 3;

const row = (place: Pick<Refusal, 'statement' | 'argument'>, column: number, text: string): string =>
  `statement ${place.statement}, argument ${place.argument}, column ${column}: ${text}`;

const isSame = ({ place, column, text }: Complaint, refusal: Refusal): boolean =>
  place.statement === refusal.statement &&
  place.argument === refusal.argument &&
  column === argumentColumn &&
  text === `"${refusal.text}"`;
