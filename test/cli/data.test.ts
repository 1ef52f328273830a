import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const small = [
  '--identities',
  '2',
  '--test-identities',
  '1',
  '--images',
  '2',
  '--height',
  '16',
  '--width',
  '8',
];

describe('maskskip data synth', () => {
  const file = temporaryFiles();

  it('makes a set and reports it', async () => {
    const out = await file('people');
    const { code, results, messages } = await maskskip(['data', 'synth', '--out', out, ...small, '--json']);
    assert.equal(code, 0);
    const report = JSON.parse(results) as { readonly out: string; readonly images: unknown };
    assert.equal(report.out, out);
    assert.deepEqual(report.images, { train: 4, test: 2 });
    assert.match(messages, /pictures 100 %\n$/);
    assert.ok((await readdir(out)).includes('market-dataset'));
  });

  it('F02: replaces nothing', async () => {
    const out = await file('people', 'mine');
    const { code, results, messages } = await maskskip(['data', 'synth', '--out', out, ...small]);
    assert.equal(code, 1);
    assert.equal(results, '');
    assert.match(messages, /^✗ F02 /m);
  });

  it('F01: a place that cannot be written', async () => {
    const out = join(await file('file', ''), 'people');
    const { code, messages } = await maskskip(['data', 'synth', '--out', out, ...small]);
    assert.equal(code, 1);
    assert.match(messages, /^✗ F0[12] .*file/m);
  });

  it('leaves the ranges to the room that knows them', async () => {
    const { code, messages } = await maskskip(['data', 'synth', '--out', await file('p'), '--images', '0']);
    assert.equal(code, 1);
    assert.match(messages, /^✗ Y02 /m);
  });

  it('stops cleanly at an interrupt: exit 130 and nothing left', async () => {
    const out = await file('people');
    const argv = ['data', 'synth', '--out', out, ...small, '--json'];
    const { code, messages } = await maskskip(argv, AbortSignal.abort());
    assert.equal(code, 130);
    assert.match(messages, /^✗ Y04 /m);
    assert.deepEqual(await readdir(dirname(out)), []);
  });

  it('takes odd names as names', async () => {
    for (const name of ['-people', 'a b\u001b[31m', '--', "it's"]) {
      const out = await file(name);
      const { code, results } = await maskskip(['data', 'synth', `--out=${out}`, ...small]);
      assert.equal(code, 0);
      assert.ok(!results.includes('\u001b'));
      await writeFile(join(out, 'there'), '');
    }
  });
});
