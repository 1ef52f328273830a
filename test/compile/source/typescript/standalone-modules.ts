/** Standalone modules in tests: written, transpiled and run in this process on its tfjs, and checked by a compiler. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import * as E from 'fp-ts/lib/Either.js';
import * as tf from '@tensorflow/tfjs-core';
import ts from 'typescript';
import { faultError } from '../../../../src/base/fault.js';
import type { ParameterArray } from '../../../../src/compile/index.js';
import type { NamedModel } from '../../../../src/compile/source/target.js';
import { typescriptStandalone } from '../../../../src/compile/source/typescript/standalone.js';
import { unsafeEncodeSafetensors } from '../../../../src/files/safetensors.js';
import type { Compiler } from '../../../types/compilers.js';

/** What a module exports. */
export interface StandaloneModule {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly forward: (inputs: Tensors, weights: Tensors, noise?: Tensors) => Tensors;
  readonly readWeights: (bytes: ArrayBuffer | Uint8Array) => Tensors;
  readonly disposeWeights: (weights: Tensors) => void;
  readonly psi?: (...given: readonly (tf.Tensor | number)[]) => tf.Tensor;
}
type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The text of a model's module. */
export const standaloneText = (model: NamedModel): string => {
  const files = typescriptStandalone.files(model);
  if (E.isLeft(files)) throw faultError(files.left);
  return String(files.right[0]!.text);
};

/** A module's exports; it may import tfjs and nothing else. */
export const loaded = (text: string): StandaloneModule => {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports = {};
  const required = (name: string): unknown => {
    if (name !== '@tensorflow/tfjs-core') throw new Error(`imports ${name}`);
    return tf;
  };
  compileFunction(outputText, ['exports', 'require'])(exports, required);
  return exports as StandaloneModule;
};

/** Arrays as the bytes of a weights file. */
export const fileOf = (arrays: Readonly<Record<string, ParameterArray>>): Uint8Array<ArrayBuffer> =>
  unsafeEncodeSafetensors(
    Object.fromEntries(
      Object.entries(arrays).map(([path, { shape, data }]) => [path, { dtype: 'F32' as const, shape, data }]),
    ),
  );

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');

/** What a compiler says of modules by file name under strict options, nothing else in reach: no line if all is well. */
export const complaints = async (
  compiler: Compiler,
  texts: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-standalone-'));
  try {
    await mkdir(join(folder, 'src'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await Promise.all(
      Object.entries(texts).map(([name, text]) => writeFile(join(folder, 'src', name), text)),
    );
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      types: [],
      noEmit: true,
      skipLibCheck: true,
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ noImplicitReturns: true, noUnusedLocals: true, noUnusedParameters: true },
      ...{ verbatimModuleSyntax: true, isolatedModules: true },
    };
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`);
    const command = [join(dirname(manifest), 'bin/tsc'), '-p', folder, '--pretty', 'false'];
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, command, { maxBuffer: 2 ** 26, cwd: folder }, (error, stdout, stderr) =>
        done(error === null ? stdout : `${stdout}${stderr}` || String(error)),
      );
    });
    return output.split('\n').filter((line) => line !== '');
  } finally {
    await rm(folder, { recursive: true });
  }
};
