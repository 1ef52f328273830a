/** `recipe:NAME` on the command line: listed, trained, resumed, judged, shown. */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import sharp from 'sharp';
import { pictureOf, type ReadyRecipe } from '../../src/cli/learn-options.js';
import { recipes } from '../../src/recipes/index.js';
import { temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const synth = [
  '--identities',
  '2',
  '--test-identities',
  '1',
  '--images',
  '3',
  '--height',
  '32',
  '--width',
  '16',
];
const small = ['--size', '32x16', '--share', '1/64', '--backend', 'cpu'];
const training = [...small, '--batch', '2', '--checkpoint-every', '2', '--record-every', '1', '--json'];

interface Listed {
  readonly name: string;
  readonly datasets: Readonly<
    Record<string, { readonly phases: readonly { readonly steps: number; readonly batchSize: number }[] }>
  >;
}

interface Trained {
  readonly name: string;
  readonly step: number;
  readonly stepsRun: number;
  readonly updates: Readonly<
    Record<string, { readonly times: number; readonly loss: { readonly last: number } }>
  >;
}

describe('maskskip recipes', () => {
  it('lists every recipe, at each data set, once', async () => {
    const { code, results, messages } = await maskskip(['recipes', '--json']);
    assert.equal(code, 0, messages);
    const entries = JSON.parse(results) as readonly Listed[];
    assert.deepEqual(entries.map(({ name }) => name), recipes.map(({ name }) => name)); // prettier-ignore
    assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
    const pg2 = entries.find(({ name }) => name === 'pg2')!;
    assert.deepEqual(
      ['market-1501', 'deepfashion'].map((dataset) => pg2.datasets[dataset]!.phases.map(({ steps, batchSize }) => [steps, batchSize])), // prettier-ignore
      [[[22_000, 16], [38_000, 16]], [[22_000, 1], [58_000, 1]]], // prettier-ignore
    );
  });

  it('has a row for each phase as text, and one for a recipe with masks and without', async () => {
    const { results } = await maskskip(['recipes']);
    assert.match(results, /^pg2 +coarse +22,000 × 16 +22,000 × 1 +\+munet \+munet-o \+munet-g$/m);
    assert.match(results, /^ +refined +38,000 × 16 +58,000 × 1$/m);
    assert.doesNotMatch(results, /^pg2\+/m);
  });
});

describe('maskskip train, evaluate and synthesize recipe:NAME', () => {
  const file = temporaryFiles();

  it('work one after the other, and a training goes on where it was', async () => {
    const [data, out, pictures] = await Promise.all([file('people'), file('run'), file('pictures')]);
    assert.equal((await maskskip(['data', 'synth', '--out', data, ...synth])).code, 0);
    const train = ['train', 'recipe:pg2+munet-o', '--data', data, '--out', out, ...training];

    const trained = await maskskip([...train, '--steps', '3']);
    assert.equal(trained.code, 0, trained.messages);
    const report = JSON.parse(trained.results) as Trained;
    assert.deepEqual([report.name, report.step, report.stepsRun], ['pg2+munet-o', 3, 3]);
    assert.deepEqual(
      Object.entries(report.updates).map(([update, { times }]) => [update, times]),
      [['g1', 1], ['g2', 2], ['discriminator', 2]], // prettier-ignore
    );
    assert.ok(Object.values(report.updates).every(({ loss }) => Number.isFinite(loss.last)));
    assert.ok(!('weights' in report) && !('curves' in report));
    assert.equal((await readFile(join(out, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n').length, 3);
    // Phases are told before, and beside the steps.
    assert.match(trained.messages, /^ {2}refined: 2 steps of g2, discriminator, batches of 2$/m);
    assert.match(trained.messages, /phase refined, g2 /);

    // As if the training had been stopped after its second step.
    await rm(join(out, 'step-00000003.safetensors'));
    const resumed = await maskskip([...train, '--steps', '3', '--resume']);
    assert.equal(resumed.code, 0, resumed.messages);
    const further = JSON.parse(resumed.results) as Trained;
    assert.deepEqual([further.step, further.stepsRun], [3, 1]);
    // Phases are shares of all steps, so another number of them is another training.
    const longer = await maskskip([...train, '--steps', '4', '--resume']);
    assert.equal(longer.code, 1);
    assert.match(longer.messages, /^✗ L02 checkpoint: steps: got 3, wanted 4/m);

    const asked = ['recipe:pg2+munet-o', '--weights', out, '--data', data, ...small, '--pairs', '2'];
    const evaluated = await maskskip(['evaluate', ...asked, '--json']);
    assert.equal(evaluated.code, 0, evaluated.messages);
    const figures = JSON.parse(evaluated.results) as Readonly<Record<string, object>>;
    assert.deepEqual(Object.keys(figures['figures']!), ['reconstruction', 'coarse', 'separation']);
    assert.deepEqual(Object.keys(figures['network']!), ['ssim', 'maskSsim', 'l1']);
    const text = (await maskskip(['evaluate', ...asked])).results;
    assert.match(text, /^ {2}separation -?\d/m);
    assert.match(text, /^copy of the input +-?\d\.\d{4}/m);

    const made = await maskskip(['synthesize', ...asked, '--out', pictures, '--json']);
    assert.equal(made.code, 0, made.messages);
    const [first] = await readdir(pictures);
    const { width, height } = await sharp(join(pictures, first!)).metadata();
    assert.deepEqual([height, width], [32, 4 * 16]);

    // The networks of another width, and those of another recipe, are told apart.
    const wider = await maskskip(['evaluate', ...asked, '--share', '1/32']);
    assert.equal(wider.code, 1);
    assert.match(wider.messages, /^✗ L02 /m);
    const other = await maskskip(['synthesize', ...asked.with(0, 'recipe:pg2+munet'), '--out', pictures]);
    assert.equal(other.code, 1);
    assert.match(other.messages, /^✗ L02 /m);
  }).timeout(300_000);

  it('asks for weights of others when it begins afresh, not when it goes on', async () => {
    const [data, out] = await Promise.all([file('people'), file('run')]);
    assert.equal((await maskskip(['data', 'synth', '--out', data, ...synth])).code, 0);
    const asked = [
      'train',
      'recipe:defgan-full',
      '--data',
      data,
      '--out',
      out,
      '--size',
      '64x64',
      '--share',
      '1/64',
    ];
    const train = [...asked, '--backend', 'cpu', '--batch', '1', '--steps', '1', '--json'];
    // Nothing to go on from: a fresh start, which needs them.
    const nothing = await maskskip([...train, '--resume']);
    assert.equal(nothing.code, 1);
    assert.match(nothing.messages, /^✗ L02 network 'features': got no file of weights/m);
    // A checkpoint to go on from: of another training, which is told before any weights are asked for.
    const path = join(out, 'step-00000001.safetensors');
    await mkdir(out, { recursive: true });
    await writeFile(path, 'no checkpoint');
    const damaged = await maskskip([...train, '--resume']);
    assert.equal(damaged.code, 1);
    assert.match(damaged.messages, /^✗ C0\d /m);
    assert.doesNotMatch(damaged.messages, /got no file of weights/);
  }).timeout(120_000);

  it('U16: lists the names for one that is unknown', async () => {
    for (const name of ['pg', 'PG2', '__proto__', '']) {
      for (const command of ['train', 'evaluate', 'synthesize']) {
        const to = command === 'evaluate' ? [] : ['--out', 'o'];
        const from = command === 'train' ? [] : ['--weights', 'w'];
        const { code, messages } = await maskskip([command, `recipe:${name}`, '--data', 'd', ...to, ...from]);
        assert.equal(code, 1);
        assert.match(messages, /^✗ U16 recipe: got '.*', wanted one of .*pg2\+munet/);
      }
    }
  });

  it('U17: a recipe whose networks make no picture', async () => {
    const { system, size, binding } = recipes[0]!.at({ dataset: 'market-1501' });
    const instance = { system, size, binding, mirror: false, picture: undefined, figures: () => ({}) };
    const made = await pictureOf({
      name: 'codes',
      instance,
      weights: {},
    } as Partial<ReadyRecipe> as ReadyRecipe);
    assert.ok(E.isLeft(made));
    assert.match(made.left[0]!.text, /^✗ U17 recipe:codes: .*maskskip evaluate/);
  });

  it('says that a recipe wants weights of others, and where they come from', async () => {
    const brought = recipes.find((one) => one.at({ dataset: 'market-1501' }).features !== undefined)!;
    const { code, messages } = await maskskip([
      'train',
      `recipe:${brought.name}`,
      '--data',
      'd',
      '--out',
      'o',
    ]);
    assert.equal(code, 1);
    assert.match(messages, /^✗ L02 network '.*wanted VGG-19 .*docs\/losses\.md/);
  });

  it('refuse options that say nothing of what is named', async () => {
    const common = ['--data', 'd', '--out', 'o'];
    for (const [argv, message] of [
      [['train', 'recipe:pg2', '--rate', '1'], /^✗ option '--rate' goes with a model/],
      [['train', 'recipe:pg2', '--loss', 'l1'], /^✗ option '--loss' goes with a model/],
      [['train', 'recipe:pg2', '--filters', '8'], /^✗ option '--filters' goes with a model/],
      [['train', 'unet', '--share', '1/2'], /^✗ option '--share' goes with a recipe alone/],
      [['train', 'unet', '--features', 'f'], /^✗ option '--features' goes with a recipe alone/],
      [['synthesize', 'recipe:pg2', '--compiled', 'c'], /^✗ option '--compiled' goes with a model/],
      [['train', 'recipe:pg2', '--share', '0'], /part such as 1\/16/],
      [['train', 'recipe:pg2', '--share', '3/2'], /part such as 1\/16/],
      [['train', 'recipe:pg2', '--share', '1/0'], /part such as 1\/16/],
    ] as const) {
      const { code, results, messages } = await maskskip([...argv, ...common]);
      assert.equal(code, 2, argv.join(' '));
      assert.equal(results, '');
      assert.match(messages, message);
    }
    const { code, messages } = await maskskip(['train', 'recipe:pg2', '--out', 'o']);
    assert.equal(code, 2);
    assert.match(messages, /required option '--data <folder>'/);
  });
});
