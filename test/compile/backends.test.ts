/** The backends agree on a small mUNet: outputs and every gradient. Each runs in a process of its own. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { unsafeActivate } from '../../src/backend/index.js';
import { distanceFromKinks, munetPlan } from './small-munet.js';

interface Report {
  readonly detail?: string;
  readonly unusable?: string;
  readonly tensors?: Readonly<Record<string, readonly number[]>>;
}
const main = fileURLToPath(new URL('./backend-main.ts', import.meta.url));
const on = (backend: string, seed: number): Promise<Report> =>
  new Promise((done, failed) => {
    const command = ['--import', 'tsx', main, backend, String(seed)];
    execFile(process.execPath, command, { maxBuffer: 2 ** 26, timeout: 120_000 }, (error, output, stderr) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      if (error !== null || !last.startsWith('{'))
        failed(new Error(`${backend}: ${error?.message ?? output}\n${stderr}`));
      else done(JSON.parse(last) as Report);
    });
  });

describe('backends agree', () => {
  const tolerance = 1e-4;
  /* A bias before a norm that subtracts the mean has no influence. */
  const inert = '∂loss/∂image/level2/conv1/bias';
  let seed = 0;
  let wanted: NonNullable<Report['tensors']> = {};

  before(async function () {
    this.timeout(180_000);
    await unsafeActivate({ backend: 'cpu' });
    seed = Array.from({ length: 200 }, (_, i) => i + 1).find((one) => distanceFromKinks(one) > 1e-4) ?? 0;
    assert.ok(seed > 0, 'no seed keeps away from every kink');
    wanted = (await on('cpu', seed)).tensors ?? {};
  });

  it('on what is worth comparing: no gradient is zero', () => {
    assert.equal(Object.keys(wanted).length, 2 + munetPlan.parameters.length);
    for (const [name, values] of Object.entries(wanted)) {
      const largest = Math.max(...values.map(Math.abs));
      if (name === inert) assert.ok(largest < 1e-6, name);
      else assert.ok(largest > 1e-6 && Number.isFinite(largest), name);
    }
  });

  for (const backend of ['native', 'wasm', 'webgpu'] as const) {
    it(`${backend} with cpu, to ${tolerance} of the largest entry of each tensor`, async function () {
      this.timeout(180_000);
      const { tensors, unusable } = await on(backend, seed);
      if (tensors === undefined) {
        console.log(`      ${unusable}`);
        this.skip();
      }
      assert.deepEqual(Object.keys(tensors).sort(), Object.keys(wanted).sort());
      for (const [name, values] of Object.entries(wanted)) {
        const largest = Math.max(...values.map(Math.abs));
        const got: readonly number[] = tensors[name]!;
        assert.equal(got.length, values.length);
        const off = Math.max(...values.map((x, i) => Math.abs(x - got[i]!)));
        assert.ok(
          off <= tolerance * (name === inert ? 1 : largest),
          `${name}: ${off} off, the largest entry is ${largest}`,
        );
      }
    });
  }
});
