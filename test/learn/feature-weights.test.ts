/** Weights of a network trained elsewhere: a small one in the format of VGG-19's file. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../../src/base/random.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { conv, input, model, named, relu, seq, type AnyModel } from '../../src/dsl/index.js';
import { unsafeEncodeSafetensors, writeSafetensors, type StoredTensor } from '../../src/files/safetensors.js';
import { loadFeatureWeights, predictor } from '../../src/learn/index.js';
import { vgg19Block1, vgg19Features } from '../../src/models/index.js';
import { left, right, textsOf } from './train/either.js';

const small = model(vgg19Features(16, 16, 2));
const widths = [2, 2, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16];
const names = [1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5].map(
  (block, i, all) => `block${block}_conv${i - all.indexOf(block) + 1}`,
);
const floats = (shape: readonly number[], name: string): StoredTensor => ({
  dtype: 'F32',
  shape,
  data: random(1, name).normals(shape.reduce((product, one) => product * one, 1)),
});
/** All tensors of the file, as Keras names them. */
const file = (): Record<string, StoredTensor> =>
  Object.fromEntries(
    names.flatMap((name, i) => [
      [`${name}/kernel`, floats([3, 3, i === 0 ? 3 : widths[i - 1]!, widths[i]!], `${name}/kernel`)],
      [`${name}/bias`, floats([widths[i]!], `${name}/bias`)],
    ]),
  );

describe('loadFeatureWeights', () => {
  let folder = '';
  let path = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-features-'));
    path = join(folder, 'vgg19.safetensors');
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const write = async (tensors: Readonly<Record<string, StoredTensor>>) =>
    right(await writeSafetensors(path, tensors)());
  const faultsOf = async (tensors: Readonly<Record<string, StoredTensor>>, of: AnyModel = small) => {
    await write(tensors);
    return textsOf(left(await loadFeatureWeights(path, of)()), 'L02');
  };

  it("gives every weight under the model's own path", async () => {
    await write(file());
    const weights = right(await loadFeatureWeights(path, small)());
    assert.deepEqual(
      Object.keys(weights).sort(),
      names.flatMap((name) => [`${name}/conv1/bias`, `${name}/conv1/kernel`]),
    );
    const { shape, data } = file()['block3_conv4/kernel']!;
    assert.deepEqual(weights['block3_conv4/conv1/kernel'], { shape, data });
  });

  it('puts the name of a network in a system before each path', async () => {
    await write(file());
    const net = model(vgg19Block1(16, 16, 2));
    const alone = right(await loadFeatureWeights(path, net)());
    const within = right(await loadFeatureWeights(path, net, 'features')());
    assert.deepEqual(Object.keys(within), Object.keys(alone).map((one) => `features/${one}`)); // prettier-ignore
    assert.deepEqual(Object.values(within), Object.values(alone));
  });

  it('passes over what a shorter model does not need', async () => {
    await write({ ...file(), 'block5_conv3/kernel': floats([1], 'more') });
    const weights = right(await loadFeatureWeights(path, model(vgg19Block1(16, 16, 2)))());
    assert.equal(Object.keys(weights).length, 4);
  });

  it('gives weights that the network computes with', async () => {
    await unsafeActivate({ backend: 'cpu' });
    const tensors = file();
    await write(tensors);
    const net = model(vgg19Block1(4, 4, 2));
    const run = right(predictor(net, right(await loadFeatureWeights(path, net)())));
    const image = new Float32Array(48).fill(0);
    const { block1_conv2: got } = await run.predict({ image: { data: image, shape: [1, 4, 4, 3] } });
    run.dispose();
    // Of a black image the first layer leaves its bias, the second what its whole kernel makes of that in the middle.
    const first = Array.from(tensors['block1_conv1/bias']!.data as Float32Array, (one) => Math.max(one, 0));
    const kernel = tensors['block1_conv2/kernel']!.data as Float32Array;
    const bias = tensors['block1_conv2/bias']!.data as Float32Array;
    for (const filter of [0, 1]) {
      let sum = bias[filter]!;
      for (let place = 0; place < 9; place++)
        for (const channel of [0, 1]) sum += first[channel]! * kernel[(place * 2 + channel) * 2 + filter]!;
      assert.ok(Math.abs(got!.data[(1 * 4 + 1) * 2 + filter]! - Math.max(sum, 0)) < 1e-4);
    }
  });

  it('L02: says every weight that is missing', async () => {
    const { 'block1_conv1/bias': _bias, 'block4_conv2/kernel': _kernel, ...rest } = file();
    assert.deepEqual(await faultsOf(rest), [
      `✗ L02 ${path}: block1_conv1/bias: got nothing, wanted F32 2, finite; write the file of the network that this model is, as docs/losses.md says`,
      `✗ L02 ${path}: block4_conv2/kernel: got nothing, wanted F32 3×3×16×16, finite; write the file of the network that this model is, as docs/losses.md says`,
    ]);
  });

  it('L02: refuses another shape, type or a number that is not finite', async () => {
    const got = async (name: string, tensor: StoredTensor): Promise<string> => {
      const [text, ...more] = await faultsOf({ ...file(), [name]: tensor });
      assert.deepEqual(more, []);
      return / got (.*), wanted /.exec(text!)![1]!;
    };
    assert.equal(await got('block1_conv1/kernel', floats([3, 3, 2, 3], 'k')), 'F32 3×3×2×3');
    assert.equal(await got('block1_conv1/bias', { dtype: 'F16', shape: [2], data: new Uint16Array(2) }), 'F16 2'); // prettier-ignore
    assert.equal(await got('block1_conv1/bias', { dtype: 'F64', shape: [2], data: new Float64Array(2) }), 'F64 2'); // prettier-ignore
    for (const odd of [NaN, Infinity, -Infinity])
      assert.equal(await got('block1_conv1/bias', { dtype: 'F32', shape: [2], data: Float32Array.of(1, odd) }), `a number that is ${odd}`); // prettier-ignore
  });

  it('L02: refuses a model in which two weights have one name in the file', async () => {
    const twice = model(seq(input('image', 4, 4, 3), named('block1_conv1', conv(2), relu, conv(2))));
    const texts = await faultsOf(file(), twice);
    assert.equal(texts.length, 4);
    assert.match(texts[0]!, /got a name that 2 parameters share/);
  });

  it('takes no name from where records inherit', async () => {
    const odd = model(seq(input('image', 4, 4, 3), named('constructor', conv(2))));
    const texts = await faultsOf(file(), odd);
    assert.match(texts[0]!, /constructor\/kernel: got nothing/);
  });

  it('W14 and the like: refuses a file that is not there, cut, or no safetensors file', async () => {
    const absent = left(await loadFeatureWeights(join(folder, 'absent.safetensors'), small)());
    assert.deepEqual(absent.map(({ rule }) => rule), ['W14']); // prettier-ignore
    await write(file());
    await truncate(path, unsafeEncodeSafetensors(file()).length - 4);
    assert.match(left(await loadFeatureWeights(path, small)())[0]!.rule, /^W/);
  });

  it('says what is wrong with the model first', async () => {
    // @ts-expect-error S03: the fourth pool does not fit 1×1.
    const bad = model(vgg19Features(8, 8, 2));
    assert.match(left(await loadFeatureWeights(path, bad)())[0]!.rule, /^S/);
  });
});
