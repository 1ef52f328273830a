/** Checkpoints for the tests. */
import type { Checkpoint, NamedArray } from '../../src/learn/checkpoint.js';

/** A checkpoint whose every number tells its step, so that a mixture of two would show. */
export const filled = (step: number, count: number): Checkpoint => {
  const array: NamedArray = { shape: [count], data: new Float32Array(count).fill(step) };
  return {
    model: 'filled',
    step,
    seed: 7,
    parameters: { 'image/level0/conv0/kernel': array },
    state: { 'image/level0/norm1/mean': array },
    optimisers: {
      generator: { scalars: { rate: step / 3 }, slots: { m: { 'image/level0/conv0/kernel': array } } },
    },
    extra: { batch: String(step) },
  };
};

/** A little checkpoint with everything that is hard to keep: odd names, empty parts, NaN payloads, −0. */
export const difficult: Checkpoint = {
  model: 'mUNet "ψ" \ud800 \n',
  step: 1200,
  seed: Number.MAX_SAFE_INTEGER,
  parameters: {
    'image/level0/conv0/kernel': {
      shape: [2, 3],
      data: new Float32Array(
        Uint32Array.of(0x7fc00001, 0xffabcdef, 0x7f800001, 0x80000000, 0x00000001, 0x7f800000).buffer,
      ),
    },
    constructor: { shape: [], data: new Float32Array([Math.PI]) },
    none: { shape: [0, 4], data: new Float32Array(0) },
  },
  state: {},
  optimisers: {
    plain: { scalars: {}, slots: {} },
    adam: {
      scalars: { rate: 0.1, zero: -0, nan: NaN, low: -Infinity, tiny: 5e-324, third: 1 / 3 },
      slots: { m: { constructor: { shape: [], data: new Float32Array([1e-45]) } }, empty: {} },
    },
  },
  extra: { batch: '17', sha256: 'mine', 'a/b"c': '"sha256":"x"' },
};

/** The arrays of a checkpoint as bits, so that NaN payloads and −0 count in comparisons. */
export const bitsOf = (checkpoint: Checkpoint): unknown => {
  const bits = (arrays: Readonly<Record<string, NamedArray>>): unknown =>
    Object.entries(arrays)
      .map(([path, { shape, data }]) => [path, shape, [...new Uint32Array(data.slice().buffer)]] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  const slots = Object.entries(checkpoint.optimisers)
    .map(
      ([name, { scalars, slots: one }]) =>
        [
          name,
          { ...scalars },
          Object.entries(one)
            .map(([slot, arrays]) => [slot, bits(arrays)] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { model, step, seed, extra } = checkpoint;
  return {
    model,
    step,
    seed,
    extra: { ...extra },
    slots,
    p: bits(checkpoint.parameters),
    s: bits(checkpoint.state),
  };
};
