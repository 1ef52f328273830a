/** What a generated module promises beside its numbers: names, starts, weights files, and a text that stays as it is. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join as joined } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { initialParameters } from '../../../../src/compile/index.js';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { attributesOf } from '../../../../src/compile/source/pytorch/parameters.js';
import { pythonFile, pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { batchNorm, conv, dropout, encoder, input, model, named, psi, relu, seq, skip, through, unsafeElaborate, type AnyModel } from '../../../../src/dsl/index.js'; // prettier-ignore
import { writeSafetensors, type StoredTensor } from '../../../../src/files/safetensors.js';
import { encodeCheckpoint } from '../../../../src/learn/checkpoint/format.js';
import { unsafePlan } from '../../../dsl/plans.js';
import { right } from '../../../learn/train/either.js';
import { thirty } from '../thirty.js';
import { needs, runPython } from './python.js';

const textOf = (declared: AnyModel, name = 'a model'): string => {
  const files = pytorch.files(namedModels([{ name, elaborated: unsafeElaborate(declared) }])[0]!);
  if (E.isLeft(files)) throw new Error(files.left.map(({ text }) => text).join('\n'));
  return String(files.right[0]!.text);
};

const declared = (): AnyModel =>
  model(
    through(
      input('x', 6, 5, 3),
      encoder('image', [seq(conv(8), relu)]),
      named('wide', conv(64), batchNorm(), dropout(0.5)),
      skip('image', psi.maskConnectChannel({ fanIn: 2 })),
      conv(3),
    ),
  );

describe('a module of PyTorch', () => {
  it('is the same text each time, in 88 columns of ASCII', () => {
    for (const variant of [thirty[3]!, thirty[9]!, thirty[21]!]) {
      const [once, twice] = [pytorch.files(variant), pytorch.files(variant)];
      assert.deepEqual(once, twice);
      const text = E.isRight(once) ? String(once.right[0]!.text) : '';
      assert.match(text, /^[\n\x20-\x7e]+$/);
      const long = text.split('\n').filter((line) => line.length > 88);
      assert.ok(long.length <= 3, long.join('\n'));
    }
    for (const { text } of pytorch.common([])) assert.match(String(text), /^[\n\x20-\x7e]+$/);
  });

  it('has one forward for both modes, with what differs under if', () => {
    const text = textOf(declared());
    assert.equal(text.match(/def forward/g)?.length, 1);
    assert.match(text, /def batch_norm\(x: Tensor, layer: Layer, training: bool\) -> Tensor:/);
    assert.match(text, / {8}update\(\n? *layer\.runningMean,/);
    assert.match(text, /x = conv\(x, self\.conv1, padding=1\)/);
    const plain = textOf(model(through(input('x', 4, 4, 3), conv(4), relu, conv(4, { stride: 2 }))));
    assert.doesNotMatch(plain, /training/);
  });

  it('writes psi as the paper does, its gradient straight through', () => {
    const text = textOf(model(through(input('x', 4, 4, 3), encoder('e', [conv(4)]), skip('e', psi.dense()))));
    const wanted = [
      '    """Psi: psi(f, M) = f * 1[sigma(f * M) >= 1/2]."""',
      '    product = x * mask',
      '    gate = (product >= 0).float()',
      '    if training:',
      '        soft = torch.sigmoid(product)',
      '        gate = gate + (soft - soft.detach())',
      '    return x * gate',
    ];
    assert.ok(text.includes(wanted.join('\n')), text);
  });

  it('keeps paths as attributes where Python and torch leave them free', () => {
    const found = attributesOf(['image/level2/conv1/kernel', 'class/forward/kernel', 'a b/x', 'a_b/x', 'é~2/bias', 'w', 'w/v']); // prettier-ignore
    assert.deepEqual(found.get('image/level2/conv1/kernel'), ['image', 'level2', 'conv1', 'kernel']);
    assert.deepEqual(found.get('class/forward/kernel'), ['class_', 'forward_', 'kernel']);
    assert.deepEqual(found.get('a_b/x'), ['a_b', 'x']);
    assert.deepEqual(found.get('a b/x'), ['a_b_2', 'x']);
    assert.deepEqual(found.get('é~2/bias'), ['e_2', 'bias']);
    assert.notDeepEqual(found.get('w'), found.get('w/v')!.slice(0, 1));
    assert.equal(new Set([...found.values()].map((names) => names.join('.'))).size, 7);
  });

  const fileOf = (name: string): string =>
    pythonFile(namedModels([{ name, elaborated: unsafeElaborate(declared()) }])[0]!);

  it('has a file that can be imported and whose name hides no module of Python or torch', () => {
    assert.equal(fileOf('VDG, Stage I'), 'vdg_stage_i.py');
    for (const name of 'class lambda import torch sympy typing_extensions contextvars copyreg fcntl'.split(
      ' ',
    ))
      assert.equal(fileOf(name), `${name}_.py`);
  });

  describe('V40', () => {
    it('an initialiser that torch cannot be told', () => {
      const own = { name: 'mine', options: {}, values: (shape: readonly number[]) => new Float32Array(shape.reduce((a, b) => a * b)) }; // prettier-ignore
      const odd = model(through(input('x', 4, 4, 3), conv(4, { initialiser: own })));
      const files = pytorch.files(namedModels([{ name: 'odd', elaborated: unsafeElaborate(odd) }])[0]!);
      assert.ok(E.isLeft(files));
      assert.deepEqual(files.left.map(({ rule, where }) => [rule, where]), [['V40', 'conv1/kernel']]); // prettier-ignore
    });
  });

  describe('in Python', () => {
    before(needs('torch', 'safetensors'));

    it('hides no module that this Python has or torch imports', async () => {
      const looked =
        'import keyword, sys, safetensors.torch, torch.utils.data; print(*keyword.kwlist, *sys.stdlib_module_names, *sys.modules)';
      const taken = (await runPython(['-c', looked])).stdout
        .trim()
        .split(/\s+/)
        .filter((name) => /^[a-z][a-z0-9_]*$/.test(name));
      assert.ok(taken.length > 200);
      const files = new Set(taken.map((name) => `${name}.py`));
      for (const name of taken) assert.ok(!files.has(fileOf(name)), name);
    });

    it('reads and writes weights files, refuses wrong ones, starts and projects as it should', async function () {
      this.timeout(120_000);
      const folder = await mkdtemp(joined(tmpdir(), 'maskskip-pytorch-'));
      try {
        for (const { path, text } of pytorch.common([])) await writeFile(joined(folder, path), text);
        await writeFile(joined(folder, 'a_model.py'), textOf(declared()));
        const start = initialParameters(unsafePlan(declared(), 'train'), 4);
        const stored = Object.entries(start).map(([name, { shape, data }]): [string, StoredTensor] => [name, { dtype: 'F32', shape, data }]); // prettier-ignore
        right(await writeSafetensors(joined(folder, 'weights.safetensors'), Object.fromEntries(stored))());
        const roleOf = new Map(
          unsafePlan(declared(), 'train').parameters.map(({ path, role }) => [path, role]),
        );
        const [state, parameters] = [true, false].map((isState) => Object.fromEntries(Object.entries(start).filter(([path]) => (roleOf.get(path) === 'state') === isState))) as [typeof start, typeof start]; // prettier-ignore
        const checkpoint = { model: 'a model', step: 3, seed: 1, parameters, state, optimisers: { sgd: { scalars: {}, slots: { velocity: parameters } } }, extra: {} }; // prettier-ignore
        await writeFile(joined(folder, 'checkpoint.safetensors'), right(encodeCheckpoint(checkpoint)));
        const script = joined(dirname(fileURLToPath(import.meta.url)), 'module.py');
        const { stdout } = await runPython([script, folder, 'a_model']);
        assert.equal(stdout, '');
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
});
