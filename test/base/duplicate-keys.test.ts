import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { duplicateKey } from '../../src/base/duplicate-keys.js';
import { pointerOf } from '../../src/base/pointer.js';

describe('base/duplicate-keys', () => {
  it('finds a key twice in one object, however it is spelt, and says where', () => {
    for (const [text, key, pointer] of [
      ['{"a":1,"\\u0061":2}', 'a', '/a'],
      ['[{"x":{"b":[],"c":"b","b":0}}]', 'b', '/0/x/b'],
      ['{"a":[{"z":1},2,{"z":1}],"b":{"a":{}},"a":1}', 'a', '/a'],
      ['{"a":[[1,2],[{}, {"z":{},"z":1}]]}', 'z', '/a/1/1/z'],
      ['{"__proto__":1,"__proto__":2}', '__proto__', '/__proto__'],
      ['{"a/b":{"~":1,"~":2}}', '~', '/a~1b/~0'],
    ] as const)
      assert.deepEqual(duplicateKey(text), { key, pointer }, text);
  });

  it('finds none where there is none', () => {
    for (const text of [
      '{}',
      '[]',
      '"a"',
      '{"a":{"a":["a","a"]},"b":"a\\",\\"a"}',
      '[{"a":1},{"a":1}]',
      '{"a,b":"{","c":","}',
    ])
      assert.equal(duplicateKey(text), undefined, text);
    fc.assert(fc.property(fc.json(), (text) => duplicateKey(text) === undefined));
  });
});

describe('base/pointer', () => {
  it('escapes ~ and /', () => {
    assert.equal(pointerOf([]), '');
    assert.equal(pointerOf(['', '~1', 'a/b', '0']), '//~01/a~1b/0');
  });
});
