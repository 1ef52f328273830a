/** What generating does to a folder, and what it never does. */
import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as prettier from 'prettier';
import { fault } from '../../../../src/base/fault.js';
import {
  generate,
  type GenerateOptions,
  type GenerateReport,
} from '../../../../src/compile/source/folder/generate.js';
import { manifestText } from '../../../../src/compile/source/folder/manifest.js';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { manifestName } from '../../../../src/compile/source/folder/paths.js';
import { readmeText } from '../../../../src/compile/source/folder/readme.js';
import type { NamedModel, SourceTarget, StartedCheck } from '../../../../src/compile/source/target.js';
import { conv, input, model, seq, unsafeElaborate } from '../../../../src/dsl/index.js';
import { hostileNames } from '../hostile.js';

const elaborated = unsafeElaborate(model(seq(input('x', 4, 4, 1), conv(2))));
const modelsOf = (...names: readonly string[]): readonly NamedModel[] =>
  namedModels(names.map((name) => ({ name, elaborated, axes: { psi: name } })));

/* A target that writes its version, so that a later version of the generator can be tried. */
const targetOf = (version: number, parts: Partial<SourceTarget> = {}): SourceTarget => ({
  name: 'words',
  description: 'words',
  files: ({ file }) => E.right([{ path: `models/${file}.txt`, text: `${file} ${version}\n` }]),
  common: (models) => [{ path: 'index.txt', text: models.map(({ file }) => `${file}\n`).join('') }],
  ...parts,
});

describe('generate', () => {
  let parent = '';
  let out = '';
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'maskskip-generate-'));
    out = join(parent, 'out');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const run = (options: Partial<GenerateOptions> = {}) =>
    generate({ target: targetOf(1), models: modelsOf('a', 'b'), out, title: 'words', ...options })();
  const done = async (options: Partial<GenerateOptions> = {}): Promise<GenerateReport> => {
    const report = await run(options);
    if (E.isLeft(report)) assert.fail(report.left.map(({ text }) => text).join('\n'));
    return report.right;
  };
  const refused = async (options: Partial<GenerateOptions> = {}): Promise<string> => {
    const report = await run(options);
    assert.ok(E.isLeft(report));
    return report.left.map(({ text }) => text).join('\n');
  };
  const read = (path: string): Promise<string> => readFile(join(out, path), 'utf8');
  const all = async (folder = out): Promise<Readonly<Record<string, string>>> => {
    const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    const paths = found.map((one) => join(one.parentPath, one.name)).sort();
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const))); // prettier-ignore
  };

  it('writes the files of all models, what they share, a README and the record', async () => {
    const report = await done();
    assert.deepEqual([...report.written].sort(), ['README.md', 'index.txt', 'models/a.txt', 'models/b.txt']);
    assert.deepEqual(Object.keys(await all()).sort(), ['README.md', 'index.txt', manifestName, 'models/a.txt', 'models/b.txt']); // prettier-ignore
    assert.equal(await read('models/b.txt'), 'b 1\n');
    assert.match(
      await read('README.md'),
      /^\| `a` +\| `a` +\| +20 \| +0 \| +[\d.]+ +\| \[`models\/a\.txt`\]/m,
    );
  });

  it('changes nothing when it is run again, not even times', async () => {
    await done();
    const [before, time] = [await all(), (await stat(join(out, manifestName))).mtimeMs];
    const report = await done();
    assert.deepEqual([report.written, report.removed, report.unchanged.length], [[], [], 4]);
    assert.deepEqual(await all(), before);
    assert.equal((await stat(join(out, manifestName))).mtimeMs, time);
  });

  it('gives the same bytes in another folder', async () => {
    await done();
    const other = join(parent, 'other');
    await done({ out: other });
    assert.deepEqual(await all(other), await all());
  });

  it('replaces what is as it was generated, and removes what no model makes any more, folders too', async () => {
    await done();
    const deep = targetOf(2, { files: ({ file }) => E.right([{ path: `${file}.txt`, text: '2\n' }]) });
    const report = await done({ target: deep, models: modelsOf('a') });
    assert.deepEqual([...report.written].sort(), ['README.md', 'a.txt', 'index.txt']);
    assert.deepEqual(report.removed, ['models/a.txt', 'models/b.txt']);
    assert.deepEqual(Object.keys(await all()).sort(), ['README.md', 'a.txt', 'index.txt', manifestName]); // prettier-ignore
    assert.ok(!(await readdir(out)).includes('models'));
  });

  it('keeps what a person changed and writes beside it, once', async () => {
    await done();
    await writeFile(join(out, 'models/a.txt'), 'mine\n');
    const second = await done({ target: targetOf(2) });
    assert.deepEqual(second.beside, [{ path: 'models/a.txt', beside: 'models/a.new.txt' }]);
    assert.equal(await read('models/a.txt'), 'mine\n');
    assert.equal(await read('models/a.new.txt'), 'a 2\n');
    const third = await done({ target: targetOf(3) });
    assert.deepEqual(third.beside, second.beside);
    assert.equal(await read('models/a.new.txt'), 'a 3\n');
    assert.ok(!Object.keys(await all()).some((path) => path.includes('new2')));
  });

  it('keeps a changed file beside a changed file too', async () => {
    await done();
    await writeFile(join(out, 'models/a.txt'), 'mine\n');
    await done({ target: targetOf(2) });
    await writeFile(join(out, 'models/a.new.txt'), 'mine too\n');
    const report = await done({ target: targetOf(3) });
    assert.deepEqual(report.beside, [{ path: 'models/a.txt', beside: 'models/a.new2.txt' }]);
    assert.deepEqual(report.kept, ['models/a.new.txt']);
    assert.equal(await read('models/a.new.txt'), 'mine too\n');
  });

  it('takes a file back that a person put back, and removes what stood beside it', async () => {
    await done();
    await writeFile(join(out, 'models/a.txt'), 'mine\n');
    await done({ target: targetOf(2) });
    await writeFile(join(out, 'models/a.txt'), 'a 1\n');
    const report = await done({ target: targetOf(3) });
    assert.deepEqual([report.beside, report.removed], [[], ['models/a.new.txt']]);
    assert.equal(await read('models/a.txt'), 'a 3\n');
  });

  it('keeps a changed file that no model makes any more, and says so until it is gone', async () => {
    await done();
    await writeFile(join(out, 'models/b.txt'), 'mine\n');
    for (let nth = 0; nth < 2; nth++) {
      const report = await done({ models: modelsOf('a') });
      assert.deepEqual([report.removed, report.kept], [[], ['models/b.txt']]);
    }
    await rm(join(out, 'models/b.txt'));
    assert.deepEqual((await done({ models: modelsOf('a') })).kept, []);
  });

  it('does not touch what was there before it came', async () => {
    await mkdir(join(out, 'models'), { recursive: true });
    await writeFile(join(out, 'models/a.txt'), 'mine\n');
    await writeFile(join(out, 'notes.txt'), 'mine\n');
    const report = await done();
    assert.deepEqual(report.beside, [{ path: 'models/a.txt', beside: 'models/a.new.txt' }]);
    await done({ models: modelsOf('c') });
    assert.equal(await read('models/a.txt'), 'mine\n');
    assert.equal(await read('notes.txt'), 'mine\n');
  });

  describe('where a record knows a file by other capitals', () => {
    const renamed = async (): Promise<void> => {
      await done();
      await writeFile(join(out, manifestName), (await read(manifestName)).replace('"README.md"', '"readme.md"')); // prettier-ignore
    };
    const isBlind = (): Promise<boolean> => stat(join(out, 'readme.md')).then(() => true, () => false); // prettier-ignore

    it('that is one file on the disk stays, or is replaced, under the name that it has now', async () => {
      for (const title of ['words', 'other words']) {
        await rm(out, { recursive: true, force: true });
        await renamed();
        // A second name of the file does what a disk does on which capitals do not count.
        if (!(await isBlind())) await link(join(out, 'README.md'), join(out, 'readme.md'));
        const { removed, beside, kept, written } = await done({ title });
        assert.deepEqual({ removed, beside, kept }, { removed: [], beside: [], kept: [] });
        assert.deepEqual(written, title === 'words' ? [] : ['README.md']);
        assert.match(await read('README.md'), new RegExp(`^# ${title}`));
        assert.doesNotMatch(await read(manifestName), /readme\.md/);
      }
    });

    it('that is another file on the disk is removed', async () => {
      await renamed();
      const wanted = (await isBlind()) ? [] : ['readme.md'];
      await writeFile(join(out, 'readme.md'), await read('README.md'));
      assert.deepEqual((await done()).removed, wanted);
      assert.match(await read('README.md'), /^# words/);
    });
  });

  it('puts back what a person removed', async () => {
    await done();
    await rm(join(out, 'models/a.txt'));
    assert.deepEqual((await done()).written, ['models/a.txt']);
  });

  it('follows no link: one to a file is kept, one to a folder is a fault, and what they point at stays', async () => {
    await done();
    const outside = join(parent, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'a.txt'), 'a 1\n');
    await rm(join(out, 'models/a.txt'));
    await symlink(join(outside, 'a.txt'), join(out, 'models/a.txt'));
    const report = await done({ target: targetOf(2) });
    assert.deepEqual(report.beside, [{ path: 'models/a.txt', beside: 'models/a.new.txt' }]);
    await rm(join(out, 'models'), { recursive: true });
    await symlink(outside, join(out, 'models'));
    assert.match(await refused(), /^✗ V13 .*models: got a link/);
    assert.deepEqual(await all(outside), { 'a.txt': 'a 1\n' });
  });

  it('asks the target to check first, and writes nothing where it refuses', async () => {
    const bad = fault({ rule: 'V20', where: 'a.ts:1', got: 'nonsense', wanted: 'sense', fix: 'mend it' });
    const checkOf = (end: StartedCheck['end']) => {
      const told: string[] = [];
      const check: StartedCheck = { add: ({ name }, files) => told.push(`${name}: ${files.length}`), end, stop: () => told.push('stop') }; // prettier-ignore
      return { told, check };
    };
    const refusing = checkOf(TE.left([bad]));
    assert.match(await refused({ target: targetOf(1, { check: () => refusing.check }) }), /^✗ V20 a\.ts:1/);
    assert.deepEqual(refusing.told, ['a: 1', 'b: 1', 'stop']);
    assert.deepEqual(await readdir(parent), []);
    // One that began before is asked instead of the target's own.
    const begun = checkOf(TE.right('all is well'));
    const report = await done({ target: targetOf(1, { check: () => refusing.check }), check: begun.check });
    assert.equal(report.checked, 'all is well');
    assert.deepEqual(begun.told, ['a: 1', 'b: 1']);
    assert.ok(!('checked' in (await done({ target: targetOf(1, { check: () => refusing.check }), check: 'none' })))); // prettier-ignore
  });

  it('says of which model a fault of the target is, and writes nothing', async () => {
    const bad = fault({ rule: 'V21', where: 'image/conv1', got: 'a', wanted: 'b', fix: 'c' });
    const files: SourceTarget['files'] = ({ name }) => (name === 'b' ? E.left([bad]) : E.right([]));
    assert.match(await refused({ target: targetOf(1, { files }) }), /^✗ V21 b: image\/conv1: got a/);
    assert.deepEqual(await readdir(parent), []);
  });

  describe('V10: paths that cannot be', () => {
    it('are refused: outside, alike, or the record', async () => {
      for (const path of [
        '../a.txt',
        '/a.txt',
        'a/../../b',
        'con.txt',
        manifestName,
        'INDEX.txt',
        `${'x'.repeat(217)}.txt`,
        'readme.md',
      ]) {
        const common: SourceTarget['common'] = () => [
          { path: 'index.txt', text: '' },
          { path, text: '' },
        ];
        assert.match(await refused({ target: targetOf(1, { common }) }), /^✗ V10 target words: "/, path);
      }
      assert.deepEqual(await readdir(parent), []);
    });
  });

  describe('V11: a folder of another target', () => {
    it('is left alone', async () => {
      await done();
      const before = await all();
      assert.match(await refused({ target: { ...targetOf(1), name: 'other' } }), /^✗ V11 .*: got files of the target words, wanted a folder for other/); // prettier-ignore
      assert.deepEqual(await all(), before);
    });
  });

  describe('V12: a record that is none', () => {
    it('is refused, and nothing is removed by it', async () => {
      await done();
      await writeFile(join(parent, 'precious.txt'), 'mine\n');
      const good = JSON.parse(await read(manifestName)) as Readonly<Record<string, unknown>>;
      const digest = 'a'.repeat(64);
      const bad: readonly unknown[] = [
        7,
        [],
        {},
        { ...good, version: 2 },
        { ...good, target: '../x' },
        { ...good, files: { '../precious.txt': digest } },
        { ...good, files: { '/etc/passwd': digest } },
        { ...good, files: { 'a.txt': 'no digest' } },
        { ...good, writing: { '..': digest } },
      ];
      for (const text of ['', '{', '{"format":1,"format":2}', ...bad.map((one) => JSON.stringify(one))]) {
        await writeFile(join(out, manifestName), text);
        assert.match(await refused(), /^✗ V12 .*maskskip\.generated\.json: got /, text);
      }
      assert.deepEqual(await readdir(parent), ['out', 'precious.txt']);
    });

    it('is printed in one order, whatever order it has', () => {
      const digest = 'a'.repeat(64);
      assert.equal(
        manifestText({ target: 'words', files: { b: digest, a: digest } }),
        manifestText({ target: 'words', files: { a: digest, b: digest } }),
      );
    });
  });

  describe('V14: an interrupt', () => {
    it('before the writing leaves nothing', async () => {
      assert.match(await refused({ signal: AbortSignal.abort() }), /^✗ V14 .*: got an interrupt/);
      assert.deepEqual(await readdir(parent), []);
    });

    it('during the writing leaves whole files, which the next run knows as its own', async () => {
      await done();
      const controller = new AbortController();
      const many = modelsOf(...Array.from({ length: 60 }, (_, i) => `m${i}`), 'a', 'b');
      const progress = (step: string, count: number): void => {
        if (step === 'saving files' && count === 20) controller.abort();
      };
      assert.match(await refused({ models: many, target: targetOf(2), signal: controller.signal, progress }), /^✗ V14 /); // prettier-ignore
      const left = Object.keys(await all()).filter((path) => path.startsWith('models/m'));
      assert.ok(left.length > 0 && left.length < 60, `${left.length} of 60`);
      assert.match(await read(manifestName), /"writing"/);
      const report = await done({ models: modelsOf('a'), target: targetOf(3) });
      assert.deepEqual([report.beside, report.kept], [[], []]);
      assert.deepEqual(Object.keys(await all()).sort(), ['README.md', 'index.txt', manifestName, 'models/a.txt']); // prettier-ignore
    });
  });
});

describe('the README of a generated folder', () => {
  const rowOf = (name: string, axes: Readonly<Record<string, string>>) => ({
    model: namedModels([{ name, elaborated, axes }])[0]!,
    file: 'a.ts',
    parameters: 94_512_899,
    maskParameters: 0,
    flops: 12_345_678_901,
  });

  it('has a row for each variant, its axes, its numbers and its file', () => {
    const text = readmeText({
      title: 'vdg',
      target: 'words',
      description: 'words',
      rows: [rowOf('vdg-psi_none', { psi: 'none' })],
    });
    assert.match(
      text,
      /^\| `vdg-psi_none` \| `none` \| 94,512,899 \| +0 \| 12\.3 G \| \[`a\.ts`\]\(\.\/a\.ts\) \|$/m,
    );
  });

  it('is as prettier lays it, and a name is a name in it, whatever it is (R11)', async () => {
    const check = async (rows: readonly ReturnType<typeof rowOf>[]): Promise<void> => {
      const text = readmeText({ title: rows[0]!.model.name, target: 'words', description: 'words', rows });
      assert.ok(await prettier.check(text, { parser: 'markdown' }), rows[0]!.model.name);
      const [, , , , head, , ...body] = text.split('\n');
      for (const line of body.slice(0, rows.length)) {
        assert.match(line, /^[\x20-\x7e]+$/);
        assert.equal(line.split('|').length, head!.split('|').length);
        assert.doesNotMatch(line.replace(/`[^`]*`/g, ''), /[<>*\\]|javascript:/);
      }
    };
    await check(hostileNames.slice(0, 30).map((name) => rowOf(name, { [name]: name })));
    for (let at = 0; at < hostileNames.length; at += 100)
      await check(hostileNames.slice(at, at + 100).map((name) => rowOf(name, { axis: name })));
  });
});
