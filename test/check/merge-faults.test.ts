import assert from 'node:assert/strict';
import { fault, type Fault } from '../../src/base/fault.js';
import { mergeFaults } from '../../src/check/merge-faults.js';

const typed = (text: string, line: number): Fault => ({
  ...fault({ rule: 'S02', where: `net.ts:${line}`, got: '', wanted: '', fix: '', text }),
  source: { file: 'net.ts', line, column: 1, frame: '' },
});
const elaborated = (text: string, where: string, pointer?: string): Fault => ({
  ...fault({ rule: 'S02', where, got: '-1', wanted: '1', fix: 'give 1', text, pointer }),
  source: { file: 'net.ts', line: 99, column: 1, frame: '' },
});
const places = (faults: readonly Fault[]) =>
  faults.map(({ text, where, source }) => [text, where, source?.line]);

describe('faults of the compiler and of elaboration', () => {
  it('with one text are one: the path of the one, the place of the other', () => {
    const [merged, ...rest] = mergeFaults([typed('a', 3)], [elaborated('a', 'conv1')]);
    assert.deepEqual(rest, []);
    assert.deepEqual(
      { ...merged, source: merged?.source?.line },
      { rule: 'S02', severity: 'error', where: 'conv1', got: '-1', wanted: '1', fix: 'give 1', text: 'a', source: 3 }, // prettier-ignore
    );
  });

  it('stay when only one of the two knows them', () => {
    const merged = mergeFaults([typed('a', 3)], [elaborated('b', 'conv2')]);
    assert.deepEqual(places(merged), [['a', 'net.ts:3', 3], ['b', 'conv2', 99]]); // prettier-ignore
  });

  it('with one text at two places are two, with their paths in order', () => {
    const merged = mergeFaults([typed('a', 3), typed('a', 5)], [elaborated('a', 'conv1'), elaborated('a', 'conv2')]); // prettier-ignore
    assert.deepEqual(places(merged), [['a', 'conv1', 3], ['a', 'conv2', 5]]); // prettier-ignore
    const shared = mergeFaults([typed('a', 3), typed('a', 5)], [elaborated('a', 'conv1')]);
    assert.deepEqual(places(shared), [['a', 'conv1', 3], ['a', 'conv1', 5]]); // prettier-ignore
  });

  it('of a part that two models share are one, of two parts of one path two', () => {
    const twice = [elaborated('a', 'conv1', '1'), elaborated('a', 'conv1', '1')];
    assert.equal(mergeFaults([], twice).length, 1);
    const two = [elaborated('a', 'conv1', '1'), elaborated('a', 'conv1', '2')];
    assert.equal(mergeFaults([], two).length, 2);
  });
});
