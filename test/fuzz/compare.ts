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

const isSame = ({ place, column, text }: Complaint, refusal: Refusal): boolean => {
  if (place.statement !== refusal.statement || place.argument !== refusal.argument) return false;
  if (column !== argumentColumn || !text.startsWith('"')) return false;
  const wanted = listed(refusal.text);
  const cut = text.endsWith('...');
  const said = text.slice(1, cut ? -3 : -1).split('" | "');
  // Of a union that is cut off, the last member is the beginning of a message.
  const last = cut ? said.pop() : undefined;
  return (
    said.every((one) => wanted.includes(one)) &&
    (cut ? wanted.some((one) => one.startsWith(last!)) : new Set(said).size === wanted.length)
  );
};

/**
 * The texts that a compiler shows for a message that lists several names: one for each, since a type cannot put the
 * names of a record in order.
 */
const listed = (text: string): readonly string[] => {
  const list = /'[^', ]+'(?:, '[^', ]+')+/.exec(text)?.[0];
  return list === undefined ? [text] : list.split(', ').map((name) => text.replace(list, name));
};
