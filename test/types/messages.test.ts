/**
 * Mistakes are reported where they are made, in one readable line, with the same text by every compiler and at run
 * time (promises R14, R17, R18, R39). `mistakes/` holds the declarations; a comment on the line says what is wanted.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { elaborate, model, type AnyModel } from '../../src/dsl/index.js';
import { compilers, diagnosticsOf, mistakesFolder, type Diagnostic } from './compilers.js';

interface Mistake {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly wanted: string;
  /** Whether only the compiler can see it. */
  readonly staticOnly: boolean;
}

const mistakes: readonly Mistake[] = readdirSync(mistakesFolder).flatMap((file) => {
  let name = '';
  return readFileSync(join(mistakesFolder, file), 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      name = /^export const (\w+)/.exec(text)?.[1] ?? name;
      const marker = /\/\/ (static )?(✗.*)$/.exec(text);
      return marker === null
        ? []
        : [{ file, name, line: index + 1, wanted: marker[2]!, staticOnly: marker[1] !== undefined }];
    });
});

const isModel = (value: unknown): value is AnyModel =>
  typeof value === 'object' && value !== null && 'psis' in value;

const declared = async ({ file, name }: Mistake): Promise<AnyModel> => {
  const module = (await import(pathToFileURL(join(mistakesFolder, file)).href)) as Record<string, unknown>;
  const value = module[name];
  return isModel(value) ? value : model(value as never);
};

/** What stands between the quotes of the literal that the compiler wanted. */
const shown = ({ text }: Diagnostic): string | undefined =>
  /is not assignable to parameter of type '"(.*)"'\.$/.exec(text)?.[1];

describe('mistakes', () => {
  it('are at least 25, ten of them inside groups, of every rule that the compiler can see', () => {
    assert.ok(mistakes.length >= 25);
    assert.ok(mistakes.filter(({ wanted }) => wanted.includes(' › ')).length >= 10);
    const rules = new Set(mistakes.map(({ wanted }) => wanted.split(' ')[1]!));
    assert.deepEqual([...rules].sort(), [
      ...['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09', 'S10', 'S11', 'S12', 'S13'],
      ...['S14', 'S15', 'S16', 'S17', 'S18', 'S19', 'S20', 'S22', 'S24', 'S25'],
      ...['S28', 'S29', 'S30', 'S31', 'S32', 'S33', 'S34', 'S35', 'S37'],
    ]);
  });

  it('have one marker for each declaration', () => {
    for (const file of readdirSync(mistakesFolder)) {
      const exports = readFileSync(join(mistakesFolder, file), 'utf8').match(/^export const \w+/gm) ?? [];
      const marked = mistakes.filter((one) => one.file === file).map(({ name }) => `export const ${name}`);
      assert.deepEqual(marked, exports);
    }
  });

  describe('at run time', () => {
    for (const mistake of mistakes) {
      it(`${mistake.file}: ${mistake.name}`, async () => {
        const elaborated = elaborate(await declared(mistake));
        if (mistake.staticOnly) assert.ok(E.isRight(elaborated));
        else {
          assert.ok(E.isLeft(elaborated), 'was accepted');
          assert.deepEqual(
            elaborated.left.map(({ text }) => text),
            [mistake.wanted],
          );
        }
      });
    }
  });

  for (const compiler of compilers) {
    describe(`in ${compiler}`, () => {
      let found: readonly Diagnostic[] = [];
      before(async function () {
        this.timeout(180_000);
        found = await diagnosticsOf(compiler);
      });

      for (const mistake of mistakes) {
        it(`${mistake.file}: ${mistake.name}`, () => {
          const here = found.filter(({ file, line }) => file === mistake.file && line === mistake.line);
          assert.deepEqual(here.map(shown), [mistake.wanted], here.map(({ text }) => text).join('\n'));
          assert.ok(!here[0]!.text.includes('\n'), 'takes more than one line');
          assert.ok(here[0]!.text.length <= 450, `takes ${here[0]!.text.length} characters`);
        });
      }

      it('nothing else is reported', () => {
        const elsewhere = found.filter(
          ({ file, line }) => !mistakes.some((one) => one.file === file && one.line === line),
        );
        assert.deepEqual(elsewhere, []);
      });
    });
  }
});
