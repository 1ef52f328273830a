/** Layers on every backend: the cpu's values, and gradients that finite differences confirm there. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { unsafeActivate } from '../../src/backend/index.js';
import { computed, drawn, gradientsAgree, near } from '../dsl/layers/runs.js';
import { gradientOfTies, layerCases, sharesOfTies } from './layer-cases.js';

interface Outcome {
  readonly values?: readonly number[];
  readonly wrong?: string;
}
interface Report {
  readonly unusable?: string;
  readonly ties?: readonly number[];
  readonly cases?: Readonly<Record<string, Outcome>>;
}
const main = fileURLToPath(new URL('./layers-main.ts', import.meta.url));
const on = (backend: string): Promise<Report> =>
  new Promise((done, failed) => {
    const command = ['--import', 'tsx', main, backend];
    execFile(process.execPath, command, { maxBuffer: 2 ** 26, timeout: 170_000 }, (error, output, stderr) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      if (error !== null || !last.startsWith('{'))
        failed(new Error(`${backend}: ${error?.message ?? output}\n${stderr}`));
      else done(JSON.parse(last) as Report);
    });
  });

describe('layers on the cpu', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  for (const { name, shape, layer } of layerCases.filter(({ step }) => step !== true))
    it(`${name}: gradients`, () => gradientsAgree(shape, [layer], { step: 2e-3, samples: 5 }));
});

describe('ties of a maximum on the cpu', () => {
  it('go to the first', async () => {
    await unsafeActivate({ backend: 'cpu' });
    assert.deepEqual(gradientOfTies(), sharesOfTies);
  });
});

describe('layers on other backends', () => {
  const wanted = new Map<string, Float32Array>();
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    for (const { name, shape, layer } of layerCases)
      wanted.set(name, computed(drawn([3, ...shape]), [layer]));
  });

  for (const backend of ['native', 'wasm', 'webgpu'] as const) {
    it(`${backend}: values are the cpu’s, gradients are right`, async function () {
      this.timeout(180_000);
      const { cases, ties, unusable } = await on(backend);
      if (cases === undefined) {
        console.log(`      ${unusable}`);
        this.skip();
      }
      for (const { name } of layerCases) {
        const { values, wrong }: Outcome = cases[name]!;
        assert.equal(wrong, undefined, `${name}: ${wrong}`);
        near(values!, wanted.get(name)!, 1e-4);
      }
      assert.deepEqual(ties, sharesOfTies);
    });
  }
});
