/** What a listed model is fed in tests: drawn numbers that its inputs can mean. */
import { random } from '../../../src/base/random.js';
import { sizeOf, type Plan } from '../../../src/compile/index.js';

/** Numbers with their shape, by name. */
export type Feeds = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/** A batch of inputs; the same seed gives the same. Inputs that no plain number fits are drawn by their name. */
export const drawnFeeds = ({ inputs }: Pick<Plan, 'inputs'>, batch: number, seed: number): Feeds => {
  const pixels = Number(inputs['x_a']?.shape[1] ?? 1);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => {
      const full = [batch, ...shape.slice(1).map(Number)];
      const draw = drawn[name] ?? ((one) => one);
      const normals = random(seed, 'feed', name).normals(sizeOf(full));
      return [name, { shape: full, data: Float32Array.from(normals, (one, i) => draw(one, i, pixels)) }];
    }),
  );
};

/* One in two. */
const seen = (one: number): number => (one > 0 ? 1 : 0);
/* Near the identity, moved by an eighth of the picture. */
const affine = (one: number, i: number, pixels: number): number =>
  [1 + 0.1 * one, 0.1 * one, (pixels / 8) * one, 0.1 * one, 1 + 0.1 * one, (pixels / 8) * one, 0, 0][i % 8]!;
const drawn: Readonly<Record<string, (one: number, i: number, pixels: number) => number>> = {
  affines: affine,
  masks: seen,
  mask_a: seen,
  seen_a: seen,
  // The upper left corner, then the lower right one.
  boxes_a: (one, i) => (i % 4 < 2 ? 0.25 : 0.75) + 0.2 * Math.tanh(one),
};
