#!/usr/bin/env node
/** The binary: the process's streams, its interrupt and its exit code. */
import { run } from './run.js';

const { stdout, stderr } = process;
const writeResults = stdout.write.bind(stdout);

// A user's file or a library that prints would spoil the one document on the standard output.
stdout.write = stderr.write.bind(stderr) as typeof stdout.write;

// A reader such as `head` may leave early; there is nobody to tell then.
stdout.on('error', (caught: NodeJS.ErrnoException) => process.exit(caught.code === 'EPIPE' ? 0 : 1));

const interruption = (): AbortSignal => {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  return controller.signal;
};

const code = await run(process.argv.slice(2), {
  results: (text) => void writeResults(text),
  messages: stderr,
  interruption,
});

// What a user's file or a backend left open must not keep the process; what was printed must get out first.
writeResults('', () => process.exit(code));
