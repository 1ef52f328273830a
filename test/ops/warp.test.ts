/** Images moved part by part: against a loop over pixels, and by hand. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../src/backend/index.js';
import { faultError } from '../../src/base/fault.js';
import { random } from '../../src/base/random.js';
import { planOf } from '../../src/compile/plan/build.js';
import * as leaves from '../../src/ops/leaves.js';
import { warpParts } from '../../src/ops/warp.js';
import { outputsOf, type Numbers } from '../dsl/plans.js';

/** a0, a1, a2, b0, b1, b2. */
type Affine = readonly [number, number, number, number, number, number];
interface Case {
  readonly image: Numbers;
  /** For each image its affines. */
  readonly affines: readonly (readonly Affine[])[];
  readonly masks?: Numbers;
  readonly frame: readonly [height: number, width: number];
}

const ours = ({ image, affines, masks, frame }: Case): readonly number[] => {
  const count = affines[0]!.length;
  const inputs = {
    image: leaves.input('image', ['n', ...image.shape.slice(1)]),
    affines: leaves.input('affines', ['n', 1, count, 8]),
    ...(masks && { masks: leaves.input('masks', ['n', ...masks.shape.slice(1)]) }),
  };
  const output = warpParts(inputs.image, inputs.affines, { frame, ...(inputs.masks && { masks: inputs.masks }) }); // prettier-ignore
  const plan = planOf({ mode: 'infer', inputs, outputs: { output }, steps: [], nextState: [] });
  if (E.isLeft(plan)) throw faultError(plan.left);
  const rows = affines.flatMap((own) => own.flatMap((affine) => [...affine, 7, 7]));
  const fed = {
    image,
    affines: { shape: [affines.length, 1, count, 8], data: rows },
    ...(masks && { masks }),
  };
  return [...outputsOf(plan.right, fed)['output']!];
};

/** Half away from zero. */
const rounded = (at: number): number => Math.sign(at) * Math.floor(Math.abs(at) + 0.5);

/** One pixel, one channel, one part at a time. */
const looped = ({ image, affines, masks, frame }: Case): readonly number[] => {
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const [, maskHeight, maskWidth, count] = masks?.shape ?? [n, h, w, affines[0]!.length];
  const out: number[] = [];
  for (let example = 0; example < n; example++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let channel = 0; channel < c; channel++) {
          const values = affines[example]!.map(([a0, a1, a2, b0, b1, b2], part) => {
            const column = rounded(a0 * x + a1 * y + (a2 * w) / frame[1]);
            const row = rounded(b0 * x + b1 * y + (b2 * h) / frame[0]);
            const inside = column >= 0 && column < w && row >= 0 && row < h;
            const at = [Math.floor((y * maskHeight!) / h), Math.floor((x * maskWidth!) / w)] as const;
            const mask =
              masks?.data[((example * maskHeight! + at[0]) * maskWidth! + at[1]) * count! + part] ?? 1;
            return inside ? image.data[((example * h + row) * w + column) * c + channel]! * mask : 0;
          });
          out.push(Math.max(...values));
        }
  return out;
};

const imageOf = (seed: number, shape: readonly number[]): Numbers => ({
  shape,
  data: random(seed, 'image').normals(shape.reduce((a, b) => a * b, 1)),
});
const same = (a: readonly number[], b: readonly number[]): void =>
  assert.deepEqual(
    a.map((one) => Math.fround(one) + 0),
    b.map((one) => Math.fround(one) + 0),
  );
const still: Affine = [1, 0, 0, 0, 1, 0];
const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

describe('warped parts', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('are those of a loop over pixels', () =>
    fc.assert(
      fc.property(
        fc.record({ n: size(2), h: size(5), w: size(5), c: size(2), count: size(4), scale: size(3), masked: fc.boolean(), seed: fc.nat(1e6) }), // prettier-ignore
        ({ n, h, w, c, count, scale, masked, seed }) => {
          const draw = random(seed, 'affines');
          // Eighths are exact, so that both round the same numbers, halves among them.
          const eighth = (at: number, most: number): number =>
            Math.round((draw.at(at) * 2 - 1) * 8 * most) / 8;
          const affines = Array.from({ length: n }, (_, i) =>
            Array.from({ length: count }, (_, k): Affine => {
              const at = 6 * (i * count + k);
              return [eighth(at, 2), eighth(at + 1, 1), scale * eighth(at + 2, 4), eighth(at + 3, 1), eighth(at + 4, 2), scale * eighth(at + 5, 4)]; // prettier-ignore
            }),
          );
          const frame = [h * scale, w * scale] as const;
          const shape = [n, ...frame, count];
          const masks = { shape, data: Array.from(imageOf(seed, shape).data, (one) => (one > 0 ? 1 : 0)) };
          const given = { image: imageOf(seed + 1, [n, h, w, c]), affines, frame, ...(masked && { masks }) };
          same(ours(given), looped(given));
        },
      ),
      { numRuns: 150 },
    ));

  /* 1 2 3
     4 5 6 */
  const image = { shape: [1, 2, 3, 1], data: [1, 2, 3, 4, 5, 6] };
  const frame = [2, 3] as const;
  const fixed: Readonly<Record<string, readonly [affine: Affine, wanted: readonly number[]]>> = {
    'stand still': [still, [1, 2, 3, 4, 5, 6]],
    'read one column to the right, 0 outside': [[1, 0, 1, 0, 1, 0], [2, 3, 0, 5, 6, 0]],
    'turn over': [[-1, 0, 2, 0, -1, 1], [6, 5, 4, 3, 2, 1]],
    'change rows and columns': [[0, 1, 0, 1, 0, 0], [1, 4, 0, 2, 5, 0]],
    'round ½ up': [[1, 0, 0.5, 0, 1, 0], [2, 3, 0, 5, 6, 0]],
    'round −½ down, out of the image': [[1, 0, -0.5, 0, 1, 0], [0, 2, 3, 0, 5, 6]],
    'round what lies just below ½ down': [[0, 0, 0.49999997, 0, 1, 0], [1, 1, 1, 4, 4, 4]],
    'fall outside by the translation of a part that is not seen': [[1, 0, 1000, 0, 1, 1000], [0, 0, 0, 0, 0, 0]],
  }; // prettier-ignore
  for (const [name, [affine, wanted]] of Object.entries(fixed))
    it(name, () => same(ours({ image, affines: [[affine]], frame }), wanted));

  it('stand where their masks are, and the largest is taken', () => {
    // Part 0 stands still, everywhere; part 1 reads the other row, in the last column alone.
    const affines: readonly (readonly Affine[])[] = [[still, [1, 0, 0, 0, -1, 1]]];
    const masks = { shape: [1, 2, 3, 2], data: [1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1] };
    same(ours({ image, affines, masks, frame }), [1, 2, 6, 4, 5, 6]);
  });

  it('are at least 0 where a mask is 0', () => {
    const negative = { shape: [1, 2, 3, 1], data: [-1, -2, -3, -4, -5, -6] };
    const masks = { shape: [1, 2, 3, 2], data: [1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1] };
    same(ours({ image: negative, affines: [[still, still]], masks, frame }), [0, -2, 0, -4, 0, -6]);
  });

  it('are moved by pixels of the frame, and masked by its nearest pixels', () => {
    // A frame four times as high and twice as wide: 4 rows down and 2 columns right are 1 and 1.
    const masks = { shape: [1, 8, 6, 1], data: Array.from({ length: 48 }, (_, i) => (i % 6 === 2 ? 0 : 1)) };
    const affines = [[[1, 0, 2, 0, 1, -4]]] as const;
    same(ours({ image, affines, masks, frame: [8, 6] } as never), [0, 0, 0, 2, 0, 0]);
  });

  it('carry the affines of their own example', () => {
    const two = { shape: [2, 1, 2, 1], data: [1, 2, 3, 4] };
    same(ours({ image: two, affines: [[still], [[-1, 0, 1, 0, 1, 0]]], frame: [1, 2] }), [1, 2, 4, 3]);
  });
});
