/** L01 at compile time: the compiler refuses a binding that does not fit, in the words of the run time. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const fixture = resolve(here, 'train/binding-mistakes.ts');
const marker = /^ *\/\/ @ts-expect-error (✗ .*)$/;

/** The compiler's messages about the fixture, by line, its expectations taken away. */
const messages = (): ReadonlyMap<number, readonly string[]> => {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const read = host.readFile;
  const withoutExpectations = (name: string): string | undefined =>
    resolve(name) === fixture ? read(name)?.replaceAll('@ts-expect-error', 'wanted:') : read(name);
  const getSourceFile = host.getSourceFile;
  const program = ts.createProgram(
    [fixture],
    { ...options, types: ['node'] },
    {
      ...host,
      readFile: withoutExpectations,
      getSourceFile: (name, language, ...rest) =>
        resolve(name) === fixture
          ? ts.createSourceFile(name, withoutExpectations(name)!, language)
          : getSourceFile(name, language, ...rest),
    },
  );
  const found = new Map<number, string[]>();
  const source = program.getSourceFile(fixture)!;
  for (const { start, messageText } of program.getSemanticDiagnostics(source)) {
    const line = source.getLineAndCharacterOfPosition(start!).line + 1;
    found.set(line, [...(found.get(line) ?? []), ts.flattenDiagnosticMessageText(messageText, '\n')]);
  }
  return found;
};

describe('L01 at compile time', function () {
  this.timeout(180_000);

  it('each mistake is refused on its own line with its message; nothing else is', () => {
    const lines = readFileSync(fixture, 'utf8').split('\n');
    const wanted = lines.flatMap((text, index) => {
      const message = marker.exec(text)?.[1];
      return message === undefined ? [] : [[index + 2, message] as const];
    });
    assert.equal(wanted.length, 10);
    const found = messages();
    assert.deepEqual(
      [...found].map(([line, texts]) => [
        line,
        texts.map((text) => /'"(✗ L01 [^"]*)"'/.exec(text)?.[1] ?? text),
      ]),
      wanted.map(([line, message]) => [line, [message]]),
    );
  });
});
