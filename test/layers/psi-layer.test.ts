/** ψ as a layer of tf.layers: the same numbers and gradients as in the language, trained, saved and read (K01–K05). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join as joined } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import * as keras from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { unsafeActivate } from '../../src/backend/index.js';
import { isFaultError } from '../../src/base/fault.js';
import { random } from '../../src/base/random.js';
import { formOf, init, input, join, model, psi, skip, surrogate, tanh, tap, through, type AnyModel, type KeepsShape, type Psi } from '../../src/dsl/index.js'; // prettier-ignore
import { psiLayer, registerPsiLayer, type PsiLayer, type PsiLayerOptions } from '../../src/layers/index.js';
import * as ops from '../../src/ops/elementwise.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceSum } from '../../src/ops/reduction.js';
import { gradientsOf, outputsOf, unsafePlan, type Numbers } from '../dsl/plans.js';

type Size = readonly [height: number, width: number, channels: number];
const root = joined(dirname(fileURLToPath(import.meta.url)), '../..');

/** Numbers for a batch of features; whole ones have zeros and ties. */
const drawn = (size: readonly number[], seed: number, whole = false): Numbers => {
  const data = random(seed, 'feature').normals(size.reduce((product, one) => product * one, 1));
  return { shape: size, data: whole ? data.map(Math.round) : data };
};
const tensor = ({ shape, data }: Numbers): tf.Tensor => tf.tensor(Float32Array.from(data), [...shape]);
const built = (layer: PsiLayer, ...sizes: readonly Size[]): PsiLayer => {
  const inputs = sizes.map((size) => keras.input({ shape: [...size] }));
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs);
  return layer;
};
/** The layer's weights by path, set to drawn numbers. */
const draw = (layer: PsiLayer, seed: number): Record<string, Numbers> => {
  const arrays = layer.weights.map((weight, i) => {
    const shape = weight.shape as number[];
    const numbers = drawn(shape, seed + 100 + i);
    tf.tidy(() => void weight.write(tensor(numbers)));
    return [weight.originalName.slice(layer.name.length + 1), numbers] as const;
  });
  return Object.fromEntries(arrays);
};
const applied = (layer: PsiLayer, numbers: readonly Numbers[], training = false): Float32Array =>
  tf.tidy(() => {
    const given = numbers.map(tensor);
    const made = layer.apply(given.length === 1 ? given[0]! : given, { training }) as tf.Tensor;
    return made.dataSync() as Float32Array;
  });

/** ψ on a skip of the language that nothing is joined to: its level beside a decoder's feature. */
const skipped = (psiOnSkip: Psi, size: Size): AnyModel =>
  model(through(input('x', ...size), tap('e'), tanh, skip('e', psiOnSkip, { join: join.replace })));
const onSkip = (arrays: Readonly<Record<string, Numbers>>): Record<string, Numbers> =>
  Object.fromEntries(Object.entries(arrays).map(([path, numbers]) => [`skip1/psi/${path}`, numbers]));

const operators: Readonly<Record<string, (size: Size) => Psi>> = {
  none: () => psi.none,
  closed: () => psi.closed,
  dense: () => psi.dense(),
  'dense, soft': () => psi.dense({ surrogate: surrogate.soft(3), init: init.normal(1) }),
  one: () => psi.one(),
  grouped: ([, , channels]) => psi.grouped(channels),
  grid: ([height, width]) => psi.grid(Math.ceil(height / 2), Math.ceil(width / 3)),
  modularSoft: () => psi.modularSoft(),
  modularBlend: () => psi.modularBlend({ blocks: 1 }),
  chain: () => psi.chain(psi.one(), psi.dense()),
};
const size = fc.tuple(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 3 }),
);

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (caught) {
    assert.ok(isFaultError(caught), String(caught));
    return caught.message;
  }
  return 'nothing was refused';
};

describe('psiLayer', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  for (const [name, of] of Object.entries(operators)) {
    it(`${name}: gives the bits and the gradients that the language gives, at inference and in training`, () => {
      fc.assert(
        fc.property(
          size,
          fc.integer({ min: 1, max: 3 }),
          fc.nat(999),
          fc.boolean(),
          (at, batch, seed, whole) => {
            const operator = of(at);
            const layer = built(psiLayer(operator), at);
            const masks = draw(layer, seed);
            const x = drawn([batch, ...at], seed, whole);
            const declared = skipped(operator, at);
            const parameters = onSkip(masks);
            for (const mode of ['infer', 'train'] as const) {
              const wanted = outputsOf(unsafePlan(declared, mode), { x }, parameters)['output']!;
              assert.deepEqual(applied(layer, [x], mode === 'train'), wanted);
            }
            const variables = layer.trainableWeights.map((one) => one.read() as tf.Variable);
            if (variables.length > 0) {
              const weights = drawn([batch, ...at], seed + 1);
              const lossOf = unsafePlan(declared, 'train', ({ output }) => ({
                loss: reduceSum(ops.multiply(output!, leaves.input('weights', output!.shape))),
              }));
              const { gradients } = gradientsOf(lossOf, 'loss', { x, weights }, parameters);
              tf.tidy(() => {
                const [given, by] = [tensor(x), tensor(weights)];
                const { grads } = tf.variableGrads(
                  () => tf.sum(tf.mul(layer.apply(given, { training: true }) as tf.Tensor, by)),
                  variables,
                );
                layer.trainableWeights.forEach(({ name: unique, originalName }) => {
                  const path = `skip1/psi/${originalName.slice(layer.name.length + 1)}`;
                  assert.deepEqual(grads[unique]!.dataSync(), gradients[path]);
                });
              });
            }
            layer.dispose();
          },
        ),
        { numRuns: process.env['MASKSKIP_FULL'] === '1' ? 100 : 10 },
      );
    });
  }

  it('passes the same gradient back to its level', () => {
    const layer = built(psiLayer(psi.dense()), [2, 3, 1]);
    const mask = draw(layer, 3)['mask']!;
    tf.tidy(() => {
      const x = tensor(drawn([1, 2, 3, 1], 4));
      const [got] = tf.grads((one) => tf.sum(layer.apply(one!, { training: true }) as tf.Tensor))([x]);
      // gate + f·σ′(f·M)·M, σ′ = σ(1 − σ)
      const [m, s] = [tensor(mask), tf.sigmoid(tf.mul(x, tensor(mask)))];
      const gate = tf.cast(tf.greaterEqual(tf.mul(x, m), 0), 'float32');
      const wanted = tf.add(gate, tf.mul(tf.mul(x, m), tf.mul(s, tf.sub(1, s)))).dataSync();
      Array.from(got!.dataSync()).forEach((one, i) => assert.ok(Math.abs(one - wanted[i]!) < 1e-6));
    });
    layer.dispose();
  });

  it('a ψ that reads the decoder, several levels or inputs takes a list', () => {
    const resize = built(psiLayer(psi.resize('nearest'), { levels: 2, decoder: true }), [2, 2, 1], [4, 4, 2], [4, 2, 5]); // prettier-ignore
    assert.deepEqual(resize.outputShape, [null, 4, 2, 3]);
    const levels = [drawn([2, 2, 2, 1], 1), drawn([2, 4, 4, 2], 2), drawn([2, 4, 2, 5], 3)];
    assert.equal(applied(resize, levels).length, 2 * 4 * 2 * 3);
    interface Lit extends Psi<KeepsShape> {
      readonly name: 'lit';
    }
    const lit = psi.define<Lit>({ name: 'lit' }, {
      forward: ({ feature, decoder, inputs }) => ops.add(ops.multiply(feature, decoder), inputs['light']!),
    }); // prettier-ignore
    const layer = built(psiLayer(lit, { decoder: true, inputs: ['light'] }), [1, 2, 2], [1, 2, 1], [1, 1, 2]);
    const fed = [
      { shape: [1, 1, 2, 2], data: [1, 2, 3, 4] },
      { shape: [1, 1, 2, 1], data: [10, 100] },
      { shape: [1, 1, 1, 2], data: [0.5, -0.5] },
    ];
    assert.deepEqual([...applied(layer, fed)], [10.5, 19.5, 300.5, 399.5]);
  });

  const network = (layer: PsiLayer): keras.LayersModel => {
    const convolved = (filters: number) => keras.layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
    const image = keras.input({ shape: [4, 6, 2] });
    const level = convolved(3).apply(image) as keras.SymbolicTensor;
    const masked = layer.apply(level) as keras.SymbolicTensor;
    const both = keras.layers.concatenate().apply([level, masked]) as keras.SymbolicTensor;
    return keras.model({ inputs: image, outputs: convolved(1).apply(both) as keras.SymbolicTensor });
  };
  const fitted = async (one: keras.LayersModel, epochs = 1): Promise<number> => {
    const [x, y] = [tensor(drawn([4, 4, 6, 2], 1)), tensor(drawn([4, 4, 6, 1], 2))];
    const { history } = await one.fit(x, y, { epochs, verbose: 0 });
    tf.dispose([x, y]);
    return Number(history['loss']!.at(-1));
  };

  it('trains in a network of tf.layers: the mask moves, the loss falls, no tensor stays behind', async () => {
    const layer = psiLayer(psi.dense({ init: init.normal(0.3) }), { name: 'mask1' });
    const one = network(layer);
    one.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const [mask] = layer.weights;
    assert.deepEqual([mask!.originalName, mask!.shape], ['mask1/mask', [4, 6, 3]]);
    const before = mask!.read().dataSync().slice();
    const first = await fitted(one);
    const tensors = tf.memory().numTensors;
    assert.ok((await fitted(one, 10)) < first);
    assert.equal(tf.memory().numTensors, tensors);
    const after = mask!.read().dataSync();
    assert.ok(before.filter((value, i) => value !== after[i]).length > before.length / 2);
    assert.ok(after.every(Number.isFinite));
  });

  it('stands still where nothing trains it: surrogate.zero, or trainable: false', async () => {
    for (const layer of [psiLayer(psi.dense({ surrogate: surrogate.zero })), psiLayer(psi.dense(), { trainable: false })]) {
      const one = network(layer);
      one.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      assert.deepEqual([layer.trainableWeights.length, layer.weights.length], [0, 1]);
      const before = layer.weights[0]!.read().dataSync().slice();
      await fitted(one);
      assert.deepEqual(layer.weights[0]!.read().dataSync(), before);
    } // prettier-ignore
  });

  it('starts at random from the seed and the name alone', () => {
    const start = (options: PsiLayerOptions) => {
      const layer = built(psiLayer(psi.dense({ init: init.normal(1) }), options), [2, 2, 2]);
      return [...layer.weights[0]!.read().dataSync()];
    };
    assert.deepEqual(start({ name: 'a' }), start({ name: 'a' }));
    assert.notDeepEqual(start({ name: 'a' }), start({ name: 'b' }));
    assert.notDeepEqual(start({ name: 'a' }), start({ name: 'a', seed: 1 }));
  });

  const reread = async (one: keras.LayersModel): Promise<keras.LayersModel> => {
    let saved: tf.io.ModelArtifacts | undefined;
    const handler = tf.io.withSaveHandler((artifacts) => {
      // As it comes out of a file.
      saved = { ...artifacts, modelTopology: JSON.parse(JSON.stringify(artifacts.modelTopology)) as object };
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
    });
    await one.save(handler);
    return keras.loadLayersModel(tf.io.fromMemory(saved!));
  };

  interface Loud extends Psi<KeepsShape> {
    readonly name: 'loud';
    readonly by_Factor: number;
  }
  const loud = (factor: number): Loud =>
    psi.define<Loud>({ name: 'loud', by_Factor: factor }, {
      form: loudForm,
      forward: ({ feature }, { mask }) => ops.multiply(ops.multiply(feature, mask([1, 1, 1])), factor),
    }); // prettier-ignore
  const loudForm = formOf<{ readonly by_Factor: number }>({
    kind: 'psi',
    fields: (f) => ({ by_Factor: f.number }),
    make: ({ by_Factor }) => loud(by_Factor),
  });
  const definitions = { psis: { loud: loudForm } };

  it('is saved by model.save and read by loadLayersModel, ψ, weights and all', async () => {
    const written: readonly Psi[] = [
      ...Object.values(operators).map((of) => of([4, 6, 3])),
      psi.chain(psi.grid(2, 3, { surrogate: surrogate.soft(2.5), init: init.normal(0.25) }), psi.dense()),
      loud(1.5),
    ];
    registerPsiLayer(definitions);
    for (const operator of written) {
      const layer = psiLayer(operator, { name: 'Mask_1', trainable: operator.name !== 'one', definitions });
      const one = network(layer);
      draw(layer, 5);
      const two = await reread(one);
      const other = two.getLayer('Mask_1') as PsiLayer;
      assert.deepEqual([other.psi.name, other.psi.options], [operator.name, operator.options]);
      assert.deepEqual(other.getConfig(), layer.getConfig());
      assert.equal(other.trainable, layer.trainable);
      const x = tensor(drawn([2, 4, 6, 2], 9));
      const [wanted, got] = [one, two].map((each) =>
        tf.tidy(() => (each.predict(x) as tf.Tensor).dataSync()),
      );
      assert.deepEqual(got, wanted);
      tf.dispose(x);
    }
  });

  it('reads the decoder and inputs again after it was saved, whatever the letters of their names', () => {
    const layer = psiLayer(psi.resize(), { decoder: true, levels: 2, inputs: ['a_B c', 'P'], seed: 3 });
    const config = JSON.parse(JSON.stringify(layer.getConfig())) as {
      readonly psi: { readonly name: string };
    };
    assert.deepEqual(JSON.parse(config.psi.name), { psi: { op: 'resize' }, levels: 2, decoder: true, inputs: ['a_B c', 'P'], seed: 3 }); // prettier-ignore
  });

  it('X18: a ψ without a form works, and says that it cannot be saved', async () => {
    const nameless = psi.define<Loud>({ name: 'loud', by_Factor: 1 }, { forward: ({ feature }, { mask }) => ops.multiply(feature, mask([1])) }); // prettier-ignore
    const layer = psiLayer(nameless);
    network(layer);
    assert.match(refusal(() => layer.getConfig()), /✗ X18 .*without a form.*give it a form/s); // prettier-ignore
    const undefinedHere = psiLayer(loud(1));
    assert.match(refusal(() => undefinedHere.getConfig()), /✗ X18 .*not among the definitions/s); // prettier-ignore
  });

  describe('is read from nothing but what was written', () => {
    const from = (psi: unknown): string => {
      registerPsiLayer();
      const [Layer, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap['PsiLayer']!;
      return refusal(() => fromConfig(Layer, { name: 'm', trainable: true, psi } as tf.serialization.ConfigDict));
    }; // prettier-ignore
    const written = (more: object): object => ({
      name: JSON.stringify({ psi: { op: 'dense' }, levels: 1, decoder: false, inputs: [], seed: 0, ...more }),
    });
    it('K05: no text, no JSON, no object', () => {
      for (const one of [undefined, null, 3, {}, { name: 7 }, { name: '{' }, { name: '[]' }, { name: 'null' }])
        assert.match(from(one), /^✗ K05 m: got a ψ that is no JSON object, wanted what getConfig wrote; save the network again$/); // prettier-ignore
    });
    it('K01: reads that make no sense; what is no ψ has the faults of specs', () => {
      assert.match(from(written({ levels: 0.5 })), /^✗ K01 m: got 0.5 levels/);
      assert.match(from(written({ inputs: 'abc' })), /^✗ K01 m: got inputs "abc"/);
      assert.match(from(written({ psi: { op: 'denze' } })), /✗ X\d\d .*denze/);
      assert.match(from(written({ psi: undefined })), /✗ X\d\d /);
      assert.equal(from(written({})), 'nothing was refused');
    });
  });

  describe('what is refused', () => {
    const at = (layer: PsiLayer, ...sizes: readonly Size[]): string => refusal(() => built(layer, ...sizes));
    it('K01: options that make no sense, and what is no ψ', () => {
      assert.equal(
        at(psiLayer({} as Psi, { name: 'm' }), [2, 2, 1]),
        '✗ K01 m: got a value that is not a ψ, wanted a ψ; pass psi.dense(), psi.one(), … or your own',
      );
      assert.match(at(psiLayer(psi.dense(), { levels: 2 }), [2, 2, 1], [2, 2, 1]), /^✗ K01 .*2 levels for a ψ of one/);
      assert.match(at(psiLayer(psi.resize(), { levels: 0, decoder: true }), [2, 2, 1]), /^✗ K01 .*got 0 levels/);
      assert.match(at(psiLayer(psi.dense(), { inputs: ['a', 'a'] }), [2, 2, 1]), /^✗ K01 .*inputs \["a","a"\]/);
      assert.match(at(psiLayer(psi.dense(), { seed: NaN }), [2, 2, 1]), /^✗ K01 .*seed null/);
    }); // prettier-ignore
    it('K02: shapes without sizes, of another rank, another number of tensors', () => {
      const open = keras.input({ shape: [null, 2, 1] });
      assert.equal(
        refusal(() => psiLayer(psi.dense(), { name: 'm' }).apply(open)),
        '✗ K02 m: got [?, ?, 2, 1], wanted level 1 [batch, height, width, channels], sizes as numbers; apply the layer to features of these sizes, in this order',
      );
      assert.match(refusal(() => psiLayer(psi.dense()).apply(keras.input({ shape: [4] }))), /^✗ K02 .*got \[\?, 4\]/);
      assert.match(at(psiLayer(psi.resize(), { decoder: true }), [2, 2, 1]), /^✗ K02 .*wanted level 1 .*, decoder /);
    }); // prettier-ignore
    it('K02: tensors of other sizes than those that it was built for, over which a mask might broadcast', () => {
      const layer = built(psiLayer(psi.dense(), { name: 'm' }), [2, 2, 3]);
      assert.equal(
        refusal(() => applied(layer, [drawn([1, 1, 1, 3], 1)])),
        '✗ K02 m, level 1: got float32 [1, 1, 1, 3], wanted float32 [?, 2, 2, 3]; apply the layer to features of these sizes, in this order',
      );
      assert.match(refusal(() => layer.apply(tf.zeros([1, 2, 2, 3], 'int32'))), /^✗ K02 .*got int32/); // prettier-ignore
      assert.match(refusal(() => applied(layer, [drawn([1, 2, 2, 3], 1), drawn([1, 2, 2, 3], 1)])), /^✗ K02 .*2 tensors/); // prettier-ignore
      const two = built(psiLayer(psi.resize(), { decoder: true }), [2, 2, 1], [2, 2, 1]);
      assert.match(refusal(() => applied(two, [drawn([2, 2, 2, 1], 1), drawn([3, 2, 2, 1], 1)])), /^✗ K02 .*decoder: got float32 \[3, 2, 2, 1\], wanted float32 \[2, 2, 2, 1\]/); // prettier-ignore
    });
    it("K03: a ψ that reads the decoder's feature and was given none", () => {
      interface Gated extends Psi<KeepsShape> {
        readonly name: 'gated';
      }
      const gated = psi.define<Gated>({ name: 'gated' }, { forward: ({ feature, decoder }) => ops.multiply(feature, decoder) }); // prettier-ignore
      for (const one of [psi.resize(), gated])
        assert.match(at(psiLayer(one), [2, 2, 1]), /^✗ K03 .*pass \{ decoder: true \}/);
    });
    it('K04: noise, state and projections, which tf.layers does not carry', () => {
      interface Odd extends Psi<KeepsShape> {
        readonly name: 'odd';
      }
      const noisy = psi.define<Odd>({ name: 'odd' }, { forward: ({ feature }, { lowering }) => ops.add(feature, lowering.noise('n', feature.shape, 'normal')) });
      const stateful = psi.define<Odd>({ name: 'odd' }, { forward: ({ feature }, { lowering }) => ops.add(feature, lowering.parameter({ name: 's', shape: [1], initialiser: init.open, role: 'state' })) });
      assert.match(at(psiLayer(noisy), [2, 2, 1]), /^✗ K04 .*noise/);
      const kept = psi.define<Odd>({ name: 'odd' }, { forward: ({ feature }, { lowering }) => ops.multiply(feature, lowering.parameter({ name: 'scale', shape: [1], initialiser: init.open, projection: { clip: [0, 1] } })) }); // prettier-ignore
      assert.match(at(psiLayer(kept), [2, 2, 1]), /^✗ K04 .*a projection/);
      assert.match(at(psiLayer(stateful), [2, 2, 1]), /^✗ K04 .*state/);
    }); // prettier-ignore
    it('what ψ itself refuses, in its own words, with the name of the layer', () => {
      assert.equal(
        at(psiLayer(psi.grid(3, 1), { name: 'm' }), [2, 2, 1]),
        '✗ S13 m › psi.grid: cell 3×1 is larger than the feature 2×2×1; use a smaller cell',
      );
      const dead = psi.define<Loud>({ name: 'loud', by_Factor: 1 }, { forward: ({ feature }, { mask, gate }) => ops.multiply(feature, gate(ops.multiply(feature, mask([1])))) }); // prettier-ignore
      assert.match(at(psiLayer(dead), [2, 2, 1]), /^✗ P10 mask: got no gradient/);
    });
  });

  it("the README's network is one, with the mask in it", async () => {
    const readme = await readFile(joined(root, 'README.md'), 'utf8');
    const block = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, text]) => text!).find((text) => text.includes('psiLayer')); // prettier-ignore
    await mkdir(joined(root, 'out'), { recursive: true });
    const folder = await mkdtemp(joined(root, 'out', 'layers-'));
    try {
      await writeFile(
        joined(folder, 'network.ts'),
        `${block}\nconst [mask] = network.getLayer('mask1').weights;\nconsole.log(mask!.originalName, mask!.shape.join('×'), network.outputShape);\n`,
      );
      const command = ['--import', 'tsx', joined(folder, 'network.ts')];
      const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root });
      assert.match(stdout, /mask1\/mask 64×32×8 \[ null, 64, 32, 3 \]/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
