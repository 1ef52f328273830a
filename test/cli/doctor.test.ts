import assert from 'node:assert/strict';
import { maskskip } from './in-process.js';

describe('maskskip doctor', () => {
  it('stops at an interrupt: exit 130', async () => {
    const { code, results, messages } = await maskskip(['doctor', '--json'], AbortSignal.abort());
    assert.equal(code, 130);
    assert.match(messages, /^✗ U09 doctor/);
    assert.deepEqual(Object.keys(JSON.parse(results) as object), ['faults']);
  });

  it('reports every backend as JSON', async function () {
    // Each backend is started and timed in a process of its own: too slow for every run.
    if (process.env['MASKSKIP_FULL'] === undefined) this.skip();
    const { code, results } = await maskskip(['doctor', '--json']);
    assert.equal(code, 0);
    const report = JSON.parse(results) as {
      readonly backends: Readonly<Record<string, { readonly usable: boolean }>>;
    };
    assert.deepEqual(Object.keys(report.backends), ['native', 'webgpu', 'wasm', 'cpu']);
    assert.ok(report.backends['cpu']?.usable);
  });
});
