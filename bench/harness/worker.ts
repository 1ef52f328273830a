/** A peer in a process of its own: started once, told to run once at a time, answers with its time. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../src/base/fault.js';

/** How a process is started. */
export interface WorkerSpec {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** What a process says of itself when it is ready. */
export interface About {
  readonly versions: Readonly<Record<string, string>>;
  /** The backend in words, of rows that run on tfjs. */
  readonly backend?: string;
}

/** Where the time of one run went. */
export interface Part {
  readonly name: string;
  readonly count: number;
  readonly milliseconds: number;
}

/** A process that waits. Faults E02, of the row that it ran for. */
export interface Worker {
  readonly about: About;
  /** Runs a job once; milliseconds. */
  readonly run: (job: string, row: string) => Promise<E.Either<readonly Fault[], number>>;
  /** Runs a job once and writes its outputs as raw float32 to a file. */
  readonly check: (job: string, row: string, out: string) => Promise<E.Either<readonly Fault[], void>>;
  /** Runs a job once under a profiler. */
  readonly explain: (job: string, row: string) => Promise<E.Either<readonly Fault[], readonly Part[]>>;
  readonly stop: () => void;
}

/** Marks the lines that are for us: libraries print lines of their own. */
export const mark = '@bench ';

/** What comes back. Which field is there depends on what was asked. */
interface Answer {
  readonly ready?: About;
  readonly missing?: string;
  readonly failed?: string;
  readonly milliseconds?: number;
  readonly parts?: readonly Part[];
}

/* Loading half a gigabyte, or torch.compile's first run, takes a while. */
const startLimit = 900_000;
const runLimit = 600_000;

/** Starts a process and waits until it is ready; left: why it cannot run here. */
export const startWorker = async (spec: WorkerSpec, threads: number): Promise<E.Either<string, Worker>> => {
  const child = spawn(spec.command, [...spec.arguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TF_CPP_MIN_LOG_LEVEL: '2',
      TF_NUM_INTRAOP_THREADS: String(threads),
      OMP_NUM_THREADS: String(threads),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  const waiting: ((answer: Answer) => void)[] = [];
  const answered: Answer[] = [];
  let last = '';
  let ended: string | undefined;
  const give = (answer: Answer): void => {
    const taker = waiting.shift();
    if (taker === undefined) answered.push(answer);
    else taker(answer);
  };
  const end = (how: string): void => {
    ended ??= last === '' ? how : `${how}: ${last}`;
    waiting.splice(0).forEach((taker) => taker({ failed: ended! }));
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(mark)) give(JSON.parse(line.slice(mark.length)) as Answer);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') last = line.trim().slice(0, 200);
  });
  child.on('error', ({ message }) => end(message));
  child.on('close', (code, signal) => end(`the process ended with ${signal ?? `exit status ${code}`}`));
  // A process that is gone is told by its end, not by the pipe to it.
  child.stdin.on('error', () => undefined);

  const next = (limit: number): Promise<Answer> =>
    new Promise((resolve) => {
      const early = answered.shift();
      if (early !== undefined) return resolve(early);
      if (ended !== undefined) return resolve({ failed: ended });
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        resolve({ failed: `no answer in ${limit / 1000} s` });
      }, limit);
      waiting.push((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  const ask = async (request: object, row: string): Promise<E.Either<readonly Fault[], Answer>> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await next(runLimit);
    return answer.failed === undefined ? E.right(answer) : E.left([stopped(row, answer.failed)]);
  };
  const stop = (): void => {
    child.kill('SIGKILL');
  };

  const first = await next(startLimit);
  if (first.ready === undefined) {
    stop();
    return E.left(first.missing ?? first.failed ?? 'it did not say that it is ready');
  }
  return E.right({
    about: first.ready,
    run: async (job, row) => E.map((answer: Answer) => answer.milliseconds ?? NaN)(await ask({ do: 'run', job }, row)), // prettier-ignore
    check: async (job, row, out) => E.map(() => undefined)(await ask({ do: 'check', job, out }, row)),
    explain: async (job, row) => E.map((answer: Answer) => answer.parts ?? [])(await ask({ do: 'explain', job }, row)), // prettier-ignore
    stop,
  });
};

/** E02: a process that was ready and then failed. */
const stopped = (row: string, reason: string): Fault =>
  fault({
    rule: 'E02',
    where: row,
    got: reason,
    wanted: 'an answer',
    fix: 'run the suite without it (--only), or mend it',
  });
