/**
 * Declarations as a small tree: what the fuzz generator draws, what is printed for the compilers and what is built at
 * run time.
 *
 * A tree says calls of exported names and nothing of shapes, so that a new layer needs no new case anywhere here.
 */

/** An expression of the language. */
export type Expression =
  /** An exported value: `relu`, `psi.none`, `join.concat`. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly kind: 'literal'; readonly value: Literal }
  /** A number that the compiler is told to forget: `4 as number`. */
  | { readonly kind: 'widened'; readonly value: number }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly entries: Readonly<Record<string, Expression>> }
  /** What an earlier statement made, by its number. */
  | { readonly kind: 'reference'; readonly statement: number };

/** A plain value. */
export type Literal = string | number | boolean | null;

/** Expressions, or literals and options in plain form. */
export type Given =
  Expression | Literal | undefined | readonly Given[] | { readonly [option: string]: Given };

/** An exported value by name. */
export const name = (path: string): Expression => ({ kind: 'name', name: path });

/** A call: `call('conv', 4, { stride: 2 })`. Options that are `undefined` are left out, and empty ones. */
export const call = (path: string, ...given: readonly Given[]): Expression => ({
  kind: 'call',
  name: path,
  given: given.map(expressionOf).filter((one) => one !== undefined),
});

/** What an earlier statement made. */
export const reference = (statement: number): Expression => ({ kind: 'reference', statement });

/** A number whose literal type is forgotten. */
export const widened = (value: number): Expression => ({ kind: 'widened', value });

/** A literal as an expression. */
export const literal = (value: Literal): Expression => ({ kind: 'literal', value });

/** A record of expressions, `undefined` entries left out. */
export const record = (entries: { readonly [option: string]: Given }): Expression => ({
  kind: 'record',
  entries: Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => {
      const one = expressionOf(value);
      return one === undefined ? [] : [[key, one]];
    }),
  ),
});

const isExpression = (given: object): given is Expression =>
  'kind' in given && typeof given.kind === 'string';

const isList = (given: Given): given is readonly Given[] => Array.isArray(given);

const expressionOf = (given: Given): Expression | undefined => {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null) return literal(given);
  if (isList(given))
    return { kind: 'list', items: given.map(expressionOf).filter((one) => one !== undefined) };
  if (isExpression(given)) return given;
  const entries = record(given);
  return entries.kind === 'record' && Object.keys(entries.entries).length === 0 ? undefined : entries;
};

/** The expressions directly inside of one. */
export const inside = (expression: Expression): readonly Expression[] =>
  expression.kind === 'call'
    ? expression.given
    : expression.kind === 'list'
      ? expression.items
      : expression.kind === 'record'
        ? Object.values(expression.entries)
        : [];

/** Every exported name that an expression uses, as often as it does. */
export const namesIn = (expression: Expression): readonly string[] => [
  ...('name' in expression ? [expression.name] : []),
  ...inside(expression).flatMap(namesIn),
];

/** The statements that an expression refers to. */
export const referencesIn = (expression: Expression): readonly number[] => [
  ...(expression.kind === 'reference' ? [expression.statement] : []),
  ...inside(expression).flatMap(referencesIn),
];
