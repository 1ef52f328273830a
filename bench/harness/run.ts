/** A suite from beginning to end: a folder of its own, preparation, measurement, the document. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../src/base/fault.js';
import { writeFileAtomically } from '../../src/files/write.js';
import { load } from './machine.js';
import { measure } from './measure.js';
import { resultOf, type Result } from './report.js';
import type { BenchOptions, Prepared, Row, Suite } from './suite.js';

/** Runs a suite. Faults: E01 to E03, and those of what it compiles. */
export const runSuite = async (
  suite: Suite,
  options: BenchOptions,
  say: (text: string) => void,
): Promise<E.Either<readonly Fault[], Result>> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-bench-'));
  // Gigabytes of weights lie there; the processes end with the pipe to them.
  const interrupted = (): void => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const prepared = await suite.prepare(options, folder, say);
    if (E.isLeft(prepared)) return prepared;
    const chosen = onlyOf(prepared.right, options.only);
    if (E.isLeft(chosen)) return chosen;
    const before = load();
    const measured = await measure(chosen.right, options, folder, say);
    if (E.isLeft(measured)) return measured;
    return E.right(resultOf(suite.name, chosen.right, measured.right, options, { before, after: load() }));
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await rm(folder, { recursive: true, force: true });
  }
};

/** Writes a result; the path. Fault F01. */
export const writeResult = async (
  folder: string,
  suite: Suite,
  options: BenchOptions,
  quick: boolean,
  result: Result,
): Promise<E.Either<readonly Fault[], string>> => {
  const some =
    options.only === undefined ? [] : [`only-${options.only.source.replace(/[^A-Za-z0-9]+/g, '-')}`];
  const name = [suite.name, suite.variant(options), ...some, ...(quick ? ['quick'] : [])]
    .filter(Boolean)
    .join('-');
  const path = join(folder, `${name}.json`);
  return E.map(() => path)(await writeFileAtomically(path, `${JSON.stringify(result, null, 2)}\n`)());
};

/** The rows of a pattern and those that they are divided by, and, untimed, those that they must equal. E03 where there is none. */
const onlyOf = (prepared: Prepared, only: RegExp | undefined): E.Either<readonly Fault[], Prepared> => {
  if (only === undefined) return E.right(prepared);
  const wanted = prepared.rows.filter(({ name }) => only.test(name));
  const timed = new Set(wanted.flatMap(({ name, base }) => [name, base]));
  const asked = new Set(wanted.flatMap(({ equals }) => (equals === undefined ? [] : [equals])));
  if (wanted.length > 0) {
    const rows = prepared.rows
      .filter(({ name }) => timed.has(name) || asked.has(name))
      .map((row): Row => (timed.has(row.name) ? row : { ...row, untimed: true }));
    return E.right({ ...prepared, rows });
  }
  return E.left([
    fault({
      rule: 'E03',
      where: '--only',
      got: `'${only.source}'`,
      wanted: `a pattern of some row of: ${prepared.rows.map(({ name }) => name).join(', ')}`,
      fix: 'write part of a name',
    }),
  ]);
};
