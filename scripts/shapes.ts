/** Writes docs/shapes.md; with --check says whether it is current. Run by `npm run docs`. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { writeFileAtomically } from '../src/files/write.js';
import { shapesPage } from './shapes/page.js';

const page = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'docs', 'shapes.md');
const text = await shapesPage();

if (process.argv.includes('--check')) {
  if ((await readFile(page, 'utf8').catch(() => '')) !== text) {
    console.error('docs/shapes.md is not current; run npm run docs');
    process.exitCode = 1;
  }
} else {
  const written = await writeFileAtomically(page, text)();
  if (E.isLeft(written)) {
    console.error(written.left.map((one) => one.text).join('\n'));
    process.exitCode = 1;
  }
}
