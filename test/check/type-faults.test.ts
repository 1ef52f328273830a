import assert from 'node:assert/strict';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { typeFaults, type TypeReport } from '../../src/check/type-faults.js';
import { mistakesFolder } from '../types/compilers.js';
import { temporaryProject, tsconfig } from './project.js';

const reportOf = (path: string): TypeReport => {
  const found = typeFaults(path);
  assert.ok(E.isRight(found), JSON.stringify(found));
  return found.right;
};
const lines = ({ faults }: TypeReport) => faults.map(({ text, source }) => [source?.line, text]);

describe("the compiler's faults", () => {
  const file = temporaryProject();

  it('are those of the rules, with their text, for every mistake that the compiler sees', async function () {
    this.timeout(180_000);
    const names = await readdir(mistakesFolder);
    const marked = (
      await Promise.all(
        names.map(async (name) =>
          (await readFile(join(mistakesFolder, name), 'utf8')).split('\n').flatMap((line, index) => {
            const text = /\/\/ (?:static )?(✗.*)$/.exec(line)?.[1];
            return text === undefined ? [] : [`${name}:${index + 1} ${text}`];
          }),
        ),
      )
    ).flat();
    const imports = names.map((name) => `import '${join(mistakesFolder, name)}';`).join('\n');
    await file('tsconfig.json', tsconfig({ allowImportingTsExtensions: true, types: [] }));
    const { faults } = reportOf(await file('all.ts', imports));
    assert.deepEqual(
      faults.map(({ text, source }) => `${basename(source!.file)}:${source!.line} ${text}`).sort(),
      [...marked].sort(),
    );
    assert.ok(marked.length > 25);
  });

  it('are said once where the mistake is, not again by model', async () => {
    const path = await file(
      'net.ts',
      `import { conv, input, model, through, type AnyFeature } from 'maskskip';
const image = input('x', 8, 8, 3);
const bad = through(image, conv(-1));
export const a = model(bad);
export const b = model({ one: bad, two: through(image, conv(-1)) });
export const c = model(conv(2));
export const d = model(conv(2));
const inGeneric = <F extends AnyFeature>(from: F) => through(from, conv(0));
const late = inGeneric(image);
export const e = model(late);
export const f = model({ late });
`,
    );
    const negative = '✗ S02 conv: filters -1 is not a positive whole number; give 1 or more';
    const nothing = '✗ S18 chain: no feature to work on; begin the chain with input(…)';
    const zero = '✗ S02 conv: filters 0 is not a positive whole number; give 1 or more';
    assert.deepEqual(lines(reportOf(path)), [[3, negative], [5, negative], [6, nothing], [7, nothing], [10, zero]]); // prettier-ignore
  });

  it('U12: are everything else that it says', async () => {
    const path = await file('net.ts', 'const a: string = 3;\nexport const b = nothing + a;\n');
    const { faults } = reportOf(path);
    assert.deepEqual(
      faults.map(({ text }) => text),
      ["✗ U12 TS2322: Type 'number' is not assignable to type 'string'.", "✗ U12 TS2304: Cannot find name 'nothing'."], // prettier-ignore
    );
  });

  it('are told of imported files of the user, not of libraries', async () => {
    const path = await file('net.ts', "import { a } from './part.js';\nimport { b } from 'lib';\nexport const c = [a, b];"); // prettier-ignore
    await file('part.ts', 'export const a: string = 1;');
    await mkdir(join(dirname(path), 'node_modules/lib'), { recursive: true });
    await file('node_modules/lib/package.json', '{ "name": "lib", "type": "module", "exports": "./index.ts" }'); // prettier-ignore
    await file('node_modules/lib/index.ts', 'export const b: string = 1;');
    const { faults } = reportOf(path);
    assert.deepEqual(
      faults.map(({ source }) => basename(source!.file)),
      ['part.ts'],
    );
  });

  it('say whether the file can be parsed at all', async () => {
    const broken = reportOf(await file('net.ts', 'export const a = (;\n'));
    assert.equal(broken.parses, false);
    assert.match(broken.faults[0]!.text, /^✗ U12 TS1109: Expression expected\.$/);
    assert.equal(broken.faults[0]!.source?.column, 19);
    assert.equal(reportOf(await file('net.ts', "export const a: number = '';")).parses, true);
  });

  it('know where an export is declared, in another file, too', async () => {
    const path = await file('net.ts', "export const a = 1;\nexport { inner as b } from './part.js';\nexport * from './part.js';"); // prettier-ignore
    await file('part.ts', '\nexport const inner = 1;\nexport default { x: 1 };');
    const { exportPlace } = reportOf(path);
    const at = (name: string) => {
      const place = exportPlace(name);
      return place === undefined ? undefined : [basename(place.file), place.line, place.column];
    };
    assert.deepEqual(at('a'), ['net.ts', 1, 14]);
    assert.deepEqual(at('b'), ['part.ts', 2, 14]);
    assert.deepEqual(at('inner'), ['part.ts', 2, 14]);
    assert.equal(at('gone'), undefined);
    assert.equal(at('toString'), undefined);
  });

  it('may be of a file with an odd name', async () => {
    for (const name of ["a b'#%20 é.ts", '[x]*{y}.ts', '$(x).mts', 'é\u202e\u001b.ts']) {
      const { faults } = reportOf(await file(name, 'export const a: string = 1;'));
      assert.equal(faults.length, 1, name);
    }
  });

  it('of JavaScript are its syntax alone', async () => {
    assert.deepEqual(reportOf(await file('net.js', 'export const a = 1; a.b.c = 2;')).faults, []);
    assert.equal(reportOf(await file('net.js', 'export const a = ;')).parses, false);
  });
});
