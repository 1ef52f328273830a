/** Stages: run in order they compute what the whole plan computes (P20–P23). */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import type { Plan } from '../../../src/compile/index.js';
import { rewritten, stages, type StageOptions } from '../../../src/compile/rewrite/index.js';
import { model, psi } from '../../../src/dsl/index.js';
import { vdgStage1 } from '../../../src/models/vdg.js';
import { conv2d } from '../../../src/ops/convolution.js';
import * as ops from '../../../src/ops/elementwise.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import { reduceMean } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { outputsOf, unsafePlan, type Numbers } from '../../dsl/plans.js';
import { count, counted, distance, drawing, feedsOf, frozenAtRandom, operations, planWith, right, type Draw } from './random-plans.js'; // prettier-ignore

const whole: StageOptions = { without: ['split-concat'] };

/** What stages give, each fed from the inputs and from the outputs of those before it. */
const inOrder = (
  made: readonly Plan[],
  feeds: Readonly<Record<string, Numbers>>,
): Readonly<Record<string, Float32Array>> => {
  let known: Readonly<Record<string, Numbers>> = feeds;
  let last: Readonly<Record<string, Float32Array>> = {};
  const batch = Object.values(feeds)[0]!.shape[0]!;
  for (const stage of made) {
    const inputs = Object.fromEntries(Object.keys(stage.inputs).map((name) => [name, known[name]!]));
    last = outputsOf(stage, inputs);
    const given = Object.entries(last).map(([name, data]) => {
      const shape = stage.nodes[stage.outputs[name]!]!.shape;
      const extents = shape.map((one) => (typeof one === 'number' ? one : one === 'n' ? batch : batch * Number.parseInt(one, 10))); // prettier-ignore
      return [name, { shape: extents, data }] as const;
    });
    known = { ...known, ...Object.fromEntries(given) };
  }
  return last;
};

const size = ({ shape }: Value): number => Number(shape[3]);
/** A plan over four images of one size that mixes what is known early and late. */
const mixed = (draw: Draw): Plan => {
  const [h, w] = [draw.integer(1, 5), draw.integer(1, 5)];
  const values: Value[] = ['a', 'b', 'c', 'd'].map((name) => leaves.input(name, ['n', h, w, 2]));
  for (let i = draw.integer(4, 14); i > 0; i--) {
    const x = draw.pick(...values);
    const like = draw.pick(...values.filter((one) => size(one) === size(x)));
    const kernel = draw.constant([1, 1, size(x), 2]);
    values.push(
      draw.pick<() => Value>(
        () => draw.pick(ops.relu, ops.tanh)(x),
        () => draw.pick(ops.add, ops.multiply)(x, like),
        () => ops.select(ops.greaterEqual(like, 0), x, ops.tanh(like)),
        () => layout.concat([x, draw.pick(...values)], 3),
        () => ops.add(conv2d(x, kernel, { strides: [1, 1], padding: [[0, 0], [0, 0]] }), draw.constant([2])),
        () => ops.add(x, ops.multiply(ops.exp(draw.constant([size(x)])), 0.1)),
        () => ops.subtract(x, reduceMean(x, [1, 2], true)),
        () => ops.add(x, layout.reshape(reduceMean(layout.reshape(layout.tile(like, [2, 1, 1, 1]), ['n', 2 * h * w * size(x)]), [1]), ['n', 1, 1, 1])),
      )(),
    ); // prettier-ignore
  }
  const [x, other] = [values.at(-1)!, draw.pick(...values)];
  const joined = layout.concat([other, x], 3);
  const kernel = draw.constant([1, 1, size(joined), 3]);
  const last = conv2d(joined, kernel, { strides: [1, 1], padding: [[0, 0], [0, 0]] }); // prettier-ignore
  return planWith({
    y: ops.add(last, draw.constant([3])),
    z: draw.pick(...values),
    early: ops.tanh(values[0]!),
  });
};
/** The inputs in stages of at least one. */
const grouped = (plan: Plan, draw: Draw): readonly (readonly string[])[] => {
  const groups: string[][] = [[], [], []];
  for (const name of Object.keys(plan.inputs)) groups[draw.integer(0, 2)]!.push(name);
  return groups.filter((group) => group.length > 0);
};

describe('stages', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  /* Plans of one stage are cut, too; what counts is those in which something is handed over. */
  const handsOver = (made: readonly Plan[]): boolean =>
    made.slice(0, -1).some(({ outputs }) => Object.keys(outputs).length > 0);
  it(`compute the same bits as the whole, on ${count} random plans`, () => {
    let fired = 0;
    for (let seed = 0; seed < count; seed++) {
      const draw = drawing('stages', seed);
      const plan = mixed(draw);
      const groups = grouped(plan, draw);
      const made = right(stages(plan, groups, whole));
      assert.equal(made.length, groups.length);
      const feeds = feedsOf(plan, draw);
      assert.equal(distance(outputsOf(plan, feeds), inOrder(made, feeds)), 0, `plan ${seed}`);
      if (handsOver(made)) fired += 1;
    }
    counted('stages, convolutions whole', { plans: count, fired, largest: 0 });
  });
  it('compute the same to rounding where convolutions are split', () => {
    let fired = 0;
    let split = 0;
    let largest = 0;
    for (let seed = 0; seed < count; seed++) {
      const draw = drawing('stages', seed);
      const plan = mixed(draw);
      const groups = grouped(plan, draw);
      const made = right(stages(plan, groups));
      const feeds = feedsOf(plan, draw);
      const apart = distance(outputsOf(plan, feeds), inOrder(made, feeds));
      assert.ok(apart <= 1e-5, `plan ${seed} differs by ${apart}`);
      const convolutions = (plans: readonly Plan[]): number => plans.flatMap(({ nodes }) => nodes).filter(({ op }) => op === 'conv2d').length; // prettier-ignore
      if (convolutions(made) > convolutions(right(stages(plan, groups, whole)))) split += 1;
      if (handsOver(made)) fired += 1;
      largest = Math.max(largest, apart);
    }
    counted('stages, convolutions split', { plans: count, fired, largest });
    assert.ok(split > count / 4, `split in ${split} of ${count}`);
  });
  it('depend on inputs of their groups alone, and name what they hand over', () => {
    const [a, b] = ['a', 'b'].map((name) => leaves.input(name, ['n', 2, 2, 1])) as [Value, Value];
    const early = ops.relu(a);
    const late = ops.select(ops.greater(early, 0), ops.multiply(b, early), ops.add(a, leaves.constant(1)));
    const made = right(stages(planWith({ y: late, seen: early }), [['a'], ['b']]));
    const names = made.map(({ inputs, outputs }) => [Object.keys(inputs), Object.keys(outputs)]);
    assert.deepEqual(names, [
      [['a'], ['stage0/0', 'stage0/1', 'stage0/2']],
      [
        ['b', 'stage0/0', 'stage0/1', 'stage0/2'],
        ['y', 'seen'],
      ],
    ]);
  });
  it('keeps inputs that nothing reads, and parameters where they are read', () => {
    const vdg = unsafePlan(model(vdgStage1(16, 16, 2, psi.dense())));
    const made = right(stages(vdg, [['x_a', 'p_a'], ['p_b']]));
    assert.deepEqual(made.map(({ parameters }) => parameters.length > 0), [true, true]); // prettier-ignore
    const paths = made.flatMap(({ parameters }) => parameters.map(({ path }) => path));
    assert.deepEqual([...new Set(paths)].sort(), vdg.parameters.map(({ path }) => path).sort());
    assert.ok(made[1]!.layers.every(({ path }) => !path.startsWith('encoder/image')));
    const a = leaves.input('a', ['n', 1, 1, 1]);
    const unread = planWith({ y: ops.relu(leaves.input('b', ['n', 1, 1, 1])) }, [a]);
    assert.deepEqual(right(stages(unread, [['a'], ['b']])).map(({ inputs }) => Object.keys(inputs)), [['a'], ['b']]); // prettier-ignore
  });
  it('spare the later stage the half of a convolution that the earlier one can compute', () => {
    const draw = drawing('vdg');
    const vdg = frozenAtRandom(unsafePlan(model(vdgStage1(32, 16, 4, psi.dense()))), draw);
    const plan = right(rewritten(vdg)).plan;
    const feeds = feedsOf(plan, draw);
    const [together, apart] = [whole, {}].map((options) => right(stages(plan, [['x_a', 'p_a'], ['p_b']], options))); // prettier-ignore
    for (const made of [together!, apart!])
      assert.ok(distance(outputsOf(plan, feeds), inOrder(made, feeds)) <= 1e-5);
    const channels = (made: readonly Plan[]): number =>
      made[1]!.nodes
        .filter(({ op }) => op === 'conv2d')
        .reduce((sum, { operands }) => sum + Number(made[1]!.nodes[operands[1]!]!.shape[2]), 0);
    assert.ok(channels(apart!) < channels(together!));
    assert.ok(operations(apart![1]!) < operations(plan) * 0.8);
  });
});

describe('P20–P23: groups of stages', () => {
  const inputs = ['a', 'b'].map((name) => leaves.input(name, ['n', 1, 1, 1])) as [Value, Value];
  const plan = planWith({ y: ops.add(...inputs) });
  const texts = (groups: readonly (readonly string[])[], of = plan): readonly string[] => {
    const made = stages(of, groups);
    return E.isLeft(made) ? made.left.map(({ text }) => text) : [];
  };
  it('P20: every input is in a group', () =>
    assert.deepEqual(texts([['b']]), ["✗ P20 input 'a': got no stage, wanted one stage; name it in the stage from which on it is known"])); // prettier-ignore
  it('P21: and in one only', () =>
    assert.deepEqual(texts([['a'], ['b', 'a']]), ["✗ P21 input 'a': got 2 stages, wanted one stage; name it in the first of them only"])); // prettier-ignore
  it('P22: groups name inputs, and none is empty', () => {
    assert.deepEqual(texts([['a'], ['b', 'toString']]), ["✗ P22 stages: got 'toString', wanted inputs of the model: a, b; name one of them"]); // prettier-ignore
    assert.deepEqual(texts([['a', 'b'], []]), ['✗ P22 stage 1: got no inputs, wanted at least one; name an input or leave the stage out']); // prettier-ignore
    const taken = planWith({ y: ops.relu(leaves.input('stage0/0', ['n', 1, 1, 1])) });
    assert.deepEqual(texts([['stage0/0']], taken), ["✗ P22 input 'stage0/0': got a name that stages give to what they hand over, wanted another name; rename the input"]); // prettier-ignore
  });
  it('P23: training plans are not cut', () =>
    assert.deepEqual(texts([['a', 'b']], { ...plan, mode: 'train' }), ["✗ P23 stages: got a training plan, wanted a plan for inference; build the plan with mode 'infer'"])); // prettier-ignore
});
