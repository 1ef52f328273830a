import assert from 'node:assert/strict';
import { models } from '../../src/models/index.js';
import { maskskip } from './in-process.js';

interface Entry {
  readonly name: string;
  readonly system: string;
  readonly masks: string | null;
  readonly datasets: Readonly<
    Record<
      string,
      { readonly parameters: number; readonly maskParameters: number; readonly inertParameters: number }
    >
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
      'market-1501': { parameters: 94_512_899, maskParameters: 0, inertParameters: 0 },
      deepfashion: { parameters: 162_961_027, maskParameters: 0, inertParameters: 0 },
    });
    const masked = entries.find(({ name }) => name === 'vdg-stage1+munet')?.datasets['market-1501'];
    assert.equal(masked?.parameters, 94_512_899 + (masked?.maskParameters ?? 0));
    assert.ok((masked?.maskParameters ?? 0) > 0);
    for (const entry of entries)
      assert.deepEqual(Object.keys(entry.datasets), ['market-1501', 'deepfashion']);
  });

  it('lists every model once, with its system and its masks', async () => {
    const { results } = await maskskip(['models', '--json']);
    const entries = JSON.parse(results) as readonly Entry[];
    assert.deepEqual(entries.map(({ name }) => name), models.map(({ name }) => name)); // prettier-ignore
    for (const { name, system, masks, datasets } of entries) {
      assert.ok(name.startsWith(system), name);
      assert.equal(masks, name.split('+')[1] ?? null);
      for (const counts of Object.values(datasets)) assert.equal(counts.maskParameters > 0, masks !== null, name); // prettier-ignore
    }
    // Parameters that the source builds and reads nowhere, of the numbers in the source's table.
    const variunet = entries.find(({ name }) => name === 'variunet')!;
    assert.equal(variunet.datasets['market-1501']!.inertParameters, 1_230_848);
  });

  it('gives a table as text, each system apart', async () => {
    const { results } = await maskskip(['models']);
    assert.match(results, /^vdg-stage1 +94,512,899 +162,961,027$/m);
    assert.match(results, /^vdg-stage1\+munet +96,368,387 +1,855,488 +177,854,083 +14,893,056$/m);
    const [table] = results.split('\n\nTrained parameters.');
    const blocks = table!
      .split('\n\n')
      .map((block) => block.split('\n').map((line) => line.split(/[-+ ]/)[0]));
    assert.equal(blocks.length, new Set(models.map(({ name }) => name.split(/[-+]/)[0])).size);
    assert.deepEqual(blocks.map((block) => new Set(block.slice(-2)).size), blocks.map(() => 1)); // prettier-ignore
  });
});
