/** `psi.maskConnectLevel` and `psi.maskConnectChannel`: what is drawn, what is chosen, and the gradient through the draw. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { tensorProgram, toTensors, type Plan } from '../../src/compile/index.js';
import {
  elaborate,
  encoder,
  fromSpec,
  init,
  input,
  join,
  model,
  psi,
  conv,
  skip,
  tap,
  through,
  toSpec,
  withPsi,
  type AnyModel,
  type Mode,
} from '../../src/dsl/index.js';
import { vdgStage1 } from '../../src/models/index.js';
import * as ops from '../../src/ops/elementwise.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceSum } from '../../src/ops/reduction.js';
import { gradientsOf, numbers, outputsOf, unsafePlan, type Numbers } from './plans.js';

const count = 6;
const replaced = (operator: Parameters<typeof psi.chain>[0]): AnyModel =>
  model(
    through(input('f', 2, 2, count), tap('e'), skip('e', operator as never, { join: join.replace })) as never,
  );
const planOf = (operator: unknown, mode: Mode): Plan =>
  unsafePlan(replaced(operator), mode, ({ output }) => ({
    loss: reduceSum(ops.multiply(output!, leaves.input('u', ['n', 2, 2, count]))),
  }));
const maskOf = (values: ArrayLike<number>): Readonly<Record<string, Numbers>> => ({
  'skip1/psi/mask': { shape: [values.length], data: values },
});
const ones = { f: numbers([1, 2, 2, count], () => 1), u: numbers([1, 2, 2, count], () => 1) };

/** Which channels pass, of a feature of ones: the same at every pixel. */
const passing = (plan: Plan, mask: ArrayLike<number>): readonly number[] => {
  const got = [...outputsOf(plan, ones, maskOf(mask))['output']!];
  const first = got.slice(0, count);
  for (let pixel = 1; pixel < 4; pixel++) assert.deepEqual(got.slice(count * pixel, count * (pixel + 1)), first); // prettier-ignore
  assert.ok(first.every((one) => one === 0 || one === 1));
  return first;
};
/** The share of draws in which each channel passes. */
const shares = (plan: Plan, mask: readonly number[], draws: number): readonly number[] => {
  const program = tensorProgram(plan);
  const sums = new Array<number>(count).fill(0);
  for (let step = 0; step < draws; step++) {
    const inputs = toTensors(ones as never);
    const parameters = toTensors(maskOf(mask) as never);
    const { outputs, nextState } = program.run({ inputs, parameters, noise: { seed: 5, step } });
    const got = [...outputs['output']!.dataSync()].slice(0, count);
    got.forEach((one, i) => (sums[i]! += one));
    for (const one of [inputs, parameters, outputs, nextState]) Object.values(one).forEach((each) => each.dispose()); // prettier-ignore
  }
  return sums.map((sum) => sum / draws);
};
const textsOf = (declared: AnyModel): readonly string[] => {
  const elaborated = elaborate(declared);
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};

describe('psi.maskConnectChannel', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('at inference lets those of at least ½ pass', () =>
    assert.deepEqual(passing(planOf(psi.maskConnectChannel(), 'infer'), [0, 0.4999, 0.5, 0.51, 1, 0.2]), [0, 0, 1, 1, 1, 0])); // prettier-ignore

  it('at inference lets the K largest pass, the first where they tie', () => {
    const entry = fc.constantFrom(0, 0.25, 0.5, 0.75, 1);
    const plans = Array.from({ length: count }, (_, k) => planOf(psi.maskConnectChannel({ fanIn: k + 1 }), 'infer')); // prettier-ignore
    fc.assert(
      fc.property(fc.integer({ min: 1, max: count }), fc.array(entry, { minLength: count, maxLength: count }), (k, mask) => {
        const order = mask.map((_, i) => i).sort((a, b) => mask[b]! - mask[a]! || a - b).slice(0, k);
        assert.deepEqual(passing(plans[k - 1]!, mask), mask.map((_, i) => (order.includes(i) ? 1 : 0)));
      }),
      { numRuns: 40 },
    ); // prettier-ignore
  });

  it('in training draws each with its mask as its chance, 0 and 1 being certain', () => {
    const mask = [0, 1, 0.5, 0.25, 0.75, 0.9];
    const got = shares(planOf(psi.maskConnectChannel(), 'train'), mask, 600);
    assert.deepEqual(got.slice(0, 2), [0, 1]);
    // Four standard deviations of a share of 600 draws are at most 0.082.
    mask.forEach((chance, i) => assert.ok(Math.abs(got[i]! - chance) < 0.082, `${i}: ${got[i]}, not ${chance}`)); // prettier-ignore
  });

  it('in training draws exactly K without replacement, in proportion to the masks', () => {
    const mask = [0.1, 0.2, 0.3, 0.4, 0, 0.5];
    const plan = planOf(psi.maskConnectChannel({ fanIn: 2 }), 'train');
    const got = shares(plan, mask, 600);
    assert.ok(Math.abs(got.reduce((sum, one) => sum + one, 0) - 2) < 1e-9);
    // The chance to be among two: first, or after one of the others.
    const total = mask.reduce((sum, one) => sum + one, 0);
    mask.forEach((one, i) => {
      const after = mask.reduce((sum, other, j) => (i === j ? sum : sum + ((other / total) * one) / (total - other)), 0); // prettier-ignore
      const wanted = one / total + after;
      assert.ok(Math.abs(got[i]! - wanted) < 0.082, `${i}: ${got[i]}, not ${wanted}`);
    });
  });

  it('draws K where fewer chances are above 0, and where all are 0', () => {
    const plan = planOf(psi.maskConnectChannel({ fanIn: 3 }), 'train');
    const got = passing(plan, [0, 0, 1, 0, 0, 0.01]);
    assert.equal(got.reduce((sum, one) => sum + one, 0), 3); // prettier-ignore
    assert.deepEqual([got[2], got[5]], [1, 1]);
    assert.equal(passing(plan, new Array(count).fill(0)).reduce((sum, one) => sum + one, 0), 3); // prettier-ignore
  });

  it('passes the gradient of the drawn mask to the real one, and of what passes to the feature', () => {
    const drawn = (name: string): Numbers => ({ shape: [2, 2, 2, count], data: random(9, name).normals(8 * count) }); // prettier-ignore
    const [f, u] = [drawn('f'), drawn('u')];
    for (const operator of [psi.maskConnectChannel(), psi.maskConnectChannel({ fanIn: 2 })]) {
      const mask = maskOf(new Array(count).fill(0.5));
      const plan = planOf(operator, 'train');
      const { gradients } = gradientsOf(plan, 'loss', { f, u }, mask);
      const wanted = new Array<number>(count).fill(0);
      for (let i = 0; i < 8 * count; i++) wanted[i % count]! += u.data[i]! * f.data[i]!;
      wanted.forEach((one, i) => assert.ok(Math.abs(gradients['skip1/psi/mask']![i]! - one) < 1e-4));
      /* The loss is linear in the drawn mask: that gradient is what turning a channel on is worth. */
      const { output, loss } = outputsOf(plan, { f, u }, mask) as {
        output: Float32Array;
        loss: Float32Array;
      };
      const open = Array.from({ length: count }, (_, i) => (output[i] === 0 ? 0 : 1));
      const worth = open.reduce<number>((sum, one, i) => sum + one * gradients['skip1/psi/mask']![i]!, 0);
      assert.ok(Math.abs(loss[0]! - worth) < 1e-4);
    }
  });

  it('draws another set at another step, and the same one again', () => {
    const plan = planOf(psi.maskConnectChannel({ fanIn: 3 }), 'train');
    assert.deepEqual(plan.noises.map(({ path, shape }) => [path, shape]), [['skip1/psi/draw', [count]]]); // prettier-ignore
    assert.deepEqual(passing(plan, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]), passing(plan, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])); // prettier-ignore
    const varied = shares(plan, new Array<number>(count).fill(0.5), 40);
    assert.ok(varied.every((one) => one > 0 && one < 1));
  });

  it('has a mask for each channel, kept between 0 and 1, in both modes', () => {
    for (const mode of ['train', 'infer'] as const) {
      const [mask, ...others] = planOf(psi.maskConnectChannel({ fanIn: 2 }), mode).parameters;
      assert.deepEqual(others, []);
      assert.deepEqual([mask?.shape, mask?.role, mask?.projection], [[count], 'mask', { clip: [0, 1] }]);
      assert.deepEqual([mask?.initialiser.name, mask?.initialiser.options], ['constant', { value: 0.5 }]);
    }
  });

  it('S02, S13, S38: a fan-in that is none or too large, options that are none, a start that is none', () => {
    const said = (...given: readonly unknown[]): readonly string[] =>
      textsOf(replaced(psi.maskConnectChannel(...(given as []))));
    const at = "skip 'e' 1 › psi.maskConnectChannel:";
    assert.deepEqual(said({ fanIn: 0 }), [`✗ S02 ${at} fanIn 0 is not a positive whole number; give 1 or more`]); // prettier-ignore
    assert.deepEqual(said({ fanIn: 7 }), [`✗ S13 ${at} fanIn 7 is more than 6 channels; let fewer pass`]);
    assert.deepEqual(said({ fanIn: 6 }), []);
    assert.deepEqual(said('three'), [`✗ S02 ${at} 'three' is not a record of options; give { … }, or leave it out`]); // prettier-ignore
    assert.deepEqual(said({ init: 0.5 }), [`✗ S38 ${at} init 0.5 is not an initialiser; pass constant(0), normal(0.02), … or your own`]); // prettier-ignore
  });
});

describe('psi.maskConnectLevel', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  const encoded = through(input('x', 4, 4, 2), tap('e'), conv(3, { stride: 2 }), tap('e'));
  const chosen = (operator: unknown): AnyModel =>
    model(through(encoded, skip('e', operator as never, { level: 'all', join: join.replace })) as never);
  const x = numbers([1, 4, 4, 2], (i) => 1 + i / 10);
  const weights = { 'conv1/kernel': numbers([3, 3, 2, 3], (i) => 0.5 + i / 100), 'conv1/bias': numbers([3], () => 0) }; // prettier-ignore
  const outputAt = (operator: unknown, mask: readonly number[]): Float32Array =>
    outputsOf(unsafePlan(chosen(operator)), { x }, { ...weights, 'skip1/psi/mask': { shape: [2], data: mask } })['output']!; // prettier-ignore

  it('chooses among the levels that a skip reads, brought to one size', () => {
    for (const method of ['nearest', 'bilinear'] as const) {
      const all = outputsOf(unsafePlan(chosen(psi.resize(method))), { x }, weights)['output']!;
      const only = (level: number): readonly number[] =>
        [...all].map((one, i) => ((i % 5 < 2 ? 0 : 1) === level ? one : 0));
      const one = psi.maskConnectLevel({ fanIn: 1, method });
      assert.deepEqual([...outputAt(one, [0.9, 0.6])], only(0));
      assert.deepEqual([...outputAt(one, [0.4, 0.6])], only(1));
      assert.deepEqual([...outputAt(one, [1, 1])], only(0));
      assert.deepEqual([...outputAt(psi.maskConnectLevel({ method }), [0.5, 0.6])], [...all]);
      assert.deepEqual([...outputAt(psi.maskConnectLevel({ method }), [0.49, 0.1])].map(Math.abs), [...all].map(() => 0)); // prettier-ignore
    }
  });

  it('of one level keeps its shape and has one parameter', () => {
    const plan = planOf(psi.maskConnectLevel(), 'infer');
    assert.deepEqual(plan.parameters.map(({ path, shape }) => [path, shape]), [['skip1/psi/mask', [1]]]); // prettier-ignore
    const sizes = textsOf(
      model(through(input('x', 8, 8, 3), encoder('e', [conv(4), conv(8, { stride: 2 })]), skip('e'), skip('e', psi.maskConnectLevel() as never)) as never), // prettier-ignore
    );
    assert.match(sizes[0]!, /^✗ S12 skip 'e' 1: encoder gives 8×8×4, decoder expects 4×4 /);
  });

  it('S02, S13: more levels than the skip reads, a method that is none', () => {
    const at = "skip 'e' all › psi.maskConnectLevel:";
    assert.deepEqual(textsOf(chosen(psi.maskConnectLevel({ fanIn: 3 }))), [`✗ S13 ${at} fanIn 3 is more than 2 levels; let fewer pass`]); // prettier-ignore
    assert.deepEqual(textsOf(chosen(psi.maskConnectLevel({ method: 'cubic' as never }))), [
      `✗ S02 ${at} method 'cubic' is not one of 'nearest', 'bilinear'; give one of them`,
    ]);
  });

  it('stands in a spec and comes back', () => {
    for (const declared of [
      chosen(psi.maskConnectLevel({ fanIn: 1, method: 'nearest', init: init.normal(0.1) })),
      replaced(psi.maskConnectChannel({ fanIn: 2 })),
      replaced(psi.maskConnectChannel()),
    ]) {
      const spec = toSpec(declared);
      assert.ok(E.isRight(spec));
      const back = fromSpec(JSON.parse(JSON.stringify(spec.right)));
      assert.ok(E.isRight(back));
      assert.deepEqual(toSpec(back.right), spec);
      assert.deepEqual(unsafePlan(back.right).nodes, unsafePlan(declared).nodes);
    }
  });

  it('stands on every skip of VDG: a number per skip, or one per channel', () => {
    const vdg = model(vdgStage1(32, 16, 8, psi.none));
    const masks = (operator: Parameters<typeof withPsi>[1]): readonly number[] =>
      unsafePlan(withPsi(vdg, operator), 'train').parameters.flatMap(({ role, shape }) => (role === 'mask' ? [shape[0]!] : [])); // prettier-ignore
    const channels = masks(psi.maskConnectChannel({ fanIn: 4 }));
    assert.deepEqual(masks(psi.maskConnectLevel()), channels.map(() => 1)); // prettier-ignore
    assert.ok(channels.length >= 3 && channels.includes(8));
  });
});
