/** The audit of gradients (R19): how far each trained tensor of a plan is moved by what it gives. */
import * as tf from '@tensorflow/tfjs-core';
import { initialParameters, tensorProgram, toTensors } from '../../../src/compile/index.js';
import type { AnyModel } from '../../../src/dsl/index.js';
import type { Inert } from '../../../src/models/index.js';
import { add, multiply } from '../../../src/ops/elementwise.js';
import { input } from '../../../src/ops/leaves.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { unsafePlan } from '../../dsl/plans.js';
import { drawnFeeds } from './feeds.js';

/** Random batches at most, and pictures in each: norms over a batch want more than one. */
const batches = 4;
const pictures = 2;

/**
 * By path: the greatest gradient, over random batches, of a random projection of all outputs in training; NaN where one
 * is no number. There are four batches, or as many as move every tensor that is not `inert`.
 */
export const largestGradients = async (
  declared: AnyModel,
  inert: readonly Inert[],
): Promise<ReadonlyMap<string, number>> => {
  const plan = unsafePlan(declared, 'train', (outputs) => ({ projection: projected(outputs) }));
  const program = tensorProgram(plan);
  const trained = plan.parameters.filter(({ role }) => role !== 'state').map(({ path }) => path);
  const largest = new Map<string, number>(trained.map((path) => [path, 0]));
  const parameters = toTensors(initialParameters(plan, 0));
  for (let batch = 0; batch < batches && (batch === 0 || auditFaults(largest, inert).length > 0); batch++) {
    const inputs = toTensors(drawnFeeds(plan, pictures, batch));
    const feeds = { inputs, parameters, noise: { seed: 1, step: batch } };
    const { gradients, ...rest } = program.differentiate(feeds, 'projection', trained);
    for (const [path, gradient] of Object.entries(gradients)) {
      for (const one of await gradient.data()) largest.set(path, Math.max(largest.get(path)!, Math.abs(one)));
    }
    tf.dispose([gradients, rest.loss, rest.outputs, rest.nextState, inputs]);
  }
  tf.dispose(parameters);
  return largest;
};

/** What is wrong with the gradients of a listed model, in words. */
export const auditFaults = (
  largest: ReadonlyMap<string, number>,
  inert: readonly Inert[],
): readonly string[] => {
  const greatest = Math.max(...largest.values());
  const tensors = [...largest].flatMap(([path, size]) => {
    const reason = inert.find((one) => one.path.test(path))?.reason;
    if (!Number.isFinite(size)) return [`${path}: a gradient that is not finite`];
    if (reason === undefined) return size > 1e-12 ? [] : [`${path}: no gradient, and not listed as inert`];
    // What cancels out leaves what rounding leaves.
    return size <= 1e-5 * greatest ? [] : [`${path}: moved by ${size}, but listed as inert (${reason})`];
  });
  const idle = inert.filter(({ path }) => ![...largest.keys()].some((one) => path.test(one)));
  return [
    ...tensors,
    ...idle.map(({ path }) => `${path.source}: listed as inert, but there is no such tensor`),
  ];
};

/* Each output's entries with random weights, summed: no output can make up for another by chance. */
const projected = (outputs: Readonly<Record<string, Value>>): Value =>
  Object.entries(outputs)
    .map(([name, output]) => reduceSum(multiply(output, input(`weights/${name}`, output.shape))))
    .reduce(add);
