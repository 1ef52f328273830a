import assert from 'node:assert/strict';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const small = ['--size', '32x16', '--filters', '4'];

describe('maskskip spec', () => {
  const file = temporaryFiles();

  it('prints a listed model as a document that stands in its place', async () => {
    const { code, results, messages } = await maskskip(['spec', 'vdg-stage1+munet', ...small]);
    assert.deepEqual([code, messages], [0, '']);
    const spec = await file('vdg.json', results);
    const again = await maskskip(['spec', spec]);
    assert.equal(again.results, results);
    const [listed, read] = [
      await maskskip(['summary', 'vdg-stage1+munet', ...small, '--json']),
      await maskskip(['summary', spec, '--json']),
    ].map(({ results: text }) => JSON.parse(text) as { readonly name: string });
    assert.equal(read!.name, 'vdg.json');
    assert.deepEqual({ ...read, name: listed!.name }, listed);
  });

  it('prints a model of a file', async () => {
    const { code, results } = await maskskip(['spec', await file('net.ts', network())]);
    assert.equal(code, 0);
    assert.equal((JSON.parse(results) as { readonly maskskip: number }).maskskip, 1);
  });

  it('names parts of a file by the exports that are their forms, as check --with reads them', async () => {
    const own = `
import { formOf, input, layerOf, model, seq } from 'maskskip';
export const exciteForm = formOf({ fields: () => ({}), make: () => excite });
const excite = layerOf({ definition: { name: 'mine', form: exciteForm, shape: (state) => ({ state, flaws: [] }), lower: (flow) => flow } });
export const net = model(seq(input('x', 4, 4, 3), excite));
`;
    const parts = await file('own.js', own);
    const { code, results, messages } = await maskskip(['spec', parts]);
    assert.deepEqual([code, messages], [0, '']);
    assert.match(results, /"op": ?"excite"/);
    const checked = await maskskip(['check', await file('own.json', results), '--with', parts]);
    assert.deepEqual([checked.code, checked.results], [0, 'own.json: 1 model, no faults\n']);
  });

  it('a document that is none, or is wrong, gives its faults', async () => {
    const wrong = await maskskip(['summary', await file('a.json', '{"maskskip":1,"features":[')]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.messages, /^✗ X01 /);
    const missing = await maskskip(['summary', 'not-there.json']);
    assert.equal(missing.code, 1);
    assert.match(missing.messages, /^✗ U02 /);
    const spec = JSON.stringify({
      maskskip: 1,
      features: [
        { id: 'a', input: 'x', height: 8, width: 8, channels: 3 },
        { id: 'b', from: 'a', through: [{ op: 'conv', filters: 0 }] },
      ],
      outputs: { output: 'b' },
    });
    const flawed = await maskskip(['summary', await file('b.json', spec)]);
    assert.equal(flawed.code, 1);
    assert.match(flawed.messages, /^✗ S02 conv: filters 0 is not a positive whole number; give 1 or more/);
  });
});
