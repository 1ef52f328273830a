/** Artefacts are written whole or not at all, and nowhere else: hostile paths, failing calls, killed processes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import type { ArtefactFile } from '../../src/compile/graph/files.js';
import { writeArtefact, type Description } from '../../src/compile/write.js';
import { artefactOf, readSealed, sourceOf } from '../../src/run/source.js';
import { hostilePaths } from '../artefact/hostile-paths.js';
import { errorCodes, failing, shortWrites } from '../files/failing-system.js';
import { withFolder } from './graph/run-graph.js';
import { right, rulesOf } from './graph/small-graphs.js';

const full = process.env['MASKSKIP_FULL'] !== undefined;
const ends = {
  inputs: [{ name: '../x', dtype: 'float32', shape: [-1, 2] }],
  outputs: [{ name: '../x', dtype: 'float32', shape: [-1, 2] }],
} as const;
const about: Description = {
  maskskip: 'artefact',
  version: 1,
  target: 'tfjs-graph',
  model: '../../model',
  ...ends,
  stages: [{ name: '../stage', at: 'stage0', ...ends }],
};
const file = (path: string, ...pieces: readonly string[]): ArtefactFile => ({
  path,
  pieces: pieces.map((one) => new TextEncoder().encode(one)),
});
const files = [file('stage0/model.json', '{', '}'), file('weights.bin', 'twelve bytes')];

/** What is wrong with a folder, of all that `artefact.json` lists. */
const wrongWith = async (place: string): Promise<readonly string[]> => {
  const source = await sourceOf(place);
  const artefact = await artefactOf(source);
  if (E.isLeft(artefact)) return artefact.left.map(({ text }) => text);
  const read = await Promise.all(artefact.right.files.map((one) => readSealed(source, one)));
  return read.flatMap((one) => (E.isLeft(one) ? one.left.map(({ text }) => text) : []));
};
/** The folders that are there under names of their own; a dot is before the name of what is not finished. */
const finished = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();

describe('an artefact', () => {
  it('is read back as it was written', () =>
    withFolder(async (folder) => {
      const artefact = right(await writeArtefact(join(folder, 'a', 'b'), files, about)());
      assert.deepEqual(await artefactOf(await sourceOf(join(folder, 'a', 'b'))), E.right(artefact));
      assert.deepEqual(await wrongWith(join(folder, 'a', 'b')), []);
      assert.deepEqual(await readdir(join(folder, 'a')), ['b']);
    }));
});

describe('R08: G04: files of an artefact that would lie elsewhere, or twice', () => {
  for (const path of [...hostilePaths, 'artefact.json', 'Artefact.JSON', 'WEIGHTS.bin'])
    it(`${JSON.stringify(path).slice(0, 40)} is refused before anything is written`, () =>
      withFolder(async (folder) => {
        const written = await writeArtefact(join(folder, 'out'), [...files, file(path, 'x')], about)();
        assert.deepEqual(rulesOf(written), ['G04']);
        assert.doesNotMatch(E.isLeft(written) ? written.left[0]!.text : '', /[\n\0\u202e]/);
        assert.deepEqual(await readdir(folder), []);
      }));

  it('F02: a link in the place of the folder is not followed', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'elsewhere'));
      await symlink(join(folder, 'elsewhere'), join(folder, 'out'));
      assert.deepEqual(rulesOf(await writeArtefact(join(folder, 'out'), files, about)()), ['F02']);
      assert.deepEqual(await readdir(join(folder, 'elsewhere')), []);
    }));
});

describe('R25: failing system calls while an artefact is written', () => {
  const oneFile = ['makeFolder', 'open', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close'];
  const flush = ['open', 'sync', 'close'];
  const calls = [
    ...['isFolder', 'makeFolder', 'newFolder'],
    ...[...oneFile.slice(0, 2), 'write', ...oneFile.slice(2)],
    ...[...oneFile, ...oneFile],
    ...[...flush, 'rename', ...flush],
  ];
  it('are those of writing it', () =>
    withFolder(async (folder) => {
      const { system, names } = failing(() => false, '');
      right(await writeArtefact(join(folder, 'new'), files, about, system)());
      assert.deepEqual(names, calls);
    }));

  for (const code of errorCodes)
    for (const lasting of [false, true])
      it(`${code} at each of ${calls.length} calls${lasting ? ', and ever after' : ''}: reported; the one before is whole, the new one whole or absent`, () =>
        withFolder(async (folder) => {
          right(await writeArtefact(join(folder, 'before'), files, about)());
          for (const [index, name] of calls.entries()) {
            const out = `new${index}`;
            const what = `call ${index}, ${name}`;
            const { system } = failing((call) => (lasting ? call >= index : call === index), code);
            const written = await writeArtefact(join(folder, out), files, about, system)();
            assert.deepEqual(rulesOf(written), ['F01'], what);
            const there = index > calls.lastIndexOf('rename');
            assert.equal((await finished(folder)).includes(out), there, what);
            if (there) assert.deepEqual(await wrongWith(join(folder, out)), [], what);
            if (!lasting) assert.deepEqual(await readdir(folder), await finished(folder), what);
          }
          assert.deepEqual(await wrongWith(join(folder, 'before')), []);
        }));

  it('short writes are gone on with, and a disk that takes nothing is reported', () =>
    withFolder(async (folder) => {
      right(await writeArtefact(join(folder, 'a'), files, about, shortWrites(3))());
      assert.deepEqual(await wrongWith(join(folder, 'a')), []);
      const none = await writeArtefact(join(folder, 'b'), files, about, shortWrites(0))();
      assert.match(E.isLeft(none) ? none.left[0]!.text : '', /^✗ F01 .*a full disk/);
      assert.deepEqual(await readdir(folder), ['a']);
    }));
});

describe('R24: kill -9 while models are compiled', () => {
  const kills = full ? 40 : 4;
  it(`leaves nothing but whole artefacts, ${kills} times with five that are written at once`, async function () {
    this.timeout(0);
    await withFolder(async (folder) => {
      const main = join(folder, 'main.mjs');
      // One file starts several times sooner than the sources do.
      const entry = fileURLToPath(new URL('./compile-main.ts', import.meta.url));
      await build({ entryPoints: [entry], outfile: main, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' }); // prettier-ignore
      const stream = random(24, 'kill');
      let whole = 0;
      let interrupted = 0;
      for (let trial = 0; trial < kills; trial++) {
        const out = join(folder, `trial${trial}`);
        await mkdir(out);
        right(await writeArtefact(join(out, 'before'), files, about)());
        const child = spawn(process.execPath, [main, out], { stdio: ['ignore', 'pipe', 'inherit'] });
        await once(child.stdout, 'data');
        await after(20 + stream.at(trial) * 250);
        child.kill('SIGKILL');
        const [, signal] = (await once(child, 'close')) as [number | null, string | null];
        assert.equal(signal, 'SIGKILL');
        const made = await finished(out);
        assert.ok(made.includes('before'));
        for (const name of made) assert.deepEqual(await wrongWith(join(out, name)), [], name);
        whole += made.length - 1;
        interrupted += (await readdir(out)).length - made.length;
      }
      // A kill that never met a half-written folder would show nothing.
      assert.ok(whole > 0 && interrupted >= 2 * kills, `${whole} whole, ${interrupted} interrupted`);
      console.log(`      ${whole} whole, ${interrupted} that were not finished when the kill came`);
    });
  });
});
