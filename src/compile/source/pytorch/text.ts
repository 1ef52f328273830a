/** Python text: expressions with their precedence, statements broken at 88 columns as black breaks them. */

/** How tightly an expression binds; a looser operand gets brackets. */
export const binding = { comparison: 1, sum: 2, product: 3, sign: 4, atom: 5 } as const;

/** An expression. */
export interface Expression {
  readonly text: string;
  readonly binds: number;
  /** Where a long line may be broken: the parts of an outermost call. */
  readonly call?: { readonly head: string; readonly items: readonly string[] };
}

/** A name, a literal, a subscript or a method's call: what needs no brackets. */
export const atom = (text: string): Expression => ({ text, binds: binding.atom });

/** `name(item, …)`. */
export const call = (name: string, items: readonly string[]): Expression => ({
  text: `${name}(${items.join(', ')})`,
  binds: binding.atom,
  call: { head: name, items },
});

/** `value.name(item, …)`. */
export const method = (value: Expression, name: string, items: readonly string[] = []): Expression =>
  call(`${bracketed(value, binding.atom)}.${name}`, items);

/** An expression's text, in brackets if it binds less than that. */
export const bracketed = ({ text, binds }: Expression, least: number): string =>
  binds < least ? `(${text})` : text;

/** `a + b`, and what else stands between two operands; the right operand of `-` and `/` binds tighter. */
export const infix = (a: Expression, sign: '+' | '-' | '*' | '/' | '>' | '>=', b: Expression): Expression => {
  const binds = sign === '+' || sign === '-' ? binding.sum : sign === '>' || sign === '>=' ? binding.comparison : binding.product; // prettier-ignore
  const isComparison = binds === binding.comparison;
  return {
    text: `${bracketed(a, isComparison ? binds + 1 : binds)} ${sign} ${bracketed(b, binds + 1)}`,
    binds,
  };
};

/** A float32 as the shortest literal that is that float32. */
export const literal = (value: number): Expression => {
  if (Number.isNaN(value)) return atom('float("nan")');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = `${sign}${magnitude(Math.abs(value))}`;
  return { text, binds: sign === '' ? binding.atom : binding.sign };
};
const magnitude = (value: number): string => {
  if (value === Infinity) return 'float("inf")';
  if (Number.isInteger(value) && value < 1e15) return `${value}.0`;
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return pythonNumber(short);
  }
  return pythonNumber(value);
};
/* `1e+21` is Python too, yet nobody writes it. */
const pythonNumber = (value: number): string => String(value).replace('e+', 'e');

/** A tuple: `(1,)`, `(3, 64, 32)`. */
export const tuple = (items: readonly (number | string)[]): string =>
  items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;

const width = 88;

/**
 * Lines of `before` + expression, broken where it is too long, with a comment at the end if it fits there and on a line
 * before it otherwise.
 */
export const statement = (
  indent: number,
  before: string,
  { text, call: parts }: Expression,
  comment = '',
): readonly string[] => {
  const space = ' '.repeat(indent);
  const remark = comment === '' ? '' : `  # ${comment}`;
  const one = `${space}${before}${text}`;
  if (one.length + remark.length <= width) return [`${one}${remark}`];
  if (one.length <= width) return [`${space}# ${comment}`, one];
  const above = comment === '' ? [] : [`${space}# ${comment}`];
  if (parts === undefined || parts.items.length === 0) {
    const inner = `${space}    ${text}`;
    return before === '' ? [...above, one] : [...above, `${space}${before}(`, inner, `${space})`];
  }
  const items = `${space}    ${parts.items.join(', ')}`;
  const lines = items.length <= width ? [items] : parts.items.map((item) => `${space}    ${item},`);
  return [...above, `${space}${before}${parts.head}(`, ...lines, `${space})`];
};

/** Words filled into lines of the width, each with what stands before it. */
export const filled = (indent: string, text: string): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
};
