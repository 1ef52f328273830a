/** The house keeps its own rules: who imports whom, what the language may not do, how long a file is (R10, R41). */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .sort();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = filesIn('src');

/** Everything a file imports or exports from: a path under the root, a package, or `import()` of what is not a text. */
interface Import {
  readonly file: string;
  readonly target: string;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}
const importsOf = (file: string, text = read(file)): readonly Import[] => {
  const found: Import[] = [];
  const note = (specifier: ts.Node | undefined, dynamic: boolean, typeOnly: boolean): void => {
    const name = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)';
    const target = name.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(file), name)).replace(/\.js$/, '.ts')
      : name;
    found.push({ file, target, dynamic, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      note(node.moduleSpecifier, false, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      note(node.moduleSpecifier, false, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      note(node.argument.literal, false, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      note(node.arguments[0], true, false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
};
const imports = sources.flatMap((file) => importsOf(file));

/** Rooms from the most particular; a file belongs to the first that holds it. */
const rooms = [
  'src/compile/plan',
  'src/compile/rewrite',
  'src/compile/tensors',
  'src/compile/graph',
  'src/compile/source',
  'src/compile',
  ...[
    'base',
    'files',
    'artefact',
    'ops',
    'dsl',
    'extend',
    'models',
    'check',
    'layers',
    'learn',
    'recipes',
    'data',
    'backend',
    'run',
    'cli',
  ].map((name) => `src/${name}`),
] as const;
const roomOf = (file: string): string => rooms.find((room) => file.startsWith(`${room}/`)) ?? 'src';

interface Room {
  readonly rooms: readonly string[] | 'all';
  /** Packages; a name stands for itself and what lies under it, a trailing * for all that begin so. */
  readonly packages: readonly string[];
}
const plan = 'src/compile/plan';
const tfjs = '@tensorflow/tfjs-core';
const inNode = 'node:*';
const table: Readonly<Record<string, Room>> = {
  'src/base': { rooms: [], packages: [] },
  'src/files': { rooms: ['src/base'], packages: ['@bufbuild/protobuf', 'fp-ts', inNode] },
  'src/artefact': { rooms: ['src/base'], packages: ['fp-ts'] },
  'src/ops': { rooms: ['src/base'], packages: [] },
  'src/dsl': { rooms: ['src/base', 'src/ops'], packages: ['fp-ts', 'io-ts'] },
  'src/extend': { rooms: ['src/dsl', 'src/ops'], packages: [] },
  'src/recipes': {
    rooms: ['src/base', 'src/data', 'src/dsl', 'src/learn', 'src/models', 'src/ops'],
    packages: ['fp-ts'],
  },
  'src/models': { rooms: ['src/base', 'src/dsl'], packages: [] },
  'src/compile/plan': { rooms: ['src/base', 'src/dsl', 'src/ops'], packages: ['fp-ts'] },
  'src/compile/rewrite': { rooms: ['src/base', plan, 'src/ops'], packages: ['fp-ts'] },
  'src/compile/tensors': { rooms: ['src/base', plan, 'src/ops'], packages: [tfjs] },
  'src/compile/graph': {
    rooms: ['src/artefact', 'src/base', 'src/files', plan, 'src/ops'],
    packages: ['fp-ts'],
  },
  'src/compile/source': {
    rooms: ['src/base', 'src/dsl', 'src/files', plan, 'src/compile/rewrite', 'src/ops'],
    packages: ['@bufbuild/protobuf', 'fp-ts', 'ts-morph', inNode],
  },
  'src/compile': {
    rooms: [
      'src/artefact',
      'src/base',
      'src/dsl',
      'src/files',
      ...rooms.filter((room) => room.startsWith('src/compile/')),
    ],
    packages: ['fp-ts', inNode],
  },
  'src/check': {
    rooms: ['src/base', 'src/dsl', plan],
    packages: ['tsx', 'ts-morph', '@babel/code-frame', 'fp-ts', inNode],
  },
  'src/layers': {
    rooms: ['src/base', 'src/dsl', plan, 'src/compile/tensors'],
    packages: [tfjs, '@tensorflow/tfjs-layers', 'fp-ts'],
  },
  'src/learn': {
    rooms: [
      ...['src/base', 'src/files', 'src/dsl', 'src/ops', 'src/data', 'src/compile'],
      ...rooms.filter((room) => room.startsWith('src/compile/')),
    ],
    packages: [tfjs, 'fp-ts', 'cli-progress', inNode],
  },
  'src/data': { rooms: ['src/base', 'src/files'], packages: ['sharp', 'fp-ts', inNode] },
  'src/backend': {
    rooms: ['src/base', 'src/files'],
    packages: ['@tensorflow/*', 'webgpu', 'node-api-headers', 'fp-ts', inNode],
  },
  'src/run': {
    rooms: ['src/artefact', 'src/base', 'src/dsl'],
    packages: ['@bufbuild/protobuf', tfjs, '@tensorflow/tfjs-converter', 'fp-ts', inNode],
  },
  'src/cli': {
    rooms: 'all',
    packages: ['commander', 'cli-progress', 'fp-ts', inNode],
  },
  src: { rooms: ['src/base', 'src/dsl', 'src/models', 'src/ops'], packages: [] },
};
const mayImport = (packages: readonly string[], target: string): boolean =>
  packages.some((one) =>
    one.endsWith('*') ? target.startsWith(one.slice(0, -1)) : target === one || target.startsWith(`${one}/`),
  );
const isPackage = (target: string): boolean => !target.startsWith('src/');
const says = ({ file, target }: Import): string => `${file} imports ${target}`;

describe('R41: import direction', () => {
  it('every file lies in a room', () => {
    assert.deepEqual(sources.filter((file) => roomOf(file) === 'src'), ['src/index.ts']); // prettier-ignore
  });
  it('every import is of a file that is there', () => {
    assert.deepEqual(imports.filter(({ target }) => !isPackage(target) && !sources.includes(target)).map(says), []); // prettier-ignore
  });
  for (const room of [...rooms, 'src']) {
    it(`${room} imports only the rooms and packages of its line in the table`, () => {
      const { rooms: allowed, packages } = table[room]!;
      const strays = imports
        .filter(({ file }) => roomOf(file) === room)
        .filter(({ target }) =>
          isPackage(target)
            ? !mayImport(packages, target)
            : allowed !== 'all' && roomOf(target) !== room && !allowed.includes(roomOf(target)),
        );
      assert.deepEqual(strays.map(says), []);
    });
  }
  it('only the codec of specs imports io-ts', () => {
    const files = imports.filter(({ target }) => target.startsWith('io-ts')).map(({ file }) => file);
    assert.deepEqual(files, ['src/dsl/spec/codec.ts']);
  });
  it('no room leads back to itself', () => {
    const after = (room: string, seen: ReadonlySet<string>): ReadonlySet<string> =>
      imports
        .filter(({ file, target }) => roomOf(file) === room && !isPackage(target) && roomOf(target) !== room)
        .reduce<ReadonlySet<string>>(
          (all, { target }) =>
            all.has(roomOf(target)) ? all : after(roomOf(target), new Set([...all, roomOf(target)])),
          seen,
        );
    for (const room of rooms) assert.ok(!after(room, new Set()).has(room), `${room} is in a cycle`);
  });
});

/** All that a file reaches by imports that exist at run time. */
const reachable = (files: readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>(files);
  for (const file of seen)
    for (const { file: from, target, typeOnly } of imports)
      if (from === file && !typeOnly && !isPackage(target)) seen.add(target);
  return seen;
};

describe('R10: declaring runs no code', () => {
  const pure = reachable(sources.filter((file) => /^src\/(ops|dsl|models|index\.ts)/.test(file)));
  const forbidden = /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bprocess\./;

  it('looks at the language and all that it needs', () => assert.ok(pure.size > 40));
  for (const file of pure) {
    it(`${file} has no eval, no import() and nothing of Node`, () => {
      assert.deepEqual(
        imports.filter((one) => one.file === file && (one.dynamic || one.target.startsWith('node:') || builtinModules.includes(one.target))).map(says), // prettier-ignore
        [],
      );
      const code = ts.transpileModule(read(file), {
        compilerOptions: {
          removeComments: true,
          target: ts.ScriptTarget.Latest,
          module: ts.ModuleKind.ESNext,
        },
      }).outputText;
      assert.doesNotMatch(code, forbidden);
    });
  }
  it('would find them', () => {
    const text =
      "import a from 'node:vm'; const b = await import(name); export * from './c.js'; new Function('x');";
    assert.deepEqual(
      importsOf('src/dsl/bad.ts', text).map(({ target, dynamic }) => [target, dynamic]),
      [['node:vm', false], ['(computed)', true], ['src/dsl/c.ts', false]], // prettier-ignore
    );
    assert.match(text, forbidden);
  });
});

describe('files', () => {
  it('of the sources have at most 400 lines', () => {
    const long = sources.filter((file) => read(file).split('\n').length - 1 > 400);
    assert.deepEqual(long, []);
  });
  it('of the sources have no default export and no enumeration', () => {
    const bad = sources.filter((file) => /^export default|^(export )?(const )?enum /m.test(read(file)));
    assert.deepEqual(bad, []);
  });
  it('name every rule of the sources in some test', () => {
    const tests = filesIn('test').map(read).join('\n');
    const rules = new Set(sources.flatMap((file) => [...read(file).matchAll(/rule: '([A-Z]\d\d)'/g)].map(([, id]) => id!))); // prettier-ignore
    assert.ok(rules.size > 20);
    assert.deepEqual([...rules].filter((id) => !tests.includes(id)).sort(), []);
  });
});
