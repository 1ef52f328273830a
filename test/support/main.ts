/**
 * `npm test [-- MOCHA'S OPTIONS]`: all tests in two processes, every other file in each; files that are named run in one.
 * What the second process prints comes after the first one's; the last line has the sums of both.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** How a process of tests ended. */
interface Ended {
  readonly code: number;
  readonly text: string;
}

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const given = process.argv.slice(2);
const isTest = (path: string): boolean => path.endsWith('.test.ts');

const shares = (): readonly (readonly string[])[] => {
  if (given.some((one, at) => isTest(one) && !/^--?\w[\w-]*$/.test(given[at - 1] ?? ''))) return [[]];
  const all = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(isTest).sort();
  return [0, 1].map((share) => all.filter((_, at) => at % 2 === share).map((path) => join('test', path)));
};

const ran = (files: readonly string[], isShown: boolean): Promise<Ended> =>
  new Promise((ended) => {
    const child = spawn(process.execPath, [mocha, ...given, ...files], { stdio: ['inherit', 'pipe', 'inherit'] }); // prettier-ignore
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      if (isShown) process.stdout.write(piece);
    });
    child.on('error', (why) => {
      console.error(why.message);
      ended({ code: 1, text: '' });
    });
    child.on('close', (code) => ended({ code: code ?? 1, text: Buffer.concat(pieces).toString() }));
  });

const totalsOf = ({ text }: Ended): readonly number[] | undefined =>
  /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(text)?.slice(1).map(Number);

const [first, ...others] = shares().map((files, at) => ran(files, at === 0));
const ended = [await first!];
for (const other of others) {
  const one = await other;
  process.stdout.write(one.text);
  ended.push(one);
}
const totals = ended.flatMap((one) => totalsOf(one) ?? []);
const isWhole = totals.length === 3 * ended.length;
if (!isWhole) console.error('A process of the tests ended before its last line.');
if (ended.length > 1) {
  const [passed, failed, skipped] = [0, 1, 2].map((at) => totals.filter((_, i) => i % 3 === at).reduce((sum, one) => sum + one, 0)); // prettier-ignore
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}
process.exitCode = isWhole ? Math.max(...ended.map(({ code }) => code)) : 1;
