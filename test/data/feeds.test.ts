/** What every feed of the library promises, whatever the poses. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  affines,
  allParts,
  defganStickMan,
  discs,
  gaussians,
  mask,
  partBoxes,
  partCrops,
  partMasks,
  partVisibility,
  personMask,
  pose,
  poseCoordinates,
  poseMask,
  poseVector,
  poseVisibilities,
  skeleton,
  stickMan,
  view,
  wholeAffine,
  type AnyFeed,
} from '../../src/data/index.js';
import { feedShape } from '../../src/data/feed.js';
import { examples, published, written } from './examples.js';

const feeds: readonly (readonly [AnyFeed, low: number, high: number])[] = [
  [view('source'), -1, 1],
  [pose('target', discs()), -1, 1],
  [pose('target', gaussians()), 0, 1],
  [pose('target', skeleton()), -1, 1],
  [pose('target', stickMan()), -1, 1],
  [pose('target', defganStickMan()), 0, 1],
  [pose('target', partMasks()), 0, 1],
  [mask('target', poseMask(7)), 0, 1],
  [mask('target', personMask()), 0, 1],
  [affines(), -Infinity, Infinity],
  [wholeAffine(), -Infinity, Infinity],
  [partBoxes('source'), 0, 1],
  [partBoxes('source', { parts: allParts }), 0, 1],
  [partVisibility('source'), 0, 1],
  [partCrops('source', 8), -1, 1],
  [partCrops('source', 6, 3), -1, 1],
  [poseVector('source'), -Infinity, Infinity],
  [poseCoordinates('source'), -Infinity, Infinity],
  [poseVisibilities('source'), 0, 1],
];

describe('data/feed: every feed', () => {
  for (const [feed, low, high] of feeds) {
    it(`${feed.name} writes finite numbers in range, all of them and alike each time`, () => {
      fc.assert(
        fc.property(examples, (example) => {
          const out = written(feed, example);
          const bad = out.findIndex((value) => !Number.isFinite(value) || value < low || value > high);
          assert.equal(bad, -1, `${out[bad]} at ${bad}`);
          assert.deepEqual(written(feed, example), out);
        }),
        { numRuns: 60 },
      );
    });

    it(`${feed.name} writes from its offset on alone`, () => {
      const [height, width, channels] = feedShape(feed, published.size);
      const out = new Float32Array(height * width * channels + 2).fill(5);
      feed.fill(published, out, 1);
      assert.deepEqual([out[0], out.at(-1)], [5, 5]);
      assert.deepEqual(out.slice(1, -1), written(feed, published));
    });
  }
});
