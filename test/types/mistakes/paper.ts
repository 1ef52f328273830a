/** The paper prints 128×62 and five levels, four halvings: 62 → 31 → 16 → 32 ≠ 31 on the way up. */
import { model, psi } from '../../../src/dsl/index.js';
import { vdgStage1 } from '../../../src/models/vdg.js';

export const printedSize = model(
  vdgStage1(128, 62, 128, psi.dense()), // ✗ S12 block[2] › block[8] › decoder level 4 › skip 'image' 2: encoder gives 64×31×256, decoder expects 64×32 (width 31 ≠ 32); declare 64 instead of 62, or cropTo
);
