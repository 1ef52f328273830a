/** The page of all rules is current, and every rule has what a rule must have (R17). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as language from '../../src/dsl/index.js';
import { rules, type RuleId, type RuleStatement } from '../../src/dsl/index.js';
import * as accepted from '../../scripts/shapes/accepted.js';
import { most } from '../../scripts/shapes/introduction.js';
import { seenByCompiler, seenByElaboration, saidOf } from '../../scripts/shapes/mistakes.js';
import { exampleOf, shapesPage } from '../../scripts/shapes/page.js';
import { parts, rulesOfParts } from '../../scripts/shapes/parts.js';
import { compilers, type Compiler } from '../types/compilers.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const ids = Object.keys(rules) as readonly RuleId[];
const compiled = seenByCompiler();
const elaborated = seenByElaboration();
const all = [...compiled, ...elaborated];
const sources = readdirSync(join(root, 'src/dsl'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('src/dsl', name)));

/** What was declared under a name, in a file of mistakes. */
const declared = async (file: string, name: string): Promise<object> => {
  const folder = file === 'at-run-time.ts' ? 'scripts/shapes' : 'test/types/mistakes';
  const module = (await import(pathToFileURL(join(root, folder, file)).href)) as Record<string, object>;
  return module[name]!;
};

describe('docs/shapes.md', () => {
  it('says of every rule what to do, not what mends one example', () => {
    const lines = read('docs/shapes.md').split('\n');
    for (const id of ids) {
      const row = lines.find((line) => line.startsWith(`| [${id}]`))!;
      assert.equal(row.split(' | ')[2]!.trim(), rules[id].fix);
    }
  });
  it('is current: npm run docs', async () => assert.equal(read('docs/shapes.md'), await shapesPage()));
  it('names only messages that are given', async () => {
    const given = new Set(all.map(({ message }) => message));
    const named = [...read('docs/shapes.md').matchAll(/^✗ .*$/gm)].map(([message]) => message);
    assert.ok(named.length > ids.length);
    assert.deepEqual(
      named.filter((message) => !given.has(message)),
      [],
    );
  });
});

describe('the README', () => {
  it('names only messages that are given, or that its own broken twin gives', () => {
    const given = new Set(all.map(({ message }) => message));
    const named = [...read('README.md').matchAll(/^✗ .*$/gm)].map(([message]) => message);
    assert.ok(named.length >= 3);
    assert.deepEqual(
      named.filter((message) => !given.has(message)),
      [named[0]],
    );
  });
});

describe('the rules', () => {
  it('are those that the language speaks of', () => {
    const spoken = sources.flatMap((text) => [...text.matchAll(/(?:rule: '|✗ )(S\d\d)\b/g)].map(([, id]) => id!)); // prettier-ignore
    assert.deepEqual([...new Set(spoken)].sort(), ids);
  });

  for (const id of ids) {
    const { seenBy, because, fix }: RuleStatement = rules[id];
    const own = compiled.filter(({ rule }) => rule === id);
    const further = elaborated.filter(({ rule }) => rule === id);

    describe(id, () => {
      it('has a declaration that keeps it', () => {
        assert.deepEqual(saidOf(accepted[id]), []);
      });
      it('has a declaration that breaks it, with the message of the page', async () => {
        const { file, name, message } = exampleOf(id, all);
        const said = saidOf(await declared(file, name));
        assert.deepEqual(said, seenBy === 'compiler' ? [] : [message]);
      });
      it('has a golden mistake if the compiler sees it', () => {
        assert.equal(own.length > 0, seenBy !== 'elaboration');
      });
      it('has a declaration that the compiler accepts if it leaves something to elaboration', () => {
        assert.equal(further.length > 0, seenBy === 'elaboration' || (because !== undefined && seenBy !== 'compiler') || id === 'S07'); // prettier-ignore
      });
      it('is stated in one sentence, and mended in a clause', () => {
        assert.match(rules[id].statement, /^[A-Z].*[^.]\.$/);
        assert.doesNotMatch(because ?? 'a clause', /\.$|^[A-Z]/);
        assert.match(fix, /^[a-z`].*[^.]$/);
      });
    });
  }
});

/** Chains as long and groups as deep as the page says that compilers take. */
const extremes = (): string => {
  const nested = (op: 'seq' | 'residual'): string => `${`${op}(`.repeat(most[op])}conv(3), relu${')'.repeat(most[op])}`; // prettier-ignore
  const chains = { chain: Array(most.chain).fill('relu').join(), seq: nested('seq'), residual: nested('residual') }; // prettier-ignore
  return [
    `import { conv, input, relu, residual, seq, through, type Input } from '${join(root, 'src/dsl/index.js')}';`,
    "export const image = input('x', 8, 8, 3);",
    ...Object.entries(chains).map(([name, layers]) => `export const ${name}Longest: Input<'x', 8, 8, 3> = through(image, ${layers});`), // prettier-ignore
  ].join('\n');
};

/** What a compiler says of files. */
const complaints = async (compiler: Compiler, folder: string, files: readonly string[]): Promise<string> => {
  const compilerOptions = { rootDir: '/', types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files })); // prettier-ignore
  const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', project, '--pretty', 'false']).then(
    ({ stdout }) => stdout,
    (failed: { readonly stdout: string }) => failed.stdout,
  );
};

describe('what the page says of the compiler', () => {
  // The other compilers take seconds each, and say of every golden mistake what this one says (test/types).
  const asked = process.env['MASKSKIP_FULL'] === '1' ? compilers : (['typescript'] as const);
  for (const compiler of asked)
    it(`holds in ${compiler}: what is left to elaboration type-checks, and so do the longest chains and deepest groups`, async function () {
      this.timeout(120_000);
      const folder = await mkdtemp(join(tmpdir(), 'maskskip-shapes-'));
      try {
        const longest = join(folder, 'extremes.mts');
        await writeFile(longest, extremes());
        const files = ['accepted.ts', 'at-run-time.ts'].map((name) => join(root, 'scripts/shapes', name));
        assert.equal(await complaints(compiler, folder, [...files, longest]), '');
      } finally {
        await rm(folder, { recursive: true });
      }
    });

  const { concat, conv, cropTo, input, skip, tap, through } = language;
  const symbolic = input('x', '64*h', '64*w', 3);
  const symbolicHeight = input('x', '3*h', 8, 3);
  const open: Readonly<Record<string, object>> = {
    'a window in a symbol': through(input('x', '2*h', '2*w', 3), conv(4, { kernel: 5, padding: 'valid' })),
    'two symbols': concat(symbolic, input('y', '32*w', '64*w', 3)),
    'a symbol and a number': concat(symbolic, input('y', 128, '64*w', 3)),
    'which of two symbols is larger': through(
      concat(through(input('y', '2*w', 8, 3), tap('e')), symbolicHeight),
      cropTo('e'),
    ),
    'a remainder': through(input('x', '3*h', '3*w', 3), tap('e'), conv(4, { stride: 2 }), skip('e')),
  };
  for (const [name, feature] of Object.entries(open))
    it(`leaves ${name} to numbers, and so does elaboration`, () => assert.deepEqual(saidOf(feature), []));
});

describe('parts', () => {
  const table = rulesOfParts(all.map(({ message }) => message));

  it('are all that the language exports to declare with', () => {
    const others = [
      ...['ceilDivide', 'plus', 'times', 'widths', 'elaborate', 'unsafeElaborate', 'formOf', 'optionless'],
      ...['variants', 'unsafeVariants', 'isVariants'],
      ...['through', 'joinOf', 'cropOf', 'withPsi', 'init', 'psiOf', 'surrogate', 'layerOf', 'rules'],
      ...[
        'definitionsOf',
        'fromSpec',
        'fromSpecText',
        'isForm',
        'specText',
        'specVersion',
        'toSpec',
        'unsafeFromSpec',
      ],
      ...['constant', 'fanInUniform', 'glorotUniform', 'heNormal', 'normal', 'uniform'],
    ];
    const exported = Object.keys(language).flatMap((name) =>
      name === 'psi' || name === 'join' ? Object.keys(language[name]).map((key) => `${name}.${key}`) : [name],
    );
    assert.deepEqual(
      exported.filter((name) => !others.includes(name) && name !== 'psi.define').sort(),
      [...table.keys()].sort(),
    );
  });
  it('have every rule that the sources name with them', () => {
    const missing = sources
      .flatMap((text) => [...text.matchAll(/✗ (S\d\d) ([A-Za-z.]+)/g)])
      .flatMap(([, rule, name]) => {
        const part = parts.joins.includes(`join.${name!}`) && name !== 'concat' ? `join.${name!}` : name!;
        const has = table.get(part);
        return has === undefined || has.includes(rule as RuleId) ? [] : [`${part} ${rule!}`];
      });
    // S14 and S15 come where branches meet, and a decoder's S12 is its skip's.
    assert.deepEqual(missing, ['input S14', 'encoder S15', 'decoder S12']);
  });
  it('have no rule that no message gives', () => {
    assert.deepEqual(table.get('conv'), ['S02', 'S03', 'S04', 'S38']);
    assert.deepEqual(table.get('relu'), []);
  });
});
