/** Doctor's report: its shape, its advice on made-up machines, and how a crashed trial reads. */
import assert from 'node:assert/strict';
import { readOutcome, resultMark } from '../../src/backend/child.js';
import { doctor, isSupported, renderDoctor, type DoctorWorld } from '../../src/backend/doctor.js';
import { describeAdapter } from '../../src/backend/webgpu.js';

const times = { detail: 'here', gpu: false, convolutionMilliseconds: 9.5, convolutionSize: [128, 64, 128] };

const world = (parts: Partial<DoctorWorld> & { readonly native?: object } = {}): DoctorWorld => ({
  nodeVersion: 'v20.19.0',
  platform: 'linux x64',
  webgpu: () => Promise.resolve({ usable: false, gpu: false, reason: 'no adapter', fix: 'install a driver' }),
  trial: (argument) =>
    Promise.resolve(
      argument === 'time-native'
        ? { _tag: 'Printed', value: parts.native ?? { reason: 'its addon was not built', fix: 'install it' } }
        : { _tag: 'Printed', value: times },
    ),
  ...parts,
});

describe('doctor', () => {
  it('reports plain data that survives JSON', async () => {
    const report = await doctor(world())();
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    assert.deepEqual(Object.keys(report), ['node', 'platform', 'backends', 'advice']);
    assert.deepEqual(Object.keys(report.backends), ['native', 'webgpu', 'wasm', 'cpu']);
    assert.deepEqual(report.backends.wasm.convolutionSize, [128, 64, 128]);
    assert.equal(report.backends.native.reason, 'Its addon was not built; install it.');
  });

  const native = (gpu: boolean): object => ({ ...times, gpu, detail: 'libtensorflow 2.21.0, x' });
  const cases: readonly (readonly [string, DoctorWorld, RegExp])[] = [
    ['no addon', world(), /native install/],
    ['an old Node', world({ nodeVersion: 'v18.20.0' }), /Node v18\.20\.0 is too old/],
    ['no GPU', world({ native: native(false) }), /No GPU is used.*--gpu/],
    ['another platform', world({ platform: 'darwin arm64' }), /Linux on x64 only.*wasm/],
    ['all well', world({ native: native(true) }), /^Nothing to do\.$/],
  ];
  for (const [name, one, advice] of cases) {
    it(`advises on ${name}`, async () => {
      const report = await doctor(one)();
      assert.match(report.advice[0]!, advice);
      assert.ok(renderDoctor(report).includes(report.advice[0]!));
    });
  }

  it('takes a crash of one backend for a finding', async () => {
    const report = await doctor(
      world({ trial: () => Promise.resolve({ _tag: 'Failed', reason: 'it crashed with SIGSEGV' }) }),
    )();
    assert.equal(report.backends.cpu.usable, false);
    assert.match(report.backends.cpu.reason, /It crashed with SIGSEGV/);
  });

  it('knows which versions of Node will do', () => {
    assert.deepEqual(['v20.19.0', 'v22.1.0', 'v20.18.9', 'v18.20.0'].map(isSupported), [
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a trial', () => {
  it('is read from its marked line among others', () => {
    assert.deepEqual(readOutcome(`noise\n${resultMark}{"a":1}\nmore`, '', 0, null), {
      _tag: 'Printed',
      value: { a: 1 },
    });
  });
  it('that crashed says how', () => {
    const outcome = readOutcome('', 'last words\n', null, 'SIGSEGV');
    assert.deepEqual(outcome, { _tag: 'Failed', reason: 'it crashed with SIGSEGV (last words)' });
  });
});

describe('an adapter', () => {
  it('of software is told from hardware', () => {
    const software = [
      { info: { vendor: 'google', architecture: 'swiftshader' } },
      { info: { vendor: 'mesa', description: 'llvmpipe (LLVM 15)' } },
      { isFallbackAdapter: true, info: { vendor: 'x' } },
    ];
    assert.ok(software.every((one) => describeAdapter(one).software));
    assert.equal(describeAdapter({ info: { vendor: 'nvidia', architecture: 'hopper' } }).software, false);
  });
});
