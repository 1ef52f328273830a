import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Fault } from '../../src/base/fault.js';
import { checkFile } from '../../src/check/check-file.js';
import { network } from '../cli/folder.js';
import { temporaryProject, tsconfig } from './project.js';

const brief = ({ rule, severity, where, got, wanted, source }: Fault) => ({
  rule,
  severity,
  where,
  got,
  wanted,
  at: source === undefined ? undefined : `${basename(source.file)}:${source.line}:${source.column}`,
});
const rules = (faults: readonly Fault[]) => faults.map(({ rule }) => rule);

describe('a file that is checked', () => {
  const file = temporaryProject();

  it('is fine if the compiler and elaboration are', async () => {
    const path = await file('net.ts', `${network('one')}\nexport { one as two };\nexport const width = 4;`);
    assert.deepEqual(await checkFile(path)(), { models: ['one', 'two'], faults: [] });
  });

  it('has what both find once: the path of the one, the place of the other; then what each finds alone', async () => {
    const path = await file(
      'net.ts',
      `import { conv, input, known, layerOf, model, out, relu, seq, through, withPsi, psi, type Layer, type SameShape } from 'maskskip';
const image = input('x', 8, 8, 3);
const warning = { rule: 'M01', within: [], body: 'mine: odd', got: 'this', wanted: 'that', fix: 'think', severity: 'warning' } as const;
const mine = layerOf<Layer<SameShape>>({
  definition: { name: 'mine', shape: (state) => ({ state, flaws: [warning] }), lower: (flow) => flow },
});
const filters: number = 0;
export const both = model(through(image, relu, seq(conv(4), conv(4, { kernel: 9, padding: 'valid' }))));
export const variant = withPsi(both, psi.none);
export const elaborated = model(through(image, conv(filters)));
export const compiled = model(through(image, conv(filters as 4), out<8, 8, 5>(8, 8, 5)));
export const warned = model(through(image, mine));
export const width: string = 4;
`,
    );
    const { models, faults } = await checkFile(path)();
    assert.deepEqual(models.toSorted(), ['both', 'compiled', 'elaborated', 'variant', 'warned']);
    const text = '✗ S03 block[1] › conv: kernel 9×9 does not fit 8×8×4 with padding valid; use a smaller kernel or more padding'; // prettier-ignore
    assert.equal(faults.filter((one) => one.text === text).length, 1);
    const brieflyMentioned = faults.map(brief);
    assert.deepEqual(
      brieflyMentioned.find(({ rule }) => rule === 'S03'),
      { rule: 'S03', severity: 'error', where: 'conv2', got: 'kernel 9×9', wanted: 'a kernel that fits 8×8×4', at: 'net.ts:8:48' }, // prettier-ignore
    );
    assert.deepEqual(
      brieflyMentioned.find(({ at }) => at === 'net.ts:10:14'),
      { rule: 'S02', severity: 'error', where: 'conv1', got: '0', wanted: 'a positive whole number', at: 'net.ts:10:14' }, // prettier-ignore
    );
    assert.deepEqual(
      brieflyMentioned.find(({ severity }) => severity === 'warning'),
      { rule: 'M01', severity: 'warning', where: 'mine1', got: 'this', wanted: 'that', at: 'net.ts:12:14' },
    );
    assert.ok(faults.every(({ source, pointer }) => source!.frame.includes('> ') && pointer === undefined));
    const at = faults.map(({ source }) => source!.line);
    assert.deepEqual(
      at,
      at.toSorted((a, b) => a - b),
    );
  });

  it('is not run with typesOnly', async () => {
    const path = await file('net.ts', "console.log('ran');\nthrow new Error('ran');");
    const { models, faults } = await checkFile(path, { typesOnly: true })();
    assert.deepEqual(models, []);
    assert.ok(!rules(faults).includes('U04'), JSON.stringify(faults));
  });

  it('U02: is a file with a known extension', async () => {
    await mkdir(await file('folder.ts'));
    for (const [name, got] of [
      ['gone.ts', 'no such file'],
      ['folder.ts', 'a folder'],
      ['notes.txt', "the extension '.txt'"],
      ['', "the extension ''"],
    ] as const) {
      const { faults } = await checkFile(await file(name))();
      assert.deepEqual(
        faults.map((one) => [one.rule, one.got]),
        [['U02', got]],
      );
    }
  });

  it('U02: is at a path that the compiler can follow', async function () {
    if (process.platform === 'win32') return this.skip();
    const { faults } = await checkFile(await file('a\\b.ts', 'export const a = 1;'))();
    assert.deepEqual(faults.map(({ rule, got }) => [rule, got]), [['U02', 'a backslash in the path']]); // prettier-ignore
  });

  it('U04: fails when it is run, on a line', async () => {
    const { faults } = await checkFile(
      await file('net.mts', "export const a = 1;\n\nthrow new Error('no');\n"),
    )();
    assert.deepEqual(faults.map(({ rule, source }) => [rule, source?.line]), [['U04', 3]]); // prettier-ignore
  });

  it('U04: fails in a file that it imports', async () => {
    await file('part.mts', "export const a = 1;\nthrow new Error('no');\n");
    const { faults } = await checkFile(await file('net.mts', "export { a } from './part.mjs';\n"))();
    assert.deepEqual(faults.map(({ rule, source }) => [rule, basename(source!.file), source?.line]), [['U04', 'part.mts', 2]]); // prettier-ignore
  });

  it('tells of a missing import and of a syntax error once', async () => {
    for (const imported of ['./gone.js', 'no-such-package']) {
      const path = await file('net.ts', `import { a } from '${imported}';\nexport const b = a;\n`);
      assert.deepEqual(rules((await checkFile(path)()).faults), ['U12'], imported);
    }
    const broken = await checkFile(await file('net.ts', 'export const a = (;\n'))();
    assert.deepEqual(rules(broken.faults), ['U12']);
  });

  it('U05: exports a model', async () => {
    const { faults } = await checkFile(await file('net.ts', 'export const width = 4;'))();
    assert.deepEqual(faults.map(brief), [
      {
        rule: 'U05',
        severity: 'error',
        where: faults[0]!.where,
        got: 'no model among the exports width',
        wanted: 'an exported model',
        at: 'net.ts:1:1',
      },
    ]);
    const path = await file('net.ts', 'export const width = 4;');
    assert.deepEqual((await checkFile(path, { typesOnly: true })()).faults, []);
  });

  it('U13: has settings that can be used', async () => {
    await file('tsconfig.json', '{ "compilerOptions": { "strict": 3 } }');
    const { faults } = await checkFile(await file('net.ts', 'export const a = 1;'))();
    assert.deepEqual(faults.map(brief).map(({ rule, at }) => [rule, at]), [['U13', 'tsconfig.json:1:34']]); // prettier-ignore
  });

  it('U14: may have a layer whose own code throws', async () => {
    const path = await file(
      'net.js',
      `import { input, model, through } from 'maskskip';
const broken = { definition: { name: 'broken', shape: () => { throw new Error('oh no'); }, lower: (flow) => flow } };
export const net = model(through(input('x', 8, 8, 3), broken));
`,
    );
    const { faults } = await checkFile(path)();
    assert.deepEqual(faults.map(brief), [
      {
        rule: 'U14',
        severity: 'error',
        where: 'net › broken1',
        got: 'an error in the code of broken: oh no',
        wanted: 'a part that returns what is wrong',
        at: 'net.js:3:14',
      },
    ]);
  });

  it('U14: may have parts whose code throws only when they are lowered, in either mode', async () => {
    const path = await file(
      'net.js',
      `import { conv, decoder, encoder, input, join, model, seq, through, upsample } from 'maskskip';
const oh = (what) => () => { throw new Error(what); };
const image = input('x', 8, 8, 3);
const kept = ({ feature }) => ({ level: feature, flaws: [] });
const psi = { '~psi': {}, name: 'mine', options: {}, shape: kept, lower: oh('no ψ') };
const layer = { definition: { name: 'layer', shape: (state) => ({ state, flaws: [] }), lower: (flow, { mode }) => mode === 'train' ? oh('only when it is trained')() : flow } };
const nested = through(image, encoder('e', [conv(4), conv(4, { stride: 2 })]), decoder('e', [upsample(2)], psi));
export const masked = model(nested);
export const trained = model(through(image, seq(conv(4), layer)));
`,
    );
    const { faults } = await checkFile(path)();
    assert.deepEqual(
      faults.map(({ rule, where, got }) => [rule, where, got]),
      [
        ['U14', 'masked › decoder/e/level1', "an error in the code of ψ 'mine': no ψ"],
        ['U14', 'trained › layer1', 'an error in the code of layer: only when it is trained'],
      ],
    );
  });

  it('P10: may have a mask that no gradient reaches', async () => {
    const path = await file(
      'net.ts',
      `import { conv, input, model, psi, skip, tap, through, type KeepsShape, type Psi } from 'maskskip';
import { ops } from 'maskskip/extend';
interface Mine extends Psi<KeepsShape> { readonly name: 'mine' }
const mine = psi.define<Mine>(
  { name: 'mine' },
  { forward: ({ feature }, { mask, gate }) => ops.multiply(feature, gate(ops.multiply(feature, mask([1])))) },
);
export const net = model(through(input('x', 8, 8, 3), tap('e'), conv(4), skip('e', mine)));
`,
    );
    const { faults } = await checkFile(path)();
    assert.deepEqual(faults.map(brief).map(({ rule, at }) => [rule, at]), [['P10', 'net.ts:8:14']]); // prettier-ignore
  });

  it('is fine with sizes that are symbols, which have no plan yet, and with what it does not use', async () => {
    await file('tsconfig.json', tsconfig({ noUnusedLocals: true, noUnusedParameters: true }));
    const path = await file(
      'net.ts',
      `import { conv, input, model, relu, through } from 'maskskip';
const unused = (width: number) => 4;
export const family = model(through(input('x', '4*h', '4*w', 3), conv(4)));
`,
    );
    assert.deepEqual(await checkFile(path)(), { models: ['family'], faults: [] });
  });
});
