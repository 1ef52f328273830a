/** The numbered examples run without a GPU and print what they printed (promise R40). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
/* Programs, and folders, which have tests of their own. */
const numbered = readdirSync(join(root, 'examples')).filter((name) => /^\d\d-/.test(name));
const names = numbered.filter((name) => name.endsWith('.ts'));

describe('R40: examples', () => {
  it('are numbered without gaps', () => {
    assert.deepEqual(
      numbered.map((name) => Number(name.slice(0, 2))),
      numbered.map((_, index) => index + 1),
    );
    assert.ok(names.length >= 4);
  });

  for (const name of names) {
    it(`${name} prints its golden output`, async function () {
      this.timeout(120_000);
      const command = ['--import', 'tsx', join('examples', name)];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: root });
      assert.equal(stderr, '');
      assert.equal(stdout, readFileSync(join(here, 'golden', name.replace(/\.ts$/, '.txt')), 'utf8'));
    });
  }
});
