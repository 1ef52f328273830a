import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { people } from '../../examples/quickstart/people.js';
import { presets } from '../../examples/quickstart/presets.js';
import { products } from '../../examples/quickstart/run.js';
import type { Results } from '../../examples/quickstart/results.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const run = (...options: readonly string[]): Promise<Ended> =>
  new Promise((settle, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/quickstart/main.ts', ...options], {
      cwd: root,
      timeout: 290_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', fail);
    child.once('close', (code) => settle({ code, out, err }));
  });

describe('quickstart', function () {
  // Some fifteen seconds on a quiet machine; a busy one is no failure.
  this.timeout(300_000);
  let folder: string;
  let ended: Ended;
  let results: Results;
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-quickstart-'));
    ended = await run('--backend', 'wasm', '--preset', 'smoke', '--seed', '3', '--out', folder);
    assert.equal(ended.code, 0, ended.err);
    results = JSON.parse(await text('results.json')) as Results;
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('leaves its files, the networks and the people, and nothing half-written', async () => {
    const names = await readdir(folder);
    assert.deepEqual(
      names.toSorted(),
      [...products, 'data', 'munet-open', 'munet-zero-mean', 'no-mask'].toSorted(),
    );
    for (const network of ['no-mask', 'munet-open', 'munet-zero-mean']) {
      const files = await readdir(join(folder, network));
      assert.deepEqual(files.toSorted(), ['metrics.jsonl', 'step-00000006.safetensors']);
    }
  });

  it('tells the result and where the page is on the standard output, progress on the other', () => {
    assert.match(ended.out, /^method +SSIM ↑ +mask-SSIM ↑ +L1 ↓\n/);
    assert.ok(ended.out.includes(join(folder, 'report.html')));
    assert.match(ended.err, /No-mask 6\/6/);
  });

  it('draws a dozen pairs in six columns', async () => {
    const { width, height } = await sharp(join(folder, 'grid.png')).metadata();
    assert.deepEqual({ width, height }, { width: 8 + 6 * (96 + 8), height: 44 + 12 * (192 + 8) });
  });

  it('draws the masks of both mUNets: black where all is open, about half white from a zero-mean start', async () => {
    const { data, info } = await sharp(join(folder, 'masks.png')).raw().toBuffer({ resolveWithObject: true });
    assert.equal(info.width, 2 * (8 * (64 + 6) + 32));
    const white = (left: number): number => {
      let count = 0;
      for (let y = 50; y < 178; y++) {
        for (let x = left; x < left + 64; x++)
          if (data[(y * info.width + x) * info.channels] === 255) count++;
      }
      return count / (64 * 128);
    };
    assert.equal(white(16), 0);
    assert.ok(white(16 + 592) > 0.4 && white(16 + 592) < 0.6, String(white(16 + 592)));
  });

  it('writes a row of figures for both baselines and each network', async () => {
    const table = await text('table.md');
    for (const name of [
      'copy of the input',
      'mean training image',
      'No-mask',
      'mUNet, open start',
      'mUNet, zero-mean start',
    ]) {
      assert.match(table, new RegExp(`^\\| ${name} \\| [−\\d.]+ \\| [−\\d.]+ \\| [\\d.]+ \\|`, 'm'), name);
    }
    assert.match(table, /^\| mUNet, open start − No-mask \| /m);
    assert.match(table, /^\| mUNet, zero-mean start − mean image \| .*\[.*, .*\] \|$/m);
    assert.match(table, /smoke: 6 steps/);
    assert.ok(table.includes(process.version));
  });

  it('gives the same as data', () => {
    assert.equal(results.format, 'maskskip quickstart');
    assert.equal(results.preset.name, 'smoke');
    assert.equal(results.seed, 3);
    assert.equal(results.machine.backend, 'wasm');
    assert.deepEqual(results.evaluation, { pairs: 16, variant: 'pg2' });
    assert.deepEqual(
      results.networks.map(({ name }) => name),
      ['no-mask', 'munet-open', 'munet-zero-mean'],
    );
    for (const one of results.networks) {
      assert.equal(one.losses.length, 6);
      for (const value of [...one.losses, ...Object.values(one.scores), one.secondsPerSample]) {
        assert.ok(Number.isFinite(value));
      }
      for (const { l1 } of Object.values(one.minus)) assert.ok(l1.low <= l1.mean && l1.mean <= l1.high);
    }
    const { people, training, evaluation, pictures, all } = results.seconds;
    assert.ok(Math.abs(people + training + evaluation + pictures - all) < 1e-6);
  });

  it('counts the open gates of each channel, at the start and after training', () => {
    const [noMask, open, zeroMean] = results.networks;
    assert.deepEqual(noMask?.gates, []);
    assert.equal(noMask?.maskParameters, 0);
    for (const masked of [open, zeroMean]) {
      assert.deepEqual(
        masked?.gates.map(({ height, width }) => [height, width]),
        [
          [64, 32],
          [32, 16],
          [16, 8],
          [8, 4],
          [4, 2],
        ],
      );
      const entries = masked?.gates.reduce(
        (sum, { height, width, channels }) => sum + height * width * channels,
        0,
      );
      assert.equal(entries, masked?.maskParameters);
      for (const { channels, start, trained } of masked?.gates ?? []) {
        assert.equal(start.length, channels);
        assert.equal(trained.length, channels);
      }
    }
    assert.ok(
      open?.gates.every(({ height, width, start }) => start.every((count) => count === height * width)),
    );
    const [shallow] = zeroMean?.gates ?? [];
    assert.ok(
      shallow?.start.every((count) => count > 900 && count < 1150),
      String(shallow?.start),
    );
  });

  it('writes one page that needs nothing else', async () => {
    const page = await text('report.html');
    assert.equal(page.match(/src="data:image\/png;base64,/g)?.length, 2);
    assert.doesNotMatch(page, /<script|<link|src="(?!data:)|href=/);
    assert.match(page, /The network is not the paper’s/);
    assert.match(page, /variant pg2/);
    assert.match(page, /mUNet, open start (beats|is worse than|and) (No-mask)/);
    assert.doesNotMatch(page.replaceAll(/base64,[^"]*/g, ''), /NaN|undefined|\[object/);
  });

  it('uses the people of an earlier run again', async () => {
    const again = await people(join(folder, 'data'), presets.smoke, 3, new AbortController().signal)();
    assert.ok(again._tag === 'Right');
    assert.equal(again.right.reused, true);
    assert.deepEqual(again.right.test.size, { height: 64, width: 32 });
  });

  it('refuses people of another seed without touching anything', async () => {
    const before = await stat(join(folder, 'report.html'));
    const { code, err } = await run('--backend', 'cpu', '--preset', 'smoke', '--seed', '4', '--out', folder);
    assert.equal(code, 1);
    assert.match(err, /✗ Q01 .*synthetic\.json: got a set with seed 3, wanted seed 4; remove /);
    assert.equal((await stat(join(folder, 'report.html'))).mtimeMs, before.mtimeMs);
  });

  it('knows its options', async () => {
    const { code, err } = await run('--preset', 'huge');
    assert.notEqual(code, 0);
    assert.match(err, /Allowed choices are native, wasm, smoke/);
  });
});
