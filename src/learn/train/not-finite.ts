/** Fault L03: numbers that are not finite, with the first tensor that is not. */
import * as tf from '@tensorflow/tfjs-core';
import { fault, type Fault } from '../../base/fault.js';
import type { Feeds, Plan, TensorProgram } from '../../compile/index.js';
import type { savedArrays } from '../state.js';

/**
 * L03 of a step. The first bad tensor is, in this order: a fed array, parameter or value of the forward pass as it is
 * computed; a gradient; the norm of the gradients, where each of them is finite but their squares are not.
 */
export const notFinite = async (
  program: TensorProgram,
  feeds: Feeds,
  gradients: Readonly<Record<string, tf.Tensor>>,
  where: string,
  loss: number,
): Promise<Fault> => {
  const forward = await program.firstNonFinite(feeds);
  const first =
    forward === undefined
      ? ((await firstGradient(gradients)) ?? 'the norm of the gradients')
      : nodeName(forward.node);
  return fault({
    rule: 'L03',
    where,
    got: `a loss of ${loss}; the first value that is not finite is ${first}`,
    wanted: 'finite numbers',
    fix: 'lower the learning rate or look at the data; the last checkpoint is as it was',
  });
};

/** L03 of what an update made, before it is saved: a step too wide overflows without a trace in loss or gradient. */
export const notFiniteArrays = (
  { parameters, state, optimisers }: Awaited<ReturnType<typeof savedArrays>>,
  step: number,
): readonly Fault[] => {
  const named = [
    ...Object.entries(parameters).map(([path, array]) => [`parameter ${path}`, array] as const),
    ...Object.entries(state).map(([path, array]) => [`state ${path}`, array] as const),
    ...Object.entries(optimisers).flatMap(([name, { slots }]) =>
      Object.entries(slots).flatMap(([slot, arrays]) =>
        Object.entries(arrays).map(([path, array]) => [`${name}'s ${slot} of ${path}`, array] as const),
      ),
    ),
  ];
  const bad = named.find(([, { data }]) => !data.every(Number.isFinite));
  return bad === undefined
    ? []
    : [
        fault({
          rule: 'L03',
          where: `step ${step}`,
          got: `after the update the first value that is not finite is ${bad[0]}`,
          wanted: 'finite numbers',
          fix: 'lower the learning rate; the last checkpoint is as it was',
        }),
      ];
};

const firstGradient = async (gradients: Readonly<Record<string, tf.Tensor>>): Promise<string | undefined> => {
  for (const [path, gradient] of Object.entries(gradients)) {
    const finite = tf.tidy(() => tf.all(tf.isFinite(gradient)));
    const good = (await finite.data())[0] === 1;
    finite.dispose();
    if (!good) return `the gradient of ${path}`;
  }
  return undefined;
};

const nodeName = ({ op, scope, attributes }: Plan['nodes'][number]): string => {
  if (op === 'parameter' || op === 'noise' || op === 'scalar') return `${op} ${String(attributes['path'])}`;
  if (op === 'input') return `input '${String(attributes['name'])}'`;
  return `${op} of ${scope === '' ? 'the loss' : scope}`;
};
