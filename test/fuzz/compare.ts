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
  const said = complaints.map(({ place, column, text }) => {
    const found = row(place.statement, place.argument, alternatives(text));
    return column === argumentColumn ? found : `${found} (at column ${column})`;
  });
  const wanted = refusals.map(({ statement, argument, text }) => row(statement, argument, listed(text)));
  return said.length === wanted.length && said.every((one, number) => one === wanted[number])
    ? undefined
    : { index, between, said: said.join('\n') || 'accepted', wanted: wanted.join('\n') || 'accepted' };
};

/** Where the arguments of statements begin on their lines. */
const argumentColumn = 3;

const row = (statement: number, argument: number, texts: readonly string[]): string =>
  `statement ${statement}, argument ${argument}: ${[...texts].sort().join(' | ')}`;

/** A literal, or the members of a union of literals. */
const alternatives = (text: string): readonly string[] =>
  text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).split('" | "') : [text];

/**
 * The texts that a compiler shows for a message that lists several names: one for each, since a type cannot put the
 * names of a record in order.
 */
const listed = (text: string): readonly string[] => {
  const list = /'[^', ]+'(?:, '[^', ]+')+/.exec(text)?.[0];
  return list === undefined ? [text] : list.split(', ').map((name) => text.replace(list, name));
};
