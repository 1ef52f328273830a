/** What several suites write before they run: weights, inputs, compiled folders, the ONNX file. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import { compile, type CompileTarget } from '../../src/compile/index.js';
import type { BenchOptions } from '../harness/suite.js';
import {
  elaborated,
  freshWeights,
  inputsOf,
  weightsOf,
  writeArrays,
  type Arrays,
  type Network,
  type PsiName,
} from '../network.js';

/** A network's files. */
export interface Files {
  readonly network: Network;
  /** The arrays themselves, for `compile`. */
  readonly arrays: Arrays;
  readonly weights: string;
  readonly inputs: string;
}

/** What is written otherwise than for a forward pass of a batch. */
export interface FileOptions {
  /** As many as the batch holds by default. */
  readonly examples?: number;
  /** Whether all examples show one person. */
  readonly onePerson?: boolean;
  /** Weights just as a training with this seed begins. */
  readonly seed?: number;
}

/** Draws and writes a network's weights and a batch of inputs. Faults: those of the model and of the file system. */
export const writeFiles = async (
  { height, width, filters, batch }: BenchOptions,
  psi: PsiName,
  folder: string,
  { examples = batch, onePerson = false, seed }: FileOptions = {},
): Promise<E.Either<readonly Fault[], Files>> => {
  const network: Network = { height, width, filters, psi };
  const arrays = seed === undefined ? weightsOf(network) : freshWeights(network, seed);
  if (E.isLeft(arrays)) return arrays;
  const weights = await writeArrays(folder, `weights-${psi}`, arrays.right);
  if (E.isLeft(weights)) return weights;
  const inputs = await writeArrays(folder, 'inputs', inputsOf(network, examples, onePerson));
  return E.map((path: string): Files => ({ network, arrays: arrays.right, weights: weights.right, inputs: path }))(inputs); // prettier-ignore
};

/** Compiles a network into a folder of its own; the folder. Faults: those of `compile`. */
export const compiled = async (
  { network, arrays }: Files,
  target: CompileTarget,
  folder: string,
  name: string,
  stages?: readonly (readonly string[])[],
): Promise<E.Either<readonly Fault[], string>> => {
  const checked = elaborated(network);
  if (E.isLeft(checked)) return checked;
  const out = join(folder, name);
  const options = { target, weights: arrays, out, ...(stages === undefined ? {} : { stages }) };
  return E.map(() => out)(await compile(checked.right, options)());
};

/** Runs a script of `bench/peers` to its end; left: why it did not get there. */
export const ranScript = async (
  python: string,
  script: string,
  options: Readonly<Record<string, unknown>>,
): Promise<E.Either<string, void>> => {
  try {
    const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    await promisify(execFile)(python, [path, JSON.stringify(options)], { env, maxBuffer: 2 ** 26 });
    return E.right(undefined);
  } catch (caught) {
    const { stderr, message } = caught as { readonly stderr?: string; readonly message: string };
    return E.left((stderr?.trim().split('\n').at(-1) || message).slice(0, 300));
  }
};

/** The suffix of a result's file for a network that is not the standard one. */
export const sizeVariant = ({ height, width, filters, backend }: BenchOptions): string =>
  [
    ...(height === 128 && width === 64 && filters === 128 ? [] : [`${height}x${width}x${filters}`]),
    ...(backend === 'native' ? [] : [backend]),
  ].join('-');
