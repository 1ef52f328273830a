import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { GenerateReport } from '../../src/compile/source/index.js';
import type { LeftOut } from '../../src/dsl/index.js';
import { axesOfJson, axesOfText } from '../../src/cli/variants-argument.js';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

type Document = GenerateReport & { readonly leftOut: readonly LeftOut[] };

/* A grid, a family of which one variant does not fit, a model, and what is neither. */
const several = `
import { conv, decoder, encoder, input, model, psi, relu, seq, unsafeVariants, upsample, variants } from 'maskskip';
const unet = ({ width = 16, psi: skip = psi.none }) =>
  model(seq(input('x', 16, width, 3), encoder('e', [conv(4), conv(4, { stride: 2 })]),
    decoder('e', [seq(conv(4), upsample(2)), conv(4)], skip), conv(3)));
export const masks = unsafeVariants('masks', unet, [{ psi: { none: psi.none, dense: psi.dense() } }]);
export const widths = variants('widths', unet, [{ width: [16, 15] }]);
export const alone = unet({});
export const size = 7;
`;

describe('maskskip generate', () => {
  const file = temporaryFiles();
  const ran = async (...asked: readonly string[]) => maskskip(['generate', ...asked]);
  const documentOf = async (...asked: readonly string[]): Promise<Document> => {
    const { code, results, messages } = await ran(...asked, '--json');
    assert.equal(code, 0, messages);
    return JSON.parse(results) as Document;
  };
  const refused = async (code: number, message: RegExp, ...asked: readonly string[]): Promise<void> => {
    const left = await ran(...asked);
    assert.equal(left.code, code, left.messages);
    assert.match(left.messages, message);
  };
  const small = ['--size', '32x16', '--filters', '4'];

  it('writes a grid of a listed model: a module each, and what they share', async () => {
    const out = await file('out');
    const asked = [
      'vdg-stage1',
      '--variants',
      'psi=none,grid:2x1;filters=4,8',
      '--size',
      '32x16',
      '--out',
      out,
    ];
    const report = await documentOf(...asked);
    const names = [
      'psi_none-filters_4',
      'psi_none-filters_8',
      'psi_grid_2x1-filters_4',
      'psi_grid_2x1-filters_8',
    ];
    assert.deepEqual(
      (await readdir(out)).sort(),
      ['README.md', 'index.ts', 'maskskip.generated.json', 'run.ts', ...names.map((name) => `vdg-stage1-${name}.ts`)].sort(), // prettier-ignore
    );
    assert.match(report.checked!, /^type-checked/);
    assert.match(await readFile(`${out}/vdg-stage1-psi_grid_2x1-filters_8.ts`, 'utf8'), /psi\.grid\(2, 1\)/);
    const again = await documentOf(...asked);
    assert.deepEqual([again.written, again.unchanged.length], [[], 7]);
  });

  it('tells people what it did, and what it did not', async () => {
    const out = await file('out');
    const asked = ['unet', ...small, '--out', out, '--no-check'];
    const first = await ran(...asked);
    assert.equal(first.code, 0, first.messages);
    assert.match(
      first.results,
      /^1 model as typescript-dsl in .*\n {2}4 files written, 0 unchanged, 0 removed\n$/,
    );
    await writeFile(`${out}/unet.ts`, '// mine\n');
    await writeFile(`${out}/run.ts`, '// mine\n');
    const second = await ran('unet', '--size', '16x16', '--filters', '4', '--out', out, '--no-check');
    assert.match(
      second.results,
      /^ {2}unet\.ts was changed by hand and stays; the new text is in unet\.new\.ts$/m,
    );
    assert.equal(await readFile(`${out}/unet.ts`, 'utf8'), '// mine\n');
  });

  it("writes all models and grids that a file exports, and leaves out what doesn't fit, saying so", async () => {
    const path = await file('several.ts', several);
    const out = await file('out');
    const { code, results, messages } = await ran(path, '--out', out, '--json', '--no-check');
    assert.equal(code, 0, messages);
    assert.match(messages, /^left out widths-width_15: ✗ S12 /m);
    const report = JSON.parse(results) as Document;
    assert.deepEqual(report.leftOut.map(({ name, axes }) => [name, axes]), [['widths-width_15', { width: '15' }]]); // prettier-ignore
    const modules = (await readdir(out)).filter((name) => /^(masks-|widths|alone)/.test(name)).sort();
    assert.deepEqual(modules, ['alone.ts', 'masks-psi_dense.ts', 'masks-psi_none.ts', 'widths-width_16.ts']);
    const one = await file('one');
    await documentOf(`${path}#masks`, '--out', one, '--no-check');
    assert.equal((await readdir(one)).filter((name) => name.startsWith('masks-')).length, 2);
    await refused(1, /^✗ U08 /, `${path}#size`, '--out', one);
    await refused(1, /^✗ U07 /, `${path}#nothing`, '--out', one);
  });

  it("puts other masks on a file's model", async () => {
    const path = await file('several.ts', several);
    const out = await file('out');
    await documentOf(`${path}#alone`, '--variants', 'psi=dense,one', '--out', out, '--no-check');
    assert.deepEqual(
      (await readdir(out)).filter((name) => name.startsWith('alone')),
      ['alone-psi_dense.ts', 'alone-psi_one.ts'],
    );
    await refused(1, /^✗ V08 --variants filters: /, `${path}#alone`, '--variants', 'filters=4', '--out', out);
  });

  it('keeps the order that was asked for, of numbers as well', async () => {
    const out = await file('out');
    await documentOf('unet', '--variants', 'size=32x16,16x16;filters=8,4', '--out', out, '--no-check');
    const rows = [
      ...(await readFile(`${out}/README.md`, 'utf8')).matchAll(/size_(\d+x\d+)-filters_(\d+)\.ts/g),
    ];
    assert.deepEqual(
      [...new Set(rows.map(([, size, filters]) => `${size} ${filters}`))],
      ['32x16 8', '32x16 4', '16x16 8', '16x16 4'],
    );
  });

  it('takes the grid from a JSON file', async () => {
    const grid = await file('grid.json', '{ "psi": ["none"], "filters": [4] }');
    const out = await file('out');
    await documentOf('unet', '--variants', grid, '--size', '16x16', '--out', out, '--no-check');
    assert.ok((await readdir(out)).includes('unet-psi_none-filters_4.ts'));
    const bad = await file('bad.json', '{ "psi": "none" }');
    await refused(
      1,
      /^✗ V07 .*bad\.json: got 'psi' that is no list/,
      'unet',
      '--variants',
      bad,
      '--out',
      out,
    );
  });

  it('takes sizes and data sets as axes', async () => {
    const out = await file('out');
    const report = await documentOf('unet', '--variants', 'size=16x16,32x16;dataset=market-1501', '--filters', '4', '--out', out, '--no-check'); // prettier-ignore
    assert.equal(report.models, 2);
  });

  it('refuses what it cannot do, and writes nothing', async () => {
    const out = await file('out');
    const to = ['--out', out];
    await refused(1, /^✗ U01 /, 'nothing', ...to);
    await refused(1, /^✗ U01 /, 'nothing', '--variants', 'psi=none', ...to);
    await refused(1, /^✗ V08 --variants psi: .*name the model without its mask/, 'unet+munet', '--variants', 'psi=none', ...to); // prettier-ignore
    await refused(1, /^✗ V08 --variants psi: got 'heavy', wanted none, closed/, 'unet', '--variants', 'psi=heavy', ...to); // prettier-ignore
    await refused(
      1,
      /^✗ V02 --variants filters: got '4' twice, wanted each once/,
      'unet',
      '--variants',
      'filters=4,4',
      ...to,
    );
    await refused(1, /^✗ V08 --variants out: got an axis that/, 'unet', '--variants', 'out=4', ...to);
    await refused(1, /^✗ V09 unet: got no variant that fits/m, 'unet', '--variants', 'size=7x0', ...to);
    await refused(1, /^✗ V07 --variants: got 'psi' without values/, 'unet', '--variants', 'psi', ...to);
    await refused(1, /^✗ U05 /, await file('no.ts', 'export const size = 7;'), ...to);
    const nearly = "export const grid = { tag: 'variants', name: 'g', all: [1], leftOut: [] };";
    await refused(1, /^✗ U05 /, await file('nearly.ts', nearly), ...to);
    const faultless = "export const grid = { _tag: 'Left', left: [{ rule: 'V06' }] };";
    await refused(1, /^✗ U05 /, await file('faultless.ts', faultless), ...to);
    await refused(2, /--target/, 'unet', '--target', 'fortran', ...to);
    await refused(2, /--out/, 'unet');
    assert.ok(!(await readdir(await file(''))).includes('out'));
  });

  it('refuses an option that would say nothing', async () => {
    const to = ['--out', await file('out')];
    const path = await file('net.ts', network());
    for (const [message, ...asked] of [
      ["'--form' does not go with --target onnx", 'unet', '--target', 'onnx', '--form', 'dsl'],
      ["'--form' does not go with --target pytorch", 'unet', '--target', 'pytorch', '--form', 'standalone'],
      ["'--no-check' does not go with --target pytorch,", 'unet', '--target', 'pytorch', '--no-check'],
      ["'--no-check' does not go with --target onnx,", 'unet', '--target', 'onnx', '--no-check'],
      ["'--no-check' does not go with --target typescript --form standalone,", 'unet', '--form', 'standalone', '--no-check'], // prettier-ignore
      ["'--filters' goes with a listed model", path, '--filters', '8'],
      ["'--size' goes with a listed model", `${path}#unet`, '--size', '16x16'],
      ["'--size' goes with a listed model", 'net.json', '--size', '16x16', '--variants', 'psi=none'],
      ["'--dataset' goes with a listed model", path, '--dataset', 'market-1501'],
      ["'--filters' does not go with an axis 'filters'", 'unet', '--filters', '8', '--variants', 'filters=4'],
      ["'--size' does not go with an axis 'size'", 'unet', '--size', '16x16', '--variants', 'psi=one;size=16x16'], // prettier-ignore
      ["'--dataset' does not go with an axis", 'unet', '--dataset', 'market-1501', '--variants', 'dataset=market-1501'], // prettier-ignore
    ] as const)
      await refused(2, new RegExp(`^✗ option ${message}`), ...asked, ...to);
    assert.ok(!(await readdir(await file(''))).includes('out'));
  });

  it('writes one model of a file under its name', async () => {
    const out = await file('out');
    await documentOf(await file('net.ts', network()), '--out', out, '--no-check');
    assert.ok((await readdir(out)).includes('unet.ts'));
  });
});

describe('V07: --variants', () => {
  it('is read alike from a text and from JSON', () => {
    const wanted = [
      { axis: 'psi', values: ['none', 'grid:4x4'] },
      { axis: 'filters', values: ['32', '64'] },
    ];
    assert.deepEqual(axesOfText(' psi = none, grid:4x4 ; filters=32,64; '), E.right(wanted));
    assert.deepEqual(
      axesOfJson('{ "psi": ["none", "grid:4x4"], "filters": [32, 64] }', 'x'),
      E.right(wanted),
    );
  });

  it('is refused where it is neither', () => {
    for (const bad of ['', ';', 'psi', 'psi=', '=none', 'psi=none,,one'])
      assert.ok(E.isLeft(axesOfText(bad)), bad);
    for (const bad of ['', '[]', '{}', '7', '{"psi":[]}', '{"psi":[null]}', '{"psi":["a"],"psi":["b"]}', '{'])
      assert.ok(E.isLeft(axesOfJson(bad, 'x')), bad);
  });
});
