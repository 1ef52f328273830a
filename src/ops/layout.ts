/** Primitives that move entries and compute nothing. */
import {
  apply,
  product,
  repeated,
  showShape,
  type Extent,
  type Primitive,
  type Shape,
  type Value,
} from './value.js';

export const concatPrimitive: Primitive<{ axis: number }> = {
  name: 'concat',
  type: (operands, { axis }) => {
    const first = operands[0];
    if (first === undefined) return { flaw: 'needs an operand' };
    let sum = 0;
    for (const { shape, dtype } of operands) {
      const extent = shape[axis];
      if (
        shape.length !== first.shape.length ||
        dtype !== first.dtype ||
        shape.some((one, i) => i !== axis && one !== first.shape[i])
      )
        return { flaw: `${showShape(first.shape)} with ${showShape(shape)} along axis ${axis}` };
      if (typeof extent !== 'number') return { flaw: 'the batch cannot be joined' };
      sum += extent;
    }
    return { shape: first.shape.map((extent, i) => (i === axis ? sum : extent)), dtype: first.dtype };
  },
};

export const slicePrimitive: Primitive<{ axis: number; begin: number; size: number }> = {
  name: 'slice',
  type: ([x], { axis, begin, size }) => {
    const extent = x?.shape[axis];
    if (x === undefined || typeof extent !== 'number')
      return { flaw: `axis ${axis} of ${showShape(x?.shape ?? [])} cannot be sliced` };
    return begin < 0 || size < 1 || begin + size > extent
      ? { flaw: `${begin}…${begin + size} outside 0…${extent}` }
      : { shape: x.shape.map((one, i) => (i === axis ? size : one)), dtype: x.dtype };
  },
};

type Pads = readonly (readonly [before: number, after: number])[];
const padType =
  (mirror: boolean): Primitive<{ paddings: Pads }>['type'] =>
  ([x], { paddings }) => {
    if (x === undefined || paddings.length !== x.shape.length)
      return { flaw: 'one pair of paddings for each axis' };
    const shape: Extent[] = [];
    for (const [i, extent] of x.shape.entries()) {
      const [before, after] = paddings[i]!;
      if (typeof extent !== 'number') {
        if (before !== 0 || after !== 0) return { flaw: 'the batch cannot be padded' };
        shape.push(extent);
      } else if (before < 0 || after < 0 || (mirror && Math.max(before, after) >= extent)) {
        return { flaw: `${before} and ${after} on an extent of ${extent}` };
      } else shape.push(extent + before + after);
    }
    return { shape, dtype: x.dtype };
  };
export const padPrimitive: Primitive<{ paddings: Pads }> = { name: 'pad', type: padType(false) };
export const mirrorPadPrimitive: Primitive<{ paddings: Pads }> = { name: 'mirrorPad', type: padType(true) };

export const reshapePrimitive: Primitive<{ shape: Shape }> = {
  name: 'reshape',
  type: ([x], { shape }) => {
    if (x === undefined) return { flaw: 'needs an operand' };
    const [from, to] = [product(x.shape), product(shape)];
    return from === undefined || to === undefined || from.count !== to.count || from.batched !== to.batched
      ? { flaw: `${showShape(x.shape)} to ${showShape(shape)}` }
      : { shape, dtype: x.dtype };
  },
};

export const transposePrimitive: Primitive<{ permutation: readonly number[] }> = {
  name: 'transpose',
  type: ([x], { permutation }) =>
    x === undefined ||
    [...permutation].sort((a, b) => a - b).some((axis, i) => axis !== i) ||
    permutation.length !== x.shape.length
      ? { flaw: `axes ${permutation.join(', ')} of ${showShape(x?.shape ?? [])}` }
      : { shape: permutation.map((axis) => x.shape[axis]!), dtype: x.dtype },
};

const resizeType: Primitive<{ height: number; width: number }>['type'] = ([x], { height, width }) =>
  x === undefined || x.shape.length !== 4
    ? { flaw: `${showShape(x?.shape ?? [])} is not a batch of images` }
    : { shape: [x.shape[0]!, height, width, x.shape[3]!], dtype: 'float32' };
export const resizeNearestPrimitive: Primitive<{ height: number; width: number }> = {
  name: 'resizeNearest',
  type: resizeType,
};
export const resizeBilinearPrimitive: Primitive<{ height: number; width: number }> = {
  name: 'resizeBilinear',
  type: resizeType,
};

export const tilePrimitive: Primitive<{ repetitions: readonly number[] }> = {
  name: 'tile',
  type: ([x], { repetitions }) => {
    if (x === undefined || repetitions.length !== x.shape.length) return { flaw: 'one count for each axis' };
    return {
      shape: x.shape.map((extent, i) => repeated(extent, repetitions[i]!)),
      dtype: x.dtype,
    };
  },
};

export const gatherPrimitive: Primitive = {
  name: 'gather',
  type: ([x, indices]) => {
    if (x === undefined || indices === undefined) return { flaw: 'needs rows and indices' };
    const fits =
      x.shape.length === 3 &&
      indices.shape.length === 2 &&
      indices.dtype === 'int32' &&
      x.shape[0] === indices.shape[0] &&
      // Only the batch may hold the batch.
      [x.shape[1], x.shape[2], indices.shape[1]].every((extent) => typeof extent === 'number');
    return fits
      ? { shape: [x.shape[0]!, indices.shape[1]!, x.shape[2]!], dtype: x.dtype }
      : { flaw: `rows ${showShape(x.shape)} by indices ${showShape(indices.shape)} of ${indices.dtype}` };
  },
};

/** Joins along an axis; all other extents agree. */
export const concat = (values: readonly Value[], axis: number): Value =>
  apply(concatPrimitive, values, { axis });
/** `size` entries from `begin` along one axis. */
export const slice = (x: Value, axis: number, begin: number, size: number): Value =>
  apply(slicePrimitive, [x], { axis, begin, size });
/** Zeros around; one pair for each axis. */
export const pad = (x: Value, paddings: Pads): Value => apply(padPrimitive, [x], { paddings });
/** Reflection around, the border itself not repeated; one pair for each axis. */
export const mirrorPad = (x: Value, paddings: Pads): Value => apply(mirrorPadPrimitive, [x], { paddings });
/** The same entries in another shape. */
export const reshape = (x: Value, shape: Shape): Value => apply(reshapePrimitive, [x], { shape });
/** Axes in another order. */
export const transpose = (x: Value, permutation: readonly number[]): Value =>
  apply(transposePrimitive, [x], { permutation });
/** Nearest neighbour: row i reads row ⌊i · h / height⌋ (TensorFlow's alignCorners = halfPixelCenters = false). */
export const resizeNearest = (x: Value, height: number, width: number): Value =>
  apply(resizeNearestPrimitive, [x], { height, width });
/** Bilinear with half-pixel centres. */
export const resizeBilinear = (x: Value, height: number, width: number): Value =>
  apply(resizeBilinearPrimitive, [x], { height, width });
/** Repeats along each axis. */
export const tile = (x: Value, repetitions: readonly number[]): Value =>
  apply(tilePrimitive, [x], { repetitions });
/**
 * Rows by number, of each example its own: rows n×m×c and int32 indices n×k give n×k×c. An index below 0 reads the first
 * row, one above m − 1 the last. The gradient goes to the rows, and adds up where one is read several times.
 */
export const gather = (rows: Value, indices: Value): Value => apply(gatherPrimitive, [rows, indices], {});
/** The first `size` entries along one axis; the value itself where that is all of them. */
export const first = (x: Value, axis: number, size: number): Value =>
  x.shape[axis] === size ? x : slice(x, axis, 0, size);
