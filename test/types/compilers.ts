/**
 * The compilers' command lines, run once each over all that the tests of the type level ask of them.
 *
 * The command line is the one interface that all versions share; TypeScript 7 has no other.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arithmeticSource } from './arithmetic.js';
import { sizesSource } from './inference-sizes.js';
import { twinsSource } from './twins.js';

/** The compilers by package name, oldest first. */
export const compilers = ['typescript-5.9', 'typescript', 'typescript-7'] as const;

/** A compiler's package name. */
export type Compiler = (typeof compilers)[number];

/** One line of a compiler's output. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly text: string;
}

export const here = dirname(fileURLToPath(import.meta.url));
export const mistakesFolder = join(here, 'mistakes');
const systemsFolder = join(here, 'systems');
const root = resolve(here, '../..');

/** The diagnostics of one compiler for all sources of this folder; each compiler runs once. */
export const diagnosticsOf = (compiler: Compiler): Promise<readonly Diagnostic[]> => {
  const known = running.get(compiler);
  if (known !== undefined) return known;
  const started = inTemporaryFolder(async (folder) => {
    const arithmetic = join(folder, 'arithmetic.mts');
    await writeFile(arithmetic, arithmeticSource(join(root, 'src/dsl/dimensions/natural.js')));
    const twins = join(folder, 'twins.mts');
    await writeFile(twins, twinsSource(join(root, 'src')));
    const sizes = join(folder, 'sizes.mts');
    await writeFile(sizes, sizesSource(join(root, 'src')));
    const mistakes = (await readdir(mistakesFolder)).map((name) => join(mistakesFolder, name));
    const systems = (await readdir(systemsFolder)).map((name) => join(systemsFolder, name));
    return diagnostics(
      await check(compiler, folder, [
        ...mistakes,
        ...systems,
        join(here, 'inference.ts'),
        join(here, 'inference-corners.ts'),
        join(here, 'variants.ts'),
        arithmetic,
        twins,
        sizes,
      ]),
    );
  });
  running.set(compiler, started);
  return started;
};
const running = new Map<Compiler, Promise<readonly Diagnostic[]>>();

/** What a compiler says of its own work. */
export interface Work {
  /** How many types it instantiated. */
  readonly instantiations: number;
  /** Seconds of checking, and of everything. */
  readonly check: number;
  readonly total: number;
}

/** How many types the compiler instantiates for a source of this text. */
export const instantiations = async (compiler: Compiler, source: string): Promise<number> =>
  (await work(compiler, source)).instantiations;

/** The compiler's work on a source of this text, which must have no errors; `@src` in it is the path of the sources. */
export const work = (compiler: Compiler, source: string): Promise<Work> =>
  inTemporaryFolder(async (folder) => {
    const file = join(folder, 'source.mts');
    await writeFile(file, source.replaceAll('@src', join(root, 'src')));
    const output = await check(compiler, folder, [file], '--extendedDiagnostics');
    const wrong = diagnostics(output);
    if (wrong.length > 0) throw new Error(wrong.map(({ text }) => text).join('\n'));
    const measured = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+([\\d.]+)s?$`, 'm').exec(output)?.[1]);
    return {
      instantiations: measured('Instantiations'),
      check: measured('Check time'),
      total: measured('Total time'),
    };
  });

/* The language asks for nothing but ECMAScript and what browsers and Node share; neither's own types are given to it. */
const everywhere = `
declare class TextEncoder { encode(text: string): Uint8Array }
declare class TextDecoder { constructor(encoding: string, options: { fatal: boolean }); decode(bytes: Uint8Array): string }
`;

const check = async (
  compiler: Compiler,
  folder: string,
  files: readonly string[],
  ...flags: readonly string[]
): Promise<string> => {
  const project = join(folder, 'tsconfig.json');
  const options = { types: [], noEmit: true, rootDir: '/' };
  const shared = join(folder, 'shared.d.ts');
  await writeFile(shared, everywhere);
  await writeFile(
    project,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: options,
      files: [...files, shared],
      include: [],
    }),
  );
  const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`);
  const command = [join(dirname(manifest), 'bin/tsc'), '-p', project, '--pretty', 'false', ...flags];
  return new Promise((done, failed) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 26, cwd: root }, (error, output, stderr) => {
      // A compiler that finds mistakes exits with 1 or 2; anything else is not its verdict.
      if (error !== null && error.code !== 1 && error.code !== 2)
        failed(new Error(`${error.message}\n${stderr}`));
      else done(output);
    });
  });
};

/** A diagnostic's own line and, indented, those that explain it. */
const diagnostics = (output: string): readonly Diagnostic[] => {
  const found: { file: string; line: number; code: string; text: string }[] = [];
  for (const line of output.split('\n')) {
    const parts = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line);
    const last = found.at(-1);
    if (parts !== null) {
      found.push({ file: basename(parts[1]!), line: Number(parts[2]), code: parts[3]!, text: parts[4]! });
    } else if (last !== undefined && line.startsWith(' ')) last.text += `\n${line}`;
    else if (/^error /.test(line)) throw new Error(line);
  }
  return found;
};

const inTemporaryFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-types-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};
