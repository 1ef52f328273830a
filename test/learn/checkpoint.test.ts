import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import { encodeSealed } from '../../src/files/seal.js';
import {
  checkpointName,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type Checkpoint,
  type LoadedCheckpoint,
  type SavedCheckpoint,
  type SaveOptions,
} from '../../src/learn/checkpoint.js';
import { errorCodes, failing, shortWrites } from '../files/failing-system.js';
import { bitsOf, difficult, filled } from './checkpoint-example.js';

const full = process.env['MASKSKIP_FULL'] === '1';

const encoded = (checkpoint: Checkpoint): Uint8Array<ArrayBuffer> => {
  const bytes = encodeCheckpoint(checkpoint);
  assert.ok(E.isRight(bytes), E.isLeft(bytes) ? bytes.left[0]!.text : '');
  return bytes.right;
};

describe('learn/checkpoint', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-checkpoint-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const save = async (checkpoint: Checkpoint, options?: SaveOptions): Promise<SavedCheckpoint> => {
    const saved = await saveCheckpoint(folder, checkpoint, options)();
    assert.ok(E.isRight(saved), E.isLeft(saved) ? saved.left[0]!.text : '');
    return saved.right;
  };
  const load = async (path = folder): Promise<LoadedCheckpoint> => {
    const loaded = await loadCheckpoint(path)();
    assert.ok(E.isRight(loaded), E.isLeft(loaded) ? loaded.left.map((one) => one.text).join('\n') : '');
    return loaded.right;
  };
  const refused = async (task: Promise<E.Either<readonly { text: string; rule: string }[], unknown>>) => {
    const result = await task;
    assert.ok(E.isLeft(result), 'was accepted');
    return result.left;
  };

  describe('format', () => {
    it('gives every bit back, NaN payloads and -0 included', () => {
      const decoded = decodeCheckpoint(encoded(difficult));
      assert.ok(E.isRight(decoded));
      assert.deepEqual(bitsOf(decoded.right), bitsOf(difficult));
    });

    it('gives the same bytes for the same checkpoint', () => {
      const backwards = {
        ...difficult,
        parameters: Object.fromEntries(Object.entries(difficult.parameters).reverse()),
      };
      assert.deepEqual(encoded(backwards), encoded(difficult));
    });

    it('C01: refuses what it could not give back', () => {
      const one = { shape: [1], data: new Float32Array(1) };
      const wrong: readonly Partial<Checkpoint>[] = [
        { step: -1 },
        { step: 1.5 },
        { seed: NaN },
        { parameters: { '': one } },
        { state: Object.fromEntries([['__proto__', one]]) },
        { optimisers: { 'a/b': { scalars: {}, slots: {} } } },
        { optimisers: { a: { scalars: {}, slots: { 'm/v': {} } } } },
        { optimisers: { a: { scalars: {}, slots: { m: { '': one } } } } },
      ];
      for (const part of wrong) {
        const bytes = encodeCheckpoint({ ...filled(1, 1), ...part });
        assert.ok(E.isLeft(bytes) && bytes.left[0]!.rule === 'C01', JSON.stringify(part));
      }
    });

    it('C02: refuses a sealed file that is no checkpoint of this version', () => {
      const good = {
        format: 'maskskip-checkpoint',
        version: '1',
        model: 'm',
        step: '1',
        seed: '2',
        optimisers: '{"a":{"scalars":{"x":"0.5"},"slots":["m"]}}',
      };
      const tensor = { dtype: 'F32', shape: [1], data: new Float32Array(1) } as const;
      const read = (metadata: Readonly<Record<string, string>>, name = 'parameter/a') => {
        const bytes = encodeSealed({ [name]: tensor }, metadata);
        assert.ok(E.isRight(bytes));
        return decodeCheckpoint(bytes.right);
      };
      assert.ok(E.isRight(read(good)));
      assert.ok(E.isRight(read(good, 'optimiser/a/m/p/q')));
      const wrong = [
        read({ ...good, format: 'other' }),
        read({ ...good, version: '2' }),
        read({ ...good, step: '-1' }),
        read({ ...good, step: '1e3' }),
        read({ ...good, seed: '0.5' }),
        read({ ...good, optimisers: '[]' }),
        read({ ...good, optimisers: '{' }),
        read({ ...good, optimisers: '{"a":{"scalars":{"x":0.5},"slots":[]}}' }),
        read({ ...good, optimisers: '{"a":{"scalars":{"x":"half"},"slots":[]}}' }),
        read({ ...good, optimisers: '{"a":{"scalars":{},"slots":["m","m"]}}' }),
        read({ ...good, optimisers: '{"__proto__":{"scalars":{},"slots":[]}}' }),
        read(good, 'other/a'),
        read(good, 'parameter/__proto__'),
        read(good, 'optimiser/a/v/p'),
        read(good, 'optimiser/b/m/p'),
      ];
      for (const [index, one] of wrong.entries())
        assert.ok(E.isLeft(one) && one.left[0]!.rule === 'C02', String(index));
    });

    it('W15: every flipped byte, cut tail and longer tail is detected (R26)', () => {
      const bytes = encoded(filled(3, 12));
      const stream = random(1, 'damage');
      let undetected = 0;
      let tried = 0;
      const attempt = (damaged: Uint8Array<ArrayBuffer>): void => {
        tried++;
        if (E.isRight(decodeCheckpoint(damaged))) undetected++;
      };
      for (let index = 0; index < bytes.length; index++) {
        const damaged = bytes.slice();
        damaged[index]! ^= 1 + Math.floor(stream.at(index) * 255);
        attempt(damaged);
        attempt(bytes.slice(0, index));
      }
      for (let extra = 1; extra <= 16; extra++) {
        const longer = new Uint8Array(bytes.length + extra);
        longer.set(bytes);
        attempt(longer);
      }
      assert.ok(tried >= 1000, String(tried));
      assert.equal(undetected, 0);
      assert.ok(E.isRight(decodeCheckpoint(bytes)));
    });
  });

  describe('saving and loading', () => {
    it('finds the newest by its number, also past eight digits', async () => {
      for (const step of [99_999_999, 100_000_000]) await save(filled(step, 4));
      assert.equal((await load()).checkpoint.step, 100_000_000);
      assert.equal((await load(join(folder, checkpointName(99_999_999)))).checkpoint.step, 99_999_999);
    });

    it('keeps as many as asked for', async () => {
      for (const step of [1, 2, 3, 4]) await save(filled(step, 4));
      assert.deepEqual((await readdir(folder)).sort(), [2, 3, 4].map(checkpointName));
      const saved = await save(filled(5, 4), { keep: 1 });
      assert.deepEqual([...saved.removed].sort(), [2, 3, 4].map(checkpointName));
      assert.deepEqual(await readdir(folder), [checkpointName(5)]);
    });

    it('leaves every other file alone, and removes what killed saves left', async () => {
      const others = ['step-1.safetensors', 'step-00000001.safetensors.bak', 'notes', '.step-x.1.ab.part'];
      const abandoned = [
        `.${checkpointName(1)}.${process.pid}.0a.part`,
        `.${checkpointName(2)}.4194999.0b.part`,
      ];
      const running = `.${checkpointName(1)}.${process.ppid}.0c.part`;
      for (const name of [...others, ...abandoned, running]) await writeFile(join(folder, name), 'x');
      await save(filled(3, 4), { keep: 1 });
      assert.deepEqual((await readdir(folder)).sort(), [...others, running, checkpointName(3)].sort());
    });

    it('saves one step twice, the second time over the first', async () => {
      await save(filled(3, 4));
      await save({ ...filled(3, 4), seed: 8 });
      assert.equal((await load()).checkpoint.seed, 8);
    });

    it('C01: refuses to keep none', async () => {
      assert.equal((await refused(saveCheckpoint(folder, filled(1, 1), { keep: 0 })()))[0]!.rule, 'C01');
    });

    it('C03: says when there is none', async () => {
      assert.match((await refused(loadCheckpoint(folder)()))[0]!.text, /^✗ C03 .*got no checkpoint, wanted/);
      assert.match(
        (await refused(loadCheckpoint(join(folder, 'no'))()))[0]!.text,
        /C03 .*got nothing of that name/,
      );
      await writeFile(join(folder, checkpointName(1)), 'not a checkpoint');
      const faults = await refused(loadCheckpoint(folder)());
      assert.deepEqual(
        faults.map((one) => one.rule),
        ['C03', 'C04'],
      );
    });

    it('C04: passes over damaged, renamed and unreadable files with a warning each', async () => {
      for (const step of [1, 2]) await save(filled(step, 4));
      const damaged = await readFile(join(folder, checkpointName(2)));
      damaged[damaged.length - 1]! ^= 1;
      await writeFile(join(folder, checkpointName(5)), damaged);
      await copyFile(join(folder, checkpointName(2)), join(folder, checkpointName(4)));
      await writeFile(join(folder, checkpointName(3)), '');
      const loaded = await load();
      assert.equal(loaded.checkpoint.step, 2);
      assert.deepEqual(
        loaded.warnings.map((one) => [one.rule, one.severity]),
        [5, 4, 3].map(() => ['C04', 'warning']),
      );
    });

    it('C05: never saves an older checkpoint beside a newer one, but goes on past a damaged one', async () => {
      await save(filled(9, 4));
      const before = await readFile(join(folder, checkpointName(9)));
      assert.equal((await refused(saveCheckpoint(folder, filled(8, 4))()))[0]!.rule, 'C05');
      assert.deepEqual(await readdir(folder), [checkpointName(9)]);
      assert.deepEqual(await readFile(join(folder, checkpointName(9))), before);
      await writeFile(join(folder, checkpointName(9)), before.subarray(0, 100));
      await save(filled(8, 4), { keep: 1 });
      assert.equal((await load()).checkpoint.step, 8);
    });
  });

  describe('failing system calls (R25)', () => {
    const calls = [
      'makeFolder',
      'list',
      'open',
      'write',
      'sync',
      'close',
      'rename',
      'open',
      'sync',
      'close',
      'list',
      'remove',
    ];

    it('makes the calls that are about to fail', async () => {
      for (const step of [1, 2]) await save(filled(step, 4));
      const { system, names } = failing(() => false, '');
      await save(filled(3, 4), { keep: 2, system });
      assert.deepEqual(names, calls);
    });

    for (const code of errorCodes) {
      for (const [index, name] of calls.entries()) {
        for (const lasting of [false, true]) {
          it(`${code} at call ${index}, ${name}${lasting ? ', and ever after' : ''}`, async () => {
            for (const step of [1, 2]) await save(filled(step, 4));
            const { system } = failing((call) => (lasting ? call >= index : call === index), code);
            const saved = await saveCheckpoint(folder, filled(3, 4), { keep: 2, system })();
            if (E.isLeft(saved)) assert.match(saved.left[0]!.text, /^✗ F01 .*step-00000003/);
            else assert.ok(saved.right.warnings.some((one) => one.rule === 'C06'));
            const loaded = await load();
            const step = index <= calls.indexOf('rename') ? 2 : 3;
            assert.deepEqual(bitsOf(loaded.checkpoint), bitsOf(filled(step, 4)));
            assert.equal(E.isRight(saved), index >= calls.lastIndexOf('list'));
            if (!lasting)
              assert.equal((await readdir(folder)).filter((one) => one.endsWith('.part')).length, 0);
            await save(filled(4, 4));
            assert.equal((await readdir(folder)).filter((one) => one.endsWith('.part')).length, 0);
          });
        }
      }
    }

    it('goes on after short writes, and reports a disk that takes nothing', async () => {
      await save(filled(1, 64), { system: shortWrites(7) });
      assert.deepEqual(bitsOf((await load()).checkpoint), bitsOf(filled(1, 64)));
      const faults = await refused(saveCheckpoint(folder, filled(2, 64), { system: shortWrites(0) })());
      assert.match(faults[0]!.text, /a full disk/);
      assert.equal((await load()).checkpoint.step, 1);
      assert.deepEqual(await readdir(folder), [checkpointName(1)]);
    });

    it('F01: a real folder that may not be written to', async function () {
      if (process.getuid?.() === 0) this.skip();
      await save(filled(1, 4));
      await chmod(folder, 0o500);
      const faults = await refused(saveCheckpoint(folder, filled(2, 4))());
      await chmod(folder, 0o700);
      assert.match(faults[0]!.text, /no permission to write/);
      assert.equal((await load()).checkpoint.step, 1);
    });

    it('F01: a file where the folder should be', async () => {
      await writeFile(join(folder, 'file'), '');
      const faults = await refused(saveCheckpoint(join(folder, 'file'), filled(2, 4))());
      assert.equal(faults[0]!.rule, 'F01');
    });
  });

  describe('kill -9 (R24)', () => {
    const trials = full ? 200 : 6;
    it(`leaves the last complete checkpoint, ${trials} of ${trials} times`, async function () {
      this.timeout(trials * 10_000);
      const saver = fileURLToPath(new URL('./checkpoint-saver.ts', import.meta.url));
      const stream = random(20, 'kill');
      let next = 1;
      let loadedCount = 0;
      for (let trial = 0; trial < trials; trial++) {
        const child = spawn(process.execPath, ['--import', 'tsx', saver, folder, String(next)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        // The instant has to be a random one: some acknowledged saves, then a random part of the next.
        const wanted = 1 + Math.floor(stream.at(2 * trial) * 3);
        let armed = false;
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (armed || said.split('\n').length <= wanted) return;
          armed = true;
          setTimeout(() => child.kill('SIGKILL'), stream.at(2 * trial + 1) * 12);
        });
        const [, signal] = (await once(child, 'close')) as [number | null, string | null];
        assert.equal(signal, 'SIGKILL');
        const acknowledged = Number(said.trimEnd().split('\n').at(-1));
        const { checkpoint, warnings } = await load();
        assert.ok(checkpoint.step === acknowledged || checkpoint.step === acknowledged + 1);
        assert.deepEqual(bitsOf(checkpoint), bitsOf(filled(checkpoint.step, 50_000)));
        assert.deepEqual(warnings, []);
        loadedCount++;
        next = checkpoint.step + 1;
      }
      assert.equal(loadedCount, trials);
      // The killed saves' remains are gone after one that ends.
      await save(filled(next, 4));
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith('.part')),
        [],
      );
    });

    it('leaves whole files under whole names: a file renamed half written would be found out', async () => {
      await save(filled(1, 64));
      const bytes = encoded(filled(2, 64));
      await writeFile(join(folder, 'half'), bytes.subarray(0, bytes.length / 2));
      await rename(join(folder, 'half'), join(folder, checkpointName(2)));
      assert.equal((await load()).checkpoint.step, 1);
    });
  });
});
