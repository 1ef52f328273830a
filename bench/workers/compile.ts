/** What a declaration costs before any weights: elaboration, plan, rewrites, in a warm process. */
import { buildPlan, verify } from '../../src/compile/index.js';
import { rewritten } from '../../src/compile/rewrite/index.js';
import { elaborate } from '../../src/dsl/index.js';
import { datasetNames, models } from '../../src/models/index.js';
import type { Job, Jobs } from '../harness/serve.js';
import { unsafe } from './start.js';

/** The names of the jobs: every listed model at every data set's size. */
export const compileJobNames = models.flatMap(({ name }) => datasetNames.map((dataset) => `${name} at ${dataset}`)); // prettier-ignore

/** A job for each listed model and data set; the declaration is made anew each time. */
export const compileJobs = (): Promise<Jobs> => {
  const jobs = models.flatMap(({ name, at }) =>
    datasetNames.map((dataset): readonly [string, Job] => {
      const once = () => {
        const plan = unsafe(buildPlan(unsafe(elaborate(at[dataset]())), { mode: 'infer' }));
        return Promise.resolve(unsafe(rewritten(plan)).plan);
      };
      const check = async () => Float32Array.of(unsafe(verify(await once())).nodes.length);
      return [`${name} at ${dataset}`, { once, check }];
    }),
  );
  return Promise.resolve({ versions: {}, jobs: Object.fromEntries(jobs) });
};
