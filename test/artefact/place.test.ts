import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { pathProblem, quoted } from '../../src/artefact/place.js';
import { hostilePaths } from './hostile-paths.js';

describe('paths of a compiled folder (R08)', () => {
  it('are none of forty that lead elsewhere', () => {
    assert.ok(new Set(hostilePaths).size >= 40);
    for (const path of hostilePaths) assert.notEqual(pathProblem(path), undefined, JSON.stringify(path));
  });
  it('may be those that the compiler writes', () => {
    for (const path of [
      'model.json',
      'stage0/group1-shard1of12.bin',
      'saved_model.pb',
      'weights.safetensors',
    ])
      assert.equal(pathProblem(path), undefined, path);
  });
  it('whatever they are, stay below the folder on every system, and are one segment after another in a URL', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', 'a', 'B9', '-', '_', ':', '%2e', '\0', ' ', 'nul', '~', '?', '#'); // prettier-ignore
    const path = fc.oneof(fc.array(piece).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' })); // prettier-ignore
    fc.assert(
      fc.property(path, (one) => {
        if (pathProblem(one) !== undefined) return;
        assert.equal(posix.join('/folder', one), `/folder/${one}`);
        assert.equal(win32.join('C:\\root', one), `C:\\root\\${one.replaceAll('/', '\\')}`);
        assert.equal(new URL(one, 'http://host/folder/').href, `http://host/folder/${one}`);
      }),
      { numRuns: 500 },
    );
  });
  it('are told in one printable line', () => {
    for (const path of hostilePaths) assert.match(quoted(path), /^"[^\n\0\u202e]{0,200}"$/);
  });
});
