/**
 * PG2's adversary, after the published code; VDG's by inference.
 *
 * The discriminator sees single pictures, all of a step in one batch, so that its norms see them together. The source
 * picture counts as made: a generator that only copies it is found out.
 */
import { term } from '../learn/index.js';
import type { ByDataset, DatasetName } from '../models/index.js';
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

/**
 * Which pictures each data set's code puts into the batch, and in which order. The coarse one changes the moments of
 * Market-1501's batches and nothing else.
 */
const orders: ByDataset<readonly (keyof Judged | 'coarse')[]> = {
  'market-1501': ['real', 'source', 'coarse', 'fake'],
  deepfashion: ['real', 'fake', 'source'],
};

/** The discriminator on the true, the source and the generated picture, in the order of each data set's code. */
export const judge = (
  { run, read }: Runs,
  dataset: DatasetName,
  image: ImageShape,
  { made, coarse }: Made,
): Judged => {
  const pictures = { source: read('x_a', image), real: read('x_b', image), fake: made, coarse };
  const shown = orders[dataset].flatMap((name) => {
    const picture = pictures[name];
    return picture === undefined ? [] : [{ name, picture }];
  });
  const all = term.besides(shown.map(({ picture }) => picture));
  const logits = term.apart(run('discriminator', { x_b: all })['output']!, shown.length);
  const of = (name: keyof Judged): Value => logits[shown.findIndex((one) => one.name === name)]!;
  return { real: of('real'), source: of('source'), fake: of('fake') };
};

/** Whether the generator's term is averaged over the constant source picture too, which halves the gradient. */
const averagesSource: ByDataset<boolean> = { 'market-1501': false, deepfashion: true };

/** The generator's term. */
export const fooled = (dataset: DatasetName, { fake, source }: Judged): Value =>
  averagesSource[dataset]
    ? multiply(add(term.bceWithLogits(fake, 1), term.bceWithLogits(source, 1)), 0.5)
    : term.bceWithLogits(fake, 1);

/** The discriminator's terms: half of them for what is real, a quarter each for what is not. */
export const toldApart = ({ real, source, fake }: Judged): Readonly<Record<string, Value>> => ({
  real: multiply(term.bceWithLogits(real, 1), 0.5),
  source: multiply(term.bceWithLogits(source, 0), 0.25),
  fake: multiply(term.bceWithLogits(fake, 0), 0.25),
});

/** How much the mask-L1 counts beside the adversary: λ of the code; no text states it. */
export const reconstructionWeight: ByDataset<number> = {
  'market-1501': 10,
  deepfashion: 50,
};
