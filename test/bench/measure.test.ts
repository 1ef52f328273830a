/** The harness on processes that do next to nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { measure, type Schedule } from '../../bench/harness/measure.js';
import { resultOf } from '../../bench/harness/report.js';
import { runSuite } from '../../bench/harness/run.js';
import type { BenchOptions, Prepared, Row } from '../../bench/harness/suite.js';
import type { WorkerSpec } from '../../bench/harness/worker.js';
import { compile } from '../../bench/suites/compile.js';

/** A process that notes each run in a file, says that it took `milliseconds`, and gives `value` to be checked. */
const script = `
  const { appendFileSync, writeFileSync } = require('node:fs');
  const [name, milliseconds, value, log] = process.argv.slice(1);
  const tell = (answer) => console.log('@bench ' + JSON.stringify(answer));
  if (name === 'absent') { tell({ missing: 'no such library' }); process.exit(0); }
  if (name === 'broken') { console.error('cannot load'); process.exit(3); }
  console.log('chatter of a library');
  tell({ ready: { versions: { [name]: '1.0' } } });
  let runs = 0;
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const request = JSON.parse(line);
    if (request.do === 'check') { writeFileSync(request.out, Buffer.from(Float32Array.of(Number(value)).buffer)); return tell({}); }
    if (name === 'dying' && ++runs > 1) { console.error('out of memory'); process.exit(1); }
    appendFileSync(log, request.job + ' ');
    tell({ milliseconds: Number(milliseconds) });
  });
`;

const schedule: Schedule = { rounds: 3, warmup: 1, blocks: 1, threads: 1 };
const quiet = (): void => undefined;

describe('the harness', () => {
  let folder = '';
  const log = (): string => join(folder, 'log');
  const worker = (name: string, milliseconds = 1, value = 1): WorkerSpec => ({
    command: process.execPath,
    arguments: ['-e', script, name, String(milliseconds), String(value), log()],
  });
  const row = (name: string, rest: Partial<Row> = {}): Row => ({ name, worker: worker(name), job: name, base: 'a', ...rest }); // prettier-ignore
  const prepared = (...rows: readonly Row[]): Prepared => ({ rows, claims: [], unit: 'ms', notes: [] });
  const measured = async (plan: Prepared, times: Partial<Schedule> = {}) => {
    const result = await measure(plan, { ...schedule, ...times }, folder, quiet);
    assert.ok(E.isRight(result), E.isLeft(result) ? result.left[0]!.text : '');
    return result.right;
  };

  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'maskskip-bench-test-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('runs every row once a round, each round beginning with another, and leaves the warm-up out', async () => {
    const { times } = await measured(
      prepared(row('a'), row('b', { worker: worker('b', 6), work: 3 }), row('c')),
    );
    assert.deepEqual(Object.fromEntries(times), { a: [1, 1, 1], b: [2, 2, 2], c: [1, 1, 1] });
    assert.equal(await readFile(log(), 'utf8'), 'a b c b c a c a b a b c ');
  });
  it('asks a row that is only there to be equal to for its numbers, and never times it', async () => {
    const { times, differences } = await measured(
      prepared(row('a', { equals: 'b' }), row('b', { untimed: true })),
      { blocks: 2 },
    );
    assert.deepEqual([...times.keys()], ['a']);
    assert.equal(differences.get('a'), 0);
  });
  it('keeps one process for rows that name the same one, and starts all anew in each block', async () => {
    const shared = worker('both');
    const { times, abouts } = await measured(
      prepared(row('a', { worker: shared }), row('b', { worker: shared })),
      { blocks: 2 },
    );
    assert.equal(abouts.length, 1);
    assert.equal(times.get('b')!.length, 6);
  });
  it('says why rows are missing, and measures the others', async () => {
    const nowhere = { command: join(folder, 'nowhere'), arguments: [] };
    const { times, missing } = await measured(
      prepared(row('a'), row('absent'), row('broken'), row('none', { worker: { missing: 'not exported' } }), row('no python', { worker: nowhere })), // prettier-ignore
    );
    assert.deepEqual([...times.keys()], ['a']);
    const reasons = Object.fromEntries(missing.map(({ name, reason }) => [name, reason]));
    assert.equal(reasons['absent'], 'no such library');
    assert.match(reasons['broken']!, /exit status 3: cannot load/);
    assert.equal(reasons['none'], 'not exported');
    assert.match(reasons['no python']!, /ENOENT/);
  });
});

describe('E01: other numbers', () => {
  it('stop a suite before anything is timed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'maskskip-bench-test-'));
    try {
      const log = join(folder, 'log');
      const worker = (value: number): WorkerSpec => ({ command: process.execPath, arguments: ['-e', script, 'x', '1', String(value), log] }); // prettier-ignore
      const rows: readonly Row[] = [
        { name: 'ours', worker: worker(2), job: 'run', base: 'ours' },
        { name: 'near', worker: worker(2.0001), job: 'run', base: 'ours', equals: 'ours' },
        { name: 'far', worker: worker(2.001), job: 'run', base: 'ours', equals: 'ours' },
      ];
      const result = await measure({ rows, claims: [], unit: 'ms', notes: [] }, schedule, folder, quiet);
      assert.ok(E.isLeft(result));
      assert.deepEqual(result.left.map(({ rule, where }) => [rule, where]), [['E01', 'far']]); // prettier-ignore
      await assert.rejects(readFile(log));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('E02: a process that fails when it was ready', () => {
  it('is told with its last words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'maskskip-bench-test-'));
    try {
      const worker = { command: process.execPath, arguments: ['-e', script, 'dying', '1', '1', join(folder, 'log')] }; // prettier-ignore
      const rows: readonly Row[] = [{ name: 'a peer', worker, job: 'run', base: 'a peer' }];
      const result = await measure({ rows, claims: [], unit: 'ms', notes: [] }, schedule, folder, quiet);
      assert.ok(E.isLeft(result));
      assert.match(
        result.left[0]!.text,
        /^✗ E02 a peer: got the process ended with exit status 1: out of memory/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const options: BenchOptions = {
  batch: 1,
  height: 16,
  width: 16,
  filters: 1,
  backend: 'cpu',
  threads: 1,
  python: 'python3',
  rounds: 3,
  warmup: 0,
  blocks: 1,
  poses: 1,
};

describe('E03: a pattern of no row', () => {
  it('is refused with the names that there are', async () => {
    const result = await runSuite(compile, { ...options, only: /nobody/ }, quiet);
    assert.ok(E.isLeft(result));
    assert.match(result.left[0]!.text, /^✗ E03 --only: got 'nobody', wanted .*vdg-stage1 at deepfashion/);
  });
});

describe('results', () => {
  const times = new Map([
    ['ours', [9, 9, 9]],
    ['slow', [20, 20, 20]],
    ['fast', [10, 10, 10]],
  ]);
  const row = (name: string): Row => ({ name, worker: { missing: '' }, job: 'run', base: 'ours' });
  const result = resultOf(
    'suite',
    {
      rows: ['ours', 'slow', 'fast', 'gone'].map(row),
      claims: [
        { tag: 'ratio', row: 'ours', over: ['slow', 'fast'], atMost: 0.9 },
        { tag: 'ratio', row: 'ours', over: ['slow', 'fast'], atMost: 0.89 },
        { tag: 'ratio', row: 'ours', over: ['gone'], atMost: 1 },
        { tag: 'milliseconds', row: 'ours', atMost: 8 },
      ],
      unit: 'ms',
      notes: [],
    },
    { times, missing: [{ name: 'gone', reason: 'not here' }], differences: new Map(), abouts: [], parts: [] },
    options,
    { before: 0, after: 1 },
  );

  it('have a row for each that ran, over its base', () => {
    assert.deepEqual(result.rows.map(({ name }) => name), ['ours', 'slow', 'fast']); // prettier-ignore
    assert.ok(Math.abs(result.rows[2]!.ratio! - 10 / 9) < 1e-5);
  });
  it('hold a claim against the better of its bases, and say nothing of a base that is missing', () => {
    assert.deepEqual(
      result.claims.map(({ claim, found, holds }) => [claim, found, holds]),
      [
        ['ours ≤ 0.9 × fast', 0.9, true],
        ['ours ≤ 0.89 × fast', 0.9, false],
        ['ours ≤ 8 ms', 9, false],
      ],
    );
  });
});
