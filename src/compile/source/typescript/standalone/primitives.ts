/** Every primitive as a call of TensorFlow.js. What each means there is said in compile/tensors/kernels.ts. */
import type { AttributesOf, PrimitiveName } from '../../../../ops/alphabet.js';
import { samePadding, type Padding } from '../../../../ops/convolution.js';
import type { Leaf } from '../../../../ops/leaves.js';
import type { Shape } from '../../../../ops/value.js';
import type { PlanNode } from '../../../plan/plan.js';
import { array, at, call, flag, member, name, number, string, type Expression } from '../expression.js';
import type { HelperName } from './helpers.js';

/** An operand: how it is written, and whether the type checker knows its rank. */
export interface Operand {
  readonly written: Expression;
  readonly typed: boolean;
  readonly shape: Shape;
  /** Whether it is written as a number, not as a tensor. */
  readonly plain?: boolean;
  /** Of a concatenation that is written where it is read: its parts. */
  readonly joined?: Joined | undefined;
}

/** The parts of a concatenation. */
export interface Joined {
  readonly axis: number;
  readonly parts: readonly Expression[];
}

/** One node on its operands. */
export interface Applied<Name extends PrimitiveName> {
  readonly operands: readonly Operand[];
  readonly attributes: AttributesOf<Name>;
  readonly shape: Shape;
  /** A number of an attribute: itself, or what it is of the arguments of the function around it. */
  readonly size: (attribute: string, nth: number, value: number) => Expression;
  /** A helper function, which is written once into the module. */
  readonly helper: (name: HelperName) => Expression;
}

/** How a primitive is written; `typed` if the type checker then knows the result's rank. */
type Writer<Name extends PrimitiveName> = (applied: Applied<Name>) => Omit<Operand, 'shape'>;

/** A function of TensorFlow.js, called. */
export const tf = (path: string, ...given: readonly Expression[]): Expression =>
  call(
    path.split('.').reduce<Expression>((object, key) => member(object, key), name('tf')),
    ...given,
  );

const numbers = (values: readonly number[]): Expression => array(values.map(number));
/* One number where both are the same. */
const pair = ([a, b]: readonly [number, number]): Expression => (a === b ? number(a) : numbers([a, b]));
const pairs = (values: readonly (readonly [number, number])[]): Expression => array(values.map(numbers));

/* Keeps the type of its first operand. */
const keeping =
  (path: string) =>
  ({ operands: [x] }: Pick<Applied<'relu'>, 'operands'>) => ({
    written: tf(path, x!.written),
    typed: x!.typed,
  });
/* Gives a tensor of no known rank. */
const binary =
  (path: string) =>
  ({ operands: [a, b] }: Pick<Applied<'add'>, 'operands'>) => ({
    written: tf(path, a!.written, b!.written),
    typed: false,
  });
/* No gradient passes a comparison: its operands are constants to the tape. */
const comparing =
  (path: string): Writer<'greater' | 'greaterEqual'> =>
  ({ operands, helper }) => ({
    written: tf(
      path,
      ...operands.map(({ written, plain }) => (plain === true ? written : call(helper('detached'), written))),
    ),
    typed: false,
  });
const reducing =
  (path: string): Writer<'reduceSum' | 'reduceMean' | 'reduceMax'> =>
  ({ operands: [x], attributes: { axes, keepDims } }) => ({
    written: tf(path, x!.written, axes.length === 1 ? number(axes[0]!) : numbers(axes), ...(keepDims ? [flag(true)] : [])), // prettier-ignore
    typed: false,
  });

/** How TensorFlow.js is told of a padding: a word, or zeros around the image beforehand. */
export type PaddingWord = 'valid' | 'same' | 'explicit';

/** The word for the padding of a convolution, a transposed one or pooling. */
export const paddingWord = (
  padding: Padding,
  size: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[] = [1, 1],
): PaddingWord => {
  if (padding.every(([before, after]) => before === 0 && after === 0)) return 'valid';
  const isSame = padding.every(([before, after], axis) => {
    const wanted = samePadding(size[axis]!, window[axis]!, strides[axis]!, dilations[axis]!);
    return before === wanted[0] && after === wanted[1];
  });
  return isSame ? 'same' : 'explicit';
};

/** What is written of a node beside its attributes, for nodes that are otherwise alike. */
export const wordOf = ({ op, operands, attributes }: PlanNode, nodes: readonly PlanNode[]): string => {
  const shape = (nth: number): readonly number[] => nodes[operands[nth]!]!.shape.map(Number);
  if (op === 'conv2d') {
    const { padding, strides, dilations } = attributes as AttributesOf<'conv2d'>;
    return `${kernelOf(shape(1))} ${paddingWord(padding, shape(0).slice(1, 3), shape(1), strides, dilations)}`;
  }
  if (op === 'conv2dTranspose') {
    const { padding, strides, size } = attributes as AttributesOf<'conv2dTranspose'>;
    return `${kernelOf(shape(1))} ${paddingWord(padding, size, shape(1), strides)}`;
  }
  if (op === 'maxPool' || op === 'averagePool') {
    const { padding, strides, window } = attributes as AttributesOf<'maxPool'>;
    return paddingWord(padding, shape(0).slice(1, 3), window, strides);
  }
  return '';
};

/** The height and width of a kernel: `3x3`. */
export const kernelOf = ([height, width]: readonly number[]): string => `${height}x${width}`;

const spatial = ({ shape }: Operand): readonly number[] => shape.slice(1, 3).map(Number);
const around = (padding: Padding): Expression =>
  pairs([[0, 0], ...padding.map(([before, after]) => [before, after] as const), [0, 0]]);

const conv2d: Writer<'conv2d'> = ({ operands: [x, kernel], attributes: { padding, strides, dilations } }) => {
  const word = paddingWord(padding, spatial(x!), kernel!.shape.map(Number), strides, dilations);
  const image = word === 'explicit' ? tf('pad', x!.written, around(padding)) : x!.written;
  const dilated = dilations.some((one) => one > 1) ? [string('NHWC'), pair(dilations)] : [];
  return {
    written: tf(
      'conv2d',
      image,
      kernel!.written,
      pair(strides),
      string(word === 'same' ? 'same' : 'valid'),
      ...dilated,
    ),
    typed: x!.typed,
  };
};

const conv2dTranspose: Writer<'conv2dTranspose'> = ({
  operands: [x, kernel],
  attributes: { padding, strides, size },
  size: sized,
  helper,
}) => {
  const word = paddingWord(padding, size, kernel!.shape.map(Number), strides);
  const [height, width] = size.map((one, nth) => sized('size', nth, one));
  if (word === 'explicit') {
    const around = [...padding.flat()];
    return {
      written: call(helper('convTransposeCropped'), x!.written, kernel!.written, array([height!, width!]), pair(strides), numbers(around)), // prettier-ignore
      typed: true,
    };
  }
  const extent = (of: Expression, axis: number): Expression => at(member(of, 'shape'), number(axis));
  const shape = array([extent(x!.written, 0), height!, width!, extent(kernel!.written, 2)]);
  return {
    written: tf('conv2dTranspose', x!.written, kernel!.written, shape, pair(strides), string(word)),
    typed: x!.typed,
  };
};

/* The least float32: padding is never the greatest. */
const least = -3.4028234663852886e38;

const maxPool: Writer<'maxPool'> = ({ operands: [x], attributes: { window, strides, padding } }) => {
  const word = paddingWord(padding, spatial(x!), window, strides);
  const image = word === 'explicit' ? tf('pad', x!.written, around(padding), number(least)) : x!.written;
  const how = string(word === 'same' ? 'same' : 'valid');
  return { written: tf('maxPool', image, pair(window), pair(strides), how), typed: x!.typed };
};

const averagePool: Writer<'averagePool'> = ({
  operands: [x],
  attributes: { window, strides, padding },
  helper,
}) => {
  const word = paddingWord(padding, spatial(x!), window, strides);
  return word === 'explicit'
    ? {
        written: call(
          helper('averagePoolPadded'),
          x!.written,
          numbers(window),
          numbers(strides),
          pairs(padding),
        ),
        typed: true,
      }
    : { written: tf('avgPool', x!.written, pair(window), pair(strides), string(word)), typed: x!.typed };
};

const resizing =
  (path: string, ...options: readonly Expression[]): Writer<'resizeNearest' | 'resizeBilinear'> =>
  ({ operands: [x], attributes: { height, width }, size }) => ({
    written: tf(path, x!.written, array([size('height', 0, height), size('width', 0, width)]), ...options),
    typed: x!.typed,
  });

/** Every primitive that is computed; the type checker holds this list to the alphabet. */
export const writers: { readonly [Name in Exclude<PrimitiveName, Leaf>]: Writer<Name> } = {
  relu: keeping('relu'),
  elu: keeping('elu'),
  tanh: keeping('tanh'),
  sigmoid: keeping('sigmoid'),
  exp: keeping('exp'),
  log: keeping('log'),
  sqrt: keeping('sqrt'),
  square: keeping('square'),
  abs: keeping('abs'),
  negate: keeping('neg'),
  floor: keeping('floor'),
  stopGradient: ({ operands: [x], helper }) => ({
    written: call(helper('detached'), x!.written),
    typed: x!.typed,
  }),
  add: binary('add'),
  subtract: binary('sub'),
  multiply: binary('mul'),
  divide: binary('div'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  greaterEqual: comparing('greaterEqual'),
  greater: comparing('greater'),
  leakyRelu: ({ operands: [x], attributes: { slope } }) => ({
    written: tf('leakyRelu', x!.written, number(slope)),
    typed: x!.typed,
  }),
  cast: ({ operands: [x], attributes: { dtype } }) => ({
    written: tf('cast', x!.written, string(dtype)),
    typed: x!.typed,
  }),
  select: ({ operands: [condition, a, b] }) => ({
    written: tf('where', condition!.written, a!.written, b!.written),
    typed: false,
  }),
  conv2d,
  conv2dTranspose,
  matMul: binary('matMul'),
  batchMatMul: binary('matMul'),
  concat: ({ operands, attributes: { axis } }) => {
    // What is joined along the same axis once more is joined at once.
    const parts = operands.flatMap(({ written, joined }) =>
      joined?.axis === axis ? joined.parts : [written],
    );
    return {
      written: tf('concat', array(parts), number(axis)),
      typed: operands.every(({ typed }) => typed),
      joined: { axis, parts },
    };
  },
  slice: ({ operands: [x], attributes: { axis, begin, size }, size: sized }) => ({
    written: tf(
      'slice',
      x!.written,
      numbers(x!.shape.map((_, i) => (i === axis ? begin : 0))),
      // −1 stands for all that is left.
      array(x!.shape.map((_, i) => (i === axis ? sized('size', 0, size) : number(-1)))),
    ),
    typed: x!.typed,
  }),
  pad: ({ operands: [x], attributes: { paddings } }) => ({
    written: tf('pad', x!.written, pairs(paddings)),
    typed: x!.typed,
  }),
  mirrorPad: ({ operands: [x], attributes: { paddings } }) => ({
    written: tf('mirrorPad', x!.written, pairs(paddings), string('reflect')),
    typed: x!.typed,
  }),
  reshape: ({ operands: [x], attributes: { shape }, size }) => ({
    // −1 is the batch, or a multiple of it.
    written: tf('reshape', x!.written, array(shape.map((extent, i) => (typeof extent === 'number' ? size('shape', i, extent) : number(-1))))), // prettier-ignore
    typed: false,
  }),
  transpose: ({ operands: [x], attributes: { permutation } }) => ({
    written: tf('transpose', x!.written, numbers(permutation)),
    typed: x!.typed,
  }),
  resizeNearest: resizing('image.resizeNearestNeighbor'),
  // Not aligned at the corners, but at half pixels.
  resizeBilinear: resizing('image.resizeBilinear', flag(false), flag(true)),
  tile: ({ operands: [x], attributes: { repetitions } }) => ({
    written: tf('tile', x!.written, numbers(repetitions)),
    typed: x!.typed,
  }),
  gather: ({ operands: [x, indices], helper }) => ({
    written: call(helper('gatherRows'), x!.written, indices!.written),
    typed: true,
  }),
  maxPool,
  averagePool,
  reduceSum: reducing('sum'),
  reduceMean: reducing('mean'),
  reduceMax: reducing('max'),
};

/**
 * Operations whose functions say nothing of the rank of their result; all others hand on their first operand's. Through
 * two of those, one inside the other, TypeScript 5.9 does not carry the rank that is asked for outside.
 */
export const isLoose = (op: PrimitiveName): boolean => loose.has(op);
const loose: ReadonlySet<PrimitiveName> = new Set([
  ...(['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'greater', 'greaterEqual'] as const),
  ...(['matMul', 'batchMatMul', 'reshape', 'reduceSum', 'reduceMean', 'reduceMax'] as const),
]);

/** Which operations ask for operands of a rank that the type checker knows, and which name their operands twice. */
export const demands: Partial<Record<PrimitiveName, { readonly names?: true }>> = {
  conv2d: {},
  conv2dTranspose: { names: true },
  maxPool: {},
  averagePool: {},
  resizeNearest: {},
  resizeBilinear: {},
  gather: {},
  select: {},
};
