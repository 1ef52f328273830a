import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { temporaryProject, tsconfig } from '../check/project.js';
import { ended, startBinary } from './binary.js';
import { network } from './folder.js';
import { maskskip } from './in-process.js';

/** As tests see a path: from the working folder. */
const seen = (path: string): string => relative('', path);

describe('maskskip check FILE.ts', () => {
  const file = temporaryProject();

  /** The document of a run, and that its exit code is 1 if there is an error in it. */
  const faultsOf = async (path: string, ...options: readonly string[]): Promise<readonly unknown[]> => {
    const { code, results, messages } = await maskskip(['check', path, ...options, '--json']);
    const document = JSON.parse(results) as { file: string; faults: readonly { severity: string }[] };
    assert.deepEqual(Object.keys(document), ['file', 'models', 'faults']);
    assert.equal(document.file, path);
    assert.equal(code, document.faults.some(({ severity }) => severity === 'error') ? 1 : 0);
    assert.equal(messages, '');
    return document.faults;
  };

  it('says how many models are fine: exit 0', async () => {
    const path = await file('net.ts', `${network('one')}\nexport const two = one;`);
    const { code, results, messages } = await maskskip(['check', path]);
    assert.deepEqual([code, results, messages], [0, 'net.ts: 2 models, no faults\n', '']);
  });

  it('shows a mistake once, with the lines around it: exit 1', async () => {
    const path = await file(
      'net.ts',
      "import { conv, input, model, through } from 'maskskip';\nconst x = input('x', 3, 3, 8);\nexport const net = model(through(x, conv(4, { kernel: 5, padding: 'valid' })));\n",
    );
    const { code, results, messages } = await maskskip(['check', path]);
    assert.equal(code, 1);
    assert.equal(messages, '');
    assert.equal(
      results,
      `${seen(path)}:3:37 ✗ S03 conv: kernel 5×5 does not fit 3×3×8 with padding valid; use a smaller kernel or more padding

  1 | import { conv, input, model, through } from 'maskskip';
  2 | const x = input('x', 3, 3, 8);
> 3 | export const net = model(through(x, conv(4, { kernel: 5, padding: 'valid' })));
    |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  4 |

1 error in net.ts
`,
    );
    assert.deepEqual(await faultsOf(path), [
      {
        rule: 'S03',
        severity: 'error',
        where: 'conv1',
        got: 'kernel 5×5',
        wanted: 'a kernel that fits 3×3×8',
        fix: 'use a smaller kernel or more padding',
        text: '✗ S03 conv: kernel 5×5 does not fit 3×3×8 with padding valid; use a smaller kernel or more padding',
        source: {
          file: seen(path),
          line: 3,
          column: 37,
          frame: results.split('\n').slice(2, 7).join('\n'),
        },
      },
    ]);
  });

  it('gives what only the compiler, and what only elaboration sees', async () => {
    const path = await file(
      'net.ts',
      "import { conv, input, model, through } from 'maskskip';\nconst x = input('x', 3, 3, 8);\nconst n: number = -2;\nexport const net = model(through(x, conv(n)));\nexport const late = () => through(x, conv(0));\n",
    );
    assert.deepEqual(await faultsOf(path), [
      {
        rule: 'S02',
        severity: 'error',
        where: 'conv1',
        got: '-2',
        wanted: 'a positive whole number',
        fix: 'give 1 or more',
        text: '✗ S02 conv: filters -2 is not a positive whole number; give 1 or more',
        source: {
          file: seen(path),
          line: 4,
          column: 14,
          frame:
            "  2 | const x = input('x', 3, 3, 8);\n  3 | const n: number = -2;\n> 4 | export const net = model(through(x, conv(n)));\n    |              ^^^\n  5 | export const late = () => through(x, conv(0));",
        },
      },
      {
        rule: 'S02',
        severity: 'error',
        where: `${seen(path)}:5`,
        got: 'filters 0',
        wanted: 'a positive whole number',
        fix: 'give 1 or more',
        text: '✗ S02 conv: filters 0 is not a positive whole number; give 1 or more',
        source: {
          file: seen(path),
          line: 5,
          column: 38,
          frame:
            '  3 | const n: number = -2;\n  4 | export const net = model(through(x, conv(n)));\n> 5 | export const late = () => through(x, conv(0));\n    |                                      ^^^^^^^\n  6 |',
        },
      },
    ]);
  });

  it('U12: gives what else the compiler says', async () => {
    const path = await file('net.ts', 'export const a = b;\n');
    assert.deepEqual(await faultsOf(path, '--types-only'), [
      {
        rule: 'U12',
        severity: 'error',
        where: `${seen(path)}:1`,
        got: "TS2304: Cannot find name 'b'.",
        wanted: 'a file that type-checks',
        fix: 'mend it there',
        text: "✗ U12 TS2304: Cannot find name 'b'.",
        source: {
          file: seen(path),
          line: 1,
          column: 18,
          frame: '> 1 | export const a = b;\n    |                  ^\n  2 |',
        },
      },
    ]);
  });

  it('U13: gives what is wrong with a tsconfig.json', async () => {
    const config = await file('tsconfig.json', '{ "compilerOptions": { "stric": true } }');
    const got = "TS5025: Unknown compiler option 'stric'. Did you mean 'strict'?";
    const place = `${seen(config)}:1:24`;
    const fix = 'mend it: imports and strictness depend on it';
    assert.deepEqual(await faultsOf(await file('net.ts', 'export const a = 1;')), [
      {
        rule: 'U13',
        severity: 'error',
        where: place,
        got,
        wanted: 'settings that TypeScript can use',
        fix,
        text: `✗ U13 ${place}: got ${got}, wanted settings that TypeScript can use; ${fix}`,
        source: {
          file: seen(config),
          line: 1,
          column: 24,
          frame: '> 1 | { "compilerOptions": { "stric": true } }\n    |                        ^^^^^^^',
        },
      },
    ]);
  });

  it('prints warnings, which are no faults of a model: exit 0', async () => {
    const path = await file(
      'net.ts',
      `import { input, layerOf, model, through, type Layer, type SameShape } from 'maskskip';
const flaw = { rule: 'M01', within: [], body: 'mine: odd', got: 'a', wanted: 'b', fix: 'think', severity: 'warning' } as const;
const mine = layerOf<Layer<SameShape>>({ definition: { name: 'mine', shape: (state) => ({ state, flaws: [flaw] }), lower: (flow) => flow } });
export const net = model(through(input('x', 3, 3, 8), mine));
`,
    );
    const { code, results } = await maskskip(['check', path]);
    assert.equal(code, 0);
    assert.ok(results.startsWith(`${seen(path)}:4:14 warning: ✗ M01 mine: odd; think\n\n`), results);
    assert.ok(results.endsWith('\n\n1 warning in net.ts\n'), results);
  });

  it('does not run the file with --types-only', async () => {
    const mark = await file('mark');
    const path = await file('net.ts', `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, 'ran');\n`); // prettier-ignore
    await file('tsconfig.json', tsconfig({ types: ['node'], typeRoots: ['node_modules/@types'].map((one) => `${process.cwd()}/${one}`) })); // prettier-ignore
    const { code, results } = await maskskip(['check', path, '--types-only']);
    assert.deepEqual([code, results], [0, 'net.ts: no faults in its types\n']);
    await assert.rejects(readFile(mark), { code: 'ENOENT' });
    const ran = await maskskip(['check', path]);
    assert.equal(ran.code, 1);
    assert.match(ran.results, /^.*net\.ts:1:1 ✗ U05 .*no model among the exports/);
    assert.equal(await readFile(mark, 'utf8'), 'ran');
  });

  it('U02: says that there is no such file: exit 1, no place', async () => {
    const path = await file('gone.ts');
    const { code, results } = await maskskip(['check', path]);
    assert.equal(code, 1);
    assert.match(results, /^✗ U02 .*gone\.ts: got no such file.*\n\n1 error in gone\.ts\n$/);
    assert.equal((await maskskip(['check', dirname(path)])).code, 1);
  });

  it('shows what a name or a file smuggles in, and does not obey it', async () => {
    const path = await file('a\u001b[31m\u202e\nb.ts', "export const a: '\u001b[31m\u202e' = 1;\n");
    const { code, results } = await maskskip(['check', path, '--types-only']);
    assert.equal(code, 1);
    assert.doesNotMatch(results, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    assert.match(results, /\\u001b/);
    // A line break in the name makes no line of its own.
    assert.match(
      results,
      /\\u202e b\.ts:1:14 ✗ U12 TS2322[^\n]*\n\n[^\n]*\n[^\n]*\n[^\n]*\n\n1 error in a[^\n]*\n$/,
    );
  });

  it('is told of a file that ends the process', async () => {
    const path = await file('net.mjs', 'process.exit(0);\nexport const a = 1;');
    const { code, messages } = await ended(startBinary(['check', path]));
    assert.equal(code, 1);
    assert.match(messages, /the process ended before the command did/);
  });

  it('takes options that fit the file: exit 2 for others', async () => {
    for (const argv of [
      ['check'],
      ['check', 'a.ts', 'b.ts'],
      ['check', 'a.ts', '--with', 'b.ts'],
      ['check', 'a.json', '--types-only'],
      ['check', 'a.ts', '--type-only'],
    ]) {
      const { code, results, messages } = await maskskip(argv);
      assert.deepEqual([code, results], [2, ''], argv.join(' '));
      assert.equal(messages.trimEnd().split('\n').length, 1, messages);
    }
  });

  it('says in its help that the file is run, and how not to', async () => {
    const { results } = await maskskip(['check', '--help']);
    assert.match(
      results.replace(/\s+/g, ' '),
      /then run, as the program that it is.*with --types-only it is not run/,
    );
  });
});

describe('maskskip check SPEC.json', () => {
  const file = temporaryProject();
  const spec = (layer: string): string => `{
  "maskskip": 1,
  "features": [
    { "id": "f1", "input": "x", "height": 8, "width": 8, "channels": 3 },
    { "id": "f2", "from": "f1", "through": [{ "op": "conv", "filters": 4 }, ${layer}] }
  ],
  "outputs": { "output": "f2" }
}
`;

  it('is fine: exit 0', async () => {
    const path = await file('net.json', spec('{ "op": "relu" }'));
    const { code, results } = await maskskip(['check', path]);
    assert.deepEqual([code, results], [0, 'net.json: 1 model, no faults\n']);
  });

  it('gives mistakes of the model with their pointer and place: exit 1', async () => {
    const path = await file('net.json', spec('{ "op": "conv", "filters": -4 }'));
    const { code, results } = await maskskip(['check', path, '--json']);
    assert.equal(code, 1);
    const { models, faults } = JSON.parse(results) as {
      models: unknown;
      faults: readonly { source: object }[];
    };
    assert.deepEqual(models, ['model']);
    assert.equal(faults.length, 1);
    const { source, ...rest } = faults[0]!;
    assert.deepEqual(rest, {
      rule: 'S02',
      severity: 'error',
      where: 'conv2',
      got: '-4',
      wanted: 'a positive whole number',
      fix: 'give 1 or more',
      text: '✗ S02 conv: filters -4 is not a positive whole number; give 1 or more',
      pointer: '/features/1/through/1',
    });
    assert.deepEqual({ ...source, frame: '' }, { file: seen(path), line: 5, column: 77, frame: '' });
  });

  it('shows mistakes of the document at their place', async () => {
    const path = await file('net.json', spec('{ "op": "blur", "sigma": 2 }'));
    const unknown = await maskskip(['check', path]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.results, /net\.json:5:85 ✗ X11 .*"blur"/);
    const broken = await maskskip(['check', await file('net.json', spec('{ "op": }'))]);
    assert.match(broken.results, /net\.json:5:85 ✗ X01 /);
    const empty = await maskskip(['check', await file('net.json', '')]);
    assert.match(empty.results, /net\.json:1:1 ✗ X01 /);
  });

  it("takes the user's own parts --with a file that exports their forms", async () => {
    const path = await file('net.json', spec('{ "op": "blur", "sigma": 2 }'));
    const parts = await file(
      'parts.ts',
      `import { formOf, layerOf, type Definition, type Layer, type SameShape } from 'maskskip';
interface Blur extends Layer<SameShape> { readonly sigma: number }
const definition = (sigma: number): Definition => ({
  name: 'blur',
  form: blur,
  shape: (state) => ({
    state,
    flaws: sigma > 0 ? [] : [{ rule: 'B01', within: [], body: 'blur: no width', got: String(sigma), wanted: 'above 0', fix: 'widen it' }],
  }),
  lower: (flow) => flow,
});
export const blur = formOf<{ readonly sigma: number }>({
  fields: (f) => ({ sigma: f.number }),
  make: ({ sigma }) => layerOf<Blur>({ sigma, definition: definition(sigma) }),
});
`,
    );
    const { code, results } = await maskskip(['check', path, '--with', parts]);
    assert.deepEqual([code, results], [0, 'net.json: 1 model, no faults\n']);
    const narrow = await file('narrow.json', spec('{ "op": "blur", "sigma": 0 }'));
    assert.match((await maskskip(['check', narrow, '--with', parts])).results, /narrow\.json:5:77 ✗ B01 blur: no width; widen it/); // prettier-ignore
    const none = await file('none.ts', 'export const sigma = 2;');
    assert.match((await maskskip(['check', path, '--with', none])).results, /X11/);
  });

  it('X17: names a part that takes a name of ours', async () => {
    const path = await file('net.json', spec('{ "op": "relu" }'));
    const parts = await file('parts.ts', "import { formOf, relu } from 'maskskip';\nexport const conv = formOf<object>({ fields: () => ({}), make: () => relu });\n"); // prettier-ignore
    const { code, results } = await maskskip(['check', path, '--with', parts]);
    assert.equal(code, 1);
    assert.match(results, /^✗ X17 definitions\.layers: got "conv", a name of ours/);
  });
});
