/** The feeds that each system's inputs are made for: their shapes are those that the listed models read. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import {
  affines,
  bind,
  discs,
  gaussians,
  mask,
  partBoxes,
  partCrops,
  partMasks,
  partVisibility,
  pose,
  poseMask,
  poseVector,
  shapesOf,
  skeleton,
  stickMan,
  view,
  type Binding,
  type ChannelsByName,
} from '../../src/data/index.js';
import { elaborate } from '../../src/dsl/index.js';
import { datasetNames, datasetSizes, models } from '../../src/models/index.js';

const views = { x_a: view('source'), x_b: view('target') };
const poses = { ...views, p_a: pose('source', discs(4)), p_b: pose('target', discs(4)) };

/** By the name's beginning; the first that fits counts. */
const bindings: readonly (readonly [prefix: string, Binding<ChannelsByName>])[] = [
  [
    'defgan',
    bind({
      ...views,
      p_a: pose('source', gaussians(6)),
      p_b: pose('target', gaussians(6)),
      affines: affines(),
      masks: pose('target', partMasks()),
    }),
  ],
  ['pngan', bind({ ...views, p_b: pose('target', skeleton()) })],
  ['variunet', bind({ p_b: pose('target', stickMan()), parts_a: partCrops('source', 64) })],
  ['pdig-pose-encoder', bind({ p_b: poseVector('target') })],
  [
    'pdig-stage1',
    bind({
      ...poses,
      boxes_a: partBoxes('source'),
      seen_a: partVisibility('source'),
      mask_a: mask('source', poseMask(7)),
    }),
  ],
  ['', bind(poses)],
];

/** What no picture gives: another network's output, or noise. */
const made = new Set(['coarse', 'code', 'z']);

describe('data: what each system reads', () => {
  for (const { name, at } of models.filter((model) => !model.name.includes('+'))) {
    it(name, () => {
      const [, binding] = bindings.find(([prefix]) => name.startsWith(prefix))!;
      for (const dataset of datasetNames) {
        const elaborated = elaborate(at[dataset]());
        assert.ok(E.isRight(elaborated));
        const inputs = Object.entries(elaborated.right.inputs).filter(([input]) => !made.has(input));
        const [height, width] = datasetSizes[dataset];
        const { x_a, x_b, p_b } = elaborated.right.inputs;
        // PN-GAN and Vari-UNet resize the pictures of Market-1501.
        const whole = [x_a, x_b, p_b].find((level) => level !== undefined && level.h !== 1);
        const fed = shapesOf(binding, {
          height: Number(whole?.h ?? height),
          width: Number(whole?.w ?? width),
        });
        for (const [input, { h, w, c }] of inputs) assert.deepEqual(fed[input], [h, w, c], input);
      }
    });
  }
});
