/** The check of modules beside the work that writes them: half of its time is reading what does not depend on them. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { StartedCheck } from '../target.js';
import { checkedModules } from './check-modules.js';
import type { CheckedModule, TypeReport } from './type-check.js';

/** Starts the compiler in a thread. Where that cannot be, it is asked in this one. */
export const checkBeside = (): StartedCheck => {
  const worker = started();
  return {
    check: (models, files) => () =>
      checkedModules(models, files, (modules) =>
        asked(worker, modules).catch(async () => (await import('./type-check.js')).typeCheck(modules)),
      ),
    stop: () => void worker.terminate(),
  };
};

const started = (): Worker => {
  // Beside the sources the worker is TypeScript and needs the loader.
  const isSource = import.meta.url.endsWith('.ts');
  const loader = isSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  const worker = new Worker(new URL(`./type-check-worker.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    execArgv: loader,
  });
  // Who never asks is not kept waiting, and hears of no failure.
  worker.unref();
  worker.on('error', () => undefined);
  return worker;
};

const asked = (worker: Worker, modules: readonly CheckedModule[]): Promise<TypeReport> =>
  new Promise((answered, failed) => {
    // A thread that ended before it was asked answers nothing.
    if (worker.threadId === -1) return failed(new Error('the thread has ended'));
    worker.ref();
    worker.once('message', answered);
    worker.once('error', failed);
    worker.once('exit', () => failed(new Error('the thread has ended')));
    worker.postMessage(modules);
  });
