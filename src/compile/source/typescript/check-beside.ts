/** The compiler beside the work that writes modules: most of its time is reading what does not depend on them. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AskedCompiler } from './check-modules.js';
import type { TypeReport } from './type-check.js';

/** Starts the compiler in a thread. Where that cannot be, it is asked in this one. */
export const compilerBeside = (): AskedCompiler => {
  const worker = started();
  const waiting: { readonly answered: (report: TypeReport) => void; readonly failed: (why: Error) => void }[] = []; // prettier-ignore
  let lost: Error | undefined;
  const lose = (why: Error): void => {
    lost ??= why;
    waiting.splice(0).forEach(({ failed }) => failed(why));
  };
  // It answers in the order in which it is asked. Who never asks is not kept waiting, and hears of no failure.
  worker.unref();
  worker.on('message', (report: TypeReport) => {
    waiting.shift()?.answered(report);
    if (waiting.length === 0) worker.unref();
  });
  worker.on('error', lose);
  worker.on('exit', () => lose(new Error('the thread has ended')));
  return {
    ask: (module) =>
      new Promise<TypeReport>((answered, failed) => {
        if (lost !== undefined) return failed(lost);
        waiting.push({ answered, failed });
        worker.ref();
        worker.postMessage(module);
      }).catch(async () => (await import('./type-check.js')).typeCheck([module])),
    stop: () => void worker.terminate(),
  };
};

const started = (): Worker => {
  // Beside the sources the worker is TypeScript and needs the loader.
  const isSource = import.meta.url.endsWith('.ts');
  const loader = isSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  return new Worker(new URL(`./type-check-worker.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    execArgv: loader,
  });
};
