/** R33: thirty networks in PyTorch compute what their plans compute, and learn the same from one step. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { models } from '../../../../src/models/index.js';
import { thirty, variantOf } from '../thirty.js';
import { distances } from './parity.js';
import { needs } from './python.js';

const full = process.env['MASKSKIP_FULL'] === '1';

const agree = async (variants: Parameters<typeof distances>[0]): Promise<void> => {
  for (const { name, forward, step, change } of await distances(variants)) {
    const told = `${name}: forward ${forward.toExponential(1)}, after a step ${step.toExponential(1)}, change ${change.toExponential(1)}`; // prettier-ignore
    if (full) console.info(`      ${told}`);
    assert.ok(forward < 1e-5 && step < 1e-4, told);
  }
};

describe('networks in PyTorch', () => {
  before(needs('torch', 'safetensors'));
  before(() => unsafeActivate({ backend: 'cpu' }));

  it(
    full
      ? 'thirty variants: outputs within 1e-5, a step of SGD within 1e-4'
      : 'two of thirty variants: outputs within 1e-5, a step of SGD within 1e-4',
    async function () {
      this.timeout(3_600_000);
      await agree(full ? thirty : thirty.filter((_, at) => [9, 11].includes(at)));
    },
  );

  if (full) {
    for (const dataset of ['market-1501', 'deepfashion'] as const) {
      it(`every listed model at ${dataset}`, async function () {
        this.timeout(3_600_000);
        await agree(
          models.map(({ name, at, smallest }) => {
            // Norms of four numbers in a row would make rounding great.
            const scale = ['resnet', 'pngan-generator'].includes(name) ? 4 : 1;
            const [height, width] = smallest[dataset].map((one) => scale * one);
            return variantOf(
              `${name}-${dataset}`,
              at[dataset]({ height: height!, width: width!, filters: 4 }),
            );
          }),
        );
      });
    }
  }
});
