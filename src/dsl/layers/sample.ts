/** Sampling around what comes in: `sample({ deviation, when })`. Rules S02, S36. */
import * as ops from '../../ops/elementwise.js';
import { formOf } from '../form.js';
import { notOneOf, notOptions, optionsIn, showGiven } from '../message.js';
import { fine, flawed, layerOf, type Layer } from '../rule.js';
import type { SameShape } from './activation.js';

/** When noise is added: in training plans, in all, or in none. */
export type SampleWhen = 'train' | 'always' | 'never';

/** Options of sampling. */
export interface SampleOptions {
  /** The standard deviation of the noise; 1 by default. */
  readonly deviation?: number;
  /** `'train'` by default: inference gives the mean itself. */
  readonly when?: SampleWhen;
}

/** Adds normal noise. */
export interface Sample extends Layer<SameShape> {
  readonly op: 'sample';
  readonly deviation: number;
  readonly when: SampleWhen;
}

/**
 * x + deviation · ε with ε standard normal: what comes in is the mean of a Gaussian, what goes out a draw from it, with
 * the gradient of the mean (the reparametrisation of Kingma & Welling, ICLR 2014). h×w×c stays. No parameters.
 *
 * The noise is drawn from (seed, step, path), so that two backends and a resumed run agree. Where no noise is added, at
 * inference under `'train'` or under `'never'`, the mean passes as it is: the deterministic form. `'always'` draws at
 * inference too; predictions then take a seed.
 *
 * @example
 * ```ts
 * through(input('x', 8, 8, 3), conv(16), sample(), conv(3)); // a unit-variance latent, as in Vari-UNet
 * ```
 */
export const sample = (options: SampleOptions = {}): Sample => {
  const { deviation = 1, when = 'train' } = optionsIn(options);
  return layerOf<Sample>({
    op: 'sample',
    deviation,
    when,
    definition: {
      name: 'sample',
      form: sampleForm,
      shape: (state) => {
        const bad =
          notOptions('sample', options) ?? notOneOf('sample', [['when', when, ['train', 'always', 'never']]]);
        if (bad !== undefined) return flawed(bad, state);
        return typeof deviation === 'number' && deviation >= 0 && deviation < Infinity
          ? fine(state)
          : flawed(
              {
                rule: 'S36',
                body: `sample: deviation ${showGiven(deviation)} is not a number of 0 or more`,
                got: showGiven(deviation),
                wanted: 'a number of 0 or more',
                fix: 'give the standard deviation of the noise',
              },
              state,
            );
      },
      lower: (flow, lowering) => {
        const drawn = when === 'always' || (when === 'train' && lowering.mode === 'train');
        if (!drawn || deviation === 0) return flow;
        const noise = lowering.noise('noise', flow.value.shape, 'normal');
        return { ...flow, value: ops.add(flow.value, ops.multiply(noise, deviation)) };
      },
    },
  });
};

/** How sampling stands in a spec. */
export const sampleForm = formOf<{ readonly deviation: number; readonly when: SampleWhen }>({
  builtIn: 'sample',
  fields: (f) => ({
    deviation: f.standard(f.number, 1),
    when: f.standard(f.word('train', 'always', 'never'), 'train'),
  }),
  make: sample,
});
