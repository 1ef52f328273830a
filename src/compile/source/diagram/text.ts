/**
 * Text in pictures: what a name looks like, how wide it is, and how it is written in markup.
 *
 * Widths are those of Helvetica, Arial and Liberation Sans, which agree; a text in a picture carries its width, so that
 * another font is set to the same measure and no text can run into another.
 */

/** A name or message for a person: one line, everything that is invisible or turns the direction of text made visible. */
export const shown = (text: string): string =>
  text.replace(invisible, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`);

/* Controls, formats (bidirectional marks, joiners), private and unassigned characters, lone surrogates, separators of lines. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text for the inside of an element or of an attribute in double quotes, in SVG and HTML. */
export const escaped = (text: string): string =>
  shown(text).replace(/[&<>"'`]/g, (one) => `&#${one.codePointAt(0)!};`);

/* Thousandths of the font's size for printable ASCII, from the blank on. */
const widths =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 ' +
  '1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 ' +
  '333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584';
const ascii: readonly number[] = widths.split(' ').map(Number);
const further: Readonly<Record<string, number>> = { '×': 584, ψ: 720, σ: 620, '½': 834, '≥': 549, '·': 333, '√': 600, '⌊': 400, '⌋': 400, '−': 584 }; // prettier-ignore

/** The width of a text at a font size; of letters that are not known, the widest. */
export const widthOf = (text: string, size: number, bold = false): number => {
  const thousandths = [...text].reduce(
    (sum, one) =>
      sum + (ascii[one.codePointAt(0)! - 0x20] ?? (Object.hasOwn(further, one) ? further[one]! : 1000)),
    0,
  );
  return (thousandths / 1000) * size * (bold ? 1.08 : 1);
};

/** A name as it is shown, cut where it is wider than `most`. */
export const fitted = (text: string, size: number, most: number, bold = false): string => {
  const all = [...shown(text.slice(0, 400))];
  if (widthOf(all.join(''), size, bold) <= most) return all.join('');
  let kept = all.length;
  while (kept > 1 && widthOf(`${all.slice(0, kept).join('')}…`, size, bold) > most) kept--;
  return `${all.slice(0, kept).join('')}…`;
};
