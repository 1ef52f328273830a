import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const synth = [
  '--identities',
  '2',
  '--test-identities',
  '1',
  '--images',
  '3',
  '--height',
  '16',
  '--width',
  '8',
];
const training = [
  '--steps',
  '3',
  '--batch',
  '2',
  '--backend',
  'cpu',
  '--checkpoint-every',
  '2',
  '--record-every',
  '1',
];

const binding = `
import { bind, discs, pose, view } from 'maskskip/data';
export const binding = bind({ x_a: pose('target', discs(1)), x_b: view('target') });
`;

const lateFusion = `
import { conv, decoder, encoder, fuse, input, join, model, psi, relu, seq, tanh, upsample } from 'maskskip';
export const late = model(
  seq(
    input('x_a', 16, 8, 3),
    encoder('image', [seq(conv(4, { stride: 2 }), relu)]),
    fuse(join.concat, input('p_b', 16, 8, 18), conv(4, { stride: 2 }), relu),
    decoder('image', [seq(conv(4), relu, upsample(2))], psi.dense()),
    conv(3),
    tanh,
  ),
);
`;

describe('maskskip train, evaluate and synthesize', () => {
  const file = temporaryFiles();

  it('work one after the other on a small set', async () => {
    const [net, data, out, pictures] = await Promise.all([file('net.ts', network()), file('people'), file('run'), file('pictures')]); // prettier-ignore
    assert.equal((await maskskip(['data', 'synth', '--out', data, ...synth])).code, 0);

    const trained = await maskskip(['train', net, '--data', data, '--out', out, ...training, '--json']);
    assert.equal(trained.code, 0, trained.messages);
    const report = JSON.parse(trained.results) as Record<string, unknown>;
    assert.deepEqual(
      [report['name'], report['step'], report['stepsRun'], report['parameters'], report['backend']],
      ['net.ts#unet', 3, 3, 223, 'cpu'],
    );
    assert.ok(!('weights' in report) && !('losses' in report));
    assert.equal((await readFile(join(out, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n').length, 3);
    assert.match(trained.messages, /Market-1501 train: .* 16×8/);

    const further = training.with(1, '4');
    const resumed = await maskskip([
      'train',
      net,
      '--data',
      data,
      '--out',
      out,
      ...further,
      '--resume',
      '--json',
    ]);
    assert.equal(resumed.code, 0, resumed.messages);
    assert.equal((JSON.parse(resumed.results) as { readonly stepsRun: number }).stepsRun, 1);

    const asked = [net, '--weights', out, '--data', data, '--backend', 'cpu', '--pairs', '2'];
    const evaluated = await maskskip(['evaluate', ...asked, '--json']);
    assert.equal(evaluated.code, 0, evaluated.messages);
    const figures = JSON.parse(evaluated.results) as Record<string, unknown>;
    assert.equal(figures['pairs'], 2);
    assert.equal(figures['step'], 4);
    for (const method of ['network', 'copy', 'mean']) {
      assert.deepEqual(Object.keys(figures[method] as object), ['ssim', 'maskSsim', 'l1']);
    }
    assert.match((await maskskip(['evaluate', ...asked])).results, /copy of the input +-?\d\.\d{4}/);

    const made = await maskskip(['synthesize', ...asked, '--out', pictures, '--json']);
    assert.equal(made.code, 0, made.messages);
    const { pairs } = JSON.parse(made.results) as { readonly pairs: readonly { readonly file: string }[] };
    assert.deepEqual(
      (await readdir(pictures)).sort(),
      pairs.map((one) => one.file),
    );
    const { width, height, format } = await sharp(join(pictures, pairs[0]!.file)).metadata();
    assert.deepEqual([height, width, format], [16, 4 * 8, 'png']);
    const again = await maskskip(['synthesize', ...asked, '--out', pictures]);
    assert.equal(again.code, 1);
    assert.match(again.messages, /^✗ F02 /m);

    const neither = await maskskip(['synthesize', net, '--data', data, '--out', pictures]);
    assert.equal(neither.code, 1);
    assert.match(neither.messages, /✗ U12 .*neither --weights nor --compiled/);

    const other = await file('other.ts', network('other').replace('conv(4)', 'conv(5)'));
    const foreign = await maskskip(['evaluate', ...asked.with(0, other)]);
    assert.equal(foreign.code, 1);
    assert.match(foreign.messages, /conv1\/kernel/);
  });

  it('synthesize from a compiled folder as from weights, each person encoded once', async () => {
    const [net, data, run, compiled, plain, staged] = await Promise.all([file('late.ts', lateFusion), file('people'), file('run'), file('compiled'), file('plain'), file('staged')]); // prettier-ignore
    await maskskip(['data', 'synth', '--out', data, ...synth]);
    const trained = await maskskip(['train', net, '--data', data, '--out', run, ...training, '--loss', 'l1']);
    assert.equal(trained.code, 0, trained.messages);
    const compile = ['compile', net, '--weights', run, '--target', 'tfjs-graph', '--out', compiled];
    assert.equal((await maskskip([...compile, '--stages', 'x_a/p_b'])).code, 0);
    const asked = [net, '--data', data, '--backend', 'cpu', '--json'];
    const made = await maskskip(['synthesize', ...asked, '--weights', run, '--out', plain]);
    assert.equal(made.code, 0, made.messages);
    const again = await maskskip(['synthesize', ...asked, '--compiled', compiled, '--out', staged]);
    assert.equal(again.code, 0, again.messages);
    const { pairs, encoded } = JSON.parse(again.results) as { readonly pairs: readonly { readonly file: string; readonly source: string }[]; readonly encoded: number }; // prettier-ignore
    assert.equal(encoded, new Set(pairs.map(({ source }) => source)).size);
    assert.ok(encoded < pairs.length);
    for (const { file: name } of pairs) {
      const [a, b] = await Promise.all(
        [plain, staged].map((folder) => sharp(join(folder, name)).raw().toBuffer()),
      );
      assert.equal(a!.length, b!.length);
      assert.ok(a!.every((value, i) => Math.abs(value - b![i]!) <= 2));
    }
    const both = await maskskip([
      'synthesize',
      ...asked,
      '--compiled',
      compiled,
      '--weights',
      run,
      '--out',
      staged,
    ]);
    assert.match(both.messages, /cannot be used with option/);
    const missing = await maskskip([
      'synthesize',
      ...asked,
      '--compiled',
      join(compiled, 'not'),
      '--out',
      `${staged}2`,
    ]);
    assert.equal(missing.code, 1);
    assert.match(missing.messages, /✗ T04 /);
  });

  it("use the binding that a file exports, and say where it does not fit the file's model", async () => {
    const [net, data, out] = await Promise.all([file('net.ts', network() + binding), file('people'), file('run')]); // prettier-ignore
    await maskskip(['data', 'synth', '--out', data, ...synth]);
    const wrong = await maskskip(['train', net, '--data', data, '--out', out, ...training, '--loss', 'l1']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.messages, /'x_a' is fed 18 channels, the model reads 3/);
    await file('net.ts', network().replace('8, 3)', '8, 18)') + binding);
    const right = await maskskip(['train', net, '--data', data, '--out', out, ...training, '--loss', 'l1']);
    assert.equal(right.code, 0, right.messages);
  });

  it('U10, U11: a binding that is none, or that has no pictures', async () => {
    const [data, out] = await Promise.all([file('people'), file('run')]);
    const none = await file('none.ts', `${network()}\nexport const binding = { x_a: 1 };`);
    const refused = await maskskip(['train', none, '--data', data, '--out', out]);
    assert.equal(refused.code, 1);
    assert.match(refused.messages, /^✗ U10 none\.ts#unet/);
    const arrays = await file(
      'arrays.ts',
      `${network()}
       import { bind } from 'maskskip/data';
       const example = { x_a: new Float32Array(384), x_b: new Float32Array(384) };
       const from = () => [example, example, example, example];
       export const binding = bind({ from, shapes: { x_a: [16, 8, 3], x_b: [16, 8, 3] } });`,
    );
    const trained = await maskskip(['train', arrays, '--out', out, ...training, '--loss', 'l1']);
    assert.equal(trained.code, 0, trained.messages);
    const judged = await maskskip(['evaluate', arrays, '--weights', out, '--data', data]);
    assert.equal(judged.code, 1);
    assert.match(judged.messages, /^✗ U11 arrays\.ts#unet/);
  });

  it('name what is missing', async () => {
    const [net, data, out] = await Promise.all([file('net.ts', network()), file('people'), file('run')]);
    const noData = await maskskip(['train', net, '--data', data, '--out', out]);
    assert.equal(noData.code, 1);
    assert.match(noData.messages, /^✗ D09 .*no such folder/);
    await maskskip(['data', 'synth', '--out', data, ...synth]);
    const noWeights = await maskskip(['evaluate', net, '--weights', out, '--data', data]);
    assert.equal(noWeights.code, 1);
    assert.match(noWeights.messages, /^✗ C03 .*nothing of that name/m);
    const blocked = join(await file('blocked', ''), 'run');
    const noPlace = await maskskip(['train', net, '--data', data, '--out', blocked, ...training]);
    assert.equal(noPlace.code, 1, noPlace.messages);
    assert.match(noPlace.messages, /^✗ .*blocked/m);
  });

  it('stop at an interrupt: exit 130, and a training leaves no checkpoint half written', async () => {
    const [net, data, out] = await Promise.all([file('net.ts', network()), file('people'), file('run')]);
    await maskskip(['data', 'synth', '--out', data, ...synth]);
    const argv = ['train', net, '--data', data, '--out', out, ...training];
    const { code, results } = await maskskip(argv, AbortSignal.abort());
    assert.equal(code, 130);
    assert.equal(results, '');
    assert.ok((await readdir(out)).every((name) => name === 'metrics.jsonl'));
  });
});
