/** The bench from the command line, on a network that is over in a moment. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Result } from '../../bench/harness/report.js';
import { suites } from '../../bench/suites/index.js';
import { inputsOf, weightsOf } from '../../bench/network.js';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const bench = (...given: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  run(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...given], { cwd: root, maxBuffer: 2 ** 24 });
const tiny = ['--quick', '--json', '--size', '16x16', '--filters', '1'];

describe('npm run bench', function () {
  this.timeout(120_000);
  let out = '';
  before(async () => void (out = await mkdtemp(join(tmpdir(), 'maskskip-bench-test-'))));
  after(() => rm(out, { recursive: true }));

  it('names every suite in --help', async () => {
    const { stdout } = await bench('--help');
    for (const { name, about } of suites) assert.ok(stdout.includes(name) && stdout.includes(about));
  });
  it('prints and keeps one document, with rows that are equal and rows that are missing', async () => {
    const { stdout } = await bench('inference', ...tiny, '--backend', 'cpu', '--only', 'tensors', '--rounds', '1', '--warmup', '0', '--out', out); // prettier-ignore
    const result = JSON.parse(stdout) as Result;
    const kept = 'inference-batch-1-16x16x1-cpu-only-tensors-quick.json';
    assert.deepEqual(await readdir(out), [kept]);
    assert.deepEqual(JSON.parse(await readFile(join(out, kept), 'utf8')), result);
    assert.equal(result.suite, 'inference');
    assert.match(result.backend, /^cpu/);
    assert.equal(result.versions['node'], process.version.slice(1));
    assert.ok(result.hardware.cores > 0);
    // The base of the row, which needs the native backend.
    assert.deepEqual(result.missing.map(({ name }) => name), ['maskskip SavedModel']); // prettier-ignore
    assert.deepEqual(result.rows.map(({ name, unit, ratio }) => [name, unit, ratio]), [['maskskip tensors, op by op', 'ms', null]]); // prettier-ignore
    const [row] = result.rows;
    assert.ok(row!.min > 0 && row!.min <= row!.median && row!.median <= row!.max);
  });
  it('finds every peer equal (MASKSKIP_FULL=1; MASKSKIP_PYTHON has the peers)', async function () {
    if (process.env['MASKSKIP_FULL'] !== '1' || process.env['MASKSKIP_PYTHON'] === undefined) this.skip();
    this.timeout(1_200_000);
    for (const suite of ['inference', 'train', 'stages']) {
      const { stdout } = await bench(suite, ...tiny, '--out', out);
      const result = JSON.parse(stdout) as Result;
      assert.deepEqual(result.missing.filter(({ name }) => name !== 'pytorch torch.compile'), []); // prettier-ignore
      assert.ok(result.rows.filter(({ difference }) => difference !== null).length > 2);
    }
  });
});

describe('what is measured', () => {
  const network = { height: 32, width: 32, filters: 2, psi: 'dense' } as const;
  it('has about half of its gates shut, and no bias of zero', () => {
    const weights = weightsOf(network);
    assert.ok(weights._tag === 'Right');
    const arrays = Object.entries(weights.right);
    const masks = arrays.filter(([path]) => path.endsWith('/mask')).flatMap(([, { data }]) => [...data]);
    const shut = masks.filter((one) => one < 0).length / masks.length;
    assert.ok(masks.length > 1000 && shut > 0.4 && shut < 0.6);
    const biases = arrays.filter(([path]) => path.endsWith('/bias')).flatMap(([, { data }]) => [...data]);
    assert.ok(biases.length > 0 && biases.every((one) => one !== 0));
  });
  it('is one person in other poses where that is asked for', () => {
    const { x_a, p_b } = inputsOf(network, 2, true);
    const half = (data: Float32Array, at: number): Float32Array => data.slice((at * data.length) / 2, ((at + 1) * data.length) / 2); // prettier-ignore
    assert.deepEqual(half(x_a!.data, 0), half(x_a!.data, 1));
    assert.notDeepEqual(half(p_b!.data, 0), half(p_b!.data, 1));
  });
});
