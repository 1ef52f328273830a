/**
 * Several batches as one, and apart again.
 *
 * Who judges real and generated images in one run, as PG2's discriminator does, lets its batch norms see them together.
 * The batch becomes a multiple of itself: `'3*n'`.
 */
import { concat, reshape, slice } from '../../ops/layout.js';
import { batches, repeated, type Value } from '../../ops/value.js';
import { flawed } from './flaw.js';

/**
 * Values of one shape behind one another along the batch axis: k of n×… give (k·n)×…. A value may itself hold several
 * batches.
 *
 * @example
 * ```ts
 * const judged = discriminator(besides([x_b, x_a, generated])); // 3·n logits
 * const [real, source, fake] = apart(judged, 3);
 * ```
 */
export const besides = (values: readonly Value[]): Value => {
  const first = values[0];
  if (first === undefined) return flawed('besides', 'needs an operand');
  const bad = values.find(({ flaw }) => flaw !== undefined);
  if (bad !== undefined) return bad;
  const odd = values.find(
    ({ shape }) =>
      shape.length !== first.shape.length || shape.some((one, axis) => axis > 0 && one !== first.shape[axis]),
  );
  if (odd !== undefined)
    return flawed('besides', `${first.shape.join('×')} with ${odd.shape.join('×')} along the batch`);
  const counts = values.map(({ shape }) => batches(shape[0] ?? 0));
  if (counts.includes(0)) return flawed('besides', `${first.shape.join('×')} has no batch`);
  const within = first.shape.slice(1);
  const size = within.reduce<number>((product, extent) => product * Number(extent), 1);
  const rows = values.map((value, i) => reshape(value, [counts[i]!, 'n', size]));
  const total = counts.reduce((sum, one) => sum + one, 0);
  return reshape(concat(rows, 0), [repeated('n', total), ...within]);
};

/** The `count` batches that lie behind one another in a value, in order: what `besides` put together. */
export const apart = (value: Value, count: number): readonly Value[] => {
  const within = value.shape.slice(1);
  const share = batches(value.shape[0] ?? 0) / count;
  if (value.flaw !== undefined) return Array.from({ length: count }, () => value);
  if (!Number.isInteger(share) || share < 1) {
    const flaw = flawed('apart', `${value.shape.join('×')} does not hold ${count} batches`);
    return Array.from({ length: count }, () => flaw);
  }
  const size = within.reduce<number>((product, extent) => product * Number(extent), 1);
  const one = repeated('n', share);
  const rows = reshape(value, [count, one, size]);
  return Array.from({ length: count }, (_, i) => reshape(slice(rows, 0, i, 1), [one, ...within]));
};
