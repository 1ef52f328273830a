/** `saved_model.pb`: what TensorFlow itself reads in it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { activate } from '../../../src/backend/index.js';
import { withBiases } from '../../../src/compile/graph/fuse.js';
import { graphOf } from '../../../src/compile/graph/nodes.js';
import { savedModelFiles } from '../../../src/compile/graph/saved-model.js';
import { conv2d } from '../../../src/ops/convolution.js';
import * as ops from '../../../src/ops/elementwise.js';
import { constant, input, noise, scalar } from '../../../src/ops/leaves.js';
import type { Value } from '../../../src/ops/value.js';
import { python } from '../../support/python.js';
import { graph as everyAttribute } from './every-attribute.js';
import { runSavedModel, withFolder, written, type Arrays } from './run-graph.js';
import { graphOfValues, planOfValues, right, rulesOf } from './small-graphs.js';

const x = input('x', ['n', 2, 2, 1]);
const y = input('y', ['n', 2, 2, 1]);
const kernel = constant([1, 2, 3, 4], [2, 2, 1, 1]);
const convolved = (from: Value): Value =>
  ops.relu(ops.add(conv2d(from, kernel, { strides: [1, 1], padding: [[1, 0], [1, 0]] }), constant([0.5], [1]))); // prettier-ignore

/* The second stage reads what the first one makes, under the name that the first gives it. */
const between = input('stage0/0', ['n', 2, 2, 1]);
const staged = withBiases(
  right(
    graphOf(
      [
        { name: 'stage0', plan: planOfValues({ 'stage0/0': convolved(x) }) },
        { name: 'stage1', plan: planOfValues({ output: ops.add(ops.multiply(between, scalar('gain', 2)), convolved(y)) }) },
      ],
      { outputs: ['output'] },
    ),
  ),
); // prettier-ignore
const image = (...data: readonly number[]): Arrays[string] => ({ shape: [1, 2, 2, 1], data: Float32Array.from(data) }); // prettier-ignore
const fed: Arrays = { x: image(1, -1, 2, 3), y: image(0, 1, 0, -2) };
/* By hand: the kernel's last entry meets the pixel itself. */
const ofX = [4.5, 0, 10.5, 17.5];
const ofY = [0.5, 4.5, 0.5, 0];
const whole = ofX.map((one, i) => 2 * one + ofY[i]!);

describe('a SavedModel', () => {
  const native = async (context: Mocha.Context): Promise<void> => {
    const active = await activate({ backend: 'native' })();
    if (E.isRight(active)) return;
    console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
    context.skip();
  };

  it('computes the whole model and each stage, by its signatures', async function () {
    await native(this);
    await withFolder(async (folder) => {
      await written(folder, right(savedModelFiles(staged)));
      assert.deepEqual([...(await runSavedModel(folder, fed))['output']!.data], whole);
      const first = await runSavedModel(folder, { x: fed['x']! }, 'stage0');
      assert.deepEqual([...first['stage0/0']!.data], ofX);
      const second = await runSavedModel(folder, { y: fed['y']!, 'stage0/0': image(1, 1, 1, 1) }, 'stage1');
      assert.deepEqual(
        [...second['output']!.data],
        ofY.map((one) => 2 + one),
      );
    });
  });

  it('shares the weights of its stages', () => {
    assert.equal(staged.nodes.filter(({ op, attributes }) => op === 'Const' && attributes['value']?.kind === 'tensor' && attributes['value'].value.shape.length === 4).length, 1); // prettier-ignore
  });

  it('takes noise as an input', async function () {
    await native(this);
    await withFolder(async (folder) => {
      await written(folder, right(savedModelFiles(graphOfValues({ z: ops.add(x, noise('a b/noise', ['n', 2, 2, 1], 'normal')) })))); // prettier-ignore
      const out = await runSavedModel(folder, { x: fed['x']!, 'noise/a b/noise': image(1, 2, 3, 4) });
      assert.deepEqual([...out['z']!.data], [2, 1, 5, 7]);
    });
  });

  it('is the same bytes each time', () => {
    const make = (): Buffer => Buffer.concat(right(savedModelFiles(staged))[0]!.pieces);
    assert.deepEqual(make(), make());
  });

  it('is the bytes that it has always been: every kind of attribute, names beyond ASCII, numbers of ten bytes', () => {
    const bytes = Buffer.concat(right(savedModelFiles(everyAttribute))[0]!.pieces);
    assert.equal(bytes.length, 21_449);
    assert.equal(
      createHash('sha256').update(bytes).digest('hex'),
      '00c5ac3efcccf8152f51d81cc65f9ad2c1918937172d7f579432cf5c3b5466a3',
    );
  });

  it("loads in Python's TensorFlow", async function () {
    this.timeout(120_000);
    const execute = promisify(execFile);
    const quiet = { env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' } };
    const found = await execute(python, ['-c', "import importlib.util as u; print(u.find_spec('tensorflow') is not None)"]).catch(() => ({ stdout: '' })); // prettier-ignore
    if (found.stdout.trim() !== 'True') {
      console.log(`      ${python} has no TensorFlow; MASKSKIP_PYTHON may name one that has`);
      this.skip();
    }
    await withFolder(async (folder) => {
      await written(folder, right(savedModelFiles(staged)));
      const script = join(folder, 'read.py');
      await writeFile(script, reader);
      const { stdout } = await execute(python, [script, folder], quiet);
      const told = JSON.parse(stdout.trim().split('\n').at(-1)!) as Readonly<Record<string, unknown>>;
      assert.deepEqual(told, {
        signatures: ['serving_default', 'stage0', 'stage1'],
        whole,
        first: ofX,
        second: ofY.map((one) => 2 + one),
        shape: [null, 2, 2, 1],
      });
    });
  });
});

const reader = `
import json, sys
import numpy as np
import tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
x = tf.constant(np.array([1, -1, 2, 3], np.float32).reshape(1, 2, 2, 1))
y = tf.constant(np.array([0, 1, 0, -2], np.float32).reshape(1, 2, 2, 1))
call = loaded.signatures
flat = lambda t: t.numpy().ravel().tolist()
print(json.dumps({
  'signatures': sorted(call.keys()),
  'whole': flat(call['serving_default'](x=x, y=y)['output']),
  'first': flat(call['stage0'](x=x)['stage0/0']),
  'second': flat(call['stage1'](**{'y': y, 'stage0/0': tf.ones([1, 2, 2, 1])})['output']),
  'shape': list(call['serving_default'].structured_outputs['output'].shape),
}))
`;

describe('G03: a protocol buffer ends', () => {
  it('so that a model above the limit is refused before anything is written', () => {
    const large = graphOfValues({ z: ops.add(x, constant(new Float32Array(1000).fill(2), [1000])) });
    assert.deepEqual(rulesOf(savedModelFiles(large, 4000)), ['G03']);
    assert.deepEqual(rulesOf(savedModelFiles(large)), []);
  });
  it('and no number of a length does: six tensors of 1 GiB over the same memory', () => {
    const gibibyte = new Float32Array(2 ** 28);
    const nodes = Array.from({ length: 6 }, (_, i) => ({
      ...everyAttribute.nodes[2]!,
      name: `weight${i}`,
      attributes: {
        value: { kind: 'tensor', value: { dtype: 'float32', shape: [2 ** 28], data: gibibyte } },
      },
    })) satisfies typeof everyAttribute.nodes;
    const before = process.memoryUsage().arrayBuffers;
    const outcome = savedModelFiles({ ...everyAttribute, nodes });
    assert.deepEqual(rulesOf(outcome), ['G03']);
    assert.match(
      E.isLeft(outcome) ? outcome.left[0]!.text : '',
      /got 644245\d{4} bytes, wanted at most 1800000000; .*tfjs-graph/,
    );
    assert.ok(process.memoryUsage().arrayBuffers - before < 1e7);
  });
});
