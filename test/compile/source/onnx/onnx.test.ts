/** What an ONNX model says: names, ends, weights, metadata; how it becomes files. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { random } from '../../../../src/base/random.js';
import { initialParameters } from '../../../../src/compile/index.js';
import { onnxFiles } from '../../../../src/compile/source/onnx/encode.js';
import { plainName, valueNames } from '../../../../src/compile/source/onnx/names.js';
import { onnxModel, rewrittenOnnxModel } from '../../../../src/compile/source/onnx/onnx.js';
import { onnx } from '../../../../src/compile/source/onnx/target.js';
import { planOf } from '../../../../src/compile/plan/build.js';
import { batchNorm, conv, decoder, dense, encoder, flatten, input, model, named, psi, relu, seq, unsafeElaborate, upsample } from '../../../../src/dsl/index.js'; // prettier-ignore
import * as ops from '../../../../src/ops/elementwise.js';
import { matMul } from '../../../../src/ops/convolution.js';
import { heNormal } from '../../../../src/ops/initialiser.js';
import * as leaves from '../../../../src/ops/leaves.js';
import { writeSafetensors } from '../../../../src/files/safetensors.js';
import type { Value } from '../../../../src/ops/value.js';
import { unsafePlan } from '../../../dsl/plans.js';
import { withFolder, written as writeAll, type Arrays } from '../../graph/run-graph.js';
import { planOfValues, right, rulesOf } from '../../graph/small-graphs.js';
import { hostileName, hostileNames } from '../hostile.js';
import { bytesOf, checkedByPython, listed, madeByPython, runInNode, withoutPython } from './run.js';

const small = model(
  seq(
    input('x_a', 8, 8, 3),
    encoder('image', [seq(conv(4), batchNorm(), relu), seq(conv(6, { stride: 2 }), relu)]),
    named('bottleneck', seq(flatten, dense(8), relu)),
  ),
);
const plan = unsafePlan(small);
const drawn = (of: typeof plan): ReturnType<typeof initialParameters> =>
  Object.fromEntries(
    Object.entries(initialParameters(of, 1)).map(([path, { shape, data }]) => {
      const noise = random(2, path).normals(data.length);
      return [path, { shape, data: data.map((one, i) => Math.abs(one) + 0.5 + 0.1 * noise[i]!) }];
    }),
  );
const weights = drawn(plan);
const made = right(onnxModel(plan, { name: 'small net', weights, axes: { psi: 'none' } }));

/* A scalar, and values under several names. */
const x = leaves.input('x', ['n', 2]);
const x1 = { shape: [1, 2], data: Float32Array.of(1, -3) };
const gained = ops.multiply(x, leaves.scalar('gain', 2));
const scaled = right(onnxModel(planOfValues({ first: gained, second: gained, same: x, stopped: ops.stopGradient(gained), constant: leaves.constant([1, 2], [2]) }), { name: 'scaled', weights: {} })); // prettier-ignore

/* Three weights of 2400 bytes. */
const row = leaves.input('x', ['n', 20]);
const weighted = (path: string): Value => matMul(row, leaves.parameter(path, [20, 30], 'weight', heNormal)); // prettier-ignore
const thricePlan = planOfValues({ z: ops.add(ops.add(weighted('a'), weighted('b')), weighted('c')) });
const thrice = right(onnxModel(thricePlan, { name: 'thrice', weights: initialParameters(thricePlan, 1) }));

/* Each name as an input, a parameter, a step, an output, and some as noise and scalars. */
const of = (names: readonly string[]): typeof plan => {
  const pairs = names.map((name, i) => {
    const x = leaves.input(name, ['n', 2]);
    const more = i % 3 === 0 ? leaves.noise(`${name}/noise`, ['n', 2], 'normal') : leaves.scalar(`${name}/scalar`, 0); // prettier-ignore
    const value = ops.add(ops.multiply(x, leaves.parameter(`${name}/weight`, [2], 'weight', heNormal)), more);
    return { name, x, value };
  });
  return right(
    planOf({
      mode: 'infer',
      inputs: Object.fromEntries(pairs.map(({ name, x }) => [name, x])),
      outputs: Object.fromEntries(pairs.map(({ name, value }) => [name, value])),
      steps: pairs.map(({ name, value }) => ({ path: name, op: 'add', value, parameters: [] })),
      nextState: [],
    }),
  );
};
const hostile = of(hostileNames);
const all = right(onnxModel(hostile, { name: hostileNames.join(''), weights: initialParameters(hostile, 1), axes: Object.fromEntries(hostileNames.map((name) => [name, name])) })); // prettier-ignore

describe('names in ONNX', () => {
  it('are paths of plain letters, harmless as keys and as names of files', () => {
    assert.equal(plainName('image/level2/conv1/kernel'), 'image/level2/conv1/kernel');
    assert.equal(plainName('../größe 1//conv'), '_/gr__e_1/conv');
    assert.equal(plainName(''), 'n');
    assert.equal(plainName('__proto__'), 'n__proto__');
  });

  it('are each used once, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { maxLength: 40 }), (wanted) => {
        const names = valueNames();
        const given = wanted.map((one) => names.fresh(one));
        assert.equal(new Set(given).size, given.length);
        for (const one of given) assert.match(one, /^[A-Za-z0-9_.\-/]+$/);
      }),
    );
  });
});

describe('an ONNX model', () => {
  it('has nodes named by layers, weights named by paths, and ends of the model with the batch open', () => {
    assert.deepEqual(made.graph.nodes.filter(({ op }) => ['Conv', 'Gemm', 'Relu'].includes(op)).map(({ name }) => name), [
      'image/level1/conv1/conv2d',
      'image/level1/relu1/relu',
      'image/level2/conv1/conv2d',
      'image/level2/relu1/relu',
      'bottleneck/dense1/matMul',
      'bottleneck/relu1/relu',
    ]); // prettier-ignore
    const convolution = made.graph.nodes.find(({ op }) => op === 'Conv')!;
    assert.deepEqual(convolution.inputs, ['x_a', 'image/level1/conv1/kernel', 'image/level1/conv1/bias']);
    const shapes = new Map(made.graph.initialisers.map(({ name, tensor }) => [name, tensor.shape]));
    for (const { path } of plan.parameters) assert.ok(shapes.has(path), path);
    assert.deepEqual(shapes.get('image/level2/conv1/kernel'), [6, 4, 3, 3]);
    assert.deepEqual(shapes.get('bottleneck/dense1/kernel'), [8, 96]);
    assert.deepEqual(made.graph.inputs, [{ name: 'x_a', dtype: 'float32', shape: ['n', 3, 8, 8] }]);
    assert.deepEqual(made.graph.outputs, [{ name: 'output', dtype: 'float32', shape: ['n', 8, 1, 1] }]);
  });

  it('tells in its metadata how to get from its weights to those of the plan', () => {
    const held = new Map(made.graph.initialisers.map(({ name, tensor }) => [name, tensor.data]));
    const told = listed(made, 'parameters');
    assert.deepEqual(told.map(({ name }) => name).sort(), plan.parameters.map(({ path }) => path).sort());
    for (const { name, value, shape, order } of told) {
      assert.deepEqual(shape, weights[name]!.shape);
      const data = held.get(value)!;
      // Entry by entry, not by the function that laid them.
      const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce<number>((product, one) => product * Number(one), 1)); // prettier-ignore
      const extents = order.map((axis) => Number(shape[axis]));
      for (let at = 0; at < data.length; at++) {
        let [rest, from] = [at, 0];
        for (const [i, axis] of [...order.entries()].toReversed()) {
          from += (rest % extents[i]!) * strides[axis]!;
          rest = Math.floor(rest / extents[i]!);
        }
        assert.equal(data[at], weights[name]!.data[from], `${name} ${at}`);
      }
    }
    const metadata = new Map(made.metadata);
    assert.equal(metadata.get('model'), 'small net');
    assert.equal(metadata.get('weights'), 'given');
    assert.equal(metadata.get('axes'), '[["psi","none"]]');
    assert.deepEqual(listed(made, 'inputs'), [{ name: 'x_a', value: 'x_a', shape: ['n', 8, 8, 3], order: [0, 3, 1, 2] }]); // prettier-ignore
  });

  it('has the shape of every value between, for viewers', () => {
    const typed = new Map(made.graph.values.map(({ name, shape }) => [name, shape]));
    const between = made.graph.nodes.filter(({ output }) => output !== 'output');
    for (const { output } of between) assert.ok(typed.has(output), output);
    assert.deepEqual(typed.get('image/level2/conv1/conv2d'), ['n', 6, 4, 4]);
  });

  it('is the same bytes each time', () => {
    const again = right(onnxModel(unsafePlan(small), { name: 'small net', weights: drawn(plan), axes: { psi: 'none' } })); // prettier-ignore
    assert.deepEqual(bytesOf(again), bytesOf(made));
  });

  it('gives one value under two names, an input as it is, and a constant', async () => {
    const standard = await runInNode(scaled, { x: x1 });
    assert.deepEqual(Object.fromEntries(Object.entries(standard).map(([name, { data }]) => [name, [...data]])), {
      first: [2, -6],
      second: [2, -6],
      same: [1, -3],
      stopped: [2, -6],
      constant: [1, 2],
    }); // prettier-ignore
  });
});

describe('ψ in ONNX', () => {
  const munet = model(
    seq(
      input('x_a', 8, 8, 3),
      encoder('image', [seq(conv(4), relu), seq(conv(4, { stride: 2 }), relu)]),
      decoder('image', [seq(conv(4), relu, upsample(2)), conv(3)], [psi.dense(), psi.dense()]),
    ),
  );

  it('is a comparison with its mask, and after the rewrites a gate of 0 and 1', () => {
    const masked = unsafePlan(munet);
    const centred = Object.fromEntries(
      Object.entries(drawn(masked)).map(([path, { shape, data }]) => [path, { shape, data: path.endsWith('mask') ? data.map((one, i) => (i % 2 === 0 ? one : -one)) : data }]), // prettier-ignore
    );
    const given = { name: 'munet', weights: centred };
    const operators = (of: typeof made): readonly string[] => of.graph.nodes.map(({ op }) => op);
    const written = right(onnxModel(masked, given));
    assert.equal(operators(written).filter((op) => op === 'GreaterOrEqual').length, 2);
    const mask = written.graph.initialisers.find(({ name }) => name === 'decoder/image/level2/psi/mask')!;
    assert.deepEqual(mask.tensor.shape, [4, 8, 8]);
    const rewritten = right(rewrittenOnnxModel(masked, given));
    assert.ok(!operators(rewritten).includes('GreaterOrEqual'));
    const gates = rewritten.graph.initialisers.filter(({ tensor: { dtype, shape, data } }) => dtype === 'float32' && shape.join('×') === '4×8×8' && new Set<number | bigint>(data).size === 2); // prettier-ignore
    assert.equal(gates.length, 1);
    const kept = right(rewrittenOnnxModel(masked, given, { without: ['freeze-masks', 'fold-constants'] }));
    assert.ok(operators(kept).includes('GreaterOrEqual'));
  });
});

describe('V50', () => {
  it('a training plan is refused', () => {
    const training = unsafePlan(small, 'train');
    assert.deepEqual(rulesOf(onnxModel(training, { name: 'x', weights })), ['V50']);
    assert.deepEqual(rulesOf(rewrittenOnnxModel(training, { name: 'x', weights })), ['V50']);
  });
  it('so are weights that are not there or of another shape, and rewrites of no such name', () => {
    assert.deepEqual(new Set(rulesOf(onnxModel(plan, { name: 'x', weights: {} }))), new Set(['P11']));
    assert.deepEqual(
      new Set(rulesOf(rewrittenOnnxModel(plan, { name: 'x', weights: {} }))),
      new Set(['P11']),
    );
    assert.deepEqual(rulesOf(rewrittenOnnxModel(plan, { name: 'x', weights }, { without: ['nothing'] })), ['P24']); // prettier-ignore
  });
});

describe('weights beside an ONNX model', () => {
  it('lie in files within the limit, or one for a tensor that is larger; small numbers stay', () => {
    const shard = (limit: number): readonly (readonly [string, number])[] =>
      onnxFiles(made, { path: 'folder/net.onnx', limit })
        .slice(1)
        .map(({ path, pieces }) => [path, pieces.reduce((sum, { length }) => sum + length, 0)]);
    assert.deepEqual(shard(1e6), []);
    // Of a dense layer 8×96 numbers; no other weight has 256.
    assert.deepEqual(shard(2000), [['folder/net.onnx.data', 3072]]);
    const files = (limit: number): readonly (readonly [string, readonly number[]])[] =>
      onnxFiles(thrice, { path: 'net.onnx', limit }).map(({ path, pieces }) => [path, pieces.map(({ length }) => length)]); // prettier-ignore
    // The second begins at a page.
    assert.deepEqual(files(7000).slice(1), [['net.onnx.data', [2400, 1696, 2400]], ['net.onnx.data1', [2400]]]); // prettier-ignore
    assert.deepEqual(
      files(1000).slice(1),
      ['', '1', '2'].map((nth) => [`net.onnx.data${nth}`, [2400]]),
    );
  });
});

describe('the source target onnx', () => {
  it('writes a file for each model, with initial weights, and says so', () => {
    const [file, ...others] = right(onnx.files({ name: 'A net', file: 'a-net', identifier: 'aNet', elaborated: unsafeElaborate(small), axes: {} })); // prettier-ignore
    assert.equal(file!.path, 'a-net.onnx');
    assert.deepEqual(others, []);
    const text = new TextDecoder('latin1').decode(file!.text as Uint8Array);
    assert.match(text, /initial values of seed 1/);
    assert.deepEqual(onnx.common([]), []);
  });
});

describe('hostile names in ONNX', () => {
  it('500 of them stand in the metadata as they are, and nowhere else', () => {
    assert.equal(hostileNames.length, 500);
    assert.deepEqual(listed(all, 'inputs').map(({ name }) => name).sort(), [...hostileNames].sort()); // prettier-ignore
    assert.deepEqual(listed(all, 'outputs').map(({ name }) => name).sort(), [...hostileNames].sort()); // prettier-ignore
    assert.equal(listed(all, 'parameters').length, 500);
    const { nodes, initialisers, inputs, outputs, name } = all.graph;
    const values = [...new Set([...inputs, ...initialisers].map((one) => one.name)), ...nodes.map((one) => one.output)]; // prettier-ignore
    assert.equal(new Set(values).size, values.length);
    assert.equal(new Set(nodes.map((one) => one.name)).size, nodes.length);
    for (const one of [name, ...values, ...nodes.map((node) => node.name), ...outputs.map((end) => end.name)])
      assert.match(one, /^[A-Za-z0-9_.\-/]+$/);
    for (const text of [all.about, ...all.metadata.flat()]) assert.match(text, /^[\x20-\x7e]*$/);
  });

  it('runs in Node, fed by the names that the metadata gives', async () => {
    const some = of(hostileNames.slice(0, 150));
    const given = right(onnxModel(some, { name: 'some', weights: initialParameters(some, 1) }));
    const fed = Object.fromEntries(
      [...listed(given, 'inputs'), ...listed(given, 'noises')].map(({ value }, i) => [value, { shape: [1, 2], data: Float32Array.of(i, 1) }]), // prettier-ignore
    );
    assert.equal(Object.keys(await runInNode(given, fed)).length, 150);
  });
});

describe('ONNX models in Python', () => {
  it('are valid and compute the same: hostile names, weights beside them, a scalar that is fed', async function () {
    const reason = await withoutPython();
    if (reason !== undefined) {
      console.log(`      ${reason}`);
      this.skip();
    }
    await withFolder(async (folder) => {
      const fed = async (name: string, arrays: Arrays): Promise<void> => {
        const stored = Object.fromEntries(Object.entries(arrays).map(([key, one]) => [key, { dtype: 'F32', ...one } as const])); // prettier-ignore
        right(await writeSafetensors(join(folder, `${name}.inputs.safetensors`), stored)());
      };
      await writeAll(folder, onnxFiles(all, { path: 'hostile.onnx' }));
      for (const [name, limit] of [
        ['whole', 1e6],
        ['parted', 7500],
        ['shards', 5000],
      ] as const) {
        await writeAll(folder, onnxFiles(thrice, { path: `${name}.onnx`, limit }));
        await fed(name, { x: { shape: [1, 20], data: random(1, 'x').normals(20) } });
      }
      await writeAll(folder, onnxFiles(scaled, { path: 'scaled.onnx' }));
      await fed('scaled', { x: x1, gain: { shape: [], data: Float32Array.of(3) } });
      const reports = await checkedByPython(folder);
      assert.equal(reports['hostile']!.outputs.length, 500);
      for (const report of Object.values(reports)) assert.ok(report.sameBytes);
      const outputs = async (name: string, of: typeof made): Promise<readonly number[]> => [...Object.values(await madeByPython(folder, name, of))[0]!]; // prettier-ignore
      const whole = await outputs('whole', thrice);
      assert.ok(new Set(whole).size > 10);
      assert.deepEqual(await outputs('parted', thrice), whole);
      assert.deepEqual(await outputs('shards', thrice), whole);
      assert.deepEqual(await outputs('scaled', scaled), [3, -9]);
    });
  });
});
