import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { namesWithin, plainSegments } from '../../src/base/unique-names.js';

describe('base/unique-names', () => {
  it('gives a name out once, with the first number that makes it new', () => {
    const { fresh } = namesWithin(plainSegments);
    assert.deepEqual(['a', 'a', 'a_1', 'a', 'b c', 'b_c'].map(fresh), [
      'a',
      'a_1',
      'a_1_1',
      'a_2',
      'b_c',
      'b_c_1',
    ]);
  });

  it('takes two names of one key for the same', () => {
    const { fresh } = namesWithin(
      (wanted) => wanted,
      (name) => name.toLowerCase(),
    );
    assert.deepEqual(['Skip', 'skip', 'SKIP_1'].map(fresh), ['Skip', 'skip_1', 'SKIP_1_1']);
  });

  it('never gives one twice, whatever is wanted', () => {
    const wanted = fc.array(
      fc.oneof(fc.string({ unit: fc.constantFrom('a', '_', '1', '/', '.') }), fc.string()),
    );
    fc.assert(
      fc.property(wanted, (names) => {
        const given = names.map(namesWithin(plainSegments).fresh);
        return new Set(given).size === names.length;
      }),
    );
  });

  it('leaves ASCII letters, digits and a few signs of a path, and no segment of dots', () => {
    assert.equal(plainSegments('//encoder/../ä b/./x-1.y_z/'), 'encoder/_/__b/_/x-1.y_z');
  });
});
