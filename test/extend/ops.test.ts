/** Whoever writes a part of their own has every primitive. */
import assert from 'node:assert/strict';
import * as ops from '../../src/extend/ops.js';
import { alphabet } from '../../src/ops/alphabet.js';

/** These a lowering asks for by its `Lowering`, or a model declares. */
const asked = ['input', 'parameter', 'noise', 'scalar'];

describe('the primitives of maskskip/extend', () => {
  it('are all that there are, each under its name', () => {
    assert.deepEqual(
      Object.keys(ops).sort(),
      Object.keys(alphabet)
        .filter((name) => !asked.includes(name))
        .sort(),
    );
  });
  it('are builders', () => {
    for (const [name, builder] of Object.entries(ops)) assert.equal(typeof builder, 'function', name);
  });
});
