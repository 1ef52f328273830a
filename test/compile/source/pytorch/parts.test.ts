/** The generated psi.py and losses.py give the numbers and gradients of the operators and terms that they stand for. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join as joined } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { random } from '../../../../src/base/random.js';
import { type ParameterArray } from '../../../../src/compile/index.js';
import { pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { conv, input, join, model, psi, skip, surrogate, tap, through, type AnyModel, type Psi } from '../../../../src/dsl/index.js'; // prettier-ignore
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../../../src/files/safetensors.js';
import { term } from '../../../../src/learn/index.js';
import { multiply, square } from '../../../../src/ops/elementwise.js';
import { reduceMean } from '../../../../src/ops/reduction.js';
import type { Value } from '../../../../src/ops/value.js';
import { gradientsOf, outputsOf, unsafePlan } from '../../../dsl/plans.js';
import { gradient, numbers, scalar, type Read } from '../../../learn/losses/computed.js';
import { right } from '../../../learn/train/either.js';
import { relativeDistance } from '../../../models/torch/harness.js';
import { needs, runPython } from './python.js';

type Arrays = Record<string, ParameterArray>;

const drawn = (name: string, ...shape: number[]): ParameterArray => {
  const count = shape.reduce((product, one) => product * one, 1);
  return numbers(shape, random(5, name).uniforms(count).map((one) => 2 * one - 1)); // prettier-ignore
};
const images = {
  a: drawn('a', 2, 13, 12, 3),
  b: drawn('b', 2, 13, 12, 3),
  m: numbers([2, 13, 12, 1], random(5, 'm').uniforms(2 * 13 * 12).map(Math.round)), // prettier-ignore
};

/* Each as parts.py has it; the names of what it reads in the order of its arguments. */
const terms: Readonly<Record<string, readonly [reads: string, of: (a: Value, b: Value, m: Value) => Value]>> =
  {
    l1: ['ab', term.l1],
    maskL1: ['abm', term.maskL1],
    meanSquares: ['ab', term.meanSquares],
    bceWithLogits: ['a', (a) => term.bceWithLogits(multiply(a, 9), 1)],
    logLoss: ['a', (a) => term.logLoss(multiply(a, a), 0)],
    leastSquares: ['a', (a) => term.leastSquares(a, 1)],
    wassersteinCritic: ['ab', (a, b) => term.wassersteinCritic(a, multiply(a, b))],
    wassersteinGenerator: ['a', (a) => term.wassersteinGenerator(a)],
    klBetweenMeans: ['ab', term.klBetweenMeans],
    featureL1: ['ab', (a, b) => term.featureL1({ a, z: a }, { a: b }, { a: 0.5 })],
    gramL1: ['ab', (a, b) => term.gramL1({ a }, { a: b })],
    nearestNeighbour: ['ab', (a, b) => term.nearestNeighbour(a, b, 5)],
    ssim: ['ab', (a, b) => term.ssim(a, b)],
    enhancedWeightingA: ['abm', (a, b, m) => term.enhancedWeightingA(a, b, m)],
    enhancedWeightingB: ['abm', (a, b, m) => term.enhancedWeightingB(a, b, m)],
    vggInput: ['ab', (a, b) => term.l1(term.vggInput(a), term.vggInputOfDefGan(b))],
  };

interface MaskJob {
  readonly type: string;
  readonly sizes: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly psi: Psi;
}
const [height, width, channels] = [7, 5, 4];
const soft = { surrogate: surrogate.soft(3) };
const still = { surrogate: surrogate.zero };
const masks: Readonly<Record<string, MaskJob>> = {
  dense: { type: 'DenseMask', sizes: [channels, height, width], options: {}, psi: psi.dense() },
  denseSoft: { type: 'DenseMask', sizes: [channels, height, width], options: { surrogate: 'soft', temperature: 3 }, psi: psi.dense(soft) }, // prettier-ignore
  denseZero: { type: 'DenseMask', sizes: [channels, height, width], options: { surrogate: 'zero' }, psi: psi.dense(still) }, // prettier-ignore
  one: { type: 'OneMask', sizes: [height, width], options: {}, psi: psi.one() },
  grouped: { type: 'GroupedMask', sizes: [channels, height, width, 2], options: {}, psi: psi.grouped(2) },
  grid: { type: 'GridMask', sizes: [height, width, 3, 2], options: {}, psi: psi.grid(3, 2) },
  gridSoft: { type: 'GridMask', sizes: [height, width, 2, 2], options: { surrogate: 'soft', temperature: 3 }, psi: psi.grid(2, 2, soft) }, // prettier-ignore
};
const masked = (operator: Psi): AnyModel =>
  model(
    through(
      input('x', height, width, channels),
      conv(channels, { kernel: 1, bias: false }),
      tap('e'),
      skip('e', operator, { join: join.replace }),
    ),
  );
const maskPath = (operator: Psi): string =>
  unsafePlan(masked(operator)).parameters.find(({ role }) => role === 'mask')!.path;

describe('psi.py and losses.py', () => {
  let found: Arrays = {};
  const given: Arrays = { ...images };

  before(needs('torch', 'safetensors'));
  before(async function () {
    this.timeout(120_000);
    await unsafeActivate({ backend: 'cpu' });
    for (const [name, { psi: operator }] of Object.entries(masks)) {
      const plan = unsafePlan(masked(operator));
      given[`${name}/x`] = drawn(`x ${name}`, 2, height, width, channels);
      for (const { path, shape } of plan.parameters)
        given[`${name}/${path === maskPath(operator) ? 'mask' : 'kernel'}`] = drawn(
          `${path} ${name}`,
          ...shape,
        );
    }
    const folder = await mkdtemp(joined(tmpdir(), 'maskskip-pytorch-'));
    try {
      for (const { path, text } of pytorch.common([])) await writeFile(joined(folder, path), text);
      const stored = Object.entries(given).map(([name, { shape, data }]): [string, StoredTensor] => [name, { dtype: 'F32', shape, data }]); // prettier-ignore
      right(await writeSafetensors(joined(folder, 'given.safetensors'), Object.fromEntries(stored))());
      const jobs = {
        terms: Object.fromEntries(Object.entries(terms).map(([name, [reads]]) => [name, [...reads]])),
        masks: Object.fromEntries(Object.entries(masks).map(([name, { psi: _, ...job }]) => [name, job])),
      };
      await writeFile(joined(folder, 'jobs.json'), JSON.stringify(jobs));
      await runPython([joined(dirname(fileURLToPath(import.meta.url)), 'parts.py'), folder]);
      found = right(await readSafetensors(joined(folder, 'found.safetensors'))()).tensors as Arrays;
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const [name, [, of]] of Object.entries(terms)) {
    it(`the term ${name}`, async () => {
      const read = ({ a, b, m }: Read): Value => of(a!, b!, m!);
      const value = await scalar(read, images);
      const wanted = await gradient(read, images, 'a');
      assert.ok(Math.abs(found[`${name}/value`]!.data[0]! - value) <= 1e-5 * Math.max(1, Math.abs(value)));
      assert.ok(wanted.some((one) => Math.abs(one) > 1e-6), 'a gradient of zeros shows nothing'); // prettier-ignore
      const distance = relativeDistance(found[`${name}/gradient`]!.data, wanted);
      assert.ok(distance < 1e-4, `gradient ${distance}`);
    });
  }

  for (const [name, { psi: operator }] of Object.entries(masks)) {
    it(`the mask ${name}`, () => {
      const declared = masked(operator);
      const infer = unsafePlan(declared);
      const train = unsafePlan(declared, 'train', ({ output }) => ({ loss: reduceMean(square(output!)) }));
      const mask = maskPath(operator);
      const kernel = infer.parameters.find(({ role }) => role === 'weight')!.path;
      const parameters = { [mask]: given[`${name}/mask`]!, [kernel]: given[`${name}/kernel`]! };
      const inputs = { x: given[`${name}/x`]! };
      const { gradients } = gradientsOf(train, 'loss', inputs, parameters);
      const wanted = {
        infer: outputsOf(infer, inputs, parameters)['output']!,
        train: outputsOf(train, inputs, parameters)['output']!,
        mask: gradients[mask]!,
        kernel: gradients[kernel]!,
      };
      for (const [what, values] of Object.entries(wanted)) {
        const got = found[`${name}/${what}`]!.data;
        if (name.endsWith('Zero') && what === 'mask') assert.deepEqual([...got], [...values]);
        else assert.ok(relativeDistance(got, values) < 1e-5, `${what}: ${relativeDistance(got, values)}`);
      }
      assert.ok(new Set(wanted.infer).size > 10);
    });
  }
});
