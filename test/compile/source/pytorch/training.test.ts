/**
 * `train.py` on two processes: it lowers the loss, is killed and goes on as if it had not been, and its weights give in
 * tfjs what they gave in PyTorch.
 *
 * MASKSKIP_PYTHON names the interpreter; where it has no torch the tests are skipped and say so. The trainings take a
 * minute and are for MASKSKIP_FULL=1.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { pytorch, pythonFile } from '../../../../src/compile/source/pytorch/target.js';
import { trainingFiles } from '../../../../src/compile/source/pytorch/training.js';
import type { NamedModel } from '../../../../src/compile/source/target.js';
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
import { ofBytes } from '../../../../src/data/shards/encoding.js';
import { shardFormat, type ShardEntry, type ShardIndex } from '../../../../src/data/shards/index-file.js';
import { batchNorm, conv, decoder, encoder, fuse, input, join as joined, leakyRelu, model, psi, relu, seq, tanh, unsafeElaborate, upsample, type AnyModel } from '../../../../src/dsl/index.js'; // prettier-ignore
import { loadWeights, predictor } from '../../../../src/learn/index.js';
import { readSafetensors } from '../../../../src/files/safetensors.js';
import { right } from '../../../data/set.js';
import { full, relativeDistance } from '../../../models/torch/harness.js';
import { needs, python, runPython } from './python.js';

const size = { height: 32, width: 16 };
const binding = bind({
  x_a: view('source'),
  p_b: pose('target', discs(2)),
  x_b: view('target'),
  mask_b: mask('target', poseMask(2)),
});
/* One skip of two levels masked; no norm, so that a batch is the same whoever holds which part of it. */
const declared = model(
  seq(
    input('x_a', size.height, size.width, 3),
    fuse(joined.concat, input('p_b', size.height, size.width, 18)),
    encoder('image', [seq(conv(8), relu), seq(conv(12, { stride: 2 }), relu)]),
    seq(conv(16, { stride: 2 }), relu, upsample(2)),
    decoder('image', [seq(conv(12), relu, upsample(2)), seq(conv(8), relu)], psi.dense()),
    conv(3),
    tanh,
  ),
);
const critic = model(
  seq(
    input('x_b', size.height, size.width, 3),
    conv(8, { stride: 2 }),
    batchNorm(),
    leakyRelu(0.2),
    conv(1, { stride: 2 }),
  ),
);
const elaborated = (name: string, one: AnyModel) => ({ name, elaborated: unsafeElaborate(one) });
const [named, judge] = namedModels([elaborated('small "unet"', declared), elaborated('critic', critic)]) as readonly [NamedModel, NamedModel]; // prettier-ignore
describe('train.py', function () {
  this.timeout(600_000);
  let folder = '';
  let test: Dataset;
  const at = (...path: readonly string[]): string => join(folder, ...path);
  const source = (...path: readonly string[]): string => at('source', ...path);
  const script = async (name: string, text: string, ...args: readonly string[]): Promise<string> => {
    await writeFile(source(name), text);
    return (await runPython([source(name), ...args])).stdout;
  };

  before(needs('torch', 'safetensors', 'numpy'));
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-torchrun-'));
    await mkdir(source());
    const files = [named, judge].flatMap((one) => right(pytorch.files(one)));
    for (const { path, text } of [...files, ...pytorch.common([named, judge])])
      await writeFile(source(path), text);
    right(await synthesise({ out: at('people'), identities: 8, testIdentities: 2, imagesPerIdentity: 3, ...size })()); // prettier-ignore
    for (const split of ['train', 'test'] as const) {
      test = right(await openDataset(market1501(at('people'), size), split)());
      right(await exportShards({ name: 'unet', binding, dataset: test, out: at('shards', split), shardPairs: 5 })()); // prettier-ignore
    }
  });
  after(() => (folder === '' ? undefined : rm(folder, { recursive: true, force: true })));

  it('reads shards bit by bit as maskskip feeds them, and knows its options', async () => {
    const told = await script('look.py', look, at('shards', 'test'), at('seen.safetensors'));
    assert.match(told, /--resume/);
    const seen = right(await readSafetensors(at('seen.safetensors'))()).tensors;
    for await (const { arrays } of batches(test, binding, { size: test.pairs.length, shuffle: false })) {
      assert.deepEqual(Object.keys(seen).sort(), Object.keys(arrays).sort());
      for (const [name, { data, shape }] of Object.entries(arrays)) {
        assert.deepEqual(seen[name]!.shape, shape);
        assert.deepEqual([...seen[name]!.data], [...data]);
      }
    }
  });

  it('knows the format of the export, refuses an index that breaks it and a shard that is not as the index says', async () => {
    const text = await readFile(at('shards', 'test', 'index.json'), 'utf8');
    const { shards: [{ file }] } = JSON.parse(text) as ShardIndex & { readonly shards: readonly [ShardEntry] }; // prettier-ignore
    const shard = await readFile(at('shards', 'test', file));
    /* What is changed: the index, which Python runs on `index` and its first `shard`; or the bytes of the shard. */
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['index["version"] = 2', /index\.json: not of maskskip-shards 1$/],
      ['index = [index]', /index\.json: not of maskskip-shards 1$/],
      ['del index["tensors"]', /index\.json: no tensors$/],
      ['index["shards"] = {}', /index\.json: no shards$/],
      ['index["tensors"]["x_a"]["shape"] = [32, -16, 3]', /index\.json: 'x_a' has no shape$/],
      ['index["tensors"]["x_a"] = None', /index\.json: 'x_a' has no shape$/],
      ['index["pairs"] += 1', /index\.json: \d+ pairs, \d+ in its shards$/],
      ['shard["pairs"] = "5"', /has no count of pairs$/],
      ['shard["pairs"] = True', /has no count of pairs$/],
      ['shard["pairs"] += 1; index["pairs"] += 1', /\.safetensors: 'x_a' is \('U8', 5, .*, in index\.json \('U8', 6, /],
      ['shard["file"] = ".."', /'\.\.' is no file beside it$/],
      ['shard["file"] = "../test/" + shard["file"]', /is no file beside it$/],
      ['shard["file"] = "C:\\\\x"', /is no file beside it$/],
      ['shard["file"] = None', /None is no file beside it$/],
      ['index["shards"] = [7]', /None is no file beside it$/],
      ['shard["sha256"] = "0"', /has no sha256$/],
      ['del shard["encodings"]', /has 'x_a' in no encoding: None$/],
      ['del shard["encodings"]["p_b"]', /has 'p_b' in no encoding: None$/],
      ['shard["encodings"]["p_b"] = ["byte"]', /has 'p_b' in no encoding: \['byte'\]$/],
      ['shard["encodings"]["x_a"] = "float32"', /'x_a' is \('U8', .*, in index\.json \('F32', /],
      ['index["tensors"]["x_a"]["shape"] = [16, 32, 3]', /'x_a' is \('U8', 5, 32, 16, 3\), in index\.json \('U8', 5, 16, 32, 3\)$/],
      ['index["tensors"]["new"] = index["tensors"]["x_a"]; [one["encodings"].update(new="byte") for one in index["shards"]]', /no tensor 'new'$/],
      ['shard["file"] = "short.safetensors"', /short\.safetensors: /],
      ['shard["sha256"] = "0" * 64', /not as it was exported$/],
    ]; // prettier-ignore
    await writeFile(at('shards', 'test', 'short.safetensors'), shard.subarray(0, 100));
    const said = JSON.parse(await script('wrong.py', wrongIndex, at('shards', 'test'), JSON.stringify(wrong.map(([change]) => change)))) as { readonly VALUES: object; readonly told: readonly string[] }; // prettier-ignore
    const { told, ...known } = said;
    const values = Object.fromEntries(ofBytes.map(({ encoding, values }) => [encoding, [...values]]));
    assert.deepEqual(known, { ...shardFormat, VALUES: values });
    wrong.forEach(([change, message], i) => assert.match(told[i]!, message, change));
    assert.equal(await readFile(at('shards', 'test', 'index.json'), 'utf8'), text);
  });

  it('is the same text for every model', () => {
    const own = new Set(trainingFiles.map(({ path }) => path));
    const written = pytorch.common([named]).filter(({ path }) => own.has(path));
    assert.deepEqual(written, trainingFiles);
  });

  describe('on two processes', () => {
    before(function () {
      if (!full) this.skip();
    });
    const moduleOf = (one: NamedModel): string => pythonFile(one).replace(/\.py$/, '');
    const steps = 80;
    const argumentsOf = (run: string, ...more: readonly string[]): readonly string[] => [
      ...[moduleOf(named), '--data', at('shards', 'train'), '--validation', at('shards', 'test')],
      ...['--out', at(run), '--steps', String(steps), '--batch', '8', '--rate', '0.003', '--seed', '7'],
      ...['--checkpoint-every', '10', '--record-every', '1', '--validate-every', '20', '--device', 'cpu'],
      ...more,
    ];
    const alone = (...argv: readonly string[]): ChildProcess =>
      spawn(python, [source('train.py'), ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    const two = (...argv: readonly string[]): ChildProcess =>
      spawn(python, [...twoProcesses, source('train.py'), ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    const record = async (run: string): Promise<readonly Line[]> =>
      (await readFile(at(run, 'metrics.jsonl'), 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line);
    const checkpoints = async (run: string): Promise<readonly string[]> =>
      (await readdir(at(run))).filter((name) => name.endsWith('.pt')).sort();
    const weights = `step-${String(steps).padStart(8, '0')}.safetensors`;

    it('lowers the loss, on the training pairs and on others', async () => {
      await ended(two(...argumentsOf('whole')));
      const lines = await record('whole');
      assert.deepEqual(lines.map(({ step }) => step), Array.from({ length: steps }, (_, i) => i + 1)); // prettier-ignore
      const [first, last] = [mean(lines.slice(0, 5)), mean(lines.slice(-5))];
      const judged = lines.flatMap(({ validation }) => validation ?? []);
      console.info(`      loss ${first.toFixed(4)} → ${last.toFixed(4)}; on others ${judged.map((one) => one.toFixed(4)).join(' → ')}`); // prettier-ignore
      assert.equal(judged.length, 4);
      assert.ok(last < 0.85 * first, `${first} → ${last}`);
      assert.ok(judged.at(-1)! < judged[0]!, judged.join(' → '));
      assert.equal((await checkpoints('whole')).length, 3);
    });

    it('computes on two processes what one computes, up to the order of sums', async () => {
      await ended(alone(...argumentsOf('alone', '--steps', '20', '--workers', '1')));
      const [both, one] = [await record('whole'), await record('alone')];
      both.slice(0, 20).forEach(({ loss }, i) => assert.ok(Math.abs(loss - one[i]!.loss) <= 1e-5 * loss, `step ${i + 1}`)); // prettier-ignore
    });

    it('goes on after SIGTERM and after SIGKILL as if there had been none, bit by bit', async () => {
      const first = two(...argumentsOf('broken'));
      await reached(first, 13);
      first.kill('SIGTERM');
      await closed(first);
      const kept = Number(/\d+/.exec((await checkpoints('broken')).at(-1)!)![0]);
      assert.ok(kept >= 13 && kept < steps, 'SIGTERM saves where it stands');

      const second = two(...argumentsOf('broken', '--resume'));
      await reached(second, 47);
      for (const worker of await childrenOf(second.pid!)) process.kill(worker, 'SIGKILL');
      assert.notEqual(await closed(second), 0);
      assert.ok((await record('broken')).length < steps);

      await ended(two(...argumentsOf('broken', '--resume')));
      assert.deepEqual(await record('broken'), await record('whole'));
      const [got, wanted] = [await readFile(at('broken', weights)), await readFile(at('whole', weights))];
      assert.ok(got.equals(wanted), 'the same weights, byte by byte');
    });

    it('trains against a discriminator, and resumes both', async () => {
      const against = ['--discriminator', moduleOf(judge), '--precision', 'bfloat16', '--adversarial', 'least-squares']; // prettier-ignore
      await ended(two(...argumentsOf('adversary', ...against, '--steps', '10')));
      await ended(two(...argumentsOf('adversary', ...against, '--steps', '20', '--resume')));
      await ended(two(...argumentsOf('at-once', ...against, '--steps', '20')));
      const [parts, whole] = [await record('adversary'), await record('at-once')];
      assert.deepEqual(Object.keys(whole[0]!), ['step', 'loss', 'adversarial', 'discriminator']);
      const bare = ({ validation: _, ...line }: Line): object => line;
      assert.deepEqual(parts.map(bare), whole.map(bare));
      assert.ok(mean(whole.slice(-5)) < mean(whole.slice(0, 5)));
      const critics = right(await loadWeights(at('adversary', 'discriminator'))());
      right(predictor(critic, critics.weights)).dispose();
    });

    it('refuses what cannot be meant, in a line that says so', async () => {
      const wrong: readonly (readonly [readonly string[], RegExp])[] = [
        [argumentsOf('whole'), /whole has checkpoints: --resume goes on/],
        [argumentsOf('whole', '--resume', '--seed', '8'), /was trained with another --seed/],
        [argumentsOf('whole', '--resume', '--data', at('shards', 'test')), /was trained with another --data/],
        [argumentsOf('whole', '--resume', '--batch', '2'), /was trained with another --batch/],
        [argumentsOf('new', '--precision', 'float16'), /--precision float16 needs a GPU/],
        [argumentsOf('new', '--target', 'nonesuch'), /no tensor 'nonesuch'; there are 'x_a', /],
        [argumentsOf('new', '--target', 'p_b'), /'p_b' is \(18, 32, 16\), not \(3, 32, 16\)/],
        [argumentsOf('new', '--data', at('people')), /index\.json/],
        [argumentsOf('new', '--start', at('people')), /people: no step-\*\.safetensors/],
        [['../train', ...argumentsOf('new').slice(1)], /'\.\.\/train' is not the name of a module/],
        [['nonesuch', ...argumentsOf('new').slice(1)], /there is no nonesuch\.py/],
      ];
      const told = await script('refusals.py', refusals, JSON.stringify(wrong.map(([argv]) => argv)));
      const lines = JSON.parse(told) as readonly string[];
      wrong.forEach(([, message], i) => assert.match(lines[i]!, message));
    });

    it('gives weights that mean the same in tfjs, and takes those of maskskip to begin with', async () => {
      const outputs = at('outputs.safetensors');
      await script('use.py', use, moduleOf(named), at('shards', 'test'), at('whole'), outputs);
      const wanted = right(await readSafetensors(outputs)()).tensors['output']!;
      assert.ok(new Set(wanted.data as Float32Array).size > 100, 'a picture, not a plane');
      const { weights: trained, step, model: name } = right(await loadWeights(at('whole'))());
      assert.deepEqual([step, name], [steps, 'small "unet"']);
      const loaded = right(predictor(declared, trained));
      for await (const { arrays } of batches(test, binding, { size: test.pairs.length, shuffle: false })) {
        const { output } = await loaded.predict(arrays);
        const distance = relativeDistance(output!.data, wanted.data as Float32Array);
        console.info(`      tfjs against PyTorch: ${distance.toExponential(1)} of the greatest entry`);
        assert.ok(distance < 1e-4);
      }
      loaded.dispose();
    });
  });
});

interface Line {
  readonly step: number;
  readonly loss: number;
  readonly validation?: number;
}
const mean = (lines: readonly Line[]): number =>
  lines.reduce((sum, { loss }) => sum + loss, 0) / lines.length;

const twoProcesses = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '2'];

/* Each step tells itself. */
const reached = (child: ChildProcess, step: number): Promise<void> =>
  new Promise((settle, fail) => {
    let said = '';
    child.stderr!.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes(`step ${step},`)) settle();
    });
    child.once('close', () => fail(new Error(`it ended before step ${step}: ${said}`)));
  });
const closed = (child: ChildProcess): Promise<number> =>
  new Promise((settle) => {
    child.stderr!.resume();
    if (child.exitCode !== null || child.signalCode !== null) settle(child.exitCode ?? 1);
    else child.once('close', (code) => settle(code ?? 1));
  });
const ended = async (child: ChildProcess): Promise<void> => {
  let said = '';
  child.stderr!.on('data', (chunk) => (said += String(chunk)));
  assert.equal(await closed(child), 0, said);
};
const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);

/* All pairs of a folder, put back into n×h×w×c; then the help. */
const look = `
import sys
import torch
from safetensors.torch import save_file
from shards import Shards
data = Shards(sys.argv[1])
data.verify()
pairs = [data[i] for i in range(len(data))]
save_file({name: torch.stack([one[name] for one in pairs]).movedim(1, -1).contiguous() for name in data.names}, sys.argv[2])
import train
sys.argv = ["train.py", "--help"]
train.main()
`;
/* What shards.py knows of the format; what it says of a folder whose index was changed, when it is opened, read and verified. */
const wrongIndex = `
import json, sys
from pathlib import Path
from shards import FORMAT, VALUES, VERSION, Shards
folder = Path(sys.argv[1])
path = folder / "index.json"
text = path.read_text()
told = []
for change in json.loads(sys.argv[2]):
    changed = {"index": json.loads(text)}
    changed["shard"] = changed["index"]["shards"][0]
    exec(change, changed)
    path.write_text(json.dumps(changed["index"]))
    try:
        data = Shards(folder)
        data[0]
        data.verify()
        told.append("")
    except ValueError as problem:
        told.append(str(problem))
path.write_text(text)
values = {name: one.tolist() for name, one in VALUES.items()}
print(json.dumps({"format": FORMAT, "version": VERSION, "VALUES": values, "told": told}))
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
/* What ends each of several runs. */
const refusals = `
import json, sys
import train
told = []
for argv in json.loads(sys.argv[1]):
    sys.argv = ["train.py", *argv]
    try:
        train.main()
        told.append("")
    except SystemExit as end:
        told.append(str(end))
print(json.dumps(told))
`;
