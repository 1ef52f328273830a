/** One person in many poses: encoded once, or anew for each. */
import * as E from 'fp-ts/lib/Either.js';
import type { CompileTarget } from '../../src/compile/index.js';
import type { Row, Suite } from '../harness/suite.js';
import { nodeWorker } from '../workers/task.js';
import { compiled, sizeVariant, writeFiles } from './prepare.js';

const wholeRow = (target: CompileTarget): string => `${target}, whole`;
const stagedRow = (target: CompileTarget): string => `${target}, in stages`;
const groups = [['x_a', 'p_a'], ['p_b']];

/** The suite. */
export const stages: Suite = {
  name: 'stages',
  about: 'one person in 32 poses (--poses), one pose a call: compiled in stages against compiled whole',
  standard: { batch: 1, rounds: 10, warmup: 1 },
  variant: (options) => [`poses-${options.poses}`, sizeVariant(options)].filter(Boolean).join('-'),
  prepare: async (options, folder, say) => {
    const { backend, threads, poses } = options;
    const files = await writeFiles(options, 'dense', folder, { examples: poses, onePerson: true });
    if (E.isLeft(files)) return files;
    const { inputs } = files.right;
    const targets: readonly CompileTarget[] = backend === 'native' ? ['saved-model', 'tfjs-graph'] : ['tfjs-graph']; // prettier-ignore
    const rows: Row[] = [];
    for (const target of targets) {
      say(`compiling for ${target}`);
      const whole = await compiled(files.right, target, folder, `${target}-whole`);
      if (E.isLeft(whole)) return whole;
      const staged = await compiled(files.right, target, folder, `${target}-stages`, groups);
      if (E.isLeft(staged)) return staged;
      const row = (name: string, place: string): Row => ({
        name,
        worker: nodeWorker({ tag: 'poses', folder: place, inputs, backend, threads }),
        job: 'run',
        base: wholeRow(target),
        equals: wholeRow(targets[0]!),
        work: poses,
      });
      rows.push(row(wholeRow(target), whole.right), row(stagedRow(target), staged.right));
    }
    return E.right({
      unit: 'ms per pose',
      rows,
      claims: [{ tag: 'ratio', row: stagedRow(targets[0]!), over: [wholeRow(targets[0]!)], atMost: 0.7 }],
      notes: [
        `Each run: ${poses} poses of one person, with all other rewrites in both. In stages the time of the person's`,
        'encoding is in the run, shared by its poses.',
      ],
    });
  },
};
