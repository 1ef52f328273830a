/** Runs a command inside the test's process, with streams and an interrupt of its own. */
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.js';

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  readonly results: string;
  readonly messages: string;
}

/** Runs `maskskip` with these arguments; `signal` stands for the person's interrupt. */
export const maskskip = async (
  argv: readonly string[],
  signal = new AbortController().signal,
): Promise<Ran> => {
  let results = '';
  let messages = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      messages += String(chunk);
      done();
    },
  });
  const code = await run(argv, {
    results: (text) => {
      results += text;
    },
    messages: stream,
    interruption: () => signal,
  });
  return { code, results, messages };
};
