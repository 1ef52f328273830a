/** One line of a plan's text, read for itself: what it says, or what should have stood where it breaks off. */
import type { Mode } from '../../dsl/lowering.js';
import type { Attributes, Shape } from '../../ops/value.js';
import {
  atEnd,
  goesOn,
  readAttributes,
  readData,
  readName,
  readShape,
  readWhole,
  type Cursor,
  type Data,
} from './text.js';
import type { PlanLayer } from './plan.js';

/** A node as it is written; nothing about it has been checked. */
export interface NodeStatement {
  readonly kind: 'node';
  readonly id: number;
  readonly op: string;
  readonly operands: readonly number[];
  readonly attributes: Attributes;
  readonly data?: Data;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly scope: string;
}

/** A parameter's row. */
export interface ParameterStatement {
  readonly kind: 'parameter';
  readonly name: string;
  readonly id: number;
  readonly initialiser: string;
  readonly options: Attributes;
  readonly inert?: string;
}

/** A row that gives a node a name. */
export interface NamedStatement {
  readonly kind: 'input' | 'noise' | 'scalar' | 'output' | 'next';
  readonly name: string;
  readonly id: number;
}

/** What a line says. */
export type Statement =
  | { readonly kind: 'plan'; readonly version: number; readonly mode: Mode }
  | NodeStatement
  | ParameterStatement
  | NamedStatement
  | ({ readonly kind: 'layer' } & PlanLayer);

/** Where and why a line is none. */
export interface Broken {
  readonly kind: 'broken';
  readonly wanted: string;
}

/** Reads a line; the cursor stands where it breaks off. */
export const statementOf = (cursor: Cursor): Statement | Broken => {
  const read = readers.find(({ begins }) => goesOn(cursor, begins));
  if (read === undefined) return broken('a node (%0 = …) or one of input, parameter, noise, scalar, output, next, layer'); // prettier-ignore
  const statement = read.rest(cursor);
  return statement.kind === 'broken' || atEnd(cursor) ? statement : broken('the end of the line');
};

type Rest = (cursor: Cursor) => Statement | Broken;

const broken = (wanted: string): Broken => ({ kind: 'broken', wanted });

const header: Rest = (cursor) => {
  const version = readWhole(cursor);
  if (version === undefined) return broken('a version');
  const mode = (['train', 'infer'] as const).find((one) => goesOn(cursor, one));
  return mode === undefined ? broken('train or infer') : { kind: 'plan', version, mode };
};

const node: Rest = (cursor) => {
  const id = readWhole(cursor);
  if (id === undefined) return broken('the number of a node');
  const op = goesOn(cursor, '=') ? readName(cursor) : undefined;
  if (op === undefined) return broken('= and a primitive');
  const operands: number[] = [];
  while (goesOn(cursor, '%')) {
    const operand = readWhole(cursor);
    if (operand === undefined) return broken('the number of an operand');
    operands.push(operand);
  }
  const attributes = readAttributes(cursor);
  if (attributes === undefined) return broken('an attribute');
  const data = readData(cursor);
  if (data === undefined) return broken('numbers or base64');
  const shape = goesOn(cursor, ':') ? readShape(cursor) : undefined;
  if (shape === undefined) return broken(': and a shape');
  const dtype = (['float32', 'int32', 'bool'] as const).find((one) => goesOn(cursor, one));
  if (dtype === undefined) return broken('float32, int32 or bool');
  const scope = goesOn(cursor, '@') ? readName(cursor) : '';
  return scope === undefined
    ? broken('the path of a step')
    : { kind: 'node', id, op, operands, attributes, ...data, shape, dtype, scope };
};

const nameAndNode = (cursor: Cursor): { readonly name: string; readonly id: number } | Broken => {
  const name = readName(cursor);
  if (name === undefined) return broken('a name');
  const id = goesOn(cursor, '%') ? readWhole(cursor) : undefined;
  return id === undefined ? broken('% and the number of a node') : { name, id };
};

const named =
  (kind: NamedStatement['kind']): Rest =>
  (cursor) => {
    const read = nameAndNode(cursor);
    return 'kind' in read ? read : { kind, ...read };
  };

const parameter: Rest = (cursor) => {
  const read = nameAndNode(cursor);
  if ('kind' in read) return read;
  const initialiser = readName(cursor);
  if (initialiser === undefined) return broken('an initialiser');
  const options = readAttributes(cursor);
  if (options === undefined) return broken('an option');
  if (!goesOn(cursor, 'inert ')) return { kind: 'parameter', ...read, initialiser, options };
  const inert = readName(cursor);
  return inert === undefined
    ? broken('a reason')
    : { kind: 'parameter', ...read, initialiser, options, inert };
};

const layer: Rest = (cursor) => {
  const path = readName(cursor);
  const op = path === undefined ? undefined : readName(cursor);
  if (path === undefined || op === undefined) return broken('a name');
  const output = readShape(cursor);
  if (output === undefined) return broken('a shape');
  const parameters = readWhole(cursor);
  const maskParameters = parameters === undefined ? undefined : readWhole(cursor);
  return parameters === undefined || maskParameters === undefined
    ? broken('a count')
    : { kind: 'layer', path, op, output, parameters, maskParameters };
};

const readers: readonly { readonly begins: string; readonly rest: Rest }[] = [
  { begins: '%', rest: node },
  { begins: 'input ', rest: named('input') },
  { begins: 'parameter ', rest: parameter },
  { begins: 'noise ', rest: named('noise') },
  { begins: 'scalar ', rest: named('scalar') },
  { begins: 'output ', rest: named('output') },
  { begins: 'next ', rest: named('next') },
  { begins: 'layer ', rest: layer },
  { begins: 'maskskip plan ', rest: header },
];
