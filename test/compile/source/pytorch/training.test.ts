/**
 * `train.py` on two processes: it lowers the loss, is killed and goes on as if it had not been, and its weights give in
 * tfjs what they gave in PyTorch.
 *
 * MASKSKIP_PYTHON names the interpreter; where it has no torch the tests are skipped and say so. The trainings take a
 * minute and are for MASKSKIP_FULL=1.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { trainingFiles } from '../../../../src/compile/source/pytorch/training.js';
import {
  batches,
  bind,
  discs,
  exportShards,
  mask,
  market1501,
  openDataset,
  pose,
  poseMask,
  synthesise,
  view,
  type Dataset,
} from '../../../../src/data/index.js';
import { unsafeElaborate } from '../../../../src/dsl/index.js';
import { loadWeights, predictor } from '../../../../src/learn/index.js';
import { models } from '../../../../src/models/index.js';
import { readSafetensors } from '../../../../src/files/safetensors.js';
import { right } from '../../../data/set.js';
import { full, relativeDistance } from '../../../models/torch/harness.js';

const python = process.env['MASKSKIP_PYTHON'] ?? 'python3';
const execute = promisify(execFile);
const size = { height: 32, width: 16 };
const binding = bind({
  x_a: view('source'),
  p_a: pose('source', discs(2)),
  p_b: pose('target', discs(2)),
  x_b: view('target'),
  mask_b: mask('target', poseMask(2)),
});
const declared = models.find(({ name }) => name === 'unet+munet')!.at['market-1501']({ ...size, filters: 4 });
const named = namedModels([{ name: 'unet+munet', elaborated: unsafeElaborate(declared) }])[0]!;

describe('train.py', function () {
  this.timeout(600_000);
  let folder = '';
  let test: Dataset;
  const at = (...path: readonly string[]): string => join(folder, ...path);
  const source = (...path: readonly string[]): string => at('source', ...path);

  before(async function () {
    const found = await execute(python, ['-c', "import importlib.util as u; print(u.find_spec('torch') is not None)"]).then(({ stdout }) => stdout.trim() === 'True', () => false); // prettier-ignore
    if (!found) {
      console.info(`      ${python} has no torch; MASKSKIP_PYTHON may name one that has`);
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'maskskip-torchrun-'));
    for (const { path, text } of [...right(pytorch.files(named)), ...pytorch.common([named])]) {
      await mkdir(dirname(source(path)), { recursive: true });
      await writeFile(source(path), text);
    }
    right(
      await synthesise({
        out: at('people'),
        identities: 4,
        testIdentities: 2,
        imagesPerIdentity: 3,
        ...size,
      })(),
    );
    for (const split of ['train', 'test'] as const) {
      test = right(await openDataset(market1501(at('people'), size), split)());
      right(await exportShards({ name: 'unet+munet', binding, dataset: test, out: at('shards', split), shardPairs: 5 })()); // prettier-ignore
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('reads shards bit by bit as maskskip feeds them, and knows its options', async () => {
    await writeFile(source('look.py'), look);
    const { stdout } = await execute(python, ['look.py', at('shards', 'test'), at('seen.safetensors')], { cwd: source() }); // prettier-ignore
    assert.match(stdout, /--resume/);
    const seen = right(await readSafetensors(at('seen.safetensors'))()).tensors;
    const count = test.pairs.length;
    for await (const { arrays } of batches(test, binding, { size: count, shuffle: false })) {
      assert.deepEqual(Object.keys(seen).sort(), Object.keys(arrays).sort());
      for (const [name, { data, shape }] of Object.entries(arrays)) {
        assert.deepEqual(seen[name]!.shape, shape);
        assert.deepEqual([...seen[name]!.data], [...data]);
      }
    }
  });

  it('is the same text for every model', () => {
    const texts = trainingFiles.map(({ text }) => text);
    const written = pytorch.common([]).filter(({ path }) => trainingFiles.some((one) => one.path === path));
    assert.deepEqual(written.map(({ text }) => text), texts); // prettier-ignore
  });

  describe('on two processes', () => {
    before(function () {
      if (!full) this.skip();
    });
    const module = named.file.replaceAll('-', '_');
    const steps = 60;
    const argumentsOf = (run: string, ...more: readonly string[]): readonly string[] => [
      ...[module, '--data', at('shards', 'train'), '--validation', at('shards', 'test'), '--out', at(run)],
      ...['--steps', String(steps), '--batch', '4', '--rate', '0.002', '--beta1', '0.5', '--seed', '7'],
      ...['--checkpoint-every', '10', '--record-every', '1', '--validate-every', '30', '--device', 'cpu'],
      ...more,
    ];
    const distributed = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '2', 'train.py'];
    const start = (...argv: readonly string[]): ChildProcess =>
      spawn(python, argv, { cwd: source(), stdio: ['ignore', 'ignore', 'pipe'] });
    const record = async (run: string): Promise<readonly Line[]> =>
      (await readFile(at(run, 'metrics.jsonl'), 'utf8').catch(() => ''))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line);
    /* Each step tells itself: nobody has to look again and again. */
    const reached = (child: ChildProcess, step: number): Promise<void> =>
      new Promise((settle, fail) => {
        let said = '';
        child.stderr!.on('data', (chunk) => {
          said += String(chunk);
          if (said.includes(`step ${step},`)) settle();
        });
        child.once('close', () => fail(new Error(`it ended before step ${step}: ${said}`)));
      });

    it('lowers the loss, on the training pairs and on others', async () => {
      await ended(start(...distributed, ...argumentsOf('whole')));
      const lines = await record('whole');
      assert.deepEqual(lines.map(({ step }) => step), Array.from({ length: steps }, (_, i) => i + 1)); // prettier-ignore
      const mean = (some: readonly Line[]): number =>
        some.reduce((sum, { loss }) => sum + loss, 0) / some.length;
      const [first, last] = [mean(lines.slice(0, 5)), mean(lines.slice(-5))];
      const judged = lines.filter(({ validation }) => validation !== undefined);
      console.info(`      loss ${first.toFixed(4)} → ${last.toFixed(4)}; on others ${judged.map(({ validation }) => validation!.toFixed(4)).join(' → ')}`); // prettier-ignore
      assert.ok(last < 0.8 * first);
      assert.deepEqual(judged.map(({ step }) => step), [30, 60]); // prettier-ignore
      assert.ok(judged[1]!.validation! < judged[0]!.validation!);
    });

    it('is one process bit by bit up to the order of sums', async () => {
      await ended(start('train.py', ...argumentsOf('alone')));
      const [two, one] = [await record('whole'), await record('alone')];
      two.forEach(({ loss }, i) => assert.ok(Math.abs(loss - one[i]!.loss) <= 1e-5 * loss, `step ${i + 1}`));
    });

    it('goes on after SIGTERM and after SIGKILL as if there had been none, bit by bit', async () => {
      const first = start(...distributed, ...argumentsOf('broken'));
      await reached(first, 13);
      first.kill('SIGTERM');
      assert.notEqual(await closed(first), 0);
      const kept = (await readdir(at('broken')))
        .filter((name) => name.endsWith('.pt'))
        .sort()
        .at(-1)!;
      assert.ok(Number(/\d+/.exec(kept)![0]) >= 13, 'SIGTERM saves where it stands');

      const second = start(...distributed, ...argumentsOf('broken', '--resume'));
      await reached(second, 37);
      for (const worker of await childrenOf(second.pid!)) process.kill(worker, 'SIGKILL');
      assert.notEqual(await closed(second), 0);
      assert.ok((await record('broken')).length < steps);

      await ended(start(...distributed, ...argumentsOf('broken', '--resume')));
      assert.deepEqual(await record('broken'), await record('whole'));
      const [weights, wanted] = [await readFile(at('broken', final)), await readFile(at('whole', final))];
      assert.ok(weights.equals(wanted));
    });

    it('refuses to begin anew over checkpoints, and to resume another training', async () => {
      for (const [more, message] of [
        [[], /has checkpoints: --resume goes on/],
        [['--resume', '--seed', '8'], /was trained with another --seed/],
        [['--resume', '--data', at('shards', 'test')], /was trained with another --data/],
        [['--resume', '--batch', '2'], /was trained with another --batch/],
      ] as const) {
        const run = start('train.py', ...argumentsOf('whole', ...more));
        const said = await messagesOf(run);
        assert.match(said, message);
        assert.equal(run.exitCode, 1);
      }
    });

    it('gives weights that mean the same in tfjs', async () => {
      await writeFile(source('use.py'), use);
      const outputs = at('outputs.safetensors');
      await execute(python, ['use.py', module, at('shards', 'test'), at('whole'), outputs], {
        cwd: source(),
      });
      const wanted = right(await readSafetensors(outputs)()).tensors['output']!;
      const { weights, step, model } = right(await loadWeights(at('whole'))());
      assert.deepEqual([step, model], [steps, 'unet+munet']);
      const loaded = right(predictor(declared, weights));
      for await (const { arrays } of batches(test, binding, { size: test.pairs.length, shuffle: false })) {
        const { output } = await loaded.predict(arrays);
        const distance = relativeDistance(output!.data, wanted.data as Float32Array);
        console.info(`      tfjs against PyTorch: ${distance.toExponential(1)} of the greatest entry`);
        assert.ok(distance < 1e-4);
      }
      loaded.dispose();
    });
    const final = `step-${String(steps).padStart(8, '0')}.safetensors`;
  });
});

interface Line {
  readonly step: number;
  readonly loss: number;
  readonly validation?: number;
}

const closed = (child: ChildProcess): Promise<number> =>
  new Promise((settle) => {
    child.stderr!.resume();
    if (child.exitCode !== null || child.signalCode !== null) settle(child.exitCode ?? 1);
    else child.once('close', (code) => settle(code ?? 1));
  });
const messagesOf = async (child: ChildProcess): Promise<string> => {
  let said = '';
  child.stderr!.on('data', (chunk) => (said += String(chunk)));
  await closed(child);
  return said;
};
const ended = async (child: ChildProcess): Promise<void> => {
  const said = await messagesOf(child);
  assert.equal(child.exitCode, 0, said);
};
const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);

/* All pairs of a folder, put back into n×h×w×c. */
const look = `
import subprocess, sys
import torch
from safetensors.torch import save_file
from shards import Shards
data = Shards(sys.argv[1])
data.verify()
pairs = [data[i] for i in range(len(data))]
save_file({name: torch.stack([one[name] for one in pairs]).movedim(1, -1).contiguous() for name in data.names}, sys.argv[2])
sys.argv = ["train.py", "--help"]
import train
try:
    train.main()
except SystemExit:
    pass
`;
/* What the network makes of all pairs, with the weights of a run. */
const use = `
import sys
from pathlib import Path
import importlib
import torch
from safetensors.torch import save_file
from checkpoints import load_weights
from shards import Shards
module, shards, run, out = sys.argv[1:]
network = importlib.import_module(module).MODEL().eval()
load_weights(network, Path(run))
data = Shards(shards, network.INPUTS)
pairs = [data[i] for i in range(len(data))]
with torch.no_grad():
    made = network.run({name: torch.stack([one[name] for one in pairs]) for name in data.names})
save_file({name: one.movedim(1, -1).contiguous() for name, one in made.items()}, out)
`;
