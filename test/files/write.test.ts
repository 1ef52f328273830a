import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault } from '../../src/base/fault.js';
import { writeFileAtomically, writeFolderAtomically } from '../../src/files/write.js';

describe('files/write', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('F01: replaces a file and leaves nothing beside it', async () => {
    const path = join(folder, 'a', 'b.txt');
    assert.ok(E.isRight(await writeFileAtomically(path, 'one')()));
    assert.ok(E.isRight(await writeFileAtomically(path, 'two')()));
    assert.equal(await readFile(path, 'utf8'), 'two');
    assert.deepEqual(await readdir(join(folder, 'a')), ['b.txt']);
  });

  it('F01: says that a folder stands where the file should go', async () => {
    await mkdir(join(folder, 'x'));
    await writeFile(join(folder, 'x', 'kept'), '');
    const written = await writeFileAtomically(join(folder, 'x'), 'one')();
    assert.ok(E.isLeft(written));
    assert.match(written.left[0]!.text, /^✗ F01 .*a folder where a file is needed/);
    assert.deepEqual(await readdir(folder), ['x']);
  });

  it('F01: says so where the system takes no folders', async function () {
    if (process.platform !== 'linux') this.skip();
    const written = await writeFileAtomically('/proc/maskskip/file', 'one')();
    assert.ok(E.isLeft(written) && written.left[0]!.rule === 'F01');
  });

  it('F02: never replaces a folder', async () => {
    const filled = await writeFolderAtomically(folder, () => TE.right(1))();
    assert.ok(E.isLeft(filled) && filled.left[0]!.rule === 'F02');
  });

  it('a folder whose filling fails leaves nothing', async () => {
    const failed = await writeFolderAtomically(join(folder, 'set'), (beside) => async () => {
      await writeFile(join(beside, 'half'), 'half');
      return E.left([fault({ rule: 'D99', where: 'x', got: 'y', wanted: 'z', fix: '' })]);
    })();
    assert.ok(E.isLeft(failed));
    assert.deepEqual(await readdir(folder), []);
    const done = await writeFolderAtomically(join(folder, 'set'), (beside) =>
      TE.fromTask(() => writeFile(join(beside, 'whole'), 'whole')),
    )();
    assert.ok(E.isRight(done));
    assert.deepEqual(await readdir(join(folder, 'set')), ['whole']);
  });
});
