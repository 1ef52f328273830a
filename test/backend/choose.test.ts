/** Which backend is chosen, over every combination of what a machine has and what is asked for. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { choose, type Probe, type Probes } from '../../src/backend/choose.js';
import { backendNames } from '../../src/backend/faults.js';
import { explainLoadFailure } from '../../src/backend/probe.js';

const usable: Probe = { usable: true, gpu: false, reason: 'it runs on the CPU', fix: 'leave out --gpu' };
const withGpu: Probe = { usable: true, gpu: true, reason: '', fix: '' };
const absent: Probe = { usable: false, gpu: false, reason: 'it is not there', fix: 'install it' };

const probe = fc.constantFrom(usable, withGpu, absent);
const probes: fc.Arbitrary<Probes> = fc.record({
  native: probe,
  webgpu: probe,
  wasm: fc.constantFrom(usable, absent),
  cpu: fc.constantFrom(usable, absent),
});

const rules = (result: ReturnType<typeof choose>): readonly string[] =>
  E.isLeft(result) ? result.left.map((one) => one.rule) : [];

describe('choose', () => {
  it('takes native, then webgpu on hardware, then wasm, then cpu', () => {
    const all: Probes = { native: usable, webgpu: withGpu, wasm: usable, cpu: usable };
    assert.deepEqual(choose(all, {}), E.right('native'));
    assert.deepEqual(choose({ ...all, native: absent }, {}), E.right('webgpu'));
    assert.deepEqual(choose({ ...all, native: absent, webgpu: usable }, {}), E.right('wasm'));
    assert.deepEqual(
      choose({ native: absent, webgpu: usable, wasm: absent, cpu: usable }, {}),
      E.right('cpu'),
    );
  });

  it('never takes a software adapter unless it is named', () => {
    fc.assert(
      fc.property(probes, fc.boolean(), (found, gpu) => {
        const result = choose({ ...found, webgpu: usable }, { gpu });
        assert.ok(E.isLeft(result) || result.right !== 'webgpu');
      }),
    );
    const found: Probes = { native: absent, webgpu: usable, wasm: usable, cpu: usable };
    assert.deepEqual(choose(found, { backend: 'webgpu' }), E.right('webgpu'));
  });

  it('chooses a usable backend, and one with a GPU where one is asked for', () => {
    fc.assert(
      fc.property(probes, fc.boolean(), (found, gpu) => {
        const result = choose(found, { gpu });
        if (E.isRight(result)) {
          assert.ok(found[result.right].usable);
          assert.ok(!gpu || found[result.right].gpu);
        } else {
          const eligible = backendNames.filter((name) => found[name].usable && (!gpu || found[name].gpu));
          assert.ok(eligible.every((name) => name === 'webgpu' && !found.webgpu.gpu));
        }
      }),
    );
  });
});

describe('B01', () => {
  it('a named backend is taken or refused with reason and remedy, never replaced', () => {
    fc.assert(
      fc.property(probes, fc.constantFrom(...backendNames), (found, backend) => {
        const result = choose(found, { backend });
        if (found[backend].usable) return assert.deepEqual(result, E.right(backend));
        assert.deepEqual(rules(result), ['B01']);
        const text = E.isLeft(result) ? result.left[0]!.text : '';
        assert.ok(text.includes(found[backend].reason) && text.includes(found[backend].fix));
      }),
    );
  });
});

describe('B02', () => {
  it('a GPU that was asked for and is not there is a fault on every CPU backend', () => {
    const found: Probes = { native: usable, webgpu: usable, wasm: usable, cpu: usable };
    for (const backend of backendNames)
      assert.deepEqual(rules(choose(found, { backend, gpu: true })), ['B02']);
    assert.deepEqual(rules(choose(found, { gpu: true })), ['B02', 'B02']);
  });
});

describe('B03', () => {
  it('nothing usable names every reason', () => {
    const result = choose({ native: absent, webgpu: absent, wasm: absent, cpu: absent }, {});
    assert.deepEqual(rules(result), ['B03']);
  });
});

describe('B04', () => {
  for (const threads of [0, -1, 1.5, NaN]) {
    it(`refuses ${threads} threads`, () => {
      const found: Probes = { native: usable, webgpu: absent, wasm: usable, cpu: usable };
      assert.deepEqual(rules(choose(found, { threads })), ['B04']);
    });
  }
});

describe('why an addon does not load', () => {
  const cases: readonly (readonly [string, RegExp, RegExp])[] = [
    ['was compiled against NODE_MODULE_VERSION 93', /another version of Node/, /native install --force/],
    [
      'libcudnn.so.9: cannot open shared object file: No such file or directory',
      /libcudnn\.so\.9/,
      /native install/,
    ],
    ["/lib/libc.so.6: version `GLIBC_2.99' not found", /too old/, /wasm/],
    ['undefined symbol: TF_Version', /different versions/, /native install --force/],
    ['something new', /something new/, /native install --force/],
  ];
  for (const [message, reason, fix] of cases) {
    it(message, () => {
      const explained = explainLoadFailure(new Error(message));
      assert.match(explained.reason, reason);
      assert.match(explained.fix, fix);
    });
  }
});
