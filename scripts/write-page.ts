/** A page of docs/, written, or with --check held against what is there. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { writeFileAtomically } from '../src/files/write.js';

const docs = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'docs');

/** Writes a page, or says on the standard error that it is not current and sets the exit code. */
export const writePage = async (name: string, text: string): Promise<void> => {
  const page = join(docs, name);
  if (process.argv.includes('--check')) {
    if ((await readFile(page, 'utf8').catch(() => '')) === text) return;
    console.error(`docs/${name} is not current; run npm run docs`);
    process.exitCode = 1;
    return;
  }
  const written = await writeFileAtomically(page, text)();
  if (E.isLeft(written)) {
    console.error(written.left.map((one) => one.text).join('\n'));
    process.exitCode = 1;
  }
};
