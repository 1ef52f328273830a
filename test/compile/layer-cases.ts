/** Layers whose kernels and gradients every backend is asked for, on images that are not square. */
import * as tf from '@tensorflow/tfjs-core';
import { autoregressive, averagePool, channelsFirst, conv, crop, cropOf, denseBlock, depthToSpace, elu, fuse, globalAveragePool, join, layerNorm, maxPool, pad, parts, psi, residual, round, sample, seq, skip, spaceToDepth, tanh, tile, weightNorm, convTranspose, type Crop, type Layer } from '../../src/dsl/index.js'; // prettier-ignore
import { kernels } from '../../src/compile/tensors/kernels.js';
import { fine, layerOf } from '../../src/dsl/rule.js';
import * as ops from '../../src/ops/elementwise.js';
import { constant } from '../../src/ops/leaves.js';
import { reduceMean } from '../../src/ops/reduction.js';
import { cutRegions } from '../../src/ops/region.js';
import { warpParts } from '../../src/ops/warp.js';

/** The gradient of the sum of a maximum's windows over an image of ones, on the active backend: every entry ties. */
export const gradientOfTies = (): readonly number[] => {
  const pool = (x: tf.Tensor): tf.Tensor =>
    tf.sum(kernels.maxPool([x], { window: [3, 3], strides: [1, 1], padding: [[1, 1], [1, 1]] })); // prettier-ignore
  return [
    ...tf
      .grad(pool)(tf.ones([1, 4, 4, 1]))
      .dataSync(),
  ];
};
/** Each window gives its share to its first entry. */
export const sharesOfTies = [4, 2, 2, 0, 2, 1, 1, 0, 2, 1, 1, 0, 0, 0, 0, 0] as const;

/** Layers after an image of this shape. */
export interface LayerCase {
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly layer: Layer;
  /** Steps have no central difference. */
  readonly step?: boolean;
}

const pools = ([['maxPool', maxPool], ['averagePool', averagePool]] as const).flatMap(([name, pool]): readonly LayerCase[] => [
  { name: `${name} 2`, shape: [5, 6, 3], layer: pool(2) },
  { name: `${name} 3, stride 2, same`, shape: [6, 5, 3], layer: pool(3, { stride: 2, padding: 'same' }) },
  { name: `${name} 3, stride 1, padding 2`, shape: [3, 5, 2], layer: pool(3, { stride: 1, padding: 2 }) },
  { name: `${name} 2, stride 3, padding 1`, shape: [7, 4, 2], layer: pool(2, { stride: 3, padding: 1 }) },
  { name: `${name} 1, stride 2`, shape: [5, 4, 2], layer: pool(1, { stride: 2 }) },
]); // prettier-ignore

/* Boxes that do not come from an input: the constants, once for each example. */
const boxes: Crop = cropOf<Crop>({
  name: 'boxes',
  shape: (state) => fine({ ...state, h: 3, w: 4 }),
  lower: ({ value }) => {
    const still = ops.multiply(reduceMean(value, [1, 2, 3], true), 0);
    const rows = constant([0.1, 0.2, 0.7, 0.9, 0.9, 0.1, 0.3, 0.6, -0.2, 0.4, 0.5, 1.3], [1, 1, 3, 4]);
    return { value: cutRegions(value, ops.add(still, rows), 3, 4) };
  },
});
/* Two parts that cross, and one that stands still, each where its mask is. */
const warped: Layer = layerOf<Layer>({
  definition: {
    name: 'warped',
    shape: fine,
    lower: (flow) => {
      const still = ops.multiply(reduceMean(flow.value, [1, 2, 3], true), 0);
      const rows = [[0.8, -0.3, 1, 0.2, 1.1, -1, 0, 0], [0.5, 0, 1.5, 0, -1, 4, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0]].flat(); // prettier-ignore
      const masks = Array.from({ length: 5 * 6 * 3 }, (_, i) => (i % 3 === 0 || i % 7 < 4 ? 1 : 0));
      const value = warpParts(flow.value, ops.add(still, constant(rows, [1, 1, 3, 8])), {
        masks: ops.add(still, constant(masks, [1, 5, 6, 3])),
        frame: [5, 6],
      });
      return { ...flow, value };
    },
  },
});
const group = skip('group', psi.none, { join: join.replace, level: 1 });

/** Every layer of the kind. */
export const layerCases: readonly LayerCase[] = [
  ...pools,
  { name: 'globalAveragePool', shape: [3, 5, 2], layer: globalAveragePool },
  { name: 'channelsFirst', shape: [3, 5, 2], layer: channelsFirst },
  { name: 'depthToSpace 2', shape: [2, 3, 12], layer: depthToSpace(2) },
  { name: 'spaceToDepth 3', shape: [6, 3, 2], layer: spaceToDepth(3) },
  { name: 'crop', shape: [5, 4, 2], layer: crop(1, 2, 0, 1) },
  { name: 'pad zeros', shape: [3, 4, 2], layer: pad(1, 2, 0, 3) },
  { name: 'pad reflect', shape: [3, 4, 2], layer: pad(1, 2, 0, 3, { mode: 'reflect' }) },
  { name: 'denseBlock', shape: [3, 4, 2], layer: denseBlock(seq(conv(3), tanh), seq(conv(2), tanh)) },
  { name: 'weightNorm conv', shape: [4, 5, 2], layer: weightNorm(conv(3, { stride: 2 })) },
  { name: 'weightNorm convTranspose', shape: [2, 3, 2], layer: weightNorm(convTranspose(3)) },
  { name: 'layerNorm', shape: [2, 3, 5], layer: layerNorm() },
  { name: 'parts', shape: [6, 5, 2], layer: parts(3, boxes, conv(2), tanh) },
  { name: 'warp', shape: [5, 6, 2], layer: seq(conv(3), warped) },
  { name: 'tile', shape: [1, 1, 3], layer: tile(2, 3) },
  { name: 'sample', shape: [2, 3, 2], layer: sample({ when: 'always' }) },
  {
    name: 'autoregressive',
    shape: [2, 3, 4],
    layer: autoregressive(3, {
      predict: conv(2),
      update: residual(fuse(join.concat, group, elu), tanh, conv(4)),
    }),
  },
  { name: 'round', shape: [2, 3, 5], layer: round, step: true },
  ...[2, 3].flatMap((dilation): readonly LayerCase[] => [
    { name: `conv dilation ${dilation}`, shape: [7, 6, 2], layer: conv(3, { dilation }) },
    {
      name: `conv dilation ${dilation}, padding 2`,
      shape: [5, 7, 2],
      layer: conv(3, { dilation, padding: 2 }),
    },
  ]),
];
