/** S26: what may be the name of an input, an encoder, a block or an output. Only the run time looks at it. */
import type { Flaw } from './rule.js';

/* Letters that would disturb the line that a message is: controls, marks of direction, line ends, halves of pairs. */
const disturbing = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text whose letters can all be printed in one line. */
export const printable = (text: string): string =>
  text.replace(disturbing, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Whether a text is short enough and can be printed as it is. */
export const prints = (text: string): boolean =>
  text.length > 0 && text.length <= 256 && text.search(disturbing) === -1;

/**
 * Whether a value may be a name: 1 to 256 characters that print, without `/` and `~`, which paths of parameters are
 * made with, and not beginning with `=>`, under which outputs are kept.
 */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && prints(value) && !/[/~]|^=>/.test(value);

/** S26, if a name is none. */
export const nameFlaws = (op: string, name: unknown): readonly Flaw[] => {
  if (isName(name)) return [];
  const shown = printable(JSON.stringify(typeof name === 'string' ? name.slice(0, 40) : String(name)));
  return [
    {
      rule: 'S26',
      within: [],
      body: `${op}: ${shown} is no name`,
      got: shown,
      wanted: 'printable characters without / and ~',
      fix: 'choose another name',
    },
  ];
};
