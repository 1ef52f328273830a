/** Our training step: forward, backward, the check for finite numbers, Adam; and where its time goes. */
import * as E from 'fp-ts/lib/Either.js';
import { bind } from '../../src/data/index.js';
import { adam, l1Loss, train, type Progress } from '../../src/learn/index.js';
import type { Jobs } from '../harness/serve.js';
import type { Part } from '../harness/worker.js';
import { declared, unsafeReadArrays, type Arrays } from '../network.js';
import { start } from './start.js';
import type { Task } from './task.js';

/** PG2's optimiser, for every peer. */
export const optimiser = { rate: 2e-5, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 } as const;

/** How many losses are compared: later ones are of weights that the peers' updates made. */
export const checkedSteps = 3;

/** What our weights are drawn from; peers read them from a file. */
export const seed = 1;

/** Job `run`: one step of `train`, which waits for its next batch in between. */
export const trainJobs = async (task: Task & { readonly tag: 'train' }): Promise<Jobs> => {
  const { active, about } = await start(task);
  const step = stepper(task, await unsafeReadArrays(task.inputs));
  const check = async (): Promise<Float32Array> => {
    const losses: number[] = [];
    while (losses.length < checkedSteps) losses.push(await step());
    return Float32Array.from(losses);
  };
  const explain = async (): Promise<readonly Part[]> => {
    let whole = 0;
    const profile = await active.tf.profile(async () => {
      const begun = performance.now();
      await step();
      whole = performance.now() - begun;
      // The profiler wants a result that it can measure.
      return active.tf.scalar(0);
    });
    const parts = new Map<string, { count: number; milliseconds: number }>();
    for (const { name, kernelTimeMs } of profile.kernels) {
      const part = parts.get(name) ?? { count: 0, milliseconds: 0 };
      part.count++;
      part.milliseconds += Number(await kernelTimeMs);
      parts.set(name, part);
    }
    const kernels = [...parts].map(([name, part]) => ({ name, ...part })).sort((a, b) => b.milliseconds - a.milliseconds); // prettier-ignore
    const rest = whole - kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return [...kernels, { name: 'between kernels', count: 1, milliseconds: rest }];
  };
  return { ...about, jobs: { run: { once: step, check, explain } } };
};

/** A training whose steps are taken one at a time; each call gives the loss of its step. */
const stepper = (task: Task & { readonly tag: 'train' }, arrays: Arrays): (() => Promise<number>) => {
  const names = ['x_a', 'p_a', 'p_b', 'x_b'] as const;
  const batchSize = arrays['x_a']!.shape[0]!;
  const examples = Array.from({ length: batchSize }, (_, at) =>
    Object.fromEntries(names.map((name) => [name, exampleOf(arrays[name]!, at)])),
  );
  const { height, width } = task.network;
  let release: () => void = () => undefined;
  let released = new Promise<void>((resolve) => (release = resolve));
  let settle: ((loss: number) => void) | undefined;
  async function* from() {
    for (;;) {
      await released;
      released = new Promise((resolve) => (release = resolve));
      yield* examples;
    }
  }
  const progress: Progress = {
    update: (_step, fields) => settle?.(Number(fields?.['loss'])),
    log: () => undefined,
    stop: () => undefined,
  };
  const { rate, ...rest } = optimiser;
  const ended = train({
    model: declared(task.network),
    name: 'bench',
    binding: bind({
      from,
      shapes: {
        x_a: [height, width, 3],
        p_a: [height, width, 18],
        p_b: [height, width, 18],
        x_b: [height, width, 3],
      },
    }),
    loss: l1Loss(),
    optimiser: adam(rate, rest),
    steps: 1_000_000,
    batchSize,
    seed,
    progress,
  })();
  const failure = ended.then((report) => (E.isLeft(report) ? report.left[0]!.text : 'the training ended'));
  return () =>
    new Promise((done, failed) => {
      settle = done;
      void failure.then((why) => failed(new Error(why)));
      release();
    });
};

const exampleOf = ({ data, shape }: Arrays[string], at: number): Float32Array => {
  const size = data.length / shape[0]!;
  return data.subarray(at * size, (at + 1) * size);
};
