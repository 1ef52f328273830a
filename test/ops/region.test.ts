/** Regions cut out of images, against tfjs' own `cropAndResize`. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { faultError } from '../../src/base/fault.js';
import { planOf } from '../../src/compile/plan/build.js';
import * as leaves from '../../src/ops/leaves.js';
import { cutRegions } from '../../src/ops/region.js';
import { outputsOf, type Numbers } from '../dsl/plans.js';

type Box = readonly [y1: number, x1: number, y2: number, x2: number];
type Shape4 = [number, number, number, number];
interface Case {
  readonly image: Numbers;
  /** For each image its boxes. */
  readonly boxes: readonly (readonly Box[])[];
  readonly height: number;
  readonly width: number;
}

const ours = ({ image, boxes, height, width }: Case): Float32Array => {
  const [n, ...extents] = image.shape;
  const count = boxes[0]!.length;
  const inputs = {
    image: leaves.input('image', ['n', ...extents]),
    boxes: leaves.input('boxes', ['n', 1, count, 4]),
  };
  const output = cutRegions(inputs.image, inputs.boxes, height, width);
  assert.deepEqual(output.shape, [count === 1 ? 'n' : `${count}*n`, height, width, extents[2]]);
  const plan = planOf({ mode: 'infer', inputs, outputs: { output }, steps: [], nextState: [] });
  if (E.isLeft(plan)) throw faultError(plan.left);
  const fed = { image, boxes: { shape: [n!, 1, count, 4], data: boxes.flat(2) } };
  return outputsOf(plan.right, fed)['output']!;
};

const theirs = ({ image, boxes, height, width }: Case): Float32Array =>
  tf.tidy(() =>
    Float32Array.from(
      tf.image
        .cropAndResize(
          tf.tensor4d(Float32Array.from(image.data), image.shape as Shape4),
          tf.tensor2d(boxes.flat(2), [boxes.flat().length, 4]),
          tf.tensor1d(
            boxes.flatMap((own, which) => own.map(() => which)),
            'int32',
          ),
          [height, width],
          'bilinear',
          0,
        )
        .dataSync(),
    ),
  );

const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i]! - b[i]!) <= 1e-4, `entry ${i}: ${a[i]}, not ${b[i]}`);
};
const imageOf = (seed: number, shape: readonly number[]): Numbers => ({
  shape,
  data: random(seed, 'image').normals(shape.reduce((a, b) => a * b, 1)),
});
const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

describe('regions', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('of random boxes, some of them outside, upside down or the middle alone, are those of tfjs', () =>
    fc.assert(
      fc.property(
        fc.record({ n: size(3), h: size(7), w: size(7), c: size(3), count: size(4), height: size(6), width: size(6), seed: fc.nat(1e6) }), // prettier-ignore
        ({ n, h, w, c, count, height, width, seed }) => {
          const draw = random(seed, 'boxes');
          const corner = (at: number): number => Math.fround(draw.at(at) * 2 - 0.5);
          const boxes = Array.from({ length: n }, (_, i) =>
            Array.from({ length: count }, (_, k) => {
              const at = 4 * (i * count + k);
              return [corner(at), corner(at + 1), corner(at + 2), corner(at + 3)] as const;
            }),
          );
          const given = { image: imageOf(seed, [n, h, w, c]), boxes, height, width };
          close(ours(given), theirs(given));
        },
      ),
      { numRuns: 150 },
    ));

  const fixed: Readonly<Record<string, Box>> = {
    'the whole image': [0, 0, 1, 1],
    'the whole image, turned over': [1, 1, 0, 0],
    'a box without area': [0.25, 0.5, 0.25, 0.5],
    'a corner alone': [1, 1, 1, 1],
    'a row': [0.5, 0, 0.5, 1],
    'a box outside': [1.5, 0, 2, 1],
    'a box that holds the image': [-1, -1, 2, 2],
  };
  for (const [name, box] of Object.entries(fixed))
    it(`of ${name} are those of tfjs`, () => {
      const given = { image: imageOf(3, [1, 5, 9, 2]), boxes: [[box]], height: 5, width: 3 };
      close(ours(given), theirs(given));
    });

  it('of the whole image end at its last row and column, whatever the sizes', () => {
    for (const h of [2, 3, 4, 6, 7, 11, 13, 24, 29, 64])
      for (const height of [2, 3, 6, 7, 11, 48]) {
        const image = imageOf(h, [1, h, 1, 1]);
        const cut = ours({ image, boxes: [[[0, 0, 1, 1]]], height, width: 1 });
        close([cut[0]!, cut[height - 1]!], [image.data[0]!, image.data[h - 1]!]);
      }
  });

  it('of one image follow one another, before those of the next', () => {
    const image = { shape: [2, 1, 2, 1], data: [1, 2, 3, 4] };
    const boxes = [0, 1].map((): readonly Box[] => [[0, 0, 0, 0], [0, 1, 0, 1]]); // prettier-ignore
    assert.deepEqual([...ours({ image, boxes, height: 1, width: 1 })], [1, 2, 3, 4]);
  });
});
