import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault } from '../../src/base/fault.js';
import { writeFileAtomically, writeFolderAtomically } from '../../src/files/write.js';
import { errorCodes, failing, shortWrites } from './failing-system.js';

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

  it('a dangling link in the place of a folder is not followed', async () => {
    await symlink(join(folder, 'elsewhere'), join(folder, 'set'));
    const filled = await writeFolderAtomically(join(folder, 'set'), (beside) =>
      TE.fromTask(() => writeFile(join(beside, 'whole'), 'whole')),
    )();
    assert.ok(E.isLeft(filled) && filled.left[0]!.rule === 'F01');
    assert.deepEqual(await readdir(folder), ['set']);
  });

  it('goes on after short writes, and reports a disk that takes nothing', async () => {
    const path = join(folder, 'a');
    const pieces = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [], [10], [11, 12]].map((one) => Uint8Array.from(one));
    assert.ok(E.isRight(await writeFileAtomically(path, pieces, shortWrites(2))()));
    assert.deepEqual([...(await readFile(path))], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const none = await writeFileAtomically(path, 'two', shortWrites(0))();
    assert.match(E.isLeft(none) ? none.left[0]!.text : '', /^✗ F01 .*a full disk/);
    assert.equal((await readFile(path)).length, 12);
    assert.deepEqual(await readdir(folder), ['a']);
  });

  describe('failing system calls (R25)', () => {
    const calls = ['makeFolder', 'open', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close'];

    it('are those of writing a file', async () => {
      const { system, names } = failing(() => false, '');
      await writeFileAtomically(join(folder, 'a'), 'one', system)();
      assert.deepEqual(names, calls);
    });
    for (const code of errorCodes) {
      for (const [index, name] of calls.entries()) {
        for (const lasting of [false, true]) {
          it(`${code} at call ${index}, ${name}${lasting ? ', and ever after' : ''}: the old file or the new one`, async () => {
            const path = join(folder, 'a');
            await writeFile(path, 'one');
            const { system } = failing((call) => (lasting ? call >= index : call === index), code);
            const written = await writeFileAtomically(path, 'two', system)();
            assert.ok(
              E.isLeft(written) && written.left[0]!.rule === 'F01' && written.left[0]!.where === path,
            );
            assert.equal(await readFile(path, 'utf8'), index <= calls.indexOf('rename') ? 'one' : 'two');
            if (!lasting) assert.deepEqual(await readdir(folder), ['a']);
            else
              assert.ok((await readdir(folder)).every((one) => one === 'a' || /^\.a\..*\.part$/.test(one)));
          });
        }
      }
    }
  });
});
