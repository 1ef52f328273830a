#!/usr/bin/env node
/** The binary: the process's streams, its interrupt and its exit code. */
import { exitCodes, troubleCode } from './output.js';
import { run } from './run.js';

const { stdout, stderr } = process;
const argv = process.argv.slice(2);
const writeResults = stdout.write.bind(stdout);

// A user's file or a library that prints would spoil the one document on the standard output.
stdout.write = stderr.write.bind(stderr) as typeof stdout.write;

let left = false;
const leave = (code: number): void => {
  left = true;
  process.exit(code);
};

// A user's file may end the process, or wait for what never comes: neither may pass for success.
process.on('exit', () => {
  if (left) return;
  stderr.write('✗ the process ended before the command did; a FILE.ts must not end it nor wait forever\n');
  process.exitCode = troubleCode(argv);
});

// A reader such as `head` may leave early; there is nobody to tell then.
stdout.on('error', (caught: NodeJS.ErrnoException) =>
  leave(caught.code === 'EPIPE' ? exitCodes.fine : troubleCode(argv)),
);

const interruption = (): AbortSignal => {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) leave(exitCodes.interrupted);
    controller.abort();
  });
  return controller.signal;
};

const code = await run(argv, {
  results: (text) => void writeResults(text),
  messages: stderr,
  interruption,
});

// What a user's file or a backend left open must not keep the process; what was printed must get out first.
writeResults('', () => leave(code));
