/** Which paths a generated file may have. */
import assert from 'node:assert/strict';
import {
  besidePath,
  manifestName,
  pathFlaw,
  targetPathFlaw,
} from '../../../../src/compile/source/folder/paths.js';
import { hostileNames } from '../hostile.js';

describe('paths of generated files', () => {
  it('are plain and relative', () => {
    for (const fine of ['a.ts', 'README.md', 'a/b/c.py', '__init__.py', 'a-b_c.1.onnx'])
      assert.equal(pathFlaw(fine), undefined, fine);
  });

  it('lead nowhere else, and are no device, no hidden file and not the record', () => {
    const bad = ['', '.', '..', '../a', 'a/../b', '/a', 'a//b', 'a/', '.git/config', 'a\\b', 'C:a', 'a.', 'a b', 'é', 'con', 'NUL.ts', 'a/com1.x.y', manifestName, manifestName.toUpperCase(), 'x'.repeat(300), 'a/'.repeat(9).concat('b')]; // prettier-ignore
    for (const path of bad) assert.ok(pathFlaw(path) !== undefined, path);
  });

  it('never lead out of the folder, whatever a name is', () => {
    for (const name of hostileNames) {
      if (pathFlaw(name) === undefined) assert.match(name, /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/);
      if (pathFlaw(name) === undefined) assert.ok(!name.split('/').includes('..'));
    }
  });

  it('have a place beside them', () => {
    assert.equal(besidePath('a/b.ts', 1), 'a/b.new.ts');
    assert.equal(besidePath('a/b.ts', 2), 'a/b.new2.ts');
    assert.equal(besidePath('a.b/c', 1), 'a.b/c.new');
    const longest = `a/${'x'.repeat(215)}.ts`;
    assert.equal(targetPathFlaw(longest), undefined);
    assert.equal(pathFlaw(besidePath(longest, 1e6)), undefined);
    assert.equal(targetPathFlaw(`a${longest}`), 'too long or too deep');
    assert.equal(targetPathFlaw('../a'), pathFlaw('../a'));
  });
});
