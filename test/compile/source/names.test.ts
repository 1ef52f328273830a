/** Names as comments: nothing ends one. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { commented } from '../../../src/compile/source/names.js';
import { hostileName, hostileNames } from './hostile.js';

const isHarmless = (name: string): void => {
  const text = commented(name);
  assert.match(text, /^[\x20-\x7e]{0,400}$/);
  assert.doesNotMatch(text, /--|\*\/|"""|<\/script/i);
};

describe('a name in a comment', () => {
  it('ends none, of whatever language: 500 hostile names (R11)', () => hostileNames.forEach(isHarmless));

  it('ends none, whatever it is', () => {
    const runs = fc.array(fc.constantFrom('-', '--', '*/', '>', '"', '"""', '</script')).map((parts) => parts.join('')); // prettier-ignore
    fc.assert(fc.property(fc.oneof(hostileName, runs), isHarmless));
  });
});
