/** What a worker under Node is told to hold ready. Plain data: it travels as an argument. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BackendName } from '../../src/backend/index.js';
import type { WorkerSpec } from '../harness/worker.js';
import type { Network } from '../network.js';

interface OnBackend {
  readonly backend: BackendName;
  readonly threads: number;
}
interface OfNetwork extends OnBackend {
  readonly network: Network;
  /** Paths of safetensors files. */
  readonly weights: string;
  readonly inputs: string;
}

/** The kinds of workers; each is a file of this folder. */
export type Task =
  /** Our plan, primitive by primitive, parameters unfrozen. Job: run. */
  | ({ readonly tag: 'tensors' } & OfNetwork)
  /** What `compile` wrote, through `load`. Job: run. */
  | ({ readonly tag: 'artefact'; readonly folder: string; readonly inputs: string } & OnBackend)
  /** An artefact on one person in many poses, one pose a call. Job: run. */
  | ({ readonly tag: 'poses'; readonly folder: string; readonly inputs: string } & OnBackend)
  /** The network by hand in tfjs-layers. Job: run. */
  | ({ readonly tag: 'layers' } & OfNetwork)
  /** Our training step. Job: run. */
  | ({ readonly tag: 'train' } & OfNetwork)
  /** A training step of tfjs-layers. Job: run. */
  | ({ readonly tag: 'train-layers' } & OfNetwork)
  /** Elaboration and compilation without weights. Jobs: `MODEL at DATASET`. */
  | { readonly tag: 'compile' };

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** A worker for a task. */
export const nodeWorker = (task: Task): WorkerSpec => ({
  command: process.execPath,
  arguments: ['--import', loader, fileURLToPath(new URL('./main.ts', import.meta.url)), JSON.stringify(task)], // prettier-ignore
});

/** A worker for a peer in Python: a script of `bench/peers` and its arguments. */
export const pythonWorker = (
  python: string,
  script: string,
  options: Readonly<Record<string, unknown>>,
): WorkerSpec => ({
  command: python,
  arguments: ['-u', fileURLToPath(new URL(`../peers/${script}`, import.meta.url)), JSON.stringify(options)],
});
