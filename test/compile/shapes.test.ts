/** Random nets: the language's rule, the plan's shape and the tensor's shape are one (R14–R16). */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import {
  buildPlan,
  initialParameters,
  tensorProgram,
  toTensors,
  type PlanLayer,
} from '../../src/compile/index.js';
import {
  autoregressive,
  averagePool,
  conv,
  convTranspose,
  crop,
  cropTo,
  dense,
  denseBlock,
  depthToSpace,
  elaborate,
  flatten,
  fuse,
  channelsFirst,
  globalAveragePool,
  input,
  instanceNorm,
  join,
  layerNorm,
  maxPool,
  model,
  pad as zeros,
  psi,
  relu,
  reshape,
  residual,
  round,
  sample,
  seq,
  skip,
  spaceToDepth,
  tap,
  tile,
  upsample,
  weightNorm,
  type Layer,
} from '../../src/dsl/index.js';

const small = fc.integer({ min: 1, max: 3 });
const pad = fc.integer({ min: 0, max: 2 });
const padding = fc.oneof(
  fc.constant('same' as const),
  fc.constant('valid' as const),
  pad,
  fc.tuple(fc.tuple(pad, pad), fc.tuple(pad, pad)),
  fc.record({ reflect: pad }),
);
const layer: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ filters: small, kernel: fc.integer({ min: 1, max: 4 }), stride: small, padding, dilation: fc.constantFrom(1, 1, 1, 2) }).map(({ filters, ...options }) => conv(filters, options)) }, // prettier-ignore
  { weight: 2, arbitrary: fc.record({ filters: small, kernel: fc.integer({ min: 1, max: 4 }), stride: small, padding: fc.oneof(fc.constant('same' as const), fc.constant('valid' as const), pad), outputPadding: fc.constantFrom(0, 0, 1) }).map(({ filters, ...options }) => convTranspose(filters, options)) }, // prettier-ignore
  fc.record({ factor: fc.constantFrom(1, 2), method: fc.constantFrom('nearest' as const, 'bilinear' as const) }).map(({ factor, method }) => upsample(factor, { method })), // prettier-ignore
  fc.record({ window: fc.integer({ min: 1, max: 4 }), stride: small, padding: fc.oneof(fc.constant('same' as const), fc.constant('valid' as const), pad) }).chain(({ window, ...options }) => fc.constantFrom<Layer>(maxPool(window, options), averagePool(window, options))), // prettier-ignore
  fc.constantFrom<Layer>(
    depthToSpace(2),
    spaceToDepth(2),
    spaceToDepth(3),
    globalAveragePool,
    channelsFirst,
    round,
  ),
  fc.tuple(pad, pad, pad, pad).chain((sides) => fc.constantFrom<Layer>(crop(...sides), zeros(...sides), zeros(...sides, { mode: 'reflect' }))), // prettier-ignore
  fc.constantFrom<Layer>(denseBlock(relu, conv(1)), denseBlock(maxPool(3, { stride: 1, padding: 1 }))),
  fc.constantFrom<Layer>(weightNorm(conv(2)), weightNorm(convTranspose(2)), weightNorm(dense(2)), layerNorm()), // prettier-ignore
  fc.constantFrom<Layer>(sample(), sample({ when: 'always' }), tile(2, 3)),
  fc.constantFrom<Layer>(
    autoregressive(2, { predict: conv(1), update: conv('same') }),
    autoregressive(2, { predict: conv(1), update: relu, from: 'e' }),
    autoregressive(1, { predict: flatten, update: dense(3) }),
  ),
  fc.constant(relu),
  fc.constant(instanceNorm()),
  fc.constant(tap('e')),
  fc.constantFrom(
    skip('e', psi.dense()),
    skip('e', psi.grid(2, 2)),
    skip('e', psi.one(), { join: join.add }),
  ),
  fc.constant(cropTo('e')),
  fc.constant(residual(conv('same'), relu)),
  fc.constant(residual(conv(2))),
  fc.constant(fuse(join.concat, conv(1))),
  fc.constant(seq(flatten, dense(3))),
  fc.constantFrom(reshape(1, 1, 12), reshape(2, 2, 3), reshape(1, 2, 6)),
);
const net = fc.record({
  h: fc.integer({ min: 1, max: 7 }),
  w: fc.integer({ min: 1, max: 7 }),
  c: small,
  n: fc.constantFrom(1, 3),
  layers: fc.array(layer, { minLength: 1, maxLength: 5 }),
});

describe('R15, R16: shapes', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('of accepted nets are the plan’s and the tensors’, in both modes', function () {
    this.timeout(120_000);
    let accepted = 0;
    fc.assert(
      fc.property(net, ({ h, w, c, n, layers }) => {
        const elaborated = elaborate(model(seq(input('x', h, w, c), ...layers) as never));
        if (E.isLeft(elaborated)) return;
        const { h: height, w: width, c: channels } = elaborated.right.outputs['output']!;
        if ([height, width, channels].reduce<number>((a, b) => a * Number(b), 1) > 5000) return;
        accepted += 1;
        for (const mode of ['infer', 'train'] as const) {
          const plan = buildPlan(elaborated.right, { mode });
          assert.ok(E.isRight(plan), E.isLeft(plan) ? plan.left.map(({ text }) => text).join('\n') : '');
          const { nodes, outputs } = plan.right;
          assert.deepEqual(nodes[outputs['output']!]!.shape, ['n', height, width, channels]);
          for (const step of elaborated.right.steps) {
            const row: PlanLayer | undefined = plan.right.layers.find(({ path }) => path === step.path);
            assert.deepEqual(row?.output, ['n', step.output.h, step.output.w, step.output.c], step.path);
          }
          const parameters = toTensors(initialParameters(plan.right, 1));
          tf.tidy(() => {
            const x = tf.ones([n, h, w, c]);
            const run = tensorProgram(plan.right).run({
              inputs: { x },
              parameters,
              noise: { seed: 1, step: 0 },
            });
            assert.deepEqual(run.outputs['output']!.shape, [n, height, width, channels]);
          });
          tf.dispose(Object.values(parameters));
        }
      }),
      { numRuns: 1200, seed: 15 },
    );
    assert.ok(accepted >= 200, `only ${accepted} nets were accepted`);
  });
});
