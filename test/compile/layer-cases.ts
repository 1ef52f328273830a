/** Layers whose kernels and gradients every backend is asked for, on images that are not square. */
import { averagePool, conv, crop, denseBlock, depthToSpace, globalAveragePool, layerNorm, maxPool, pad, round, seq, spaceToDepth, tanh, weightNorm, convTranspose, type Layer } from '../../src/dsl/index.js'; // prettier-ignore

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

/** Every layer of the kind. */
export const layerCases: readonly LayerCase[] = [
  ...pools,
  { name: 'globalAveragePool', shape: [3, 5, 2], layer: globalAveragePool },
  { name: 'depthToSpace 2', shape: [2, 3, 12], layer: depthToSpace(2) },
  { name: 'spaceToDepth 3', shape: [6, 3, 2], layer: spaceToDepth(3) },
  { name: 'crop', shape: [5, 4, 2], layer: crop(1, 2, 0, 1) },
  { name: 'pad zeros', shape: [3, 4, 2], layer: pad(1, 2, 0, 3) },
  { name: 'pad reflect', shape: [3, 4, 2], layer: pad(1, 2, 0, 3, { mode: 'reflect' }) },
  { name: 'denseBlock', shape: [3, 4, 2], layer: denseBlock(seq(conv(3), tanh), seq(conv(2), tanh)) },
  { name: 'weightNorm conv', shape: [4, 5, 2], layer: weightNorm(conv(3, { stride: 2 })) },
  { name: 'weightNorm convTranspose', shape: [2, 3, 2], layer: weightNorm(convTranspose(3)) },
  { name: 'layerNorm', shape: [2, 3, 5], layer: layerNorm() },
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
