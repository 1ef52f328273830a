/** Our plan on tensors, op by op, from arrays to an array: what a network under training does when it predicts. */
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, tensorProgram, toTensors } from '../../src/compile/index.js';
import type { Elaborated } from '../../src/dsl/index.js';
import type { Jobs } from '../harness/serve.js';
import { elaborated, unsafeReadArrays } from '../network.js';
import { start, unsafe } from './start.js';
import type { Task } from './task.js';

/** Job `run`: a forward pass. */
export const tensorsJobs = async (task: Task & { readonly tag: 'tensors' }): Promise<Jobs> => {
  const { active, about } = await start(task);
  const { tf } = active;
  const plan = unsafe(
    E.flatMap((checked: Elaborated) => buildPlan(checked, { mode: 'infer' }))(elaborated(task.network)),
  );
  const program = tensorProgram(plan);
  const parameters = toTensors(await unsafeReadArrays(task.weights));
  const given = await unsafeReadArrays(task.inputs);
  const once = async (): Promise<Float32Array> => {
    const inputs = Object.fromEntries(
      Object.keys(plan.inputs).map((name) => [name, tf.tensor(given[name]!.data, [...given[name]!.shape])]),
    );
    const { outputs } = program.run({ inputs, parameters });
    const data = await outputs['output']!.data<'float32'>();
    tf.dispose([...Object.values(inputs), ...Object.values(outputs)]);
    return data;
  };
  return { ...about, jobs: { run: { once, check: once } } };
};
