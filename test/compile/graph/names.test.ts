import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { sanitised, uniqueNames } from '../../../src/compile/graph/names.js';

/* TensorFlow's rule for a node's name. */
const rule = /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/;

describe('names of nodes', () => {
  it('that are within the rules stay as they are', () => {
    for (const name of ['x_a', 'image/level2/residual1/conv2/kernel', '3x3', 'a-b.c'])
      assert.equal(sanitised(name), name);
  });

  it('that are hostile become harmless', () => {
    const cases: Readonly<Record<string, string>> = {
      'größe 1': 'gr__e_1',
      '../../etc/passwd': 'n_/_/etc/passwd',
      '/absolute//twice/': 'absolute/twice',
      '..': 'n_',
      '': 'n',
      '.hidden': 'n.hidden',
      'a:0': 'a_0',
      '^control': 'n_control',
      '𝒞onv': 'n_onv',
      toString: 'ntoString',
      'image/toString': 'image/toString',
      'C:\\windows': 'C__windows',
    };
    for (const [name, wanted] of Object.entries(cases)) assert.equal(sanitised(name), wanted, name);
  });

  it('whatever they are, are within the rules, lead nowhere and differ', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'A', 'a b', '..', 'a/../b'))), (wanted) => {
        const { fresh } = uniqueNames();
        const given = wanted.map(fresh);
        assert.equal(new Set(given.map((name) => name.toLowerCase())).size, given.length);
        for (const name of given) {
          assert.match(name, rule);
          assert.ok(!name.split('/').some((segment) => /^\.*$/.test(segment)), name);
        }
      }),
      { examples: [[['constructor', '__proto__', 'toString', 'a_1', 'a', 'a', 'a']]] },
    ); // prettier-ignore
  });
});
