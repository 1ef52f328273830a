import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pairsWithin, shots, type SetOptions, type Taken } from '../../../src/data/synth/set.js';
import type { Keypoints } from '../../../src/data/joints.js';

const options: SetOptions = {
  identities: 5,
  testIdentities: 2,
  imagesPerIdentity: 11,
  height: 64,
  width: 32,
  seed: 9,
};
const whole: Keypoints = Array.from({ length: 18 }, () => ({ y: 1, x: 1 }));
const cut: Keypoints = whole.map((point, joint) => (joint === 8 ? null : point));

describe('data/synth/set', () => {
  it('names are Market-1501’s, unique and in order', () => {
    const names = shots(options).map(({ name }) => name);
    assert.equal(names.length, 77);
    for (const name of names) assert.match(name, /^\d{4}_c[1-6]s[1-3]_\d{6}_\d{2}\.jpg$/);
    assert.deepEqual(names, [...new Set(names)].sort());
  });

  it('training and test have no person in common, and both have all their images', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (seed, a, b) => {
          const all = shots({ ...options, seed, identities: a, testIdentities: b });
          const people = (split: string): Set<string> =>
            new Set(all.filter((shot) => shot.split === split).map(({ name }) => name.slice(0, 4)));
          assert.equal(people('train').size, a);
          assert.equal(people('test').size, b);
          assert.equal(new Set([...people('train'), ...people('test')]).size, a + b);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('eight images or more show everybody from all eight directions', () => {
    for (const imagesPerIdentity of [8, 11, 16]) {
      const all = shots({ ...options, imagesPerIdentity });
      for (let person = 0; person < 7; person++) {
        const own = all.filter((shot) => shot.person === person);
        assert.equal(own.length, imagesPerIdentity);
        assert.equal(new Set(own.map(({ view }) => view)).size, 8);
      }
    }
  });

  it('more people leave the pictures of the first as they are', () => {
    const more = shots({ ...options, testIdentities: 4 });
    assert.deepEqual(more.slice(0, 77), shots(options));
  });

  it('pairs are ordered, of one person, and only of images with shoulders and hips', () => {
    const all = shots({ ...options, identities: 2, testIdentities: 1, imagesPerIdentity: 4 });
    const taken: readonly Taken[] = all.map((shot, index) => ({
      shot,
      keypoints: index === 1 ? cut : whole,
    }));
    const pairs = pairsWithin(taken, false);
    assert.equal(pairs.length, 3 * 2 + 4 * 3 + 4 * 3);
    assert.ok(pairs.every(({ from, to }) => from !== to && from.slice(0, 4) === to.slice(0, 4)));
    assert.ok(pairs.every(({ from, to }) => from !== all[1]!.name && to !== all[1]!.name));
    assert.deepEqual(pairs[0], { from: all[0]!.name, to: all[2]!.name });
  });

  it('pairs of other views differ in the view', () => {
    const taken = shots(options).map((shot): Taken => ({ shot, keypoints: whole }));
    const views = new Map(taken.map(({ shot }) => [shot.name, shot.view]));
    const every = pairsWithin(taken, false);
    const other = pairsWithin(taken, true);
    assert.ok(other.length > 0 && other.length < every.length);
    assert.ok(other.every(({ from, to }) => views.get(from) !== views.get(to)));
  });
});
