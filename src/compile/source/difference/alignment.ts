/**
 * Two lists aligned: which element of one stands for which of the other, in order, so that most is alike.
 *
 * The longest common subsequence, weighted: of all ways to pair elements without crossing, the one whose pairs score
 * most (Needleman & Wunsch, J. Mol. Biol. 48, 1970, without a price for gaps).
 */

/** Indices that stand for each other; one is absent where an element stands alone. */
export type Pair = readonly [a: number | undefined, b: number | undefined];

/** Beyond so many comparisons only what begins and ends alike is paired. */
export const mostComparisons = 4e6;

/**
 * Both lists in one order: pairs, and what stands alone, an element of `a` before one of `b`. A score of 0 is for two
 * that cannot be paired; equal scores give equal alignments.
 *
 * @example
 * ```ts
 * aligned(['x', 'y'], ['y', 'z'], (a, b) => Number(a === b)); // [[0, undefined], [1, 0], [undefined, 1]]
 * ```
 */
export const aligned = <A, B>(
  a: readonly A[],
  b: readonly B[],
  score: (a: A, b: B) => number,
): readonly Pair[] => (a.length * b.length > mostComparisons ? byEnds(a, b, score) : byScore(a, b, score));

const byScore = <A, B>(a: readonly A[], b: readonly B[], score: (a: A, b: B) => number): readonly Pair[] => {
  const width = b.length + 1;
  const scores = new Float64Array(a.length * b.length);
  /* The best that the rests from i and j on can score together. */
  const best = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const one = score(a[i]!, b[j]!);
      scores[i * b.length + j] = one;
      best[i * width + j] = Math.max(
        best[(i + 1) * width + j]!,
        best[i * width + j + 1]!,
        one > 0 ? one + best[(i + 1) * width + j + 1]! : 0,
      );
    }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const one = scores[i * b.length + j]!;
    const here = best[i * width + j]!;
    if (one > 0 && here === one + best[(i + 1) * width + j + 1]!) pairs.push([i++, j++]);
    else if (here === best[(i + 1) * width + j]!) pairs.push([i++, undefined]);
    else pairs.push([undefined, j++]);
  }
  while (i < a.length) pairs.push([i++, undefined]);
  while (j < b.length) pairs.push([undefined, j++]);
  return pairs;
};

const byEnds = <A, B>(a: readonly A[], b: readonly B[], score: (a: A, b: B) => number): readonly Pair[] => {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && score(a[head]!, b[head]!) > 0) head++;
  let tail = 0;
  while (tail < shorter - head && score(a.at(-1 - tail)!, b.at(-1 - tail)!) > 0) tail++;
  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, at) => from + at);
  return [
    ...range(0, head).map((at): Pair => [at, at]),
    ...range(head, a.length - tail).map((at): Pair => [at, undefined]),
    ...range(head, b.length - tail).map((at): Pair => [undefined, at]),
    ...range(0, tail).map((at): Pair => [a.length - tail + at, b.length - tail + at]),
  ];
};
