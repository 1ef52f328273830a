/** The nodes of a unit as constants, the last of them returned or named by the row of the layer table. */
import type { AttributesOf, PrimitiveName } from '../../../../ops/alphabet.js';
import { isLeaf, type Leaf } from '../../../../ops/leaves.js';
import type { Plan, PlanNode } from '../../../plan/plan.js';
import { namedNodes, type Unit } from '../../listing.js';
import { argumentsOf, scalarOf, type Place, type Size } from '../../sizes.js';
import { array, at, call, member, name, number, string, type Expression } from '../expression.js';
import type { HelperName } from './helpers.js';
import { hardOf } from './gate.js';
import { demands, isLoose, tf, writers, type Applied, type Operand } from './primitives.js';

/** `const name: type = value;`. */
export interface Written {
  readonly name: string;
  /** Given where the type checker does not know it from the value. */
  readonly type: string | undefined;
  readonly value: Expression;
  readonly node: PlanNode;
}

/** The type of a tensor of that rank. */
export const tensorType = (rank: number): string =>
  rank === 0 ? 'tf.Scalar' : rank < 6 ? `tf.Tensor${rank}D` : 'tf.Tensor';

/** What stands around a unit. */
export interface Surroundings {
  readonly plan: Plan;
  /** How a value from outside is written: an argument, an input, an earlier constant. */
  readonly given: (node: PlanNode) => Expression;
  /** A name for a node's constant. */
  readonly fresh: (node: PlanNode) => string;
  readonly helper: (name: HelperName) => void;
  /** Numbers that are written as sizes of arguments. */
  readonly sizes?: ReadonlyMap<Place, Size>;
  /** A table of numbers, which the module holds under the name that this gives. */
  readonly table: (data: Float32Array | Int32Array) => Expression;
}

/** What a unit computes: constants in order, and how each result is written. */
export interface Body {
  readonly lines: readonly Written[];
  readonly results: readonly Operand[];
}

/* So many calls inside each other are read at a glance. */
const deepest = 3;

/** A unit's body; with `named`, its results are constants of their own. */
export const bodyOf = (unit: Unit, around: Surroundings, { named }: { readonly named: boolean }): Body => {
  const { plan, given, fresh, sizes = new Map() } = around;
  const lines: Written[] = [];
  const known = new Map<number, Operand & { readonly depth: number }>();
  const results = new Set(unit.results.map(({ id }) => id));
  const read = new Map<number, number>();
  for (const { operands } of unit.nodes) for (const id of operands) read.set(id, (read.get(id) ?? 0) + 1);
  const own = new Set([...namedNodes(unit), ...gatesOf(plan, unit)]);
  /* What will be returned, or be a constant since its rank is asked for. */
  const demanded = new Set([
    ...results,
    ...unit.nodes.filter(({ op }) => demands[op] !== undefined).flatMap(({ operands }) => operands),
  ]);
  const isNamed = (id: number): boolean =>
    own.has(id) && (named || !results.has(id) || (read.get(id) ?? 0) > 0);

  const hoist = (id: number): void => {
    const { written, typed, shape } = known.get(id)!;
    const node = plan.nodes[id]!;
    const as = fresh(node);
    lines.push({ name: as, type: typed ? undefined : tensorType(shape.length), value: written, node });
    known.set(id, { written: name(as), typed: true, shape, depth: 0 });
  };
  const operandOf = (node: PlanNode, place: number, nth: number): Operand => {
    const id = node.operands[nth]!;
    const source = plan.nodes[id]!;
    const { shape } = source;
    if (source.op === 'constant') {
      const size = sizes.get(`${place}/operand/${nth}`);
      const written = size === undefined ? constantOf(source, node, around) : sizeText(size);
      return { written, typed: false, shape, plain: size !== undefined || written.kind === 'number' };
    }
    if (isLeaf(source) || !known.has(id))
      return { written: given(source), typed: true, shape, plain: source.op === 'scalar' };
    const demand = demands[node.op];
    const isPlain = ['name', 'member'].includes(known.get(id)!.written.kind);
    if ((demand !== undefined && !known.get(id)!.typed) || (demand?.names === true && !isPlain)) hoist(id);
    const isStatement = isNamed(node.id) || demanded.has(node.id) || known.get(id)!.depth + 1 >= deepest;
    if (isStatement && !isLoose(node.op) && !known.get(id)!.typed) hoist(id);
    if (known.get(id)!.depth >= deepest) hoist(id);
    return known.get(id)!;
  };
  const sizeText = ({ argument, axis, times, over }: Size): Expression => {
    const extent = at(member(given(argumentsOf(unit)[argument]!), 'shape'), number(axis));
    if (over > 1) return { kind: 'other', layout: [extent.layout, ` / ${over}`] };
    return times === 1 ? extent : { kind: 'other', layout: [`${times} * `, extent.layout] };
  };

  unit.nodes.forEach((node, place) => {
    const operands = node.operands.map((_, nth) => operandOf(node, place, nth));
    const { written, typed, joined } = apply(node, {
      operands,
      shape: node.shape,
      size: (attribute, nth, value) => {
        const size = sizes.get(`${place}/${attribute}/${nth}`);
        return size === undefined ? number(value) : sizeText(size);
      },
      helper: (helper) => {
        around.helper(helper);
        return name(helper);
      },
    });
    const inner = node.operands.map((id) => known.get(id)?.depth ?? 0);
    const depth = joined === undefined ? 1 + Math.max(0, ...inner) : Math.max(1, ...inner);
    known.set(node.id, { written, typed, joined, shape: node.shape, depth });
    if (isNamed(node.id)) hoist(node.id);
  });
  return { lines, results: unit.results.map(({ id }) => known.get(id)!) };
};

/* Straight-through gates and the hard gates in them are worth a name. */
const gatesOf = (plan: Plan, unit: Unit): readonly number[] =>
  unit.nodes.flatMap((node) => {
    const hard = hardOf(plan.nodes, node);
    return hard === undefined ? [] : [hard, node.id];
  });

/* The table is typed by primitive; a node's attributes were checked against its primitive when the plan was made. */
const apply = (node: PlanNode, applied: Omit<Applied<'relu'>, 'attributes'>) => {
  const writer = writers[node.op as Exclude<PrimitiveName, Leaf>] as (
    applied: Omit<Applied<'relu'>, 'attributes'> & { readonly attributes: AttributesOf<PrimitiveName> },
  ) => Omit<Operand, 'shape'>;
  return writer({ ...applied, attributes: node.attributes as AttributesOf<PrimitiveName> });
};

/* Operations that take a number in the place of a tensor. */
const takesNumbers: readonly string[] = [
  ...['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'greater', 'greaterEqual', 'select'],
];

const constantOf = (node: PlanNode, reader: PlanNode, around: Surroundings): Expression => {
  const { shape, dtype } = node;
  const data = node.data!;
  const extents = array(shape.map((extent) => number(Number(extent))));
  const typed = dtype === 'int32' ? [string('int32')] : [];
  const scalar = scalarOf(node);
  if (scalar !== undefined && takesNumbers.includes(reader.op)) return number(shortFloat(scalar));
  if (shape.length === 0) return tf('scalar', number(shortFloat(data[0]!)), ...typed);
  if (data.every((one) => one === data[0]))
    return tf('fill', extents, number(shortFloat(data[0]!)), ...typed);
  const isRange = data.every((one, i) => one === i);
  const range = (): Expression => tf('range', number(0), number(data.length), ...(dtype === 'int32' ? [number(1), string('int32')] : [])); // prettier-ignore
  const rows = gridOf(data);
  if (isRange) return shape.length === 1 ? range() : tf('reshape', range(), extents);
  if (rows !== undefined) {
    around.helper(rows.helper);
    const numbers = call(name(rows.helper), number(rows.height), number(rows.width));
    const typedNumbers = dtype === 'int32' ? tf('cast', numbers, string('int32')) : numbers;
    return shape.length === 1 ? typedNumbers : tf('reshape', typedNumbers, extents);
  }
  const values =
    data.length <= 8 ? array([...data].map((one) => number(shortFloat(one)))) : around.table(data);
  return tf('tensor', values, extents, ...typed);
};

/* Whether numbers are the row or the column of each pixel of a picture, row by row. */
const gridOf = (data: Float32Array | Int32Array) => {
  const count = data.length;
  const width = data[1] === 1 ? data.indexOf(0, 1) : data.findIndex((one) => one === 1);
  if (width < 2 || count % width !== 0 || count === width) return undefined;
  const isColumn = data.every((one, i) => one === i % width);
  const isRow = data.every((one, i) => one === Math.floor(i / width));
  if (!isColumn && !isRow) return undefined;
  return { helper: isRow ? 'rowNumbers' : 'columnNumbers', height: count / width, width } as const;
};

/** The shortest number that is this one as a float32: 0.1 for 0.10000000149011612. */
export const shortFloat = (value: number): number => {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
};

/** A call of a function of the module. */
export const callOf = (callee: string, given: readonly Expression[]): Expression =>
  call(name(callee), ...given);
