/** `maskskip diagram`: a picture on the standard output or in a file. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const small = ['--size', '32x16', '--filters', '4'];
const begins = {
  svg: /^<\?xml/,
  mermaid: /^%% vdg-stage1\+munet\nflowchart LR\n/,
  dot: /^digraph "vdg-stage1\+munet" \{/,
  html: /^<!doctype html>/,
} as const;

describe('maskskip diagram', () => {
  const file = temporaryFiles();
  for (const [format, begin] of Object.entries(begins))
    it(`prints ${format}`, async () => {
      const { code, results, messages } = await maskskip(['diagram', 'vdg-stage1+munet', ...small, '--format', format]); // prettier-ignore
      assert.equal(code, 0);
      assert.equal(messages, '');
      assert.match(results, begin);
    });

  it('draws an SVG by default, layer by layer if asked', async () => {
    const levels = await maskskip(['diagram', 'unet', ...small]);
    const layers = await maskskip(['diagram', 'unet', ...small, '--depth', 'layers']);
    assert.match(levels.results, /^<\?xml/);
    assert.ok(layers.results.length > levels.results.length);
  });

  it('writes a file in the place of an older one, and says so', async () => {
    const out = await file('pictures/unet.svg');
    for (const _ of [1, 2]) {
      const { code, results } = await maskskip(['diagram', 'unet', ...small, '--out', out]);
      assert.equal(code, 0);
      assert.equal(results, `Wrote ${out}\n`);
    }
    assert.match(await readFile(out, 'utf8'), /<\/svg>\n$/);
    assert.deepEqual(await readdir(dirname(out)), ['unet.svg']);
  });

  it('says in JSON what was drawn', async () => {
    const { results } = await maskskip(['diagram', 'unet', ...small, '--format', 'dot', '--json']);
    const { name, format, depth, text } = JSON.parse(results) as Record<string, string>;
    assert.deepEqual([name, format, depth], ['unet', 'dot', 'levels']);
    assert.match(text!, /^digraph/);
  });

  it('refuses a model that is not listed, and a format that is none', async () => {
    const missing = await maskskip(['diagram', 'nothing']);
    assert.equal(missing.code, 1);
    assert.match(missing.messages, /U01/);
    assert.equal((await maskskip(['diagram', 'unet', '--format', 'png'])).code, 2);
  });
});
