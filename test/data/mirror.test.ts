import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  batchCount,
  batches,
  bind,
  describeDataset,
  discs,
  joints,
  mirrorExample,
  mirrorKeypoints,
  pose,
  view,
  withMirrored,
  type Dataset,
} from '../../src/data/index.js';
import { examples } from './examples.js';
import { a } from './golden.js';
import { makeSet, opened } from './set.js';
import { temporaryFolder } from './temporary.js';

describe('data/mirror', () => {
  it('exchanges the sides’ joints and keeps nose and neck', () => {
    const mirrored = mirrorKeypoints(a, 64);
    a.forEach((point, joint) => {
      const name = joints[joint]!;
      const other = name.startsWith('left') ? name.replace('left', 'right') : name.replace('right', 'left');
      const there = mirrored[joints.findIndex((one) => one === other)];
      assert.deepEqual(there, point && { y: point.y, x: 63 - point.x });
    });
  });

  it('turns every row round, and back', () =>
    fc.assert(
      fc.property(examples, (example) => {
        const { size, source } = example;
        const mirrored = mirrorExample(example);
        const at = (image: Uint8Array, y: number, x: number): readonly number[] => [
          ...image.slice((y * size.width + x) * 3, (y * size.width + x) * 3 + 3),
        ];
        for (let x = 0; x < size.width; x++) {
          assert.deepEqual(at(mirrored.source.image, 0, x), at(source.image, 0, size.width - 1 - x));
        }
        const twice = mirrorExample(mirrored);
        assert.deepEqual(twice.source.image, source.image);
        twice.source.keypoints.forEach((point, joint) => {
          const wanted = source.keypoints[joint] ?? null;
          assert.ok(point === wanted || (point && wanted && Math.abs(point.x - wanted.x) < 1e-6));
        });
      }),
    ));
});

describe('data/dataset: mirrored copies', () => {
  const folder = temporaryFolder();
  const binding = bind({ x_a: view('source'), p_b: pose('target', discs(1)) });
  const shown = async (dataset: Dataset) => {
    const found = new Map<string, (readonly [Float32Array, Float32Array])[]>();
    for await (const { arrays, names } of batches(dataset, binding, { size: 5, seed: 2, dropLast: false })) {
      names.forEach((pair, i) => {
        const [x, p] = [arrays.x_a, arrays.p_b].map(({ data }) => {
          const each = data.length / names.length;
          return data.slice(i * each, (i + 1) * each);
        });
        found.set(String(pair), [...(found.get(String(pair)) ?? []), [x!, p!]]);
      });
    }
    return found;
  };

  it('show each pair once as it is and once mirrored, in every epoch', async () => {
    const layout = await makeSet(folder());
    const plain = await shown(await opened(layout));
    const dataset = await opened(layout, { mirror: true });
    assert.equal(dataset.pairs.length, 24);
    assert.equal(batchCount(dataset, { size: 5, dropLast: false }), 5);
    const both = await shown(dataset);
    assert.deepEqual(new Set(both.keys()), new Set(plain.keys()));
    for (const [pair, [one]] of plain) {
      const poses = both.get(pair)!.map(([, p]) => p);
      assert.equal(poses.length, 2);
      assert.equal(poses.filter((p) => p.every((value, i) => value === one![1][i])).length, 1);
    }
  });

  it('are told, and mirrored again stay in balance', async () => {
    const dataset = await opened(await makeSet(folder()));
    const twice = withMirrored(dataset);
    assert.match(describeDataset(twice), /24 pairs .*mirrored copies among them$/);
    assert.doesNotMatch(describeDataset(dataset), /mirrored/);
    const { mirrored } = withMirrored(twice).pairs;
    assert.deepEqual([mirrored!.length, mirrored!.reduce((sum, one) => sum + one)], [48, 24]);
  });
});
