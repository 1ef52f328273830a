/** The paper's run-time row: what each mask costs over plain skips. */
import * as E from 'fp-ts/lib/Either.js';
import type { Claim, Row, Suite } from '../harness/suite.js';
import { psiNames } from '../network.js';
import { nodeWorker } from '../workers/task.js';
import { compiled, sizeVariant, writeFiles } from './prepare.js';

const compiledRow = (name: string): string => `${name}, compiled`;
const tensorsRow = (name: string): string => `${name}, on tensors`;

/** The suite. */
export const psi: Suite = {
  name: 'psi',
  about: 'the four ψ of the paper, compiled with their masks frozen, and op by op with masks as parameters',
  standard: { batch: 1, rounds: 60, warmup: 5 },
  variant: (options) => [`batch-${options.batch}`, sizeVariant(options)].filter(Boolean).join('-'),
  prepare: async (options, folder, say) => {
    const { backend, threads } = options;
    const frozen: Row[] = [];
    const trainable: Row[] = [];
    for (const name of psiNames) {
      say(`compiling ${name}`);
      const files = await writeFiles(options, name, folder);
      if (E.isLeft(files)) return files;
      const target = backend === 'native' ? 'saved-model' : 'tfjs-graph';
      const out = await compiled(files.right, target, folder, `compiled-${name}`);
      if (E.isLeft(out)) return out;
      const { network, weights, inputs } = files.right;
      frozen.push({
        name: compiledRow(name),
        worker: nodeWorker({ tag: 'artefact', folder: out.right, inputs, backend, threads }),
        job: 'run',
        base: compiledRow('none'),
        equals: tensorsRow(name),
      });
      trainable.push({
        name: tensorsRow(name),
        worker: nodeWorker({ tag: 'tensors', network, weights, inputs, backend, threads }),
        job: 'run',
        base: tensorsRow('none'),
      });
    }
    const claim = (name: string, atMost: number): Claim => ({ tag: 'ratio', row: compiledRow(name), over: [compiledRow('none')], atMost }); // prettier-ignore
    return E.right({
      unit: 'ms',
      rows: [...frozen, ...trainable],
      claims: [claim('dense', 1.02), claim('one', 1.02), claim('grid', 1.05)],
      notes: [
        `compiled: ${backend === 'native' ? 'a SavedModel' : 'a tfjs graph'}, masks frozen into the graph. on tensors: op by op, masks and weights as`,
        'parameters, the gate computed at each call: the form that is trained. Both are forward passes.',
        'The paper reports 1.024 (dense), 1.018 (one) and 5.65 (grid) over its own network without masks.',
      ],
    });
  },
};
