/** The plain baselines: any size. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { model, psi } from '../../src/dsl/index.js';
import { resnet, unet } from '../../src/models/index.js';
import { gives } from './gives.js';
import { unsafePlan } from '../dsl/plans.js';

describe('the plain baselines', () => {
  it('have shapes that the compiler knows, odd ones too', () => {
    gives(model(unet(128, 64, 64, psi.dense())), { output: { h: 128, w: 64, c: 3 } });
    gives(model(unet(101, 75, 8, psi.dense())), { output: { h: 101, w: 75, c: 3 } });
    gives(model(resnet(256, 256, 64)), { output: { h: 256, w: 256, c: 3 } });
    gives(model(resnet(101, 75, 8)), { output: { h: 101, w: 75, c: 3 } });
  });

  it('give a picture of the size that they read, whatever it is', () =>
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 70 }), fc.integer({ min: 5, max: 70 }), (height, width) => {
        for (const declared of [
          model(unet(height, width, 2, psi.dense())),
          model(resnet(height, width, 2)),
        ]) {
          const plan = unsafePlan(declared);
          assert.deepEqual(plan.nodes[plan.outputs['output']!]!.shape, ['n', height, width, 3]);
        }
      }),
      { numRuns: 20 },
    ));

  it('the U-Net goes down to a single pixel', () => {
    gives(model(unet(1, 1, 2, psi.dense())), { output: { h: 1, w: 1, c: 3 } });
  });
});
