/** What the compiler infers and how it counts (promise R14). */
import assert from 'node:assert/strict';
import { operationCount } from './arithmetic.js';
import { compilers, diagnosticsOf } from './compilers.js';

describe('inference', () => {
  for (const compiler of compilers) {
    describe(`in ${compiler}`, () => {
      before(async function () {
        this.timeout(180_000);
        await diagnosticsOf(compiler);
      });

      for (const file of [
        'inference.ts',
        'inference-corners.ts',
        'variants.ts',
        'arithmetic.mts',
        'twins.mts',
        'sizes.mts',
      ]) {
        it(`${file} has no errors`, async () => {
          const wrong = (await diagnosticsOf(compiler)).filter((one) => one.file === file);
          assert.deepEqual(wrong, []);
        });
      }
    });
  }

  it('counts at least 500 times', () => assert.ok(operationCount >= 500));
});
