import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unsafeElaborate, psi, withPsi } from '../../src/index.js';
import { buildPlan } from '../../src/compile/index.js';
import { gatesOf, maskPaths, withShuffledMasks, type Weights } from '../../examples/quickstart/gates.js';
import { findings } from '../../examples/quickstart/findings.js';
import { count, escaped, figure, interval } from '../../examples/quickstart/markup.js';
import { presets, rateAt } from '../../examples/quickstart/presets.js';
import type { Results } from '../../examples/quickstart/results.js';

const planned = buildPlan(
  unsafeElaborate(withPsi(presets.smoke.network, psi.dense(), { encoder: 'image' })),
  { mode: 'infer' },
);
assert.ok(planned._tag === 'Right');
const plan = planned.right;
const filled = (value: (at: number) => number): Weights =>
  Object.fromEntries(
    plan.parameters.map(({ path, shape }) => [
      path,
      { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => value(at)) },
    ]),
  );

describe('quickstart: gates', () => {
  it('has the image encoder’s masks only, shallowest first', () => {
    const heights = maskPaths(plan).map((path) => plan.parameters.find((one) => one.path === path)?.shape[0]);
    assert.deepEqual(heights, [64, 32, 16, 8, 4]);
  });

  it('counts entries ≥ 0 per channel and entries that changed sides', () => {
    const [shallow] = gatesOf(
      plan,
      filled(() => 0),
      filled((at) => (at % 6 === 2 ? -1 : 1)),
    );
    assert.deepEqual(shallow?.start, [2048, 2048, 2048, 2048, 2048, 2048]);
    assert.deepEqual(shallow?.trained, [2048, 2048, 0, 2048, 2048, 2048]);
    assert.ok(Math.abs((shallow?.changed ?? 0) - 1 / 6) < 1e-9);
  });

  it('shuffles each mask and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const weights = filled((at) => at);
        const shuffled = withShuffledMasks(plan, weights, seed);
        for (const { path, role } of plan.parameters) {
          const [before, after] = [weights[path]!.data, shuffled[path]!.data];
          if (role === 'mask') {
            assert.notDeepEqual(after, before);
            assert.deepEqual(after.toSorted(), before);
          } else assert.equal(after, before);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('quickstart: findings', () => {
  const differences = (low: number, high: number) => {
    const one = { mean: (low + high) / 2, low, high };
    return { ssim: one, maskSsim: one, l1: one };
  };
  const answers = (low: number, high: number): string => {
    const network = {
      title: 'mUNet',
      minus: { copy: differences(-2, -1), mean: differences(-2, -1), noMask: differences(low, high) },
      gates: [],
    };
    const results = { networks: [network] } as unknown as Results; // findings look at nothing else
    return (
      findings(results)
        .find(({ question }) => question.includes('No-mask'))
        ?.answers.join() ?? ''
    );
  };

  it('says who is better in L1, whichever way it falls', () => {
    assert.match(
      answers(-0.2, -0.1),
      /^mUNet beats No-mask: L1 difference −0\.1500 \[−0\.2000, −0\.1000\]\.$/,
    );
    assert.match(answers(0.1, 0.2), /^mUNet is worse than No-mask: L1 difference \+0\.1500/);
    assert.match(answers(-0.1, 0.2), /^mUNet and No-mask cannot be told apart/);
  });
});

describe('quickstart: text', () => {
  it('shows numbers', () => {
    assert.equal(figure(-0.0004, 3), '0.000');
    assert.equal(figure(-0.0006, 3), '−0.001');
    assert.equal(interval({ mean: 0.1, low: -0.1, high: 0 }, 2), '+0.10 [−0.10, 0.00]');
    assert.equal(count(1234567), '1,234,567');
  });

  it('keeps markup out', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escaped(text))));
  });
});

describe('quickstart: presets', () => {
  it('has at least 60 people and 200 pairs where people look', () => {
    for (const { identities, testIdentities, imagesPerIdentity, pairs } of [presets.native, presets.wasm]) {
      assert.ok(identities >= 60 && testIdentities > 0 && imagesPerIdentity >= 8 && pairs >= 200);
    }
  });

  it('lowers the rate in the last quarter, never to 0', () => {
    const rate = rateAt({ rate: 1, steps: 100 });
    assert.equal(rate(1), 1);
    assert.equal(rate(75), 1);
    assert.ok(rate(90) < 0.5 && rate(100) > 0 && rate(100) < 0.05);
  });
});
