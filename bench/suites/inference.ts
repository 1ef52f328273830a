/** One forward pass of VDG, Stage I + mUNet, against everyone else's. */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Row, Suite } from '../harness/suite.js';
import { nodeWorker, pythonWorker } from '../workers/task.js';
import { compiled, ranScript, sizeVariant, writeFiles } from './prepare.js';

const ours = 'maskskip SavedModel';
const eager = 'pytorch eager contiguous';
const channelsLast = 'pytorch eager channels_last';
const onnx = 'onnxruntime';
const reference = 'maskskip tensors, op by op';

/** The suite. */
export const inference: Suite = {
  name: 'inference',
  about: 'one forward pass of VDG Stage I + mUNet, from arrays to an array, against the peers',
  standard: { batch: 1, rounds: 40, warmup: 5 },
  variant: (options) => [`batch-${options.batch}`, sizeVariant(options)].filter(Boolean).join('-'),
  prepare: async (options, folder, say) => {
    const { backend, threads, python } = options;
    say('writing weights and inputs');
    const files = await writeFiles(options, 'dense', folder);
    if (E.isLeft(files)) return files;
    const { network, weights, inputs } = files.right;
    say('compiling for TensorFlow and tfjs');
    const savedModel = await compiled(files.right, 'saved-model', folder, 'saved-model');
    if (E.isLeft(savedModel)) return savedModel;
    const graphModel = await compiled(files.right, 'tfjs-graph', folder, 'tfjs-graph');
    if (E.isLeft(graphModel)) return graphModel;
    const peer = { weights, inputs, psi: 'dense', threads };
    const model = join(folder, 'network.onnx');
    const wanted = options.only === undefined || options.only.test(onnx);
    if (wanted) say('exporting the PyTorch module to ONNX');
    const exported = wanted ? await ranScript(python, 'export_onnx.py', { ...peer, out: model }) : E.left('left out'); // prettier-ignore
    const row = (name: string, worker: Row['worker']): Row => ({ name, worker, job: 'run', base: ours, equals: reference }); // prettier-ignore
    const pytorch = (form: string, compiles: number): Row['worker'] =>
      pythonWorker(python, 'run_pytorch.py', { ...peer, task: 'predict', form, compiled: compiles });
    return E.right({
      unit: 'ms',
      rows: [
        row(ours, nodeWorker({ tag: 'artefact', folder: savedModel.right, inputs, backend, threads })),
        row('maskskip tfjs graph', nodeWorker({ tag: 'artefact', folder: graphModel.right, inputs, backend, threads })), // prettier-ignore
        row(reference, nodeWorker({ tag: 'tensors', network, weights, inputs, backend, threads })),
        row('tfjs-layers', nodeWorker({ tag: 'layers', network, weights, inputs, backend, threads })),
        row(eager, pytorch('contiguous', 0)),
        row(channelsLast, pytorch('channels_last', 0)),
        row('pytorch torch.compile', pytorch('contiguous', 1)),
        row(onnx, E.isLeft(exported) ? { missing: exported.left } : pythonWorker(python, 'run_onnx.py', { inputs, model, threads })), // prettier-ignore
        row('tf.function', pythonWorker(python, 'run_tensorflow.py', { ...peer, task: 'predict' })),
      ],
      claims:
        options.batch === 1
          ? [
              { tag: 'ratio', row: ours, over: [eager, channelsLast], atMost: 0.9 },
              { tag: 'ratio', row: ours, over: [onnx], atMost: 1.05 },
            ]
          : [],
      notes: [
        'onnxruntime runs the exported PyTorch module, without our rewrites; half of the gates are shut.',
        'Ratios are over our SavedModel: above 1 is slower than it.',
      ],
    });
  },
};
