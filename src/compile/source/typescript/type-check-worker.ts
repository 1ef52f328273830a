/** The compiler in a thread of its own: it reads what it will need before it is asked. */
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { typeChecker, type CheckedModule, type TypeReport } from './type-check.js';

const checker = typeChecker();
checker.prepare();
const port = parentPort!;
port.on('message', (first: CheckedModule) => {
  // All that came meanwhile is one program; the first answer holds what was found in all.
  const modules = [first];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    modules.push(next.message as CheckedModule);
  const report = checker.check(modules);
  modules.forEach((_, at) =>
    port.postMessage(at === 0 ? report : ({ ...report, faults: [] } satisfies TypeReport)),
  );
});
