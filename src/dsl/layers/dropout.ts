/** Dropout: `dropout(rate)`. Rule S23. */
import * as ops from '../../ops/elementwise.js';
import { formOf } from '../form.js';
import { showGiven } from '../message.js';
import { fine, flawed, layerOf, type Layer } from '../rule.js';
import type { SameShape } from './activation.js';

/** Inverted dropout; identity at inference. */
export interface Dropout extends Layer<SameShape> {
  readonly op: 'dropout';
  readonly rate: number;
}

/**
 * Sets each entry to 0 with probability `rate` and divides the others by 1 − rate, in training only.
 *
 * The noise is an input of the training plan, drawn from (seed, step, path): two backends and a resumed run agree.
 */
export const dropout = (rate: number): Dropout =>
  layerOf<Dropout>({
    op: 'dropout',
    rate,
    definition: {
      name: 'dropout',
      form: dropoutForm,
      shape: (state) =>
        typeof rate === 'number' && rate >= 0 && rate < 1
          ? fine(state)
          : flawed(
              {
                rule: 'S23',
                body: `dropout: rate ${showGiven(rate)} is not in [0, 1)`,
                got: showGiven(rate),
                wanted: 'at least 0 and less than 1',
                fix: 'give the share of entries to drop',
              },
              state,
            ),
      lower: (flow, lowering) => {
        if (lowering.mode === 'infer' || rate === 0) return flow;
        const kept = ops.greaterEqual(lowering.noise('keep', flow.value.shape, 'uniform'), rate);
        return {
          ...flow,
          value: ops.multiply(flow.value, ops.multiply(ops.cast(kept, 'float32'), 1 / (1 - rate))),
        };
      },
    },
  });

/** How `dropout` stands in a spec. */
export const dropoutForm = formOf<{ readonly rate: number }>({
  builtIn: 'dropout',
  fields: (f) => ({ rate: f.number }),
  make: ({ rate }) => dropout(rate),
});
