/** The native installation's faults, on machines that are made up; nothing is downloaded or compiled. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../src/base/fault.js';
import { nativeInstall, type NativeReport } from '../../../src/backend/native/install.js';
import { cacheFolder, headerNames, layoutOf, libraryNames } from '../../../src/backend/native/layout.js';
import type { Ended, Machine } from '../../../src/backend/native/machine.js';

const ended = (code: number, err = '', out = ''): Ended => ({ _tag: 'Ended', code, out, err });
const failing = { _tag: 'Failed', reason: 'it did not load' } as const;

const machine = (parts: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  architecture: 'x64',
  environment: {},
  run: () => Promise.resolve({ _tag: 'Missing' }),
  freeBytes: () => Promise.resolve(1e12),
  ...parts,
});

describe('native install', () => {
  let cache = '';

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'maskskip-native-'));
  });

  afterEach(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  const install = (one: Machine, signal?: AbortSignal): Promise<E.Either<readonly Fault[], NativeReport>> =>
    nativeInstall(
      { cache, force: true, onProgress: () => undefined, ...(signal === undefined ? {} : { signal }) },
      { machine: one, tryAddon: () => Promise.resolve(failing) },
    )();

  const expectFault = async (
    one: Machine,
    rule: string,
    text: RegExp,
    signal?: AbortSignal,
  ): Promise<void> => {
    const result = await install(one, signal);
    assert.ok(E.isLeft(result));
    assert.deepEqual(
      result.left.map((fault) => fault.rule),
      [rule],
    );
    assert.match(result.left[0]!.text, text);
    assert.equal(result.left[0]!.text.split('\n').length, 1);
    const left = (await readdir(cache)).filter((name) => name.startsWith('.'));
    assert.deepEqual(left, [], 'work in progress was left behind');
  };

  const pipFails = (err: string): Machine => machine({ run: () => Promise.resolve(ended(1, err)) });

  it('N01 another platform', () => expectFault(machine({ platform: 'darwin' }), 'N01', /darwin.*wasm/));
  it('N01 another processor', () => expectFault(machine({ architecture: 'arm64' }), 'N01', /arm64/));
  it('N02 no python', () => expectFault(machine(), 'N02', /install python3/));
  it('N02 no pip', () =>
    expectFault(pipFails('/usr/bin/python3: No module named pip'), 'N02', /python3-pip/));
  it('N03 no network', () =>
    expectFault(
      pipFails(
        'WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution',
      ),
      'N03',
      /failed download.*proxy/,
    ));
  it('N03 an index without it', () =>
    expectFault(pipFails('ERROR: No matching distribution found for x'), 'N03', /index without it/));
  it('N07 a full disk before', () =>
    expectFault(machine({ freeBytes: () => Promise.resolve(1e8) }), 'N07', /0\.1 GB free.*XDG_CACHE_HOME/));
  it('N07 a full disk while downloading', () =>
    expectFault(pipFails('OSError: [Errno 28] No space left on device'), 'N07', /full disk/));

  it('N04 a file with another hash', () =>
    expectFault(
      machine({
        run: async (_command, parameters) => {
          const folder = parameters[parameters.indexOf('--dest') + 1]!;
          await writeFile(join(folder, 'tensorflow_cpu.whl'), 'not the wheel');
          return ended(0);
        },
      }),
      'N04',
      /SHA-256/,
    ));

  it('N09 an interruption', () => {
    const controller = new AbortController();
    const one = machine({
      run: () => {
        controller.abort();
        return Promise.resolve({ _tag: 'Aborted' });
      },
    });
    return expectFault(one, 'N09', /run it again/, controller.signal);
  });

  const fillLibrary = async (): Promise<void> => {
    const folder = layoutOf(cache).library('cpu');
    for (const name of [
      ...libraryNames.map((one) => `lib/${one}`),
      ...headerNames.map((one) => `include/${one}`),
    ]) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), 'x');
    }
  };

  it('N05 no compiler, after a library that is complete and not fetched again', async () => {
    await fillLibrary();
    const commands: string[] = [];
    const one = machine({
      run: (command) => {
        commands.push(command);
        return Promise.resolve(
          command === 'npm' || command === 'python3' ? ended(1) : ({ _tag: 'Missing' } as const),
        );
      },
    });
    await expectFault(one, 'N05', /no C\+\+ compiler.*apt install/);
    assert.ok(!commands.includes('python3'));
  });

  it('N05 a compiler that fails', async () => {
    await fillLibrary();
    await expectFault(
      machine({ run: () => Promise.resolve(ended(1, "x.cc:1: error: 'optional' was not declared")) }),
      'N05',
      /was not declared/,
    );
  });
});

describe('the cache folder', () => {
  it('follows XDG_CACHE_HOME when it is absolute', () => {
    assert.equal(cacheFolder(undefined, { XDG_CACHE_HOME: '/somewhere' }), '/somewhere/maskskip');
    assert.match(cacheFolder(undefined, { XDG_CACHE_HOME: 'relative' }), /\.cache\/maskskip$/);
    assert.equal(cacheFolder('/given', { XDG_CACHE_HOME: '/somewhere' }), '/given');
  });
});
