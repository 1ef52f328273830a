/** PDIG against independent PyTorch modules with the same weights. */
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { model, psi } from '../../src/dsl/index.js';
import { pdigPoseDecoder, pdigStage1, pdigStage1Deep } from '../../src/models/index.js';
import type { Numbers } from '../dsl/plans.js';
import { agreesWithTorch, full } from './torch/harness.js';

/* The source's width and sizes, or less. */
const filters = full ? 64 : 4;
const [height, width] = full ? [128, 64] : [64, 32];
const batch = 2;

const drawn = (
  name: string,
  shape: readonly number[],
  of: (uniform: number, index: number) => number,
): Numbers => ({
  shape,
  data: random(5, 'torch', name)
    .uniforms(shape.reduce((a, b) => a * b))
    .map(of),
});
/* y1, x1 in the first half of the picture, y2, x2 in the second. */
const boxes_a = drawn('boxes', [batch, 1, 7, 4], (one, i) => one / 2 + (i % 4 < 2 ? 0 : 0.5));
const seen_a = drawn('seen', [batch, 1, 1, 7], (one) => (one < 0.8 ? 1 : 0));
const mask_a = drawn('mask', [batch, height, width, 1], (one) => (one < 0.5 ? 1 : 0));

describe('PyTorch gives the same for PDIG, to 1e-4 of the greatest entry', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));
  agreesWithTorch([
    {
      name: 'Stage I, Market-1501',
      declared: () => model(pdigStage1(height, width, filters, psi.none)),
      script: 'pdig.py',
      options: ['stage1', filters, 48, 5, 1, height, width],
      inputs: { boxes_a, seen_a, mask_a },
    },
    {
      name: 'Stage I, DeepFashion',
      declared: () => model(pdigStage1Deep(64, 64, filters, psi.none)),
      script: 'pdig.py',
      options: ['stage1', filters, 64, 7, 0, 64, 64],
      inputs: { boxes_a, seen_a },
    },
    {
      name: 'the pose decoder, rounded visibilities included',
      declared: () => model(pdigPoseDecoder(512)),
      script: 'pdig.py',
      options: ['decoder', 512],
      batch: 8,
    },
  ]);
});
