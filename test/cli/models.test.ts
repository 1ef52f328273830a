import assert from 'node:assert/strict';
import { maskskip } from './in-process.js';

interface Entry {
  readonly name: string;
  readonly datasets: Readonly<
    Record<string, { readonly parameters: number; readonly maskParameters: number }>
  >;
}

describe('maskskip models', () => {
  it('gives the reference counts as JSON', async () => {
    const { code, results, messages } = await maskskip(['models', '--json']);
    assert.equal(code, 0);
    assert.equal(messages, '');
    const entries = JSON.parse(results) as readonly Entry[];
    const plain = entries.find(({ name }) => name === 'vdg-stage1');
    assert.deepEqual(plain?.datasets, {
      'market-1501': { parameters: 94_512_899, maskParameters: 0 },
      deepfashion: { parameters: 162_961_027, maskParameters: 0 },
    });
    const masked = entries.find(({ name }) => name === 'vdg-stage1+munet')?.datasets['market-1501'];
    assert.equal(masked?.parameters, 94_512_899 + (masked?.maskParameters ?? 0));
    assert.ok((masked?.maskParameters ?? 0) > 0);
    for (const entry of entries)
      assert.deepEqual(Object.keys(entry.datasets), ['market-1501', 'deepfashion']);
  });

  it('gives a table as text', async () => {
    const { results } = await maskskip(['models']);
    assert.match(results, /^vdg-stage1 +94,512,899 +0 +162,961,027 +0$/m);
  });
});
