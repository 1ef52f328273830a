/**
 * A counter-based random generator: the same numbers for the same (seed, path), whatever ran before.
 *
 * Philox-4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a block of four 32-bit
 * words is a pure function of a 64-bit key and a 128-bit counter. The key is made from the seed and a path such as
 * `['dropout', 12]`, so two processes, two backends and a resumed run agree without passing any state about.
 */

/** A part of a path that names a stream. */
export type RandomPath = string | number;

/** An endless, random-access sequence of numbers. */
export interface RandomStream {
  /** The 32-bit word at `index`, from 0. */
  readonly word: (index: number) => number;
  /** `count` numbers, uniform in [0, 1), from `start`. */
  readonly uniforms: (count: number, start?: number) => Float32Array;
  /** `count` numbers from the standard normal distribution (Box–Muller over pairs of words). */
  readonly normals: (count: number) => Float32Array;
  /** A number uniform in [0, 1) with 32 random bits, at `index`. */
  readonly at: (index: number) => number;
  /** A permutation of 0 … count − 1 (Fisher–Yates). */
  readonly permutation: (count: number) => Uint32Array;
}

/**
 * The stream of a seed and a path.
 *
 * @example
 * ```ts
 * random(7, 'shuffle', 3).at(0) === random(7, 'shuffle', 3).at(0); // true
 * ```
 */
export const random = (seed: number, ...path: readonly RandomPath[]): RandomStream => {
  const [key0, key1] = keyOf(seed, path);
  const block = new Uint32Array(4);
  let held = -1;
  const load = (index: number): void => {
    const wanted = Math.floor(index / 4);
    if (wanted !== held) {
      philox(key0, key1, wanted >>> 0, Math.floor(wanted / 2 ** 32) >>> 0, block);
      held = wanted;
    }
  };
  const word = (index: number): number => {
    load(index);
    return block[index % 4]!;
  };
  const at = (index: number): number => word(index) / 2 ** 32;
  const uniforms = (count: number, start = 0): Float32Array => {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = (word(start + i) >>> 8) / 2 ** 24;
    return out;
  };
  const normals = (count: number): Float32Array => {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((word(i) + 1) / (2 ** 32 + 1)));
      const angle = 2 * Math.PI * at(i + 1);
      out[i] = radius * Math.cos(angle);
      if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  };
  const permutation = (count: number): Uint32Array => {
    const out = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(at(i) * (i + 1));
      const kept = out[i]!;
      out[i] = out[j]!;
      out[j] = kept;
    }
    return out;
  };
  return { word, uniforms, normals, at, permutation };
};

/** FNV-1a over the path's text, twice with different offsets, mixed with the seed: a 64-bit key. */
const keyOf = (seed: number, path: readonly RandomPath[]): readonly [number, number] => {
  const text = path.map((part) => `${typeof part === 'number' ? '#' : '/'}${part}`).join('');
  let a = (0x811c9dc5 ^ (seed >>> 0)) >>> 0;
  let b = (0x01234567 ^ (Math.floor(seed / 2 ** 32) >>> 0)) >>> 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193) >>> 0;
    b = Math.imul(b ^ code ^ (b >>> 15), 0x85ebca6b) >>> 0;
  }
  return [a, (b ^ Math.imul(a, 0xc2b2ae35)) >>> 0];
};

/** The high and low halves of a 32×32-bit product, in `high` and by return. */
const multiplyHigh = (a: number, b: number): number => {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (
    (aHigh * bHigh +
      Math.floor(middle / 0x10000) +
      Math.floor(((middle % 0x10000) + aLow * bHigh) / 0x10000)) >>>
    0
  );
};

/** Ten rounds of Philox-4×32 on the counter (low, high, 0, 0), written into `out`. */
const philox = (key0: number, key1: number, low: number, high: number, out: Uint32Array): void => {
  let k0 = key0;
  let k1 = key1;
  let x0 = low;
  let x1 = high;
  let x2 = 0;
  let x3 = 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, x0);
    const low0 = Math.imul(0xd2511f53, x0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, x2);
    const low1 = Math.imul(0xcd9e8d57, x2) >>> 0;
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x1 = low1;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
};

/** Philox's words for a raw key and counter: for tests against the published vectors. */
export const philoxWords = (key0: number, key1: number, low: number, high: number): readonly number[] => {
  const out = new Uint32Array(4);
  philox(key0, key1, low, high, out);
  return [...out];
};
