/** The axes in another order: `channelsFirst`. */
import { transpose } from '../../ops/layout.js';
import type { Feature } from '../feature.js';
import { optionless, type Form } from '../form.js';
import { fine, layerOf, shaped, type Layer, type Rule } from '../rule.js';

/** Channels as the first axis. */
export interface ChannelsFirst extends Layer<ChannelsFirstRule> {
  readonly op: 'channelsFirst';
}
interface ChannelsFirstRule extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? Feature<C, H, W, T, I>
    : never;
}

/** How `channelsFirst` stands in a spec. */
export const channelsFirstForm: Form = optionless(() => channelsFirst, 'layer', 'channelsFirst');

/**
 * Channels as the first axis: h×w×c → c×h×w, entry (i, j, k) becoming (k, i, j). No parameters.
 *
 * For the order in which a vector is read: after it, `flatten` goes channel by channel, as in systems whose images are
 * channels × height × width (PyTorch; TensorFlow's NCHW), so that a dense layer takes their weights as they are.
 *
 * @example
 * ```ts
 * through(input('x', 8, 4, 512), channelsFirst); // Feature<512, 8, 4, …>
 * ```
 */
export const channelsFirst: ChannelsFirst = layerOf<ChannelsFirst>({
  op: 'channelsFirst',
  definition: {
    name: 'channelsFirst',
    form: channelsFirstForm,
    shape: (state) => fine(shaped(state, state.c, state.h, state.w)),
    lower: (flow) => ({ ...flow, value: transpose(flow.value, [0, 3, 1, 2]) }),
  },
});
