/**
 * PG2's adversary, after the published code; VDG's by inference.
 *
 * The discriminator sees single pictures, all of a step in one batch, so that its norms see them together. The source
 * picture counts as made: a generator that only copies it is found out.
 */
import { term } from '../learn/index.js';
import type { DatasetName } from '../models/index.js';
import { add, multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import type { ImageShape, Runs } from './recipe.js';

/** What a generator made: its picture, and the coarse one before it where there is one. */
export interface Made {
  readonly made: Value;
  readonly coarse?: Value;
}

/** What the network `discriminator` says of each picture: logits. */
export type Judged = Readonly<Record<'real' | 'source' | 'fake', Value>>;

/** The discriminator on the true, the source and the generated picture, in the order of each data set's code. */
export const judge = (
  { run, read }: Runs,
  dataset: DatasetName,
  image: ImageShape,
  { made, coarse }: Made,
): Judged => {
  const [x_a, x_b] = [read('x_a', image), read('x_b', image)];
  const isMarket = dataset === 'market-1501';
  // The coarse picture changes the moments of Market-1501's batches and nothing else.
  const between = isMarket && coarse !== undefined ? [coarse] : [];
  const all = isMarket ? [x_b, x_a, ...between, made] : [x_b, made, x_a];
  const logits = term.apart(run('discriminator', { x_b: term.besides(all) })['output']!, all.length);
  const [real, second, last] = [logits[0]!, logits[1]!, logits.at(-1)!];
  return isMarket ? { real, source: second, fake: last } : { real, fake: second, source: last };
};

/** The generator's term. DeepFashion's code averages over the constant source picture too, which halves the gradient. */
export const fooled = (dataset: DatasetName, { fake, source }: Judged): Value =>
  dataset === 'market-1501'
    ? term.bceWithLogits(fake, 1)
    : multiply(add(term.bceWithLogits(fake, 1), term.bceWithLogits(source, 1)), 0.5);

/** The discriminator's terms: half of them for what is real, a quarter each for what is not. */
export const toldApart = ({ real, source, fake }: Judged): Readonly<Record<string, Value>> => ({
  real: multiply(term.bceWithLogits(real, 1), 0.5),
  source: multiply(term.bceWithLogits(source, 0), 0.25),
  fake: multiply(term.bceWithLogits(fake, 0), 0.25),
});

/** How much the mask-L1 counts beside the adversary: λ of the code; no text states it. */
export const reconstructionWeight: Readonly<Record<DatasetName, number>> = {
  'market-1501': 10,
  deepfashion: 50,
};
