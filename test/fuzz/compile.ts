/** What a TypeScript compiler says to architectures, each printed as declarations in files of many. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sizes } from '../../src/dsl/feature.js';
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import type { Architecture } from './generate.js';
import { declaration, imports, type Place } from './print.js';

/** The compilers by version, with their packages' names. */
export const compilers = { '5.9': 'typescript-5.9', '6.0': 'typescript', '7.0': 'typescript-7' } as const;

/** A compiler's version. */
export type Compiler = keyof typeof compilers;

/** What a compiler is asked: an architecture and, where one is expected, the shapes of its model. */
export interface Question {
  readonly architecture: Architecture;
  /** Inputs and outputs by name, to be found equal to the model's type. */
  readonly shapes:
    | {
        readonly inputs: Readonly<Record<string, Sizes>>;
        readonly outputs: Readonly<Record<string, Sizes>>;
      }
    | undefined;
}

/** A compiler's complaint. */
export interface Complaint {
  readonly place: Place;
  readonly column: number;
  /** The literal that was wanted, quotes included, or a union of them; all of a complaint of any other form. */
  readonly text: string;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** How many declarations a file holds. */
const perFile = 250;

/** All complaints of a compiler about some architectures, in the order of the source. */
export const complaints = async (
  compiler: Compiler,
  questions: readonly Question[],
): Promise<readonly Complaint[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-fuzz-'));
  try {
    const files = chunked(questions, perFile).map((some, number) => ({
      path: join(folder, `declarations${number}.mts`),
      ...source(some),
    }));
    await Promise.all(files.map(({ path, lines }) => writeFile(path, lines.join('\n'))));
    const project = join(folder, 'tsconfig.json');
    await writeFile(
      project,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: {
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
          noEmit: true,
          noUnusedLocals: false,
          rootDir: '/',
        },
        files: files.map(({ path }) => path),
        include: [],
      }),
    );
    const places = new Map(files.map(({ path, places: known }) => [basename(path), known]));
    return found(await checked(compiler, project), places);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Parts of at most `size`. */
export const chunked = <A>(items: readonly A[], size: number): readonly (readonly A[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const source = (
  questions: readonly Question[],
): { readonly lines: readonly string[]; readonly places: readonly (Place | undefined)[] } => {
  const paths = { dsl: join(root, 'src/dsl/index.js'), own: join(root, 'test/fuzz/own.js') };
  const head = [
    ...imports(
      questions.map(({ architecture }) => architecture),
      paths,
    ),
    `import type { Level } from '${paths.dsl}';`,
    // What is not equal is shown in the complaint.
    'type Same<A, B> = [A, B] extends [B, A] ? true : A;',
  ];
  const lines: string[] = [...head];
  const places: (Place | undefined)[] = head.map(() => undefined);
  for (const { architecture, shapes } of questions) {
    const declared = declaration(architecture);
    lines.push(...declared.lines);
    places.push(...declared.places);
    if (shapes === undefined) continue;
    const { index, statements } = architecture;
    const model = `a${index}_${statements.length - 1}`;
    const wanted = `{ readonly inputs: ${levels(shapes.inputs)}; readonly outputs: ${levels(shapes.outputs)} }`;
    lines.push(`export const same${index}: Same<(typeof ${model})['~model'], ${wanted}> = true;`);
    places.push({ index, statement: statements.length, argument: -1 });
  }
  return { lines, places };
};

const levels = (record: Readonly<Record<string, Sizes>>): string =>
  `{ ${Object.entries(record)
    .map(
      ([name, { h, w, c }]) => `readonly ${JSON.stringify(name)}: Level<${[h, w, c].map(type).join(', ')}>`,
    )
    .join('; ')} }`;
const type = (size: Size): string => (size === '?' ? 'number' : JSON.stringify(size));

const checked = (compiler: Compiler, project: string): Promise<string> => {
  const manifest = createRequire(import.meta.url).resolve(`${compilers[compiler]}/package.json`);
  const command = [join(dirname(manifest), 'bin/tsc'), '-p', project, '--pretty', 'false'];
  return new Promise((done, failed) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 28, cwd: root }, (error, output, stderr) => {
      // A compiler that finds mistakes exits with 1 or 2; anything else is not its verdict.
      if (error !== null && error.code !== 1 && error.code !== 2)
        failed(new Error(`${error.message}\n${stderr}`));
      else done(output);
    });
  });
};

const found = (
  output: string,
  places: ReadonlyMap<string, readonly (Place | undefined)[]>,
): readonly Complaint[] => {
  const all: { place: Place; column: number; text: string }[] = [];
  for (const line of output.split('\n')) {
    const parts = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line);
    if (parts === null) {
      // Compilers explain unions at length.
      const last = all.at(-1);
      if (line.startsWith(' ') && last !== undefined && !last.text.includes('" | "'))
        last.text += `\n${line}`;
      else if (/^error /.test(line)) throw new Error(line);
      continue;
    }
    const place = places.get(basename(parts[1]!))?.[Number(parts[2]) - 1];
    // A complaint about the sources themselves says nothing of an architecture.
    if (place === undefined) throw new Error(line);
    // A union of many messages is cut off.
    const literal = /is not assignable to parameter of type '("✗.*(?:"|\.\.\.))'\.$/.exec(parts[5]!);
    all.push({ place, column: Number(parts[3]), text: literal?.[1] ?? `${parts[4]}: ${parts[5]}` });
  }
  return all;
};
