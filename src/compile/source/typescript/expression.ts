/**
 * Expressions of TypeScript, laid as prettier lays them in its default style.
 *
 * How an expression is broken depends on what it is made of: a last argument in braces or brackets begins on the line of
 * its call, numbers fill their lines, lists of lists always break. So an expression carries, besides its layout, the
 * little that its surroundings ask for.
 */
import { quoted } from '../names.js';
import {
  breakParent,
  breaks,
  either,
  fill,
  firstThatFits,
  group,
  hardline,
  indent,
  indentIfBroken,
  joined,
  line,
  softline,
  type Layout,
} from './layout.js';

/** An expression: its layout, and what its surroundings ask for. */
export interface Expression {
  readonly kind: 'name' | 'number' | 'string' | 'member' | 'call' | 'array' | 'object' | 'other';
  readonly layout: Layout;
  /** Of an array or an object: how many members it has. */
  readonly members?: number;
  /** Of an array: whether all of them are numbers. */
  readonly numbers?: boolean;
  /** Whether nothing of it can be broken well: `a.b.c`, `f(x)`. */
  readonly rigid?: boolean;
  /** Whether it is short enough to leave a call of it alone rigid. */
  readonly short?: boolean;
  /** Whether a comment stands before it. */
  readonly commented?: boolean;
}

const shortest = 20;

/** A name, or any text that is as indivisible as one: `x`, `undefined`, `this`. */
export const name = (text: string): Expression => ({
  kind: 'name',
  layout: text,
  rigid: false,
  short: text.length <= shortest,
});

/** A number, as JavaScript writes it; −0 keeps its sign. */
export const number = (value: number): Expression => ({
  kind: 'number',
  layout: (Object.is(value, -0) ? '-0' : String(value)).replace('e+', 'e'),
  short: true,
});

/** `true` or `false`. */
export const flag = (value: boolean): Expression => ({ kind: 'other', layout: String(value), short: true });

/** A text as a literal: printable ASCII whatever it holds, in the quotes that need fewer escapes. */
export const string = (text: string): Expression => {
  const layout = literal(text);
  return { kind: 'string', layout, short: layout.length <= shortest };
};

/** The literal of a text. */
export const literal = (text: string): string => {
  const count = (quote: string): number => text.split(quote).length - 1;
  const double = quoted(text);
  if (count('"') <= count("'")) return double;
  const inside = double
    .slice(1, -1)
    .replace(/\\(.)|'/gs, (found: string, escaped: string | undefined) =>
      escaped === '"' ? '"' : found === "'" ? "\\'" : found,
    );
  return `'${inside}'`;
};

/** Whether a text can stand as a key or after a dot as it is. */
export const isPlainKey = (text: string): boolean => /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(text);

/** `object.key`, or `object["key"]` where the key is no plain one. */
export const member = (object: Expression, key: string): Expression => ({
  kind: 'member',
  layout: [
    object.layout,
    isPlainKey(key) ? `.${key}` : group(['[', indent([softline, literal(key)]), softline, ']']),
  ],
  rigid: object.kind === 'name' || object.rigid === true,
});

/** `object[index]`. */
export const at = (object: Expression, index: Expression): Expression => ({
  kind: 'member',
  layout: [object.layout, '[', index.layout, ']'],
  rigid: object.kind === 'name' || object.rigid === true,
});

/** An expression with a comment of one line before it, on a line of its own. */
export const commentedBy = (comment: string, expression: Expression): Expression => ({
  ...expression,
  layout: [`// ${comment}`, hardline, expression.layout],
  commented: true,
});

/** `...expression`, among the arguments of a call or the elements of an array. */
export const spread = (expression: Expression): Expression => ({
  kind: 'other',
  layout: ['...', expression.layout],
});

/** A call. */
export const call = (callee: Expression, ...given: readonly Expression[]): Expression => {
  const layout = [callee.layout, argumentsOf(given)];
  const isRigid = given.length === 0 || (given.length === 1 && given[0]!.short === true);
  return {
    kind: 'call',
    layout: callee.kind === 'name' ? layout : group(layout),
    rigid: isRigid && (callee.kind === 'name' || callee.rigid === true),
  };
};

const argumentsOf = (given: readonly Expression[]): Layout => {
  if (given.length === 0) return '()';
  const listed = given.map(({ layout }, at): Layout =>
    at === given.length - 1 ? layout : [layout, ',', line],
  );
  const brokenOut = (): Layout => group(['(', indent([line, ...listed]), ',', line, ')'], { broken: true });
  if (!beginsOnItsLine(given)) return group(['(', indent([softline, ...listed]), either(','), softline, ')']);
  const head = listed.slice(0, -1);
  const last = listed.at(-1)!;
  if (head.some(breaks)) return brokenOut();
  const hugged: Layout = ['(', ...head, group(last, { broken: true }), ')'];
  return breaks(last)
    ? [breakParent, firstThatFits(hugged, brokenOut())]
    : firstThatFits(['(', ...head, last, ')'], hugged, brokenOut());
};

/* Whether the last argument is one in braces or brackets that begins on the line of its call. */
const beginsOnItsLine = (given: readonly Expression[]): boolean => {
  const last = given.at(-1)!;
  const before = given.at(-2);
  return (
    last.commented !== true &&
    (last.kind === 'array' || last.kind === 'object') &&
    last.members! > 0 &&
    before?.kind !== last.kind &&
    !(given.length > 1 && last.numbers === true)
  );
};

/** An array. */
export const array = (elements: readonly Expression[]): Expression => {
  if (elements.length === 0) return { kind: 'array', layout: '[]', members: 0 };
  const numbers = elements.every(({ kind }) => kind === 'number');
  const id = Symbol('array');
  const comma = either(',', '', numbers ? id : undefined);
  const parts = elements.map(({ layout }, place): Layout => [
    numbers ? layout : group(layout),
    place === elements.length - 1 ? comma : ',',
  ]);
  const [first] = elements;
  const areLists =
    elements.length > 1 &&
    (first!.kind === 'array' || first!.kind === 'object') &&
    elements.every(({ kind, members }) => kind === first!.kind && members! > 1);
  const inside = numbers
    ? fill(parts.flatMap((part, place) => (place === 0 ? [part] : [elements[place]!.commented === true ? hardline : line, part]))) // prettier-ignore
    : joined(line, parts);
  return {
    kind: 'array',
    layout: group(['[', indent([softline, inside]), softline, ']'], { broken: areLists, id }),
    members: elements.length,
    numbers,
  };
};

/** An array whose type is that of its literal: `[…] as const`. */
export const constantArray = (elements: readonly Expression[]): Expression => ({
  kind: 'other',
  layout: [array(elements).layout, ' as const'],
});

/** An object: its members by key, in order. */
export const object = (members: readonly (readonly [key: string, value: Expression])[]): Expression => {
  if (members.length === 0) return { kind: 'object', layout: '{}', members: 0 };
  const parts = members.map(([key, value]) =>
    value.kind === 'name' && value.layout === key && value.commented !== true
      ? key
      : group(assigned(keyOf(key), ':', value, { isKey: true })),
  );
  return {
    kind: 'object',
    layout: group(['{', indent([line, joined([',', line], parts)]), either(','), line, '}']),
    members: members.length,
  };
};

/* `__proto__` as a plain key would be the prototype; in brackets it is a key like any other. */
const keyOf = (key: string): string =>
  key === '__proto__' ? '["__proto__"]' : isPlainKey(key) ? key : literal(key);

/** What stands on the two sides of `=` or `:`. */
export interface AssignedOptions {
  /** Whether the left side is a key of an object: after a short one nothing is gained by a line break. */
  readonly isKey?: boolean;
}

/** A left side, an operator and a right side, broken where it reads best. */
export const assigned = (
  left: string,
  operator: string,
  right: Expression,
  { isKey = false }: AssignedOptions = {},
): Layout => {
  const isShortKey = isKey && left.length < 5;
  if (!isShortKey && (right.kind === 'string' || (right.rigid === true && right.kind !== 'name')))
    return group([left, operator, group(indent([line, right.layout]))]);
  if (isShortKey || right.kind === 'number') return group([left, operator, ' ', right.layout]);
  const id = Symbol('assigned');
  return group([left, operator, group(indent(line), { id }), indentIfBroken(right.layout, id)]);
};
