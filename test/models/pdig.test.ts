/** What is special to PDIG: codes of parts and background, the pose as a code that is rounded, codes that are drawn. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { initialParameters, type Plan } from '../../src/compile/index.js';
import { model, psi, type AnyModel } from '../../src/dsl/index.js';
import {
  models,
  pdigCritic,
  pdigFromCode,
  pdigGenerator,
  pdigPoseDecoder,
  pdigPoseEncoder,
  pdigStage1,
  pdigStage1Deep,
} from '../../src/models/index.js';
import { square } from '../../src/ops/elementwise.js';
import { reduceMean } from '../../src/ops/reduction.js';
import { gradientsOf, numbers, outputsOf, unsafePlan, type Numbers } from '../dsl/plans.js';

const onCpu = async (): Promise<void> => {
  await unsafeActivate({ backend: 'cpu' });
};
const started = (plan: Plan): Readonly<Record<string, Numbers>> => initialParameters(plan, 3);
const side = 16;

describe('PDIG, Stage I: codes', () => {
  before(onCpu);
  const plan = unsafePlan(model(pdigStage1(side, side, 1, psi.none)));
  const weights = started(plan);
  const boxes_a = numbers([1, 1, 7, 4], (i) => (i % 4 < 2 ? 0.1 : 0.6 + (i % 7) / 20));
  const p_b = numbers([1, side, side, 18], (i) => (i % 5 === 0 ? 1 : -1));
  const picture = (step: number) => numbers([1, side, side, 3], (i) => Math.sin(i * step));
  const flat = (value: number, shape: readonly number[]) => numbers(shape, () => value);
  const codes = (step: number, mask: number, seen: Numbers = flat(1, [1, 1, 1, 7])) =>
    outputsOf(
      plan,
      { x_a: picture(step), mask_a: flat(mask, [1, side, side, 1]), boxes_a, seen_a: seen, p_b },
      weights,
    );

  it('see the person in the foreground, and all but the person in the background', () => {
    const [all, otherwise] = [codes(1, 1), codes(2, 1)];
    assert.notDeepEqual(all['foreground'], otherwise['foreground']);
    assert.deepEqual(all['background'], otherwise['background']);
    const [none, elsewhere] = [codes(1, 0), codes(2, 0)];
    assert.deepEqual(none['foreground'], elsewhere['foreground']);
    assert.notDeepEqual(none['background'], elsewhere['background']);
  });
  it('are 0 for a part that is not seen, and as they were for the others', () => {
    const seen = numbers([1, 1, 1, 7], (i) => (i === 2 ? 0 : 1));
    const [all, some] = [codes(1, 1)['foreground']!, codes(1, 1, seen)['foreground']!];
    assert.ok(all.every((one, i) => some[i] === (Math.floor(i / 32) === 2 ? 0 : one)));
    assert.ok(all.slice(64, 96).some((one) => one !== 0));
  });
  it('make the picture alone, the foreground’s first: what codes that were drawn go through', () => {
    const found = codes(1, 0.5);
    const code = [...found['foreground']!, ...found['background']!];
    const rest = unsafePlan(model(pdigFromCode(side, side, 352, 1, psi.none)));
    const own = Object.fromEntries(rest.parameters.map(({ path }) => [path, weights[path]!]));
    for (const { path, shape } of rest.parameters) assert.deepEqual(weights[path]?.shape, shape, path);
    assert.ok(rest.parameters.every(({ path }) => path.startsWith('unet/')));
    const again = outputsOf(rest, { code: { shape: [1, 1, 1, 352], data: code }, p_b }, own);
    assert.deepEqual(again['output'], found['output']);
  });
  it('have no mask and no background at DeepFashion', () => {
    const deep = unsafePlan(model(pdigStage1Deep(side, side, 1, psi.none)));
    assert.deepEqual(Object.keys(deep.inputs).sort(), ['boxes_a', 'p_b', 'seen_a', 'x_a']);
    assert.deepEqual(Object.keys(deep.outputs).sort(), ['foreground', 'output']);
    assert.deepEqual(deep.layers.find(({ path }) => path === 'parts1/branch/residual1')!.output.slice(1), [64, 64, 1]); // prettier-ignore
  });
});

describe('masks on PDIG', () => {
  it('stand on the U-Net’s five levels', () => {
    const masked = models.find(({ name }) => name === 'pdig-stage1+munet-o')!;
    for (const dataset of ['market-1501', 'deepfashion'] as const) {
      const plan = unsafePlan(masked.at[dataset]({ height: 32, width: 32, filters: 2 }));
      const paths = plan.parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
      assert.deepEqual(paths, [1, 2, 3, 4, 5].map((k) => `unet/decoder/image/level${k}/psi/mask`)); // prettier-ignore
    }
  });
});

describe('PDIG, the pose as a code', () => {
  before(onCpu);
  const units = 6;
  const decoder = model(pdigPoseDecoder(units));
  const plan = unsafePlan(decoder);
  const weights = started(plan);
  const code = numbers([2, 1, 1, 32], (i) => 3 * Math.sin(i + 1));

  it('is what its encoder reads: 18 times row, column and visibility', () => {
    const { inputs } = unsafePlan(model(pdigPoseEncoder(units)));
    assert.deepEqual(inputs['p_b']!.shape, plan.nodes[plan.outputs['output']!]!.shape);
  });
  it('is what a plain computation gives: linear rows and columns, visibilities of 0 and 1', () => {
    const found = outputsOf(plan, { code }, weights)['output']!;
    const visibilities = [...found].filter((_, i) => i % 3 === 2);
    for (let n = 0; n < 2; n++) {
      const pose = decoded(Array.from(code.data).slice(32 * n, 32 * (n + 1)), weights);
      pose.forEach((one, i) => assert.ok(Math.abs(found[54 * n + i]! - one) < 1e-5, `${n}, ${i}: ${found[54 * n + i]}, not ${one}`)); // prettier-ignore
    }
    assert.deepEqual(new Set(visibilities), new Set([0, 1]));
  });
  it('lets the gradient of a visibility through its rounding, as the sigmoid’s', () => {
    const trained = unsafePlan(decoder, 'train', ({ output }) => ({
      loss: reduceMean(square(output!)),
    }));
    const { gradients } = gradientsOf(trained, 'loss', { code }, weights);
    const found = gradients['visibilities/dense1/bias']!;
    const plain = Array.from({ length: 18 }, (_, joint) =>
      [0, 1].reduce((sum, n) => {
        const trunk = trunkOf(Array.from(code.data).slice(32 * n, 32 * (n + 1)), weights);
        const s = sigmoid(layer(trunk, 'visibilities/dense1', weights)[joint]!);
        // The loss is the mean of squares over 2·54 entries: its gradient at the rounded value, then the sigmoid's.
        return sum + ((2 * Math.round(s)) / 108) * s * (1 - s);
      }, 0),
    );
    plain.forEach((one, joint) => assert.ok(Math.abs(found[joint]! - one) < 1e-6, `${joint}`));
    assert.ok(plain.some((one) => one > 0));
  });
});

describe('PDIG, codes that are drawn', () => {
  it('come from noise that is fed: a plan has none of its own', () => {
    for (const one of models.filter(({ name }) => /^pdig-.*-generator$/.test(name))) {
      const plan = unsafePlan(one.at['market-1501'](), 'train');
      assert.deepEqual(plan.noises, []);
      assert.deepEqual(plan.inputs['z']!.shape, plan.nodes[plan.outputs['output']!]!.shape, one.name);
    }
  });
  it('are as long as what their critic judges', () => {
    for (const of of ['fg', 'bg', 'pose']) {
      const [made, judged] = ['generator', 'critic'].map(
        (role) => unsafePlan(models.find(({ name }) => name === `pdig-${of}-${role}`)!.at['market-1501']()).inputs, // prettier-ignore
      );
      assert.deepEqual(made!['z']!.shape, judged!['code']!.shape);
    }
  });
  it('are judged by critics that start with He’s variance, drawn uniformly', () => {
    const weights = started(unsafePlan(model(pdigCritic(224, 512))));
    const largest = (path: string) =>
      Array.from(weights[path]!.data).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const close = (got: number, limit: number) => assert.ok(got <= limit && got > 0.98 * limit, `${got}, not ${limit}`); // prettier-ignore
    close(largest('dense1/kernel'), Math.sqrt(6 / 224));
    for (const k of [2, 3, 4]) close(largest(`dense${k}/kernel`), Math.sqrt(6 / 512));
    close(largest('dense5/kernel'), Math.sqrt(6 / 513));
  });
  it('have four residual pairs and no activation at the end', () => {
    const ops = (declared: AnyModel) => unsafePlan(declared).layers.map(({ op }) => op);
    const pair = ['dense', 'leakyRelu', 'dense', 'leakyRelu', 'residual'];
    assert.deepEqual(ops(model(pdigGenerator(8, 4))), [
      'dense',
      'leakyRelu',
      ...pair,
      ...pair,
      ...pair,
      ...pair,
      'dense',
    ]);
  });
});

/* The pose decoder once more, in plain numbers. */
const layer = (x: readonly number[], path: string, weights: Readonly<Record<string, Numbers>>) => {
  const { shape, data } = weights[`${path}/kernel`]!;
  const units = shape[1]!;
  return Array.from({ length: units }, (_, u) =>
    x.reduce((sum, one, i) => sum + one * data[i * units + u]!, weights[`${path}/bias`]!.data[u]!),
  );
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const trunkOf = (code: readonly number[], weights: Readonly<Record<string, Numbers>>): readonly number[] => {
  const leaky = (x: readonly number[]): readonly number[] => x.map((one) => Math.max(one, 0.2 * one));
  let trunk: readonly number[] = layer(code, 'dense1', weights);
  for (const k of [1, 2, 3, 4]) {
    const once = leaky(layer(trunk, `residual${k}/dense1`, weights));
    const twice = leaky(layer(once, `residual${k}/dense2`, weights));
    trunk = trunk.map((one, i) => one + twice[i]!);
  }
  return trunk;
};
const decoded = (code: readonly number[], weights: Readonly<Record<string, Numbers>>): readonly number[] => {
  const trunk = trunkOf(code, weights);
  const coordinates = layer(trunk, 'coordinates/dense1', weights);
  const visibilities = layer(trunk, 'visibilities/dense1', weights).map((one) => Math.round(sigmoid(one)));
  return visibilities.flatMap((seen, joint) => [coordinates[2 * joint]!, coordinates[2 * joint + 1]!, seen]);
};
