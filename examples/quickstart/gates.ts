/** A mask's gates: how many are open in each channel (the quantity of the paper's Figure 4), and in random order. */
import type { ParameterArray, Plan } from 'maskskip/compile';
import { random } from '../../src/base/random.js';
import type { LevelGates } from './results.js';

/** Arrays by path. */
export type Weights = Readonly<Record<string, ParameterArray>>;

/** The paths of a plan's masks, the encoder's shallowest level first. */
export const maskPaths = (plan: Plan): readonly string[] =>
  plan.parameters
    .filter(({ role }) => role === 'mask')
    .toSorted((a, b) => b.shape[0]! - a.shape[0]!)
    .map(({ path }) => path);

/** The gates of every level, shallowest first. A gate is open where its mask is ≥ 0, as features are after a ReLU. */
export const gatesOf = (plan: Plan, start: Weights, trained: Weights): readonly LevelGates[] =>
  maskPaths(plan).map((path, index) => {
    const before = start[path]!;
    const after = trained[path]!;
    const [height = 0, width = 0, channels = 0] = after.shape;
    const crossed = after.data.filter((one, at) => one >= 0 !== before.data[at]! >= 0).length;
    return {
      level: index + 1,
      height,
      width,
      channels,
      start: openPerChannel(before.data, channels),
      trained: openPerChannel(after.data, channels),
      changed: crossed / after.data.length,
    };
  });

/** The weights with the entries of each mask in an order that the seed decides; everything else as it is. */
export const withShuffledMasks = (plan: Plan, weights: Weights, seed: number): Weights => {
  const shuffled = maskPaths(plan).map((path) => {
    const { shape, data } = weights[path]!;
    const order = random(seed, 'shuffled mask', path).permutation(data.length);
    return [path, { shape, data: Float32Array.from(order, (from) => data[from]!) }] as const;
  });
  return { ...weights, ...Object.fromEntries(shuffled) };
};

const openPerChannel = (mask: Float32Array, channels: number): readonly number[] => {
  const counts = new Array<number>(channels).fill(0);
  mask.forEach((value, at) => {
    if (value >= 0) counts[at % channels]!++;
  });
  return counts;
};
