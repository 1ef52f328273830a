import assert from 'node:assert/strict';
import fc from 'fast-check';
import { joints, limbs, personMask, poseMask, resizeKeypoints } from '../../src/data/index.js';
import { openPersonMask } from '../../src/data/pose-mask.js';
import { close, eachDiscPixel } from '../../src/data/raster.js';
import { b, size, sum } from './golden.js';

describe('data/pose-mask', () => {
  it('PG2’s mask of radius 4 has the published area', () => {
    assert.equal(sum(poseMask(4).draw(b, size)), 2732);
  });

  it('Def-GAN’s mask has the published areas before and after it is closed', () => {
    assert.equal(sum(openPersonMask(b, size, 4)), 2614);
    assert.equal(sum(personMask(4).draw(b, size)), 2706);
  });

  it('PG2 leaves out joints that end no complete limb, Def-GAN draws them', () => {
    const nose = b.map((point, joint) => (joint === 0 ? point : null));
    assert.equal(sum(poseMask(4).draw(nose, size)), 0);
    assert.ok(sum(personMask(4).draw(nose, size)) > 0);
  });

  it('draws a pose whose joints all fall together, and a radius of 0', () => {
    const heap = b.map(() => ({ y: 3, x: 3 }));
    assert.ok(sum(personMask(4).draw(heap, size)) > 0);
    assert.ok(sum(poseMask(0).draw(b, size)) > 0);
  });
});

describe('data/pose-mask: PG2’s at any radius', () => {
  it('is the closed union of the discs of the definition', () => {
    // The files that call themselves r6 (Market-1501) hold radius 7; r8 is DeepFashion's.
    for (const radius of [4, 7, 8]) {
      const naive = new Uint8Array(128 * 64);
      for (const [from, to] of limbs) {
        const [p, q] = [b[from], b[to]];
        if (!p || !q) continue;
        const steps = Math.floor(Math.hypot(q.y - p.y, q.x - p.x) / radius);
        const centres = [p, q];
        for (let i = 1; i < steps; i++) {
          centres.push({ y: p.y + ((q.y - p.y) * i) / steps, x: p.x + ((q.x - p.x) * i) / steps });
        }
        for (const centre of centres) {
          const [cy, cx] = [Math.trunc(centre.y), Math.trunc(centre.x)];
          naive.forEach((_, at) => {
            if ((Math.floor(at / 64) - cy) ** 2 + ((at % 64) - cx) ** 2 <= radius ** 2) naive[at] = 1;
          });
        }
      }
      assert.deepEqual(poseMask(radius).draw(b, size), close(naive, size, 2));
    }
  });
});

describe('data/raster: closing', () => {
  it('is the dilation and erosion of the definition', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 81, maxLength: 81 }),
        (height, width, reach, bits) => {
          const mask = Uint8Array.from(bits.slice(0, height * width));
          const naive = (from: Uint8Array, pick: (...values: number[]) => number): Uint8Array =>
            from.map((_, i) => {
              const [y, x] = [Math.floor(i / width), i % width];
              const near = from.filter(
                (_, j) => Math.abs(Math.floor(j / width) - y) <= reach && Math.abs((j % width) - x) <= reach,
              );
              return pick(...near);
            });
          assert.deepEqual(close(mask, { height, width }, reach), naive(naive(mask, Math.max), Math.min));
        },
      ),
    ));

  it('never takes a pixel away', () => {
    const drawn = openPersonMask(b, size, 4);
    const closed = close(drawn, size, 2);
    assert.ok(drawn.every((value, i) => value <= closed[i]!));
  });

  it('clips discs at the frame', () => {
    const seen: string[] = [];
    eachDiscPixel({ y: 0, x: 0 }, 1, { height: 2, width: 1 }, (y, x) => seen.push(`${y},${x}`));
    assert.deepEqual(seen, ['0,0', '1,0']);
  });
});

describe('data/joints', () => {
  it('has 18 joints and 23 limbs between them', () => {
    assert.equal(joints.length, 18);
    assert.equal(new Set(limbs.map(String)).size, 23);
    assert.ok(limbs.flat().every((joint) => joint >= 0 && joint < 18));
  });

  it('keeps a joint over its pixel when the picture shrinks, and inside the frame', () => {
    const at = (y: number, x: number): unknown =>
      resizeKeypoints([{ y, x }, null], size, { height: 64, width: 32 })[0];
    assert.deepEqual(at(127, 63), { y: 63, x: 31 });
    assert.deepEqual(at(0, 0), { y: 0, x: 0 });
    assert.deepEqual(at(65, 31), { y: 32, x: 15 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 1, max: 300 }), (y, height) => {
        const [point] = resizeKeypoints([{ y, x: 0 }], size, { height, width: 7 });
        assert.ok(
          point && point.y >= 0 && point.y < height && Number.isInteger(point.y) && !Object.is(point.y, -0),
        );
        assert.ok(Math.abs((point.y + 0.5) / height - (y + 0.5) / 128) <= 0.5 / height + 1e-9);
      }),
    );
  });
});
