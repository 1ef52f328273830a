/** The other end of a worker under Node: reads requests line by line, runs jobs, answers. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { mark, type About, type Part } from './worker.js';

/** Something that is timed. */
export interface Job {
  readonly once: () => Promise<unknown>;
  /** The numbers that peers must give too. */
  readonly check: () => Promise<Float32Array>;
  readonly explain?: () => Promise<readonly Part[]>;
}

/** What a task becomes: jobs by name. */
export interface Jobs extends About {
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Request {
  readonly do: 'run' | 'check' | 'explain';
  readonly job: string;
  readonly out?: string;
}

/** Sets up and answers until the input ends. What a task cannot do here it throws, and that is reported. */
export const serve = async (setUp: () => Promise<Jobs>): Promise<void> => {
  const tell = (answer: object): void => void process.stdout.write(`${mark}${JSON.stringify(answer)}\n`);
  const told = (caught: unknown): string => (caught instanceof Error ? caught.message : String(caught));
  let made: Jobs;
  try {
    made = await setUp();
  } catch (caught) {
    return tell({ missing: told(caught) });
  }
  const { jobs, ...about } = made;
  tell({ ready: about });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      tell(await answered(jobs, JSON.parse(line) as Request));
    } catch (caught) {
      tell({ failed: told(caught) });
    }
  }
};

const answered = async (jobs: Jobs['jobs'], request: Request): Promise<object> => {
  const job = jobs[request.job];
  if (job === undefined) return { failed: `no job '${request.job}'` };
  switch (request.do) {
    case 'run': {
      const start = performance.now();
      await job.once();
      return { milliseconds: performance.now() - start };
    }
    case 'check': {
      const { buffer, byteOffset, byteLength } = await job.check();
      writeFileSync(request.out!, Buffer.from(buffer, byteOffset, byteLength));
      return {};
    }
    case 'explain':
      return { parts: (await job.explain?.()) ?? [] };
  }
};
