/**
 * Which pairs a set of annotated images gives: all ordered pairs of a person's valid images (Def-GAN's rule).
 *
 * Source: AliaksandrSiarohin/pose-gan, `create_pairs_dataset.py`. On Market-1501's published annotations it gives
 * 263,632 pairs for training and 257,198 for the test, of which the papers sample 12,000.
 */
import type { Annotation, Pair } from './csv.js';
import { hasTorso } from './joints.js';

/** Who is in an image, from the image's name. */
export type PersonOf = (name: string) => string;

/** Market-1501: the text before the first `_`. */
export const beforeFirstUnderscore: PersonOf = (name) => name.split('_', 1)[0] ?? name;

/** DeepFashion: the text without what follows the last `_` (categories hold underscores, too). */
export const beforeLastUnderscore: PersonOf = (name) =>
  name.includes('_') ? name.slice(0, name.lastIndexOf('_')) : name;

/** Whether an image takes part in pairs: it has its torso's four joints and is no distractor (`-1…`, `0000…`). */
export const isValid = (row: Annotation): boolean => hasTorso(row.keypoints) && !/^(-1|0000)/.test(row.name);

/**
 * All ordered pairs of the valid images of each person, persons in order of first appearance, images in file order.
 *
 * @example
 * ```ts
 * pairsOf(annotations).length; // a person with n valid images has n · (n − 1) pairs
 * ```
 */
export const pairsOf = (
  annotations: readonly Annotation[],
  personOf: PersonOf = beforeFirstUnderscore,
): readonly Pair[] => {
  const people = new Map<string, string[]>();
  for (const { name } of annotations.filter(isValid)) {
    const person = personOf(name);
    const images = people.get(person);
    if (images === undefined) people.set(person, [name]);
    else images.push(name);
  }
  return [...people.values()].flatMap((images) =>
    images.flatMap((from, i) => images.flatMap((to, j) => (i === j ? [] : [{ from, to }]))),
  );
};
