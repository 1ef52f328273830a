/**
 * The alphabet in torch, channels first: one expression for each primitive.
 *
 * Gradients are the plan's, at ties too: of equal operands a maximum gives its gradient to the first, a comparison and a
 * rounding give none.
 */
import type { AttributesOf, PrimitiveName } from '../../../ops/alphabet.js';
import type { Padding } from '../../../ops/convolution.js';
import type { Leaf } from '../../../ops/leaves.js';
import type { Extent } from '../../../ops/value.js';
import type { PlanNode } from '../../plan/plan.js';
import { atom, binding, bracketed, call, infix, method, tuple, type Expression } from './text.js';

/** What a primitive's expression is made of. */
export interface Scene {
  readonly node: PlanNode;
  /** The operands as text. */
  readonly operands: readonly Expression[];
  /** The operands as the plan has them. */
  readonly sources: readonly PlanNode[];
}

type Written<Name extends PrimitiveName> = (scene: Scene, attributes: AttributesOf<Name>) => Expression;

const unary =
  (name: string): ((scene: Scene) => Expression) =>
  ({ operands }) =>
    call(name, [operands[0]!.text]);
const sign =
  (symbol: '+' | '-' | '*' | '/' | '>' | '>='): ((scene: Scene) => Expression) =>
  ({ operands }) =>
    infix(operands[0]!, symbol, operands[1]!);
const choosing =
  (name: string): ((scene: Scene) => Expression) =>
  ({ operands }) =>
    call(name, [operands[0]!.text, operands[1]!.text]);

/** A number where both axes agree, a pair else. */
export const pair = ([rows, columns]: readonly [number, number]): string =>
  rows === columns ? String(rows) : tuple([rows, columns]);

/* torch pads the last axis first: (left, right, top, bottom). */
const padded = (x: Expression, [rows, columns]: Padding): Expression =>
  call('F.pad', [x.text, tuple([...columns, ...rows])]);
const isEven = (padding: Padding): boolean => padding.every(([before, after]) => before === after);
const befores = (padding: Padding): readonly [number, number] => [padding[0][0], padding[1][0]];
const isSome = ([rows, columns]: readonly [number, number], standard: number): boolean =>
  rows !== standard || columns !== standard;
const options = (
  entries: readonly (readonly [name: string, value: readonly [number, number], standard: number])[],
): readonly string[] =>
  entries
    .filter(([, value, standard]) => isSome(value, standard))
    .map(([name, value]) => `${name}=${pair(value)}`);

/** A convolution on an image: the image, padded where torch does not pad so, and the options by name. */
export const convolution = (
  x: Expression,
  { strides, padding, dilations }: AttributesOf<'conv2d'>,
): { readonly x: Expression; readonly options: readonly string[] } => ({
  x: isEven(padding) ? x : padded(x, padding),
  options: options([
    ['stride', strides, 1],
    ['padding', isEven(padding) ? befores(padding) : [0, 0], 0],
    ['dilation', dilations, 1],
  ]),
});

/** A transposed convolution: its options by name, and what is cut out of what torch gives, if anything. */
export const transposedConvolution = (
  { strides, padding, size }: AttributesOf<'conv2dTranspose'>,
  x: PlanNode,
  kernel: PlanNode,
): { readonly options: readonly string[]; readonly cut: string } => {
  const full = [0, 1].map(
    (axis) => (Number(x.shape[axis + 2]) - 1) * strides[axis]! + Number(kernel.shape[axis + 2]),
  );
  const surplus = [0, 1].map((axis) => size[axis]! + 2 * padding[axis]![0] - full[axis]!) as [number, number];
  if (surplus.every((more, axis) => more >= 0 && more < strides[axis]!))
    return {
      cut: '',
      options: options([['stride', strides, 1], ['padding', befores(padding), 0], ['output_padding', surplus, 0]]), // prettier-ignore
    };
  // Padded by more at the end than at the beginning: all of it, and then the part that is asked for.
  const more = [0, 1].map((axis) => Math.max(0, size[axis]! + padding[axis]![0] - full[axis]!)) as [number, number]; // prettier-ignore
  const part = (axis: 0 | 1): string => {
    const from = padding[axis]![0];
    const isWhole = from === 0 && size[axis] === full[axis]! + more[axis]!;
    return isWhole ? ':' : `${from === 0 ? '' : from}:${from + size[axis]!}`;
  };
  return {
    cut: `[:, :, ${part(0)}, ${part(1)}]`,
    options: options([['stride', strides, 1], ['output_padding', more, 0]]), // prettier-ignore
  };
};

/* torch pads pools by half a window at most, on both sides alike. */
const poolsPlainly = ({ window, padding }: AttributesOf<'maxPool'>): boolean =>
  isEven(padding) && padding.every(([before], axis) => before * 2 <= window[axis]!);
const poolOptions = (
  { window, strides, padding }: AttributesOf<'maxPool'>,
  isPadded: boolean,
): readonly string[] => [
  pair(window),
  ...(strides.join() === window.join() ? [] : [`stride=${pair(strides)}`]),
  ...(isPadded ? [] : options([['padding', befores(padding), 0]])),
];

const reduction =
  (name: string): ((scene: Scene, attributes: AttributesOf<'reduceSum'>) => Expression) =>
  ({ operands, sources }, { axes, keepDims }) => {
    const isAll = axes.length === sources[0]!.shape.length && !keepDims && name !== 'amax';
    const items = isAll ? [] : [axes.length === 1 ? String(axes[0]) : tuple(axes)];
    return method(operands[0]!, name, [...items, ...(keepDims ? ['keepdim=True'] : [])]);
  };

/* What the batch decides is inferred. */
const extents = (shape: readonly Extent[]): readonly string[] =>
  shape.map((extent) => (typeof extent === 'number' ? String(extent) : '-1'));

const isPowerOfTwo = (factor: number): boolean => factor >= 1 && Number.isInteger(Math.log2(factor));

/** Subscripts that insert and drop axes of extent 1; kept in place of a reshape's sizes, which differ by the layer. */
export const subscripts = (from: readonly Extent[], to: readonly Extent[]): string | undefined => {
  const items: string[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      items.push(':');
      i++;
      j++;
    } else if (i < from.length && from[i] === 1) {
      items.push('0');
      i++;
    } else if (j < to.length && to[j] === 1) {
      items.push('None');
      j++;
    } else return undefined;
  }
  while (items.at(-1) === ':') items.pop();
  return items.length === 0 ? '' : `[${items.join(', ')}]`;
};

/** Every primitive that is computed; the type checker holds this list to the alphabet. */
export const primitives: { readonly [Name in Exclude<PrimitiveName, Leaf>]: Written<Name> } = {
  relu: unary('F.relu'),
  elu: unary('F.elu'),
  tanh: unary('torch.tanh'),
  sigmoid: unary('torch.sigmoid'),
  exp: unary('torch.exp'),
  log: unary('torch.log'),
  sqrt: unary('torch.sqrt'),
  square: unary('torch.square'),
  abs: unary('torch.abs'),
  negate: ({ operands }) => ({ text: `-${bracketed(operands[0]!, binding.sign)}`, binds: binding.sign }),
  floor: unary('torch.floor'),
  stopGradient: ({ operands }) => method(operands[0]!, 'detach'),
  add: sign('+'),
  subtract: sign('-'),
  multiply: sign('*'),
  divide: sign('/'),
  maximum: choosing('maximum'),
  minimum: choosing('minimum'),
  greaterEqual: sign('>='),
  greater: sign('>'),
  leakyRelu: ({ operands }, { slope }) => call('F.leaky_relu', [operands[0]!.text, String(slope)]),
  cast: ({ operands }, { dtype }) => method(operands[0]!, { float32: 'float', int32: 'int', bool: 'bool' }[dtype]), // prettier-ignore
  select: ({ operands }) => call('torch.where', operands.map(({ text }) => text)), // prettier-ignore
  conv2d: ({ operands: [x, kernel] }, attributes) => {
    const { x: image, options: named } = convolution(x!, attributes);
    return call('F.conv2d', [image.text, kernel!.text, ...named]);
  },
  conv2dTranspose: ({ operands: [x, kernel], sources }, attributes) => {
    const { options: named, cut } = transposedConvolution(attributes, sources[0]!, sources[1]!);
    const whole = call('F.conv_transpose2d', [x!.text, kernel!.text, ...named]);
    return cut === '' ? whole : atom(`${whole.text}${cut}`);
  },
  matMul: ({ operands: [a, b], node }) =>
    node.attributes['transposed'] === true
      ? call('F.linear', [a!.text, b!.text])
      : call('torch.matmul', [a!.text, b!.text]),
  batchMatMul: ({ operands: [a, b] }) => call('torch.bmm', [a!.text, b!.text]),
  concat: ({ operands }, { axis }) => call('torch.cat', [`[${operands.map(({ text }) => text).join(', ')}]`, String(axis)]), // prettier-ignore
  slice: ({ operands }, { axis, begin, size }) =>
    atom(
      `${bracketed(operands[0]!, binding.atom)}[${':, '.repeat(axis)}${begin === 0 ? '' : begin}:${begin + size}]`,
    ),
  pad: ({ operands }, { paddings }) => {
    const first = paddings.findIndex(([before, after]) => before > 0 || after > 0);
    if (first < 0) return operands[0]!;
    const pairs = paddings.slice(first).toReversed();
    return call('F.pad', [operands[0]!.text, tuple(pairs.flat())]);
  },
  mirrorPad: ({ operands }, { paddings }) => {
    const isSpatial =
      paddings.length === 4 &&
      paddings
        .slice(0, 2)
        .flat()
        .every((size) => size === 0);
    if (isSpatial)
      return call('F.pad', [operands[0]!.text, tuple(paddings.slice(2).toReversed().flat()), 'mode="reflect"']); // prettier-ignore
    return paddings.reduce<Expression>(
      (x, [before, after], axis) =>
        before === 0 && after === 0
          ? x
          : call('mirror_pad', [x.text, String(axis), String(before), String(after)]),
      operands[0]!,
    );
  },
  reshape: ({ operands, node }, { shape }) => {
    const index = node.attributes['subscripts'];
    if (typeof index === 'string')
      return index === '' ? operands[0]! : atom(`${bracketed(operands[0]!, binding.atom)}${index}`);
    return method(operands[0]!, 'reshape', extents(shape));
  },
  transpose: ({ operands }, { permutation }) => method(operands[0]!, 'permute', permutation.map(String)), // prettier-ignore
  resizeNearest: ({ operands, sources }, { height, width }) => {
    const factors = [height / Number(sources[0]!.shape[2]), width / Number(sources[0]!.shape[3])];
    // Other factors are left to whole numbers: torch rounds their quotient first.
    return factors.every(isPowerOfTwo)
      ? call('F.interpolate', [operands[0]!.text, `scale_factor=${pair([factors[0]!, factors[1]!])}`])
      : call('resize_nearest', [operands[0]!.text, String(height), String(width)]);
  },
  resizeBilinear: ({ operands }, { height, width }) =>
    call('F.interpolate', [operands[0]!.text, tuple([height, width]), 'mode="bilinear"']),
  tile: ({ operands }, { repetitions }) => method(operands[0]!, 'repeat', repetitions.map(String)), // prettier-ignore
  gather: ({ operands }) => call('gather', [operands[0]!.text, operands[1]!.text]),
  maxPool: ({ operands }, attributes) =>
    poolsPlainly(attributes)
      ? call('F.max_pool2d', [operands[0]!.text, ...poolOptions(attributes, false)])
      : call('F.max_pool2d', [
          `${padded(operands[0]!, attributes.padding).text.slice(0, -1)}, value=float("-inf"))`,
          ...poolOptions(attributes, true),
        ]),
  averagePool: ({ operands }, attributes) => {
    if (!poolsPlainly(attributes))
      return call('average_pool', [
        operands[0]!.text,
        pair(attributes.window),
        pair(attributes.strides),
        tuple([...attributes.padding[1], ...attributes.padding[0]]),
      ]);
    const counted = isSome(befores(attributes.padding), 0) ? ['count_include_pad=False'] : [];
    return call('F.avg_pool2d', [operands[0]!.text, ...poolOptions(attributes, false), ...counted]);
  },
  reduceSum: reduction('sum'),
  reduceMean: reduction('mean'),
  reduceMax: reduction('amax'),
};

/** The expression of a node that is computed. */
export const written = (scene: Scene): Expression => {
  // The table is typed for each primitive; a node's attributes were checked against its primitive by `verify`.
  const write = primitives[scene.node.op as Exclude<PrimitiveName, Leaf>] as (
    scene: Scene,
    attributes: unknown,
  ) => Expression;
  return write(scene, scene.node.attributes);
};

/** Functions of `network.py` that expressions call. */
export const helpers: readonly string[] =
  'average_pool conv conv_transpose dense gather maximum minimum mirror_pad resize_nearest update'.split(' '); // prettier-ignore
