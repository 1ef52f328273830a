import assert from 'node:assert/strict';
import { ours } from '../../../src/dsl/spec/ours.js';

describe('our own forms', () => {
  it('know the names that specs have for them, so that a second copy of the package is understood', () => {
    for (const [collection, forms] of Object.entries(ours)) {
      if (collection === 'initialisers') continue; // these are known by what they draw
      for (const [name, { builtIn }] of Object.entries(forms)) assert.equal(builtIn, name);
    }
  });
});
