/** The compiler beside the work that writes modules: most of its time is reading what does not depend on them. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AskedCompiler } from './check-modules.js';
import type { TypeChecker, TypeReport } from './type-check.js';

/** Starts the compiler in a thread. What the thread does not answer, because it never was or ended, is asked in this one. */
export const compilerBeside = (): AskedCompiler => {
  const waiting: { readonly answered: (report: TypeReport) => void; readonly failed: (why: Error) => void }[] = []; // prettier-ignore
  let lost: Error | undefined;
  let isStopped = false;
  const lose = (why: unknown): void => {
    lost ??= why instanceof Error ? why : new Error(String(why));
    for (const { failed } of waiting.splice(0)) failed(lost);
  };
  const worker = begun(lose);
  worker?.on('message', (report: TypeReport) => {
    // It answers in the order in which it is asked.
    waiting.shift()?.answered(report);
    if (waiting.length === 0) worker.unref();
  });
  let here: Promise<TypeChecker> | undefined;
  return {
    ask: (module) =>
      new Promise<TypeReport>((answered, failed) => {
        if (lost !== undefined || worker === undefined) return failed(lost);
        waiting.push({ answered, failed });
        worker.ref();
        worker.postMessage(module);
      }).catch(async (why: unknown) => {
        if (isStopped) throw why;
        here ??= import('./type-check.js').then(({ typeChecker }) => typeChecker());
        return (await here).check([module]);
      }),
    stop: () => {
      isStopped = true;
      void worker?.terminate();
    },
  };
};

/* The thread, where there can be one. Who never asks is not kept waiting. */
const begun = (lose: (why: unknown) => void): Worker | undefined => {
  try {
    const worker = started();
    worker.unref();
    worker.on('error', lose);
    worker.on('exit', () => lose(new Error('the thread has ended')));
    return worker;
  } catch (caught) {
    lose(caught);
    return undefined;
  }
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
