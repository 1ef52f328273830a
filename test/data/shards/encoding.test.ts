import assert from 'node:assert/strict';
import fc from 'fast-check';
import { brightness } from '../../../src/data/feed.js';
import { encodedTensor } from '../../../src/data/shards/encoding.js';
import { decoded } from './reading.js';

const encodingOf = (...numbers: readonly number[]): string =>
  encodedTensor(Float32Array.from(numbers), [numbers.length]).encoding;

describe('encoding of a shard', () => {
  it('gives every number back, bit by bit', () => {
    const number = fc.oneof(
      fc.constantFrom(...brightness),
      fc.integer({ min: -3, max: 300 }),
      fc.float(),
      fc.constantFrom(0, -0, 1, -1, NaN),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          ...[
            fc.array(number),
            fc.array(fc.constantFrom(...brightness)),
            fc.array(fc.integer({ min: 0, max: 255 })),
          ],
        ),
        (numbers) => {
          const data = Float32Array.from(numbers);
          const { encoding, tensor } = encodedTensor(data, [data.length]);
          assert.deepEqual(tensor.shape, [data.length]);
          // `deepEqual` tells −0 from 0 and takes NaN for NaN.
          assert.deepEqual(decoded(tensor, encoding), [...data]);
        },
      ),
    );
  });

  it('takes bytes for pictures, for masks and for discs', () => {
    assert.equal(encodingOf(...brightness), 'brightness');
    assert.equal(encodingOf(-1, 1, -1), 'brightness');
    assert.equal(encodingOf(0, 1, 0), 'byte');
    assert.equal(encodingOf(0, 255), 'byte');
  });

  it('takes float32 for all else', () => {
    assert.equal(encodingOf(0, 0.5), 'float32');
    assert.equal(encodingOf(256), 'float32');
    assert.equal(encodingOf(-0), 'float32');
    assert.equal(encodingOf(-1, 0, 1), 'float32');
    assert.equal(encodingOf(Math.fround(brightness[7]! * 1.0000001)), 'float32');
  });
});
