import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { compilerOptionsFor } from '../../src/check/compiler-options.js';
import { temporaryFiles } from '../cli/folder.js';

describe('how a file is compiled', () => {
  const file = temporaryFiles();
  const optionsFor = (path: string) => {
    const options = compilerOptionsFor(path);
    assert.ok(E.isRight(options), JSON.stringify(options));
    return options.right;
  };

  it('is strict, with Node modules, where no tsconfig.json is near', async () => {
    const { strict, module, moduleResolution, noEmit } = optionsFor(await file('net.ts'));
    assert.deepEqual({ strict, module, moduleResolution, noEmit }, { strict: true, module: 199, moduleResolution: 99, noEmit: true }); // prettier-ignore
  });

  it('is as the nearest tsconfig.json says, but writes nothing', async () => {
    await file('tsconfig.json', '{ "compilerOptions": { "strict": false, "noEmit": false, "composite": true, "jsx": "react" } }'); // prettier-ignore
    const path = await file('deep');
    await mkdir(path);
    const { strict, noEmit, composite, jsx } = optionsFor(`${path}/net.ts`);
    assert.deepEqual({ strict, noEmit, composite, jsx }, { strict: false, noEmit: true, composite: false, jsx: 2 }); // prettier-ignore
    await file('deep/tsconfig.json', '// comments and trailing commas are fine\n{ "files": [], }');
    assert.equal(optionsFor(`${path}/net.ts`).jsx, undefined);
  });

  it('passes over a folder of that name', async () => {
    const path = await file('tsconfig.json');
    await mkdir(path);
    assert.equal(optionsFor(`${dirname(path)}/net.ts`).strict, true);
  });

  it('takes JavaScript if the file is JavaScript', async () => {
    assert.equal(optionsFor(await file('net.mjs')).allowJs, true);
    assert.equal(optionsFor(await file('net.ts')).allowJs, false);
  });
});

describe('U13: a tsconfig.json that cannot be used', () => {
  const file = temporaryFiles();
  const wrong: readonly (readonly [what: string, content: string, says: RegExp, line: number | undefined])[] =
    [
      ['is no JSON', '{\n  "compilerOptions": {', /TS1005: '}' expected/, 2],
      ['is another kind of value', '[1]', /TS\d+: .*object/, 1],
      ['has an unknown option', '{\n "compilerOptions": {\n  "stric": true } }', /TS5\d+: Unknown compiler option 'stric'/, 3], // prettier-ignore
      ['has a wrong value', '{ "compilerOptions": { "target": "es1" } }', /TS6046: Argument for '--target'/, 1], // prettier-ignore
      ['extends what is not there', '{\n\n"extends": "./gone.json" }', /TS\d+: .*gone\.json'/, undefined], // prettier-ignore
      ['extends itself', '{ "extends": "./tsconfig.json" }', /TS18000: Circularity/, undefined],
      ['is nested beyond reason', `{"a":${'['.repeat(90_000)}`, /./, undefined],
    ];
  for (const [what, content, says, line] of wrong) {
    it(what, async () => {
      await file('tsconfig.json', content);
      const options = compilerOptionsFor(await file('net.ts'));
      assert.ok(E.isLeft(options), 'was taken');
      const [first] = options.left;
      assert.equal(first?.rule, 'U13');
      assert.match(first.got, says);
      assert.match(first.where, /tsconfig\.json/);
      assert.equal(first.text.split('\n').length, 1);
      if (line !== undefined) assert.equal(first.source?.line, line);
    });
  }
});
