/** One training step: forward, backward, Adam, in float32. */
import * as E from 'fp-ts/lib/Either.js';
import type { Row, Suite } from '../harness/suite.js';
import { nodeWorker, pythonWorker } from '../workers/task.js';
import { checkedSteps, optimiser, seed } from '../workers/train.js';
import { sizeVariant, writeFiles } from './prepare.js';

const ours = 'maskskip, op by op';
const eager = 'pytorch eager contiguous';
const channelsLast = 'pytorch eager channels_last';

/** The suite. */
export const train: Suite = {
  name: 'train',
  about: 'one training step of VDG Stage I + mUNet: L1 loss, Adam, float32; and where its time goes',
  standard: { batch: 4, rounds: 12, warmup: 2 },
  variant: (options) => [`batch-${options.batch}`, sizeVariant(options)].filter(Boolean).join('-'),
  prepare: async (options, folder, say) => {
    const { backend, threads, python } = options;
    say('writing weights and inputs');
    const files = await writeFiles(options, 'dense', folder, { seed });
    if (E.isLeft(files)) return files;
    const { network, weights, inputs } = files.right;
    const of = { network, weights, inputs, backend, threads };
    const peer = {
      weights,
      inputs,
      psi: 'dense',
      threads,
      task: 'train',
      adam: optimiser,
      steps: checkedSteps,
    };
    const row = (name: string, worker: Row['worker']): Row => ({ name, worker, job: 'run', base: ours, equals: ours }); // prettier-ignore
    return E.right({
      unit: 'ms',
      rows: [
        row(ours, nodeWorker({ tag: 'train', ...of })),
        row('tfjs-layers', nodeWorker({ tag: 'train-layers', ...of })),
        row(eager, pythonWorker(python, 'run_pytorch.py', { ...peer, form: 'contiguous', compiled: 0 })),
        row(channelsLast, pythonWorker(python, 'run_pytorch.py', { ...peer, form: 'channels_last', compiled: 0 })), // prettier-ignore
        row('tf.function, fused Adam', pythonWorker(python, 'run_tensorflow.py', peer)),
      ],
      claims: [{ tag: 'ratio', row: ours, over: [eager, channelsLast], atMost: 1.5 }],
      explained: ours,
      notes: [
        `Checked: the losses of the first ${checkedSteps} steps, of which all but the first come of the peers' own updates.`,
        'The masks train with the gradient of the sigmoid.',
      ],
    });
  },
};
