/** What a plan's layer table says of parameters and masks; what listed models must keep is in conformance.test.ts. */
import assert from 'node:assert/strict';
import { parameterCounts, sizeOf } from '../../src/compile/index.js';
import { model, psi } from '../../src/dsl/index.js';
import { vdgNpStage1 } from '../../src/models/vdg.js';
import { unsafePlan } from '../dsl/plans.js';

describe('layer table', () => {
  it('counts what the parameters hold, in total and in masks', () => {
    for (const operator of [psi.none, psi.dense(), psi.one(), psi.grid(2, 2)]) {
      const plan = unsafePlan(model(vdgNpStage1(32, 32, 4, operator)));
      const held = plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      assert.equal(plan.layers.reduce((sum, row) => sum + row.parameters, 0), held); // prettier-ignore
      const masks = plan.layers.reduce((sum, row) => sum + row.maskParameters, 0);
      assert.equal(masks, parameterCounts(plan).maskParameters);
    }
  });
});
