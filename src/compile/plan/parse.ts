/**
 * The plan that a text says: `print` the other way round, for texts from anywhere.
 *
 * Nothing is taken for granted: a primitive's attributes are checked before its shape rule sees them, every fault names
 * the line, and what comes out has passed `verify`.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { alphabet, type PrimitiveName } from '../../ops/alphabet.js';
import * as initialisers from '../../ops/initialiser.js';
import type { Initialiser } from '../../ops/initialiser.js';
import type { NoiseDistribution, ParameterRole } from '../../ops/leaves.js';
import { isMisfit, product, sameShape, showShape, type Primitive, type Shape } from '../../ops/value.js';
import { isPrimitive, misuse } from './attributes.js';
import { projectionIn, type Plan, type PlanLayer, type PlanNode, type PlanParameter } from './plan.js';
import { textVersion } from './print.js';
import {
  statementOf,
  type NamedStatement,
  type NodeStatement,
  type ParameterStatement,
  type Statement,
} from './statement.js';
import type { Data } from './text.js';
import { verify } from './verify.js';

/** Makes an initialiser of its options, as numbers. */
export type InitialiserOf = (options: Readonly<Record<string, number>>) => Initialiser;

/** How a text is read. */
export interface ParseOptions {
  /** What faults call the text: a file's name. */
  readonly source?: string;
  /** Initialisers besides our own, by name. */
  readonly initialisers?: Readonly<Record<string, InitialiserOf>>;
}

/**
 * The plan of a text, or of its lines. Faults: P12 for a line that says nothing, P13 for what a line may not say, P04 for
 * a name that stands twice, P05–P08 as `verify`, all with their line.
 *
 * @example
 * ```ts
 * parse('maskskip plan 1 infer\n%0 = input {name="x" shape=["n",2]} : n×2 float32\n%1 = relu %0 : n×2 float32\ninput x %0\noutput y %1\n');
 * // Right(a plan of two nodes)
 * ```
 */
export const parse = (
  text: string | Iterable<string>,
  { source = 'plan', initialisers: own = {} }: ParseOptions = {},
): E.Either<readonly Fault[], Plan> => {
  const faults: Fault[] = [];
  const said: Said[] = [];
  let line = 0;
  for (const raw of typeof text === 'string' ? text.split('\n') : text) {
    line++;
    const cursor = { line: raw.endsWith('\r') ? raw.slice(0, -1) : raw, at: 0 };
    if (cursor.line.trim() === '') continue;
    const where = `${source}:${line}`;
    const statement = statementOf(cursor);
    if (statement.kind === 'broken') faults.push(notRead(where, cursor.line, cursor.at, statement.wanted));
    else said.push({ where, statement });
  }
  const head = headOf(said, source);
  const nodes = nodesOf(said);
  const tables = tablesOf(said, nodes.known, own);
  faults.push(...head.faults, ...nodes.faults, ...tables.faults);
  if (faults.length > 0) return E.left(faults);
  return verify({ mode: head.mode, nodes: [...nodes.known.values()] as readonly PlanNode[], ...tables.tables }); // prettier-ignore
};

interface Said {
  readonly where: string;
  readonly statement: Statement;
}

const wrong = (rule: string, where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule, where, got: got.length > 80 ? `${got.slice(0, 80)}…` : got, wanted, fix });

const notRead = (where: string, line: string, at: number, wanted: string): Fault => {
  const rest = line.slice(at, at + 24);
  const got = rest === '' ? 'the end of the line' : JSON.stringify(rest);
  return wrong('P12', `${where}:${at + 1}`, got, wanted, 'give a text that print wrote');
};

const headOf = (
  said: readonly Said[],
  source: string,
): { readonly mode: Plan['mode']; readonly faults: readonly Fault[] } => {
  const heads = said.flatMap(({ where, statement }) => (statement.kind === 'plan' ? [{ where, ...statement }] : [])); // prettier-ignore
  const [first, second] = heads;
  const wanted = `maskskip plan ${textVersion} train or infer, as the first line alone`;
  const fix = 'give a text that this version of print wrote';
  const [where, got] =
    first === undefined || said[0]?.statement.kind !== 'plan'
      ? [`${source}:1`, 'another first line']
      : second !== undefined
        ? [second.where, 'a second first line']
        : [first.where, first.version === textVersion ? undefined : `version ${first.version}`];
  return {
    mode: first?.mode ?? 'infer',
    faults: got === undefined ? [] : [wrong('P12', where!, got, wanted, fix)],
  };
};

/** Nodes by their numbers; `undefined` for one that is wrong, which makes nothing else wrong. */
type Known = ReadonlyMap<number, PlanNode | undefined>;

const nodesOf = (said: readonly Said[]): { readonly known: Known; readonly faults: readonly Fault[] } => {
  const known = new Map<number, PlanNode | undefined>();
  const faults: Fault[] = [];
  let next = 0;
  for (const { where, statement } of said) {
    if (statement.kind !== 'node') continue;
    const { id, operands } = statement;
    const stray = operands.find((operand) => !known.has(operand));
    if (id !== next || stray !== undefined) {
      const got = id === next ? `operand %${stray}` : `%${id}`;
      const wanted = id === next ? 'operands that stand before the node' : `%${next}`;
      faults.push(wrong('P05', where, got, wanted, 'number nodes from 0, operands before what reads them'));
      known.set(id, undefined);
    } else {
      const node = nodeOf(statement, where, known);
      known.set(id, node === 'operands' || 'rule' in node ? undefined : node);
      if (node !== 'operands' && 'rule' in node) faults.push(node);
    }
    next = id + 1;
  }
  return { known, faults };
};

/** A node, its fault, or `operands` where one of them is wrong. */
const nodeOf = (
  { id, op, operands, attributes, data, shape, dtype, scope }: NodeStatement,
  where: string,
  known: Known,
): PlanNode | Fault | 'operands' => {
  const fix = 'mend the line';
  if (!isPrimitive(op)) return wrong('P06', where, op, 'a primitive of the alphabet', fix);
  const misused = misuse(op, operands.length, attributes);
  if (misused !== undefined) return wrong('P13', where, `${op} with ${misused.got}`, misused.wanted, fix);
  const types = operands.map((operand) => known.get(operand));
  if (types.some((one) => one === undefined)) return 'operands';
  const type = (alphabet[op] as Primitive).type(types as readonly PlanNode[], attributes);
  if (isMisfit(type)) return wrong('P07', where, type.flaw, 'operands that fit', fix);
  if (!sameShape(type.shape, shape) || type.dtype !== dtype)
    return wrong('P07', where, `${showShape(shape)} ${dtype}`, `${showShape(type.shape)} ${type.dtype}`, fix);
  const node: PlanNode = { id, op, operands, attributes, shape, dtype, scope };
  if (op !== 'constant')
    return data === undefined ? node : wrong('P13', where, `${op} with data`, 'none', fix);
  const array = arrayOf(data ?? [], dtype, shape);
  return array === undefined
    ? wrong('P13', where, 'other data', `${showShape(shape)} of ${dtype}`, fix)
    : { ...node, data: array };
};

const arrayOf = (data: Data, dtype: string, shape: Shape): PlanNode['data'] | undefined => {
  const length = product(shape)?.count;
  if (data instanceof Uint8Array) {
    if (data.length !== length! * 4) return undefined;
    return dtype === 'float32' ? new Float32Array(data.buffer) : new Int32Array(data.buffer);
  }
  if (data.length !== length) return undefined;
  if (dtype === 'float32') return Float32Array.from(data);
  return data.every((one) => (one | 0) === one) ? Int32Array.from(data) : undefined;
};

type Tables = Omit<Plan, 'mode' | 'nodes'>;
type Row = ParameterStatement | NamedStatement;

const tablesOf = (
  said: readonly Said[],
  known: Known,
  own: Readonly<Record<string, InitialiserOf>>,
): { readonly tables: Tables; readonly faults: readonly Fault[] } => {
  const faults: Fault[] = [];
  const parameters: PlanParameter[] = [];
  const rows = { input: [], noise: [], scalar: [], output: [], next: [] } as Readonly<
    Record<NamedStatement['kind'], { readonly name: string; readonly node: PlanNode }[]>
  >;
  const layers: PlanLayer[] = [];
  const names = new Set<string>();
  const named = new Set<number>();
  for (const { where, statement } of said) {
    if (statement.kind === 'plan' || statement.kind === 'node') continue;
    if (statement.kind === 'layer') {
      const { kind: _kind, ...layer } = statement;
      layers.push(layer);
      continue;
    }
    faults.push(...rowFaults(statement, where, known, names));
    named.add(statement.id);
    const node = known.get(statement.id);
    if (node === undefined) continue;
    if (statement.kind !== 'parameter') rows[statement.kind].push({ name: statement.name, node });
    else {
      const initialiser = initialiserOf(statement, own);
      if (initialiser === undefined) faults.push(unknownInitialiser(statement, where, own));
      else parameters.push(parameterOf(statement, node, initialiser));
    }
  }
  for (const { where, statement } of said) {
    if (statement.kind !== 'node' || named.has(statement.id) || !isLeafWithRow(statement.op)) continue;
    faults.push(wrong('P08', where, `no line for ${statement.op} %${statement.id}`, 'one that names it', 'add the line')); // prettier-ignore
  }
  const pathed = ({ name, node }: { readonly name: string; readonly node: PlanNode }) => ({
    path: name,
    id: node.id,
    shape: node.shape,
    attributes: node.attributes,
  });
  return {
    faults,
    tables: {
      inputs: Object.fromEntries(rows.input.map(({ name, node: { shape, id } }) => [name, { shape, id }])),
      parameters,
      noises: rows.noise.map(pathed).map(({ path, id, shape, attributes }) => ({ path, shape, distribution: attributes['distribution'] as NoiseDistribution, id })), // prettier-ignore
      scalars: rows.scalar.map(pathed).map(({ path, id, attributes }) => ({ path, standard: Number(attributes['standard']), id })), // prettier-ignore
      outputs: Object.fromEntries(rows.output.map(({ name, node }) => [name, node.id])),
      nextState: Object.fromEntries(rows.next.map(({ name, node }) => [name, node.id])),
      layers,
    },
  };
};

const leavesWithRow = ['input', 'parameter', 'noise', 'scalar'] as const satisfies readonly PrimitiveName[];
const isLeafWithRow = (op: string): op is (typeof leavesWithRow)[number] => leavesWithRow.some((one) => one === op); // prettier-ignore

/** Whether a row names a node of its kind, by that node's own name, and no other row has the name. */
const rowFaults = (row: Row, where: string, known: Known, names: Set<string>): readonly Fault[] => {
  const { kind, name, id } = row;
  const node = known.get(id);
  const faults: Fault[] = [];
  if (!known.has(id)) faults.push(wrong('P08', where, `%${id}`, 'a node of the plan', 'mend the line'));
  if (node !== undefined && isLeafWithRow(kind)) {
    const called = node.op === kind ? (node.attributes['name'] ?? node.attributes['path']) : undefined;
    if (called !== name) {
      const got = called === undefined ? node.op : `${kind} ${JSON.stringify(called)}`;
      faults.push(wrong('P08', where, got, `${kind} ${JSON.stringify(name)}`, 'mend the line'));
    }
  }
  const key = `${kind} ${name}`;
  // A model may ask for one number in several places.
  if (kind !== 'scalar' && names.has(key))
    faults.push(wrong('P04', where, `a second ${kind} ${JSON.stringify(name)}`, 'one', 'remove a line'));
  names.add(key);
  return faults;
};

const parameterOf = (
  { name, id, inert }: ParameterStatement,
  { attributes }: PlanNode,
  initialiser: Initialiser,
): PlanParameter => ({
  path: name,
  shape: attributes['shape'] as readonly number[],
  role: attributes['role'] as ParameterRole,
  initialiser,
  ...(inert === undefined ? {} : { inert }),
  ...projectionIn(attributes),
  id,
});

const ours: Readonly<Record<string, InitialiserOf>> = {
  constant: ({ value }) => initialisers.constant(value!),
  normal: ({ deviation }) => initialisers.normal(deviation!),
  uniform: ({ limit }) => initialisers.uniform(limit!),
  fanInUniform: () => initialisers.fanInUniform,
  glorotUniform: () => initialisers.glorotUniform,
  heNormal: () => initialisers.heNormal,
};

/** The initialiser of that name whose options are these and no others. */
const initialiserOf = (
  { initialiser: name, options }: ParameterStatement,
  own: Readonly<Record<string, InitialiserOf>>,
): Initialiser | undefined => {
  const make = Object.hasOwn(own, name) ? own[name] : Object.hasOwn(ours, name) ? ours[name] : undefined;
  if (make === undefined || Object.values(options).some((one) => typeof one !== 'number')) return undefined;
  const made = make(options as Readonly<Record<string, number>>);
  const keys = Object.keys(made.options);
  const same =
    made.name === name &&
    keys.length === Object.keys(options).length &&
    keys.every((key) => Object.hasOwn(options, key) && Object.is(options[key], made.options[key]));
  return same ? made : undefined;
};

const unknownInitialiser = (
  { initialiser, options }: ParameterStatement,
  where: string,
  own: Readonly<Record<string, InitialiserOf>>,
): Fault =>
  wrong(
    'P13',
    where,
    `initialiser ${initialiser} of ${Object.keys(options).join(', ') || 'no options'}`,
    [...Object.keys(ours), ...Object.keys(own)].join(', '),
    'mend the line, or give the initialiser to parse',
  );
