/** The compiler in a thread of its own: it reads what it will need before it is asked. */
import { parentPort } from 'node:worker_threads';
import { typeChecker, type CheckedModule } from './type-check.js';

const checker = typeChecker();
checker.prepare();
parentPort?.on('message', (modules: readonly CheckedModule[]) => {
  parentPort?.postMessage(checker.check(modules));
});
