/** Standalone TypeScript: equal to the plan's tensors, clean to every compiler, inert whatever the names. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { check } from 'prettier';
import ts from 'typescript';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { tensorProgram } from '../../../../src/compile/index.js';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { typescriptStandalone } from '../../../../src/compile/source/typescript/standalone.js';
import { conv, elaborate, encoder, fuse, init, input, join, model, named, psi, relu, seq, skip, surrogate, type AnyModel } from '../../../../src/dsl/index.js'; // prettier-ignore
import * as ops from '../../../../src/ops/elementwise.js';
import { reduceMean } from '../../../../src/ops/reduction.js';
import { encodeCheckpoint } from '../../../../src/learn/checkpoint/format.js';
import { right } from '../../../learn/train/either.js';
import { unsafePlan } from '../../../dsl/plans.js';
import { relativeDistance } from '../../../models/torch/harness.js';
import { compilers } from '../../../types/compilers.js';
import { hostileNames } from '../hostile.js';
import { thirty, variantOf, type Variant } from '../thirty.js';
import { complaints, fileOf, loaded, standaloneText } from './standalone-modules.js';

const full = process.env['MASKSKIP_FULL'] === '1';
const some = ['unet-market-psi_dense', 'unet-market-psi_grid_3x2', 'pg2-discriminator-market-psi_none', 'pdig-pose-decoder-market-psi_none', 'vdg-np-stage1-market-psi_soft']; // prettier-ignore
const variants = full ? thirty : thirty.filter(({ name }) => some.includes(name));

const onCpu = async (): Promise<void> => {
  await unsafeActivate({ backend: 'cpu' });
};

type Tensors = Record<string, tf.Tensor>;
const tensors = (arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>): Tensors => // prettier-ignore
  Object.fromEntries(Object.entries(arrays).map(([key, { shape, data }]) => [key, tf.tensor(data, [...shape])])); // prettier-ignore

describe('standalone TypeScript computes what the plan computes', function () {
  this.timeout(full ? 0 : 60_000);
  before(onCpu);
  for (const variant of variants) {
    it(variant.name, () => {
      const plan = variant.plan('infer');
      const module = loaded(standaloneText(variant));
      const before = tf.memory().numTensors;
      const arrays = variant.parameters(plan);
      const weights = module.readWeights(fileOf(arrays));
      const parameters = tensors(arrays);
      // What no output rests on is left out.
      const read = Object.keys(arrays).filter((path) => !path.startsWith('posterior/unread/'));
      assert.deepEqual(Object.keys(weights).sort(), read.sort());
      const inputs = tensors(variant.inputs(2));
      const held = tf.memory().numTensors;
      const got = module.forward(inputs, weights);
      assert.equal(
        tf.memory().numTensors - held,
        Object.keys(plan.outputs).length,
        'tensors beside the outputs',
      );
      const wanted = tensorProgram(plan).run({ inputs, parameters }).outputs;
      assert.deepEqual(Object.keys(got), Object.keys(wanted));
      for (const [output, value] of Object.entries(wanted)) {
        assert.deepEqual(got[output]!.shape, value.shape);
        const distance = relativeDistance(got[output]!.dataSync(), value.dataSync());
        assert.ok(distance <= 1e-6, `${output}: ${distance}`);
      }
      tf.dispose([got, wanted, inputs, parameters]);
      module.disposeWeights(weights);
      assert.equal(tf.memory().numTensors, before, 'a leak');
    });
  }
});

describe('a standalone module is trained by hand: its gradients are those of the training plan', () => {
  before(onCpu);
  const masked = (operator: Parameters<typeof skip>[1]) =>
    variantOf(
      'masked',
      model(
        seq(
          input('x', 6, 6, 3),
          encoder('image', [seq(conv(4), relu)]),
          conv(4),
          skip('image', operator as typeof psi.none),
          conv(3),
        ),
      ),
    );
  for (const [label, operator] of [
    ['dense', psi.dense()],
    ['one', psi.one()],
    ['grid', psi.grid(2, 4)],
    ['grouped', psi.grouped(2)],
  ] as const) {
    it(label, () => {
      const variant = masked(operator);
      const train = unsafePlan(variant.model, 'train', ({ output }) => ({ loss: reduceMean(ops.square(output!)) })); // prettier-ignore
      const module = loaded(standaloneText(variant));
      assert.equal(typeof module.psi, 'function');
      const weights = tensors(variant.parameters(train));
      const paths = Object.keys(weights);
      const inputs = tensors(variant.inputs(2));
      const wanted = tensorProgram(train).differentiate({ inputs, parameters: weights }, 'loss', paths);
      const loss = (...given: tf.Tensor[]): tf.Scalar =>
        tf.mean(tf.square(module.forward(inputs, Object.fromEntries(paths.map((path, i) => [path, given[i]!])))['output']!)); // prettier-ignore
      const found = tf.grads(loss)(paths.map((path) => weights[path]!));
      assert.ok(paths.some((path) => path.endsWith('/mask')));
      paths.forEach((path, i) => {
        const distance = relativeDistance(found[i]!.dataSync(), wanted.gradients[path]!.dataSync());
        assert.ok(distance <= 1e-6, `${path}: ${distance}`);
      });
    });
  }

  it('a gate that is soft in training has a function for each mode', () => {
    const variant = masked(psi.dense({ surrogate: surrogate.soft(4), init: init.normal(0.1) }));
    const text = standaloneText(variant);
    assert.match(text, /export function psi\(f: tf\.Tensor4D, mask: tf\.Tensor3D\): tf\.Tensor4D/);
    assert.match(text, /export function psiInTraining\(\n {2}f: tf\.Tensor4D,\n {2}mask: tf\.Tensor3D,\n {2}temperature: number,/); // prettier-ignore
  });
});

describe('a weights file is believed after every check', () => {
  before(onCpu);
  const variant = variantOf('small', model(seq(input('x', 4, 4, 1), conv(2))));
  const arrays = variant.parameters(variant.plan('infer'));
  const module = loaded(standaloneText(variant));
  const kernel = { shape: [3, 3, 1, 2], data: new Float32Array(18) };
  const bias = { shape: [2], data: new Float32Array(2) };
  const wrong: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    ['is empty', () => new Uint8Array(), /weights: 0 bytes are no safetensors file/],
    ['ends early', () => fileOf(arrays).subarray(0, 40), /the file ends within its header/],
    ['is no JSON', () => new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x2c]), /the header is not JSON/],
    [
      'is a list',
      () => new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x5b, 0x5d]),
      /conv1\/kernel is missing|not an object/,
    ],
    ['lacks a tensor', () => fileOf({ 'conv1/kernel': kernel }), /conv1\/bias is missing/],
    [
      'has another',
      () => fileOf({ 'conv1/kernel': kernel, 'conv1/bias': bias, more: bias }),
      /the file holds more, which this model does not have/,
    ],
    ['has another shape', () => fileOf({ 'conv1/kernel': { ...kernel, shape: [3, 3, 2, 1] }, 'conv1/bias': bias }), /conv1\/kernel has shape \[3,3,2,1\], not \[3,3,1,2\]/], // prettier-ignore
    ['lost its tail', () => fileOf(arrays).subarray(0, -4), /does not lie within the file/],
  ];
  for (const [label, bytes, message] of wrong) {
    it(`one that ${label}`, () => {
      const before = tf.memory().numTensors;
      assert.throws(() => module.readWeights(bytes()), message);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it('a checkpoint of a training, whose paths have prefixes', () => {
    const checkpoint = right(
      encodeCheckpoint({
        ...{ model: 'small', step: 3, seed: 1, extra: {} },
        parameters: { 'conv1/kernel': arrays['conv1/kernel']! },
        state: { 'conv1/bias': arrays['conv1/bias']! },
        optimisers: { adam: { scalars: {}, slots: { m: { 'conv1/kernel': arrays['conv1/kernel']! } } } },
      }),
    );
    const read = module.readWeights(checkpoint);
    for (const path of ['conv1/kernel', 'conv1/bias'])
      assert.deepEqual([...read[path]!.dataSync()], [...arrays[path]!.data]);
    module.disposeWeights(read);
  });

  it('another dtype', () => {
    const file = fileOf(arrays);
    const at = Buffer.from(file).indexOf('F32');
    file.set(new TextEncoder().encode('I'), at);
    assert.throws(() => module.readWeights(file), /weights: conv1\/\w+ is I32, not F32/);
  });

  it('bytes inside a larger buffer, at an odd place, are read as they are', () => {
    const file = fileOf(arrays);
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 3);
    const read = module.readWeights(Buffer.from(larger.buffer, 3, file.length));
    assert.deepEqual([...read['conv1/bias']!.dataSync()], [...arrays['conv1/bias']!.data]);
    module.disposeWeights(read);
  });
});

/* Names of parts that the language lets pass, in models of ten inputs and blocks each. */
const hostileModels = (): readonly Variant[] => {
  const parts = hostileNames.filter((name) => elaborate(hostileModel([name]))._tag === 'Right');
  assert.ok(parts.length > 200, `${parts.length}`);
  return Array.from({ length: Math.ceil(parts.length / 10) }, (_, at) => {
    const names = parts.slice(10 * at, 10 * at + 10);
    return variantOf(names[0]!, hostileModel(names));
  });
};
const hostileModel = (names: readonly string[]) =>
  model(
    seq(
      input('x', 4, 4, 1),
      ...names.flatMap((name) => [
        fuse(join.concat, input(`${name}`, 4, 4, 1)),
        named(name, conv(2)),
        encoder(name, [conv(2)]),
        conv(2),
        skip(name, psi.dense()),
      ]),
    ) as never,
  ) as AnyModel;

describe('R11: a hostile name is a literal, a comment or a harmless identifier', function () {
  this.timeout(60_000);
  it('500 names of models', () => {
    const { elaborated } = variantOf('x', model(seq(input('x', 4, 4, 1), conv(2))));
    const bodies = new Set<string>();
    for (const one of namedModels(hostileNames.map((name) => ({ name, elaborated })))) {
      const text = standaloneText(one);
      const begin = text.indexOf('*/\n\nimport * as tf');
      const head = text.slice(0, begin);
      assert.match(head, /^\/\*\*\n(?: \*[\x20-\x7e×]*\n)* $/, one.name);
      assert.ok(!head.includes('*/'), one.name);
      bodies.add(text.slice(begin));
    }
    // Nothing but the head has the name.
    assert.equal(bodies.size, 1);
    inert([...bodies][0]!.slice(2), 'x');
  });

  it('and of inputs, blocks and encoders', () => {
    for (const variant of hostileModels()) inert(standaloneText(variant), variant.name);
  });
});

/* How docs/source.md calls a module. */
const shownInDocs = (): string => {
  const page = readFileSync(new URL('../../../../docs/source.md', import.meta.url), 'utf8');
  return /```ts\n([^`]*from '\.\/unet-munet\.js';[^`]*)```/.exec(page)![1]!;
};

describe('a standalone module is clean', function () {
  this.timeout(full ? 0 : 120_000);
  const texts = (): readonly string[] => [
    ...variants.map(standaloneText),
    ...hostileModels()
      .slice(0, full ? undefined : 2)
      .map(standaloneText),
  ];
  for (const compiler of full ? compilers : (['typescript'] as const)) {
    it(`to ${compiler}, strict`, async () => {
      const modules = Object.fromEntries(texts().map((text, at) => [`model${at}.ts`, text]));
      const munet = thirty.find(({ name }) => name === 'unet-market-psi_dense')!;
      const shown = { 'unet-munet.ts': standaloneText(munet), 'shown.ts': shownInDocs() };
      assert.deepEqual(await complaints(compiler, { ...modules, ...shown }), []);
    });
  }

  it('to prettier in its default style', async () => {
    for (const text of texts()) assert.ok(await check(text, { parser: 'typescript' }), text);
  });

  it('and the same when it is written again', () => {
    const again = (variant: Variant): Variant => variantOf(variant.name, variant.model, variant.axes);
    for (const variant of variants.slice(0, 3))
      assert.equal(standaloneText(variant), standaloneText(again(variant)));
  });

  it('with an index of all models', () => {
    const models = namedModels(thirty.slice(0, 2));
    const [index] = typescriptStandalone.common(models);
    assert.equal(index!.path, 'index.ts');
    assert.match(
      String(index!.text),
      /^export \* as unetMarketPsiNone from "\.\/unet-market-psi_none\.js";\n/,
    );
  });
});

/* Parses, holds nothing but printable ASCII and our own signs, and no statement but the module's. */
const inert = (text: string, name: string): void => {
  assert.match(text, /^[\n\x20-\x7e×…]*$/, name);
  const source = ts.createSourceFile('model.ts', text, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = source as unknown as { readonly parseDiagnostics: readonly unknown[] };
  assert.equal(parseDiagnostics.length, 0, name);
  for (const statement of source.statements)
    assert.ok(
      ts.isImportDeclaration(statement) ||
        ts.isFunctionDeclaration(statement) ||
        ts.isVariableStatement(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement),
      `${name}: ${statement.getText()}`,
    );
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) assert.match(node.text, /^[A-Za-z_$][A-Za-z0-9_$]*$/);
    if (ts.isCallExpression(node))
      assert.ok(known.test(node.expression.getText()), `${name}: ${node.expression.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
};
const known =
  /^(tf\.[\w.]+|tf\.(backend|engine)\(\)\.\w+|psi\w*|relu|conv\w*|detached|Error|wrong|\w+\.(map|reduce|filter|decode|slice|subarray|includes|getUint32|startsWith|replace|set|get)|(Object|JSON|Number|Array)\.\w+|Object\.entries<.*>\(shapes\)\.map)$/;

describe('what no output rests on', () => {
  before(onCpu);
  it('is not computed nor read, though the file may hold it', () => {
    const variant = thirty.find(({ name }) => name === 'variunet-market-psi_grid_2x2')!;
    const train = variant.plan('train');
    const unread = train.parameters.filter(({ path }) => path.startsWith('posterior/unread/'));
    assert.ok(unread.length > 0);
    const text = standaloneText(variant);
    assert.doesNotMatch(text, /posteriorUnread/);
    const module = loaded(text);
    const weights = module.readWeights(fileOf(variant.parameters(train)));
    assert.equal(Object.keys(weights).length, train.parameters.length - unread.length);
    module.disposeWeights(weights);
  });
});
