/**
 * SHA-256 (FIPS 180-4) in browsers and in Node: the platform's own where it is offered, which a page that was not
 * served over a secure connection does not get, and otherwise the one written out here.
 */

/** The checksum of bytes, as 64 hexadecimal digits. */
export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  // The types of Node promise `crypto`; a page without a secure connection has none, or one without `subtle`.
  const { crypto } = globalThis as {
    readonly crypto?: { readonly subtle?: typeof globalThis.crypto.subtle };
  };
  const subtle = crypto?.subtle;
  return subtle === undefined
    ? sha256OfBytes(bytes)
    : hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
};

/** The checksum of bytes by plain arithmetic. */
export const sha256OfBytes = (bytes: Uint8Array): string => {
  const state = Uint32Array.from(fractions(8, 1 / 2));
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) compress(state, bytes, at, schedule);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) compress(state, tail, at, schedule);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
};

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const compress = (state: Uint32Array, bytes: Uint8Array, start: number, schedule: Uint32Array): void => {
  for (let t = 0; t < 16; t++) {
    const at = start + 4 * t;
    schedule[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let t = 16; t < 64; t++) {
    const [early, late] = [schedule[t - 15]!, schedule[t - 2]!];
    const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    schedule[t] = schedule[t - 16]! + first + schedule[t - 7]! + second;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let t = 0; t < 64; t++) {
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const first = (h + high + ((e & f) ^ (~e & g)) + roundConstants[t]! + schedule[t]!) | 0;
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = state[i]! + word;
  });
};

type Eight = readonly [number, number, number, number, number, number, number, number];

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first 32 bits of the fractional parts of the first primes' roots, which the standard takes its numbers from. */
const fractions = (count: number, power: number): readonly number[] => {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((prime ** power % 1) * 2 ** 32));
};
const roundConstants: readonly number[] = fractions(64, 1 / 3);
