/**
 * Which numbers of a shared function are sizes of what it is given.
 *
 * A ψ of cells on four levels is one function four times, but for the numbers of rows and columns. Units that differ in
 * such numbers only, and in which each is the same multiple of one extent of an argument, are one function that reads
 * that extent: `2 * mask.shape[0]`. It holds for every unit, because it is computed from all of them.
 */
import type { PlanNode } from '../plan/plan.js';
import type { Attributes } from '../../ops/value.js';
import type { Unit } from './listing.js';

/** A number as a multiple of an extent of an argument, or the extent divided. */
export interface Size {
  /** Which of the unit's operands, and after them its leaves. */
  readonly argument: number;
  readonly axis: number;
  readonly times: number;
  readonly over: number;
}

/** Where a number stands: a node's place in its unit, the name of the attribute and the place in it. */
export type Place = `${number}/${string}/${number}`;

/** A number that may be a size, and the axis that it most likely is one of. */
export interface Hole {
  readonly place: Place;
  readonly value: number;
  readonly axis: number;
}

/** The arguments of a unit: operands, then leaves. */
export const argumentsOf = (unit: Unit): readonly PlanNode[] => [...unit.operands, ...unit.leaves];

/** The attributes of each operation that hold sizes. */
export const sizeAttributes: Partial<Record<PlanNode['op'], readonly string[]>> = {
  reshape: ['shape'],
  resizeNearest: ['height', 'width'],
  resizeBilinear: ['height', 'width'],
  conv2dTranspose: ['size'],
  slice: ['size'],
};

/* The axis that a number is most likely an extent of. */
const axisOf = (op: PlanNode['op'], attribute: string, nth: number, { axis }: Attributes): number => {
  if (attribute === 'height') return 1;
  if (attribute === 'width') return 2;
  return op === 'slice' ? Number(axis) : op === 'conv2dTranspose' ? nth + 1 : nth;
};

/** All numbers of a unit that may be sizes: of attributes, and scalar constants that are whole numbers from 3. */
export const holesOf = (unit: Unit, nodes: readonly PlanNode[]): readonly Hole[] =>
  unit.nodes.flatMap(({ op, attributes, operands }, node) => [
    ...(sizeAttributes[op] ?? []).flatMap((name) => {
      const values = [attributes[name]].flat() as readonly (number | string)[];
      return values.flatMap((value, nth): readonly Hole[] =>
        // The extent of the batch is no number.
        typeof value === 'string'
          ? []
          : [{ place: `${node}/${name}/${nth}`, value, axis: axisOf(op, name, nth, attributes) }],
      );
    }),
    ...operands.flatMap((id, nth): readonly Hole[] => {
      const value = scalarOf(nodes[id]!);
      return value === undefined || !Number.isInteger(value) || value < 3
        ? []
        : [{ place: `${node}/operand/${nth}`, value, axis: 3 }];
    }),
  ]);

/** The number that a constant without extents is. */
export const scalarOf = ({ op, shape, data, dtype }: PlanNode): number | undefined =>
  op === 'constant' && shape.length === 0 && dtype === 'float32' ? data![0] : undefined;

/** Units that can be one function, and what its numbers are where they differ. */
export interface Alike<U extends Unit> {
  readonly units: readonly U[];
  readonly sizes: ReadonlyMap<Place, Size>;
}

/** Parts units of one form into those that are one function of their arguments. */
export const alike = <U extends Unit>(
  units: readonly U[],
  nodes: readonly PlanNode[],
): readonly Alike<U>[] => {
  const holes = units.map((unit) => holesOf(unit, nodes));
  const sizes = new Map<Place, Size>();
  const unknown: number[] = [];
  holes[0]!.forEach(({ place, axis, value }, at) => {
    const values = holes.map((one) => one[at]!.value);
    if (values.every((one) => one === value)) return;
    const size = sizeOf(units, values, axis);
    if (size === undefined) unknown.push(at);
    else sizes.set(place, size);
  });
  if (unknown.length === 0) return [{ units, sizes }];
  const parts = new Map<string, U[]>();
  units.forEach((unit, nth) => {
    const key = unknown.map((at) => holes[nth]![at]!.value).join(' ');
    parts.set(key, [...(parts.get(key) ?? []), unit]);
  });
  return [...parts.values()].flatMap((part) => alike(part, nodes));
};

/* The extent that all values are in one proportion to: the simplest proportion, then the likeliest axis. */
const sizeOf = (units: readonly Unit[], values: readonly number[], likely: number): Size | undefined => {
  const shapes = units.map((unit) => argumentsOf(unit).map(({ shape }) => shape));
  const found = shapes[0]!.flatMap((shape, argument) =>
    shape.flatMap((first, axis): readonly (Size & { readonly from: number })[] => {
      const extents = shapes.map((of) => Number(of[argument]![axis]!));
      const times = Math.max(1, values[0]! / extents[0]!);
      const over = Math.max(1, extents[0]! / values[0]!);
      const holds =
        Number.isInteger(times) &&
        Number.isInteger(over) &&
        values.every((value, nth) => value * over === times * extents[nth]!);
      // A mask has no batch: its first axis is the second of an image.
      const place =
        shape.length === 3 && typeof first === 'number' && typeof shape[0] === 'number' ? axis + 1 : axis;
      return holds ? [{ argument, axis, times, over, from: Math.abs(place - likely) }] : [];
    }),
  );
  const best = found.sort((a, b) => a.times * a.over - b.times * b.over || a.from - b.from)[0];
  return best && { argument: best.argument, axis: best.axis, times: best.times, over: best.over };
};
