/** Trains a small network on a folder's people and prints its losses and weights: `determinism-run BACKEND FOLDER`. */
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { faultError } from '../../../src/base/fault.js';
import { activate, type BackendName } from '../../../src/backend/index.js';
import { bind, discs, market1501, openDataset, pose, view } from '../../../src/data/index.js';
import { concat, conv, dropout, input, model, relu, through } from '../../../src/dsl/index.js';
import { adam, l1Loss, train } from '../../../src/learn/index.js';
import { stored } from '../../data/set.js';

const [backend, folder = ''] = process.argv.slice(2);
const print = (value: unknown): void => console.log(`@result ${JSON.stringify(value)}`);

const active = await activate({ backend: backend as BackendName, deterministic: true })();
if (E.isLeft(active)) print({ skipped: active.left[0]!.text });
else {
  const dataset = await openDataset(market1501(folder, stored), 'train')();
  if (E.isLeft(dataset)) throw faultError(dataset.left);
  const net = through(
    concat(input('x_a', 16, 8, 3), input('p_b', 16, 8, 18)),
    conv(4, { kernel: 1 }),
    relu,
    dropout(0.3),
    conv(4),
  );
  const report = await train({
    model: model({ output: through(net, conv(3, { kernel: 1 })) }),
    name: 'determinism',
    binding: bind({ x_a: view('source'), p_b: pose('target', discs(2)), x_b: view('target') }),
    dataset: dataset.right,
    loss: l1Loss(),
    optimiser: adam(0.01),
    steps: 20,
    batchSize: 3,
    seed: 11,
  })();
  if (E.isLeft(report)) throw faultError(report.left);
  const hash = createHash('sha256');
  for (const { data } of Object.values(report.right.weights)) hash.update(data);
  print({ losses: report.right.losses, weights: hash.digest('hex') });
}
