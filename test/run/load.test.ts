import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import { isFaultError } from '../../src/base/fault.js';
import { unsafeCompile } from '../../src/compile/compile.js';
import { conv, input, model, sample, seq, unsafeElaborate } from '../../src/index.js';
import { load } from '../../src/run/index.js';
import { folder, handMade, lateFusion, twice, weightsOf, written } from './artefacts.js';

const stages = [['x_a', 'p_a'], ['p_b']] as const;
const numbers = (count: number, seed = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * 0.7));
const picture = <N extends number, C extends number>(n: N, c: C, seed = 0) => ({
  data: numbers(n * 16 * 8 * c, seed),
  shape: [n, 16, 8, c] as const,
});
const small = (n = 1) => ({ data: numbers(n * 6), shape: [n, 2, 3, 1] as const });
const near = (made: Float32Array, wanted: Float32Array, tolerance = 1e-5): void => {
  assert.equal(made.length, wanted.length);
  assert.ok(made.every((value, i) => Math.abs(value - wanted[i]!) <= tolerance));
};
/** The rules and the first text of a rejection. */
const refusal = async (
  work: () => unknown,
): Promise<{ readonly rules: readonly string[]; readonly text: string }> => {
  try {
    await work();
  } catch (caught) {
    assert.ok(isFaultError(caught), String(caught));
    return { rules: caught.faults.map(({ rule }) => rule), text: caught.message };
  }
  return { rules: [], text: 'nothing was refused' };
};

describe('load', function () {
  this.timeout(120_000);
  let place = '';
  let hand = '';
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    hand = await written(handMade());
    place = await folder();
    const elaborated = unsafeElaborate(lateFusion);
    const weights = weightsOf(lateFusion);
    await unsafeCompile(elaborated, { target: 'tfjs-graph', weights, out: join(place, 'whole') });
    await unsafeCompile(elaborated, { target: 'tfjs-graph', weights, out: join(place, 'staged'), stages });
    await unsafeCompile(elaborated, { target: 'saved-model', weights, out: join(place, 'saved'), stages });
  });
  after(async () => {
    await rm(hand, { recursive: true });
    await rm(place, { recursive: true });
  });

  it('gives a function of named inputs, with the declared shapes in its type', async () => {
    const run = await load(hand, twice);
    const { y } = await run(
      { x: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3, 1] } },
      { as: 'arrays' },
    );
    const shape: readonly [number, 2, 3, 1] = y.shape;
    assert.deepEqual(shape, [1, 2, 3, 1]);
    assert.deepEqual([...y.data], [2, 5, 6, 9, 11, 12]);
    run.dispose();
  });

  it('gives an untyped one without a model', async () => {
    const run = await load(hand);
    const outputs = await run({ x: small(2) }, { as: 'arrays' });
    assert.deepEqual(outputs['y']?.shape, [2, 2, 3, 1]);
    run.dispose();
  });

  it('takes tensors, which stay the caller’s, and gives tensors, which become the caller’s', async () => {
    const run = await load(hand, twice);
    const x = tf.ones<tf.Rank.R4>([2, 2, 3, 1]);
    const before = tf.memory().numTensors;
    const { y } = await run({ x });
    const values: tf.Tensor4D = y;
    assert.equal((await values.data())[0], 2);
    assert.equal(tf.memory().numTensors, before + 1);
    tf.dispose([x, y]);
    run.dispose();
  });

  for (const node of ['x', 'gate']) {
    it(`hands out a copy where the output is ${node === 'x' ? 'an input' : 'a weight'}`, async () => {
      const outputs = { y: { name: `${node}:0`, dtype: 'DT_FLOAT' } };
      const place = await written(handMade({ model: (json) => ({ ...json, signature: { ...json.signature, outputs } }) })); // prettier-ignore
      const run = await load(place);
      const x = tf.ones([1, 2, 3, 1]);
      for (let call = 0; call < 2; call++) (await run({ x }))['y']!.dispose();
      assert.equal(x.isDisposed, false);
      run.dispose();
      x.dispose();
      await rm(place, { recursive: true });
    });
  }

  it('keeps no tensor after dispose', async () => {
    const before = tf.memory().numTensors;
    const run = await load(join(place, 'staged'), lateFusion, { stages });
    const features = await run.stage(0)({ x_a: picture(1, 3), p_a: picture(1, 2) });
    await run.stage(1)(features, { p_b: picture(4, 2) }, { as: 'arrays' });
    await run({ x_a: picture(1, 3), p_a: picture(1, 2), p_b: picture(1, 2) }, { as: 'arrays' });
    features.dispose();
    run.dispose();
    run.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('reads from a folder’s URL and over HTTP', async () => {
    const server: Server = createServer((request, response) => {
      readFile(join(hand, request.url!.replace('/a%20b/', ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      for (const url of [`${base}/a b`, `${base}/a b/`, pathToFileURL(hand)]) {
        const run = await load(url, twice);
        assert.deepEqual((await run({ x: small() }, { as: 'arrays' })).y.shape, [1, 2, 3, 1]);
        run.dispose();
      }
      const { rules, text } = await refusal(() => load(`${base}/nothing`));
      assert.deepEqual(rules, ['T04']);
      assert.match(text, /nothing\/artefact\.json: got status 404, wanted status 200/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('draws noise that nothing was fed for, from a seed and a step', async () => {
    const drawn = model(seq(input('x', 4, 4, 2), conv(2), sample({ when: 'always' })));
    const out = join(place, 'drawn');
    await unsafeCompile(unsafeElaborate(drawn), { target: 'tfjs-graph', weights: weightsOf(drawn), out });
    const run = await load(out, drawn);
    const x = { data: numbers(32), shape: [1, 4, 4, 2] as const };
    const call = async (seed: number): Promise<Float32Array> =>
      (await run({ x }, { as: 'arrays', seed })).output.data;
    assert.deepEqual(await call(3), await call(3));
    assert.notDeepEqual(await call(3), await call(4));
    run.dispose();
  });

  describe('stages', () => {
    for (const name of ['staged', 'saved'] as const) {
      it(`of ${name === 'saved' ? 'a SavedModel' : 'a graph model'} compute what the whole does; one person serves many poses`, async function () {
        if (name === 'saved') {
          try {
            await unsafeActivate({ backend: 'native' });
          } catch {
            this.skip();
          }
        }
        const whole = await load(join(place, 'whole'), lateFusion);
        const run = await load(join(place, name), lateFusion, { stages });
        const [x_a, p_a, p_b] = [picture(1, 3), picture(1, 2, 5), picture(3, 2, 9)];
        const features = await run.stage(0)({ x_a, p_a });
        const { output } = await run.stage(1)(features, { p_b }, { as: 'arrays' });
        const thrice = <T extends { readonly data: Float32Array }>(one: T) => Float32Array.from([...one.data, ...one.data, ...one.data]); // prettier-ignore
        const all = {
          x_a: { data: thrice(x_a), shape: [3, 16, 8, 3] as const },
          p_a: { data: thrice(p_a), shape: [3, 16, 8, 2] as const },
          p_b,
        };
        const wanted = (await whole(all, { as: 'arrays' })).output;
        assert.deepEqual(output.shape, [3, 16, 8, 3]);
        near(output.data, wanted.data);
        near((await run(all, { as: 'arrays' })).output.data, wanted.data);
        features.dispose();
        run.dispose();
        whole.dispose();
        await unsafeActivate({ backend: 'cpu' });
      });
    }

    it('T08: out of turn, of another model, disposed of, or of another batch are refused', async () => {
      const run = await load(join(place, 'staged'), lateFusion, { stages });
      const other = await load(join(place, 'staged'), lateFusion, { stages });
      const untyped = await load(join(place, 'staged'));
      const inputs = { x_a: picture(2, 3), p_a: picture(2, 2) };
      const features = await run.stage(0)(inputs);
      const p_b = picture(2, 2);
      for (const [work, text] of [
        [() => untyped.stage(2), /got stage 2, wanted a stage from 0 to 1/],
        [
          () => other.stage(1)(features, { p_b }),
          /got no features of this model, wanted the features of stage 0/,
        ],
        [() => untyped.stage(1)({ p_b: {} } as never, {}), /got no features of this model/],
        [() => run.stage(1)(features, { p_b: picture(3, 2) }), /features of 2 examples with inputs of 3/],
        [() => (features.dispose(), run.stage(1)(features, { p_b })), /got features after dispose/],
        [() => (run.dispose(), run.stage(0)(inputs)), /got a call after dispose/],
        [() => run({ ...inputs, p_b }), /got a call after dispose/],
      ] as const) {
        const refused = await refusal(work);
        assert.deepEqual(refused.rules, ['T08']);
        assert.match(refused.text, text);
      }
      [other, untyped].forEach((one) => one.dispose());
    });
  });

  describe('T01: inputs that the model does not read', () => {
    const cases: readonly (readonly [string, unknown, RegExp])[] = [
      ['missing', {}, /input "x": got nothing, wanted float32 \[n, 2, 3, 1\]/],
      ['unknown', { x: small(), z: small() }, /input "z": got an input of this name, wanted "x"/],
      ['of another height', { x: { data: numbers(9), shape: [1, 3, 3, 1] } }, /got float32 \[1, 3, 3, 1\], wanted float32 \[n, 2, 3, 1\]/],
      ['without batch', { x: { data: numbers(6), shape: [2, 3, 1] } }, /got float32 \[2, 3, 1\]/],
      ['of no examples', { x: { data: numbers(0), shape: [0, 2, 3, 1] } }, /got float32 \[0, 2, 3, 1\]/],
      ['of a batch of 1.5', { x: { data: numbers(9), shape: [1.5, 2, 3, 1] } }, /got float32 \[1\.5, 2, 3, 1\]/],
      ['with too few numbers', { x: { data: numbers(5), shape: [1, 2, 3, 1] } }, /got 5 numbers as \[1, 2, 3, 1\]/],
      ['of doubles', { x: { data: new Float64Array(6), shape: [1, 2, 3, 1] } }, /of what is no Float32Array/],
      ['a number', { x: 3 }, /got a number/],
      ['null', { x: null }, /got null/],
      ['nested lists', { x: [[[[1]]]] }, /got what has no shape/],
      ['no inputs at all', undefined, /got undefined, wanted an object of inputs by name/],
      ['inherited', Object.create({ x: small() }), /got nothing/],
    ]; // prettier-ignore
    for (const [name, inputs, text] of cases) {
      it(`${name}`, async () => {
        const run = await load(hand);
        const before = tf.memory().numTensors;
        const refused = await refusal(() => run(inputs as never));
        assert.deepEqual(refused.rules, ['T01']);
        assert.match(refused.text, text);
        assert.equal(tf.memory().numTensors, before);
        run.dispose();
      });
    }
    it('tensors of another dtype, disposed of, and batches that differ', async () => {
      const run = await load(hand);
      const whole = tf.ones([1, 2, 3, 1], 'int32');
      assert.match((await refusal(() => run({ x: whole }))).text, /got int32 \[1, 2, 3, 1\], wanted float32/);
      whole.dispose();
      assert.match((await refusal(() => run({ x: whole }))).text, /got a tensor that was disposed of/);
      const two = await load(join(place, 'whole'));
      const unequal = { x_a: picture(1, 3), p_a: picture(2, 2), p_b: picture(2, 2) };
      assert.match(
        (await refusal(() => two(unequal))).text,
        /batches of different size: 1 of "x_a", 2 of "p_b"/,
      );
      run.dispose();
      two.dispose();
    });
    it('are mistakes of types where the model is given', async () => {
      const run = await load(join(place, 'staged'), lateFusion, { stages });
      const [x_a, p_a, p_b] = [picture(1, 3), picture(1, 2), picture(1, 2)];
      // Never called: the type checker reads this, and each expected error must be one.
      const mistakes = async (): Promise<void> => {
        // @ts-expect-error p_b is missing
        await run({ x_a, p_a });
        // @ts-expect-error no input of this name
        await run({ x_a, p_a, p_b, z: p_b });
        // @ts-expect-error two channels for three
        await run({ x_a: p_a, p_a, p_b });
        // @ts-expect-error p_b belongs to the second stage
        await run.stage(0)({ x_a, p_a, p_b });
        // @ts-expect-error the second stage needs the features of the first
        await run.stage(1)({ p_b });
        const { output } = await run({ x_a, p_a, p_b }, { as: 'arrays' });
        // @ts-expect-error three channels
        output.shape[3] satisfies 4;
        // @ts-expect-error no output of this name
        await run({ x_a, p_a, p_b }).then(({ other }) => other);
      };
      assert.equal(typeof mistakes, 'function');
      run.dispose();
    });
  });

  it('T06: the artefact of another model, or of other stages, is refused', async () => {
    const other = model({ y: seq(input('x', 4, 3, 1), conv(1)), z: seq(input('x', 4, 3, 1), conv(2)) });
    const refused = await refusal(() => load(hand, other));
    assert.deepEqual(refused.rules, ['T06', 'T06', 'T06']);
    assert.match(refused.text, /input "x": got \[n, 2, 3, 1\], wanted \[n, 4, 3, 1\]/);
    assert.match(refused.text, /output "z": got nothing, wanted \[n, 4, 3, 2\]/);
    const swapped = await refusal(() =>
      load(join(place, 'staged'), lateFusion, { stages: [['p_b'], ['x_a', 'p_a']] }),
    );
    assert.match(swapped.text, /stages: got p_a, x_a \/ p_b, wanted p_b \/ p_a, x_a/);
  });

  it('T07: a SavedModel without the native backend is refused', async () => {
    const refused = await refusal(() => load(join(place, 'saved')));
    assert.deepEqual(refused.rules, ['T07']);
    assert.match(
      refused.text,
      /got a SavedModel on the backend cpu, wanted a folder, and the native backend/,
    );
  });
});

describe('maskskip/run in a browser', () => {
  it('imports nothing of Node at run time', () => {
    const files = ['src/run', 'src/artefact'].flatMap((room) => readdirSync(room).map((name) => join(room, name))); // prettier-ignore
    const bad = files.filter((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => /(?:from|import\()\s*['"]node:/.test(line) && !line.startsWith('import type ')),
    );
    assert.deepEqual(bad, []);
    assert.ok(files.length > 10);
  });
});
