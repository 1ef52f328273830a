/** What a declaration costs before it runs: elaboration, plan and rewrites of every listed model. */
import * as E from 'fp-ts/lib/Either.js';
import type { Suite } from '../harness/suite.js';
import { compileJobNames } from '../workers/compile.js';
import { nodeWorker } from '../workers/task.js';

const base = 'vdg-stage1 at deepfashion';

/** The suite. */
export const compile: Suite = {
  name: 'compile',
  about: 'elaborate, plan and rewrite every listed model, without weights, in a warm process',
  standard: { batch: 1, rounds: 50, warmup: 20 },
  variant: () => '',
  prepare: () =>
    Promise.resolve(
      E.right({
        unit: 'ms',
        rows: compileJobNames.map((job) => ({ name: job, job, base, worker: nodeWorker({ tag: 'compile' }) })), // prettier-ignore
        claims: [
          { tag: 'milliseconds', row: base, atMost: 50 },
          { tag: 'milliseconds', row: 'vdg-stage1+munet at deepfashion', atMost: 50 },
        ],
        notes: ['All rows run in one process. At deepfashion models are 256×256.'],
      }),
    ),
};
