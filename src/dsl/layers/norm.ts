/** Normalisations: `instanceNorm(options?)` and `batchNorm(options?)`. They change no shape. Rules S02, S38. */
import * as ops from '../../ops/elementwise.js';
import { constant } from '../../ops/initialiser.js';
import { reduceMean } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import { notInRange, notOneOf, notOptions, optionsIn } from '../message.js';
import { flawed, layerOf, type Layer } from '../rule.js';
import type { SameShape } from './activation.js';

/** Options of instance normalisation. */
export interface InstanceNormOptions {
  /** The axes of the moments: height and width (per channel, the default), or channels too (one scalar for all). */
  readonly over?: 'space' | 'space-and-channels';
  /** Whether a scale and an offset are learned; true by default. With `'space-and-channels'` they are scalars. */
  readonly affine?: boolean;
  /** Added to the variance, or to the standard deviation; 1e-5 to the variance by default. */
  readonly epsilon?: number;
  readonly epsilonTo?: 'variance' | 'deviation';
}

/** Instance normalisation: moments of each sample by itself. */
export interface InstanceNorm extends Layer<SameShape> {
  readonly op: 'instanceNorm';
  readonly options: Required<InstanceNormOptions>;
}

/**
 * Normalises each sample by its own mean and deviation (Ulyanov et al., arXiv 1607.08022).
 *
 * `over: 'space-and-channels'` with `epsilon: 1e-3, epsilonTo: 'deviation'` is the form Def-GAN uses (keras-contrib's
 * default axis). Parameters: scale and offset, c each, or one each over channels too.
 */
export const instanceNorm = (options: InstanceNormOptions = {}): InstanceNorm => {
  const full = {
    over: 'space',
    affine: true,
    epsilon: 1e-5,
    epsilonTo: 'variance',
    ...optionsIn(options),
  } as const satisfies Required<InstanceNormOptions>;
  // Over channels first: of a million entries in one row a backend that adds them one by one loses three digits.
  const mean = (x: Value): Value =>
    reduceMean(full.over === 'space' ? x : reduceMean(x, [3], true), [1, 2], true);
  return layerOf<InstanceNorm>({
    op: 'instanceNorm',
    options: full,
    definition: {
      name: 'instanceNorm',
      form: instanceNormForm,
      shape: (state) => {
        const bad =
          notOptions('instanceNorm', options) ??
          notOneOf('instanceNorm', [
            ['over', full.over, ['space', 'space-and-channels']],
            ['epsilonTo', full.epsilonTo, ['variance', 'deviation']],
          ]);
        if (bad !== undefined) return flawed(bad, state);
        const range = 'a finite number greater than 0';
        return { state, flaws: notInRange('instanceNorm', [['epsilon', full.epsilon, range]]) };
      },
      lower: (flow, lowering) => {
        const x = flow.value;
        const centred = ops.subtract(x, mean(x));
        const variance = mean(ops.square(centred));
        const deviation =
          full.epsilonTo === 'variance'
            ? ops.sqrt(ops.add(variance, full.epsilon))
            : ops.add(ops.sqrt(ops.maximum(variance, leastVariance)), full.epsilon);
        const normal = ops.divide(centred, deviation);
        return {
          ...flow,
          value: full.affine
            ? affine(normal, lowering, full.over === 'space' ? Number(x.shape[3]) : 1)
            : normal,
        };
      },
    },
  });
};

/* A root is infinitely steep at 0, where a mask that lets nothing through brings the variance. */
const leastVariance = 1e-30;

/** How `instanceNorm` stands in a spec. */
export const instanceNormForm: Form<Pick<InstanceNorm, 'options'>, Required<InstanceNormOptions>> = {
  builtIn: 'instanceNorm',
  kind: 'layer',
  fields: (f) => ({
    over: f.standard(f.word('space', 'space-and-channels'), 'space'),
    affine: f.standard(f.flag, true),
    epsilon: f.standard(f.number, 1e-5),
    epsilonTo: f.standard(f.word('variance', 'deviation'), 'variance'),
  }),
  make: instanceNorm,
  options: ({ options }) => options,
};

/** Options of batch normalisation. */
export interface BatchNormOptions {
  /** The share of the old running moment that is kept at each training step; 0.99 by default. */
  readonly momentum?: number;
  readonly epsilon?: number;
  /** Whether inference uses the batch's own moments too, as PG2's discriminator does; false by default. */
  readonly batchStatisticsAlways?: boolean;
}

/** Batch normalisation: moments over the batch in training, running ones at inference. */
export interface BatchNorm extends Layer<SameShape> {
  readonly op: 'batchNorm';
  readonly options: Required<BatchNormOptions>;
}

/**
 * Normalises each channel over the batch (Ioffe & Szegedy, ICML 2015).
 *
 * Parameters: scale and offset, c each. State: the running mean and variance, c each, which training moves and
 * inference reads (none with `batchStatisticsAlways`).
 */
export const batchNorm = (options: BatchNormOptions = {}): BatchNorm => {
  const full = {
    momentum: 0.99,
    epsilon: 1e-3,
    batchStatisticsAlways: false,
    ...optionsIn(options),
  } satisfies Required<BatchNormOptions>;
  return layerOf<BatchNorm>({
    op: 'batchNorm',
    options: full,
    definition: {
      name: 'batchNorm',
      form: batchNormForm,
      shape: (state) => {
        const bad = notOptions('batchNorm', options);
        if (bad !== undefined) return flawed(bad, state);
        const flaws = notInRange('batchNorm', [
          ['momentum', full.momentum, 'a number from 0 to 1'],
          ['epsilon', full.epsilon, 'a finite number greater than 0'],
        ]);
        return { state, flaws };
      },
      lower: (flow, lowering) => {
        const x = flow.value;
        const channels = Number(x.shape[3]);
        const axes = [0, 1, 2];
        const own = full.batchStatisticsAlways || lowering.mode === 'train';
        const mean = reduceMean(x, axes);
        const variance = reduceMean(ops.square(ops.subtract(x, mean)), axes);
        const running = full.batchStatisticsAlways ? undefined : runningMoments(lowering, channels);
        if (running !== undefined && lowering.mode === 'train') {
          for (const [old, fresh] of [[running.mean, mean], [running.variance, variance]] as const) {
            lowering.nextState(old, ops.add(ops.multiply(old, full.momentum), ops.multiply(ops.stopGradient(fresh), 1 - full.momentum)));
          } // prettier-ignore
        }
        const [m, v] = own || running === undefined ? [mean, variance] : [running.mean, running.variance];
        const normal = ops.divide(ops.subtract(x, m), ops.sqrt(ops.add(v, full.epsilon)));
        return { ...flow, value: affine(normal, lowering, channels) };
      },
    },
  });
};

/** How `batchNorm` stands in a spec. */
export const batchNormForm: Form<Pick<BatchNorm, 'options'>, Required<BatchNormOptions>> = {
  builtIn: 'batchNorm',
  kind: 'layer',
  fields: (f) => ({
    momentum: f.standard(f.number, 0.99),
    epsilon: f.standard(f.number, 1e-3),
    batchStatisticsAlways: f.standard(f.flag, false),
  }),
  make: batchNorm,
  options: ({ options }) => options,
};

const runningMoments = (lowering: Lowering, channels: number) => ({
  mean: lowering.parameter({
    name: 'runningMean',
    shape: [channels],
    initialiser: constant(0),
    role: 'state',
  }),
  variance: lowering.parameter({
    name: 'runningVariance',
    shape: [channels],
    initialiser: constant(1),
    role: 'state',
  }),
});

const affine = (x: Value, lowering: Lowering, count: number): Value =>
  ops.add(
    ops.multiply(x, lowering.parameter({ name: 'scale', shape: [count], initialiser: constant(1) })),
    lowering.parameter({ name: 'offset', shape: [count], initialiser: constant(0) }),
  );
