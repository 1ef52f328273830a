/** ψ freezing: every mask of the language on random features, and the forms that it becomes. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import type { Plan, PlanNode } from '../../../src/compile/index.js';
import { freezeMasks } from '../../../src/compile/rewrite/freeze-masks.js';
import { frozen, rewritten } from '../../../src/compile/rewrite/index.js';
import { input, join, model, psi, relu, skip, tanh, tap, through, type Layer, type Psi } from '../../../src/dsl/index.js'; // prettier-ignore
import * as ops from '../../../src/ops/elementwise.js';
import * as leaves from '../../../src/ops/leaves.js';
import type { Value } from '../../../src/ops/value.js';
import { outputsOf, unsafePlan, type Numbers } from '../../dsl/plans.js';
import { describeRewrite, planWith, right, sizeOf, type Draw } from './random-plans.js';

/** One ψ on an image, or on the image after a relu; `after` it another relu. */
interface Shown {
  readonly size: readonly [height: number, width: number, channels: number];
  readonly operator: Psi;
  readonly positive: boolean;
  readonly after?: boolean;
}

const planOf = ({ size, operator, positive, after = false }: Shown, mask: (shape: readonly number[]) => ArrayLike<number>): Plan => {
  const layers: readonly Layer[] = [
    ...(positive ? [relu] : []),
    tap('e'),
    tanh,
    skip('e', operator, { join: join.replace }),
    ...(after ? [relu] : []),
  ];
  const plan = unsafePlan(model(through(input('x', ...size), ...layers)));
  const weights = plan.parameters.map(({ path, shape }) => [path, { shape, data: Float32Array.from(mask(shape)) }] as const);
  return right(frozen(plan, Object.fromEntries(weights)));
}; // prettier-ignore

/** Masks of both signs with zeros of both kinds, of one sign, of none, and of whole numbers. */
const maskOf = (draw: Draw) => {
  const kind = draw.pick('mixed', 'mixed', 'whole', 'open', 'shut', 'zero');
  return (shape: readonly number[]): Float32Array =>
    draw.normals(sizeOf(shape), kind === 'whole').map((one) => {
      if (kind === 'open') return Math.abs(one) + 0.1;
      if (kind === 'shut') return -Math.abs(one) - 0.1;
      return kind === 'zero' || draw.chance(0.2) ? draw.pick(0, -0) : one;
    });
};

const entries: Readonly<Record<string, (channels: number) => Psi>> = {
  dense: () => psi.dense(),
  one: () => psi.one(),
  grouped: (channels) => psi.grouped(channels / 2),
  'a chain': () => psi.chain(psi.one(), psi.dense()),
};
for (const [of, operator] of Object.entries(entries))
  describeRewrite(
    freezeMasks,
    (draw) => {
      const channels = 2 * draw.integer(1, 3);
      const size = [draw.integer(1, 7), draw.integer(1, 7), channels] as const;
      const shown = {
        size,
        operator: operator(channels),
        positive: draw.chance(0.5),
        after: draw.chance(0.3),
      };
      return planOf(shown, maskOf(draw));
    },
    { of },
  );
describeRewrite(
  freezeMasks,
  (draw) => {
    const [h, w] = [draw.integer(1, 9), draw.integer(1, 9)];
    const cell = [draw.integer(1, Math.min(h, 3)), draw.integer(1, Math.min(w, 3))] as const;
    const operator = psi.grid(...cell);
    return planOf({ size: [h, w, draw.integer(1, 3)], operator, positive: draw.chance(0.9) }, maskOf(draw));
  },
  { of: 'grid' },
);

describe('freeze-masks', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  const opsOf = (plan: Plan): readonly string[] =>
    plan.nodes.filter(({ operands }) => operands.length > 0).map(({ op }) => op);
  const size = [2, 2, 1] as const;
  const dense = (positive: boolean, mask: readonly number[], after = false): readonly string[] => opsOf(freezeMasks.apply(planOf({ size, operator: psi.dense(), positive, after }, () => mask))); // prettier-ignore
  it('gates features ≥ 0 with a constant of zeros and ones, and says nothing where all is open', () => {
    assert.deepEqual(dense(true, [1, -1, 0, 2]), ['relu', 'multiply']);
    assert.deepEqual(dense(true, [1, 0, -0, 2]), ['relu']);
    const plan = freezeMasks.apply(planOf({ size, operator: psi.dense(), positive: true }, () => [1, -1, 0, 2]));
    const gate = plan.nodes.find(({ op }) => op === 'constant');
    assert.deepEqual([...gate!.data!], [1, 0, 1, 1]);
  }); // prettier-ignore
  it('bounds signed features, from the sides that the mask shuts', () => {
    assert.deepEqual(dense(false, [1, -1, 0, 2]), ['maximum', 'minimum']);
    assert.deepEqual(dense(false, [1, 1, 1, 2]), ['relu']);
    assert.deepEqual(dense(false, [1, 0, 1, 2]), ['maximum']);
    assert.deepEqual(dense(false, [-1, -1, -1, -2]), ['minimum']);
    assert.deepEqual(dense(false, [0, 0, -0, 0]), []);
  });
  it('is absorbed by the relu that alone reads it', () => {
    assert.deepEqual(dense(false, [1, -1, 0, 2], true), ['relu', 'multiply']);
    assert.deepEqual(dense(false, [1, 1, 0, 2], true), ['relu']);
  });
  it('keeps a gate of another feature, of a mask that is not known, and of products that underflow', () => {
    const [x, y] = ['x', 'y'].map((name) => ops.relu(leaves.input(name, ['n', 2, 2, 1]))) as [Value, Value];
    const gate = (of: Value): Value => ops.cast(ops.greaterEqual(of, 0), 'float32');
    const mask = leaves.constant([1, -1, 1, -1], [2, 2, 1]);
    for (const value of [
      ops.multiply(y, gate(ops.multiply(x, mask))),
      ops.multiply(x, gate(ops.multiply(x, y))),
      ops.multiply(x, gate(ops.multiply(x, leaves.constant([1, -1e-38, 1, 1], [2, 2, 1])))),
    ]) {
      const plan = planWith({ y: value });
      assert.equal(freezeMasks.apply(plan), plan);
    }
  });
  it('is computed once where a relu is not its only reader', () => {
    const x = leaves.input('x', ['n', 2, 2, 1]);
    const product = ops.multiply(x, leaves.constant([1, -1, 1, -1], [2, 2, 1]));
    const masked = ops.multiply(x, ops.cast(ops.greaterEqual(product, 0), 'float32'));
    const after = freezeMasks.apply(planWith({ y: ops.relu(masked), z: masked }));
    assert.deepEqual(opsOf(after), ['maximum', 'minimum', 'relu']);
  });
  it('keeps a grid of another majority, and one of another feature', () => {
    const plan = planOf({ size: [2, 4, 1], operator: psi.grid(2, 2), positive: true }, () => [1, -1]);
    assert.notEqual(freezeMasks.apply(plan), plan);
    const [majority] = plan.nodes.filter(({ data }) => data?.[0] === 4);
    const last = plan.nodes.at(-1)!;
    const relued = plan.nodes[last.operands[0]!]!;
    const other: PlanNode = { ...relued, id: last.id, op: 'sigmoid', operands: [relued.id] };
    const altered: readonly Plan[] = [
      { ...plan, nodes: plan.nodes.map((node) => (node === majority ? { ...node, data: Float32Array.of(2) } : node)) },
      {
        ...plan,
        nodes: [...plan.nodes.slice(0, -1), other, { ...last, id: last.id + 1, operands: [other.id, last.operands[1]!] }],
        outputs: { output: last.id + 1 },
      },
    ];
    for (const one of altered) {
      const opened = opsOf(freezeMasks.apply(one)).filter((op) => op === 'resizeNearest').length;
      assert.equal(opened, 2, 'the spread mask is gone');
    }
  }); // prettier-ignore
  it('keeps a mask that broadcasts its feature', () => {
    const x = ops.relu(leaves.input('x', ['n', 1, 1, 2]));
    const product = ops.multiply(x, leaves.constant([1, -1, 1, 1], [2, 2, 1]));
    const plan = planWith({ y: ops.multiply(x, ops.cast(ops.greaterEqual(product, 0), 'float32')) });
    assert.equal(freezeMasks.apply(plan), plan);
  });

  const cells = (features: readonly number[], mask: readonly number[]): readonly (readonly number[])[] => {
    const plan = planOf({ size: [2, 4, 1], operator: psi.grid(2, 2), positive: true }, () => mask);
    const feeds: Record<string, Numbers> = { x: { shape: [1, 2, 4, 1], data: features } };
    const after = freezeMasks.apply(plan);
    assert.notEqual(after, plan);
    return [plan, after].map((one) => [...outputsOf(one, feeds)['output']!].map((entry) => entry + 0));
  };
  it('opens grid cells with m ≥ 0, and counts zeros in the others: a tie shuts', () => {
    const wanted = [1, 2, 0, 0, 3, 0, 0, 4];
    // Left: open. Right: three of four entries are 0, so the cell passes; with two it would not.
    assert.deepEqual(cells([1, 2, 0, 0, 3, 0, -5, 4], [0, -1]), [wanted, wanted]);
    const tied = [1, 2, 0, 0, 3, 0, 0, 0];
    assert.deepEqual(cells([1, 2, 0, 7, 3, 0, -5, 4], [0, -1]), [tied, tied]);
  });
  it('leaves no product and no spread mask of a grid, and nothing where all cells are open', () => {
    const shown = { size: [5, 5, 2], operator: psi.grid(2, 2), positive: true } as const;
    const kept = opsOf(freezeMasks.apply(planOf(shown, () => [1, -1, 0, 2])));
    assert.deepEqual(kept.filter((op) => ['multiply', 'resizeNearest', 'greaterEqual', 'pad'].includes(op)), ['greaterEqual', 'greaterEqual', 'resizeNearest', 'pad', 'multiply']); // prettier-ignore
    assert.deepEqual(opsOf(freezeMasks.apply(planOf(shown, () => [1, 1, 0, 2]))), ['relu']);
  });
  it('finds masks after the other passes too', () => {
    const shown = { size: [5, 7, 4], operator: psi.grouped(2), positive: true } as const;
    const plan = planOf(shown, (shape) => Float32Array.from({ length: sizeOf(shape) }, (_, i) => i % 3 - 1)); // prettier-ignore
    const late = right(rewritten(right(rewritten(plan, { without: ['freeze-masks'] })).plan)).plan;
    assert.deepEqual(opsOf(late), ['relu', 'multiply']);
  });
});
