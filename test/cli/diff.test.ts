import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.js';
import { ended, startBinary } from './binary.js';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

interface Document {
  readonly equal: boolean;
  readonly names: { readonly a: string; readonly b: string };
  readonly layers: readonly { readonly kind: string }[];
  readonly totals: Readonly<Record<'a' | 'b', Readonly<Record<string, number>>>>;
}

describe('maskskip diff', () => {
  const file = temporaryFiles();

  it('ends with 0 for two models that are the same', async () => {
    const { code, results, messages } = await maskskip(['diff', 'unet', 'unet', '--filters', '4']);
    assert.equal(code, 0, messages);
    assert.match(results, /\nThe two are the same model\.\n$/);
    assert.match(results, /^A {2}unet\nB {2}unet\n/);
  });

  it('ends with 1 for two that differ, and says in what', async () => {
    const { code, results, messages } = await maskskip(['diff', 'vdg-stage1', 'vdg-stage1+munet-o']);
    assert.equal(code, 1);
    assert.equal(messages, '');
    assert.match(results, /^trained parameters +94,512,899 +94,523,811 +\+10,912 +1\.000$/m);
    assert.match(results, /^of these masks +0 +10,912 +\+10,912 +–$/m);
    assert.match(results, /^Layers: 5 changed, \d+ the same\.$/m);
    assert.match(results, /^~ +decoder\/image\/level1 +skip +psi none → one, parameters 0 → 32, masks 0 → 32, FLOPs /m); // prettier-ignore
  });

  it('ends with 2 for trouble, and tells the faults', async () => {
    for (const asked of [
      ['diff', 'unet', 'nothing'],
      ['diff', 'nothing', 'unet', '--json'],
      ['diff', 'unet'],
      ['diff', 'unet', 'unet', '--format', 'yaml'],
    ]) {
      const { code, messages } = await maskskip(asked);
      assert.equal(code, 2, asked.join(' '));
      assert.notEqual(messages, '');
    }
    const { results } = await maskskip(['diff', 'nothing', 'unet', '--json']);
    assert.equal((JSON.parse(results) as { faults: { rule: string }[] }).faults[0]!.rule, 'U01');
  });

  it('ends with 2 for a crash, which says nothing of the two', async () => {
    let told = '';
    const messages = new Writable({ write: (chunk, _encoding, done) => done(void (told += String(chunk))) });
    const results = (): never => {
      throw new TypeError('broken');
    };
    const surroundings = { results, messages, interruption: () => new AbortController().signal };
    for (const [asked, code] of [
      [['diff', 'unet', 'vdg-stage1'], 2],
      [['models'], 1],
    ] as const) {
      told = '';
      assert.equal(await run(asked, surroundings), code);
      assert.match(told, /^✗ unexpected error, please report it: TypeError: broken/m);
    }
  });

  it('ends with 2 where a file ends the process', async () => {
    const path = await file('quits.ts', `process.exit(0);\n${network()}`);
    const { code, messages } = await ended(startBinary(['diff', path, 'unet']));
    assert.equal(code, 2);
    assert.match(messages, /the process ended before the command did/);
  });

  it('compares a listed model with a file, and a file with a spec', async () => {
    const path = await file('net.ts', network());
    const { code, results } = await maskskip(['diff', path, 'unet', '--size', '16x8', '--filters', '4', '--json']); // prettier-ignore
    assert.equal(code, 1);
    const document = JSON.parse(results) as Document;
    assert.equal(document.equal, false);
    assert.deepEqual(document.names, { a: 'net.ts#unet', b: 'unet' });
    assert.equal(document.totals.a['layers'], 3);
    assert.ok(document.layers.some(({ kind }) => kind === 'added'));
    const spec = await file('net.json', (await maskskip(['spec', path])).results);
    const same = await maskskip(['diff', path, spec]);
    assert.equal(same.code, 0, same.results);
  });

  it('writes Markdown in which no name is markup', async () => {
    const net = (filters: number) => `
      import { conv, input, model, named, seq } from 'maskskip';
      export const net = model(seq(input('x', 8, 8, 3), named('<b>|*a*', conv(${filters})), conv(3)));`;
    const [a, b] = [await file('a.ts', net(2)), await file('b.ts', net(4))];
    const { code, results } = await maskskip(['diff', a, b, '--format', 'markdown']);
    assert.equal(code, 1);
    assert.match(results, /^\| ~ \| &#60;b>\\\|&#42;a&#42;\/conv1 \| conv \| filters 2 → 4, output /m);
    assert.match(results, /^\| for one example \| A \| B \| B − A \| B ÷ A \|$/m);
    const text = await maskskip(['diff', a, b]);
    assert.match(text.results, /^~ +<b>\|\*a\*\/conv1 +conv /m);
  });
});
