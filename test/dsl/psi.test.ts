/**
 * ψ on tensors: the identities that the paper's formulas reduce to, the gate, the grid's border and ties, and the
 * gradient of every surrogate (promises R20–R23).
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import {
  init,
  input,
  layerOf,
  model,
  psi,
  relu,
  surrogate,
  through,
  type Layer,
  type MaskOptions,
  type Mode,
  type Psi,
  type SameShape,
} from '../../src/dsl/index.js';
import { fine } from '../../src/dsl/rule.js';
import * as ops from '../../src/ops/elementwise.js';
import * as initialiser from '../../src/ops/initialiser.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceSum } from '../../src/ops/reduction.js';
import { tensorProgram, type Plan } from '../../src/compile/index.js';
import { gradientsOf, numbers, outputsOf, unsafePlan, type Numbers } from './plans.js';

type Size = readonly [height: number, width: number, channels: number];
type Masks = Readonly<Record<string, Numbers>>;

/** ψ as a layer, on a feature to which a parameter δ of zeros is added so that ∂/∂f can be asked for. */
const layer = (operator: Psi): Layer<SameShape> =>
  layerOf<Layer<SameShape>>({
    definition: {
      name: 'psi',
      shape: fine,
      lower: (flow, lowering) => {
        const shape = flow.value.shape.slice(1).map(Number);
        const delta = lowering.parameter({ name: 'delta', shape, initialiser: initialiser.constant(0) });
        const feature = ops.add(flow.value, delta);
        const sight = { ...flow, feature, decoder: feature, levels: [feature] };
        return { ...flow, value: operator.lower(sight, lowering) };
      },
    },
  });
const planOf = (operator: Psi, [h, w, c]: Size, mode: Mode = 'infer', ...after: readonly unknown[]): Plan =>
  unsafePlan(model(through(input('f', h, w, c), layer(operator), ...after)), mode, ({ output }) => ({
    loss: reduceSum(ops.multiply(output!, leaves.input('u', ['n', h, w, c]))),
  }));
const still = (size: Size): Masks => ({ 'psi1/delta': numbers(size, () => 0) });
const zerosLike = (f: Numbers): Numbers => ({ ...f, data: new Float32Array(f.data.length) });

/** ψ(f) for one mask, or for several by their names under ψ. */
const apply = (
  operator: Psi,
  f: Numbers,
  masks: Numbers | Masks,
  mode: Mode = 'infer',
  ...after: readonly unknown[]
): readonly number[] => {
  const size = f.shape.slice(1) as unknown as Size;
  const named = 'data' in masks ? { mask: masks as Numbers } : (masks as Masks);
  const parameters = Object.fromEntries(Object.entries(named).map(([name, mask]) => [`psi1/${name}`, mask]));
  const outputs = outputsOf(
    planOf(operator, size, mode, ...after),
    { f, u: zerosLike(f) },
    { ...still(size), ...parameters },
  );
  return [...outputs['output']!];
};

/** −0 and 0 are the same number here. */
const same = (got: readonly number[], wanted: readonly number[]): void =>
  assert.deepEqual(got.map((x) => x + 0), wanted.map((x) => x + 0)); // prettier-ignore

const size = fc.tuple(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 4 }),
);
/* Entries so small that their product underflows have no sign to speak of. */
const entry = fc
  .oneof(fc.constant(0), fc.float({ min: -4, max: 4, noNaN: true }), fc.integer({ min: -2, max: 2 }))
  .map((x) => (Math.abs(x) < 1e-6 ? 0 : x));
const tensor = (shape: readonly number[], of = entry): fc.Arbitrary<Numbers> => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return fc.array(of, { minLength: length, maxLength: length }).map((data) => ({ shape, data }));
};
const cases = (of = entry) =>
  size.chain((s) =>
    fc.record({
      s: fc.constant(s as Size),
      f: fc.integer({ min: 1, max: 2 }).chain((n) => tensor([n, ...s], of)),
      m: tensor(s),
      shared: tensor([s[0], s[1], 1]),
    }),
  );
const runs = { numRuns: 60 };
const gated = (f: Numbers, open: (value: number, at: number) => boolean): readonly number[] =>
  Array.from(f.data, (value, at) => (open(value, at) ? Math.fround(value) : 0));

/* Other tests start other backends in this process. */
const onCpu = async (): Promise<void> => {
  await unsafeActivate({ backend: 'cpu' });
};

describe('identities of ψ', () => {
  before(onCpu);
  it('(i) f ≥ 0: ψ(f, M) = f · 1[M ≥ 0]', () =>
    fc.assert(
      fc.property(cases(entry.map(Math.abs)), ({ f, m }) =>
        same(
          apply(psi.dense(), f, m),
          gated(f, (_, at) => m.data[at % m.data.length]! >= 0),
        ),
      ),
      runs,
    ));
  it('(ii) relu(ψ(f, M)) = relu(f) · 1[M ≥ 0] for any f', () =>
    fc.assert(
      fc.property(cases(), ({ f, m }) =>
        same(
          apply(psi.dense(), f, m, 'infer', relu),
          gated(f, (value, at) => value > 0 && m.data[at % m.data.length]! >= 0),
        ),
      ),
      runs,
    ));
  it('(iii) ψ(ψ(f, M), M) = ψ(f, M)', () =>
    fc.assert(
      fc.property(cases(), ({ f, m }) =>
        same(
          apply(psi.chain(psi.dense(), psi.dense()), f, { 'first/mask': m, 'then/mask': m }),
          apply(psi.dense(), f, m),
        ),
      ),
      runs,
    ));
  it('(iv) dense with M constant over channels = one', () =>
    fc.assert(
      fc.property(cases(), ({ s, f, shared }) =>
        same(
          apply(psi.one(), f, shared),
          apply(
            psi.dense(),
            f,
            numbers(s, (at) => shared.data[Math.floor(at / s[2])]!),
          ),
        ),
      ),
      runs,
    ));
  it('(v) grid of 1×1 cells on one channel = dense', () =>
    fc.assert(
      fc.property(
        size.chain(([h, w]) => fc.record({ f: tensor([1, h, w, 1]), m: tensor([h, w, 1]) })),
        ({ f, m }) => same(apply(psi.grid(1, 1), f, m), apply(psi.dense(), f, m)),
      ),
      runs,
    ));
  it('(vi) ψ(f, αM) = ψ(f, M) for α > 0', () =>
    fc.assert(
      fc.property(cases(), fc.constantFrom(0.25, 3, 100), ({ f, m }, scale) =>
        same(
          apply(psi.dense(), f, { mask: { ...m, data: Array.from(m.data, (x) => x * scale) } }),
          apply(psi.dense(), f, m),
        ),
      ),
      runs,
    ));
  it('(vii) grid with m > 0 on f ≥ 0 is the identity', () =>
    fc.assert(
      fc.property(cases(entry.map(Math.abs)), ({ s: [h, w], f }) => {
        const cell = [Math.min(h, 2), Math.min(w, 3)] as const;
        const mask = numbers([Math.floor(h / cell[0]), Math.floor(w / cell[1]), 1], (at) => 0.1 + at);
        same(
          apply(psi.grid(...cell), f, mask),
          gated(f, () => true),
        );
      }),
      runs,
    ));
  it('dense is f · 1[f·M ≥ 0]: where f or M is 0 the gate is open', () =>
    fc.assert(
      fc.property(cases(), ({ f, m }) =>
        same(
          apply(psi.dense(), f, m),
          gated(f, (value, at) => Math.fround(value) * Math.fround(m.data[at % m.data.length]!) >= 0),
        ),
      ),
      runs,
    ));
  it('a mask of zeros, and the mask that ψ starts with on f ≥ 0, pass all bit by bit', () =>
    fc.assert(
      fc.property(cases(), ({ s, f }) => {
        const positive = { ...f, data: Array.from(f.data, Math.abs) };
        const start = init.open.values(s, random(1, 'mask'));
        for (const operator of [psi.dense(), psi.one()]) {
          const shape = operator.name === 'one' ? [s[0], s[1], 1] : s;
          same(
            apply(
              operator,
              f,
              numbers(shape, () => 0),
            ),
            gated(f, () => true),
          );
          same(
            apply(
              operator,
              positive,
              numbers(shape, () => start[0]!),
            ),
            gated(positive, () => true),
          );
        }
        same(
          apply(psi.none, f, {}),
          gated(f, () => true),
        );
        same(
          apply(psi.closed, f, {}),
          gated(f, () => false),
        );
      }),
      runs,
    ));
});

/** mUNet_g by loops: ones are counted in whole numbers, ties block, the border passes. */
const gridByLoops = (f: Numbers, m: Numbers, cellHeight: number, cellWidth: number): readonly number[] => {
  const [n, h, w, c] = f.shape as readonly [number, number, number, number];
  const out = Float32Array.from(f.data);
  const [rows, columns] = [Math.floor(h / cellHeight), Math.floor(w / cellWidth)];
  for (let b = 0; b < n; b++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const entries: number[] = [];
        for (let i = row * cellHeight; i < (row + 1) * cellHeight; i++)
          for (let j = column * cellWidth; j < (column + 1) * cellWidth; j++)
            for (let k = 0; k < c; k++) entries.push(((b * h + i) * w + j) * c + k);
        const mask = Math.fround(m.data[row * columns + column]!);
        const ones = entries.filter((at) => Math.fround(out[at]! * mask) >= 0).length;
        if (!(2 * ones > entries.length)) for (const at of entries) out[at] = 0;
      }
  return [...out];
};

describe('grid', () => {
  before(onCpu);
  const draw = (shape: readonly number[], seed: number): Numbers => {
    const stream = random(seed, 'grid');
    return numbers(shape, (at) => Math.round(8 * (stream.at(at) - 0.5)) / 4);
  };
  const sizes: readonly (readonly [Size, number, number])[] = [
    [[62, 62, 1], 4, 4],
    [[62, 31, 3], 4, 4],
    [[3, 3, 3], 3, 3],
    [[6, 6, 3], 3, 3],
    [[7, 5, 2], 3, 2],
    [[5, 5, 1], 2, 2],
    [[4, 4, 2], 1, 1],
    [[4, 9, 3], 4, 9],
    [[1, 8, 5], 1, 3],
    [[9, 2, 6], 5, 1],
  ];
  for (const [shape, height, width] of sizes) {
    it(`${shape.join('×')} in cells of ${height}×${width} equals loops`, () => {
      for (const seed of [1, 2, 3]) {
        const f = draw([2, ...shape], seed);
        const m = draw([Math.floor(shape[0] / height), Math.floor(shape[1] / width), 1], seed + 10);
        same(apply(psi.grid(height, width), f, m), gridByLoops(f, m, height, width));
      }
    });
  }

  it('the border that no whole cell covers passes', () => {
    const f = numbers([1, 5, 5, 1], () => -1);
    const out = apply(
      psi.grid(2, 2),
      f,
      numbers([2, 2, 1], () => 1),
    );
    out.forEach((value, at) => assert.equal(value + 0, Math.floor(at / 5) === 4 || at % 5 === 4 ? -1 : 0));
  });

  for (const [height, width, channels] of [[2, 2, 1], [3, 2, 3], [2, 3, 5], [1, 6, 7]] as const) {
    const count = height * width * channels;
    it(`a tie among ${count} blocks, one more passes`, () => {
      for (const [open, passes] of [[count / 2, false], [count / 2 + 1, true], [count / 2 - 1, false]] as const) {
        const f = numbers([1, height, width, channels], (at) => (at < open ? 1 : -1));
        const out = apply(psi.grid(height, width), f, numbers([1, 1, 1], () => 1));
        same(out, gated(f, () => passes));
      }
    });
  } // prettier-ignore

  it('an odd count of 3×3×3 has a majority', () => {
    for (const [open, passes] of [[13, false], [14, true]] as const) {
      const f = numbers([1, 3, 3, 3], (at) => (at < open ? 2 : -2));
      same(apply(psi.grid(3, 3), f, numbers([1, 1, 1], () => 0.5)), gated(f, () => passes));
    }
  }); // prettier-ignore

  it('64×64×16 in cells of 8 equals loops and is faster than tensors cell by cell', function () {
    const f = draw([1, 64, 64, 16], 5);
    const m = draw([8, 8, 1], 6);
    same(apply(psi.grid(8, 8), f, m), gridByLoops(f, m, 8, 8));
    const fastest = (work: () => tf.Tensor): number => {
      const times = Array.from({ length: 7 }, () => {
        const begun = performance.now();
        tf.tidy(() => work().dataSync());
        return performance.now() - begun;
      });
      return Math.min(...times);
    };
    const [features, mask] = [tf.tensor4d(Float32Array.from(f.data), [1, 64, 64, 16]), tf.tensor3d(Float32Array.from(m.data), [8, 8, 1])]; // prettier-ignore
    const cellByCell = (): tf.Tensor => {
      const rows = Array.from({ length: 8 }, (_, row) => {
        const cells = Array.from({ length: 8 }, (_, column) => {
          const cell = tf.slice(features, [0, 8 * row, 8 * column, 0], [1, 8, 8, 16]);
          const open = tf.greaterEqual(tf.mul(cell, tf.slice(mask, [row, column, 0], [1, 1, 1])), 0);
          return tf.mul(
            cell,
            tf.cast(tf.greater(tf.mul(tf.sum(tf.cast(open, 'int32')), 2), 1024), 'float32'),
          );
        });
        return tf.concat(cells, 2);
      });
      return tf.concat(rows, 1);
    };
    const plan = planOf(psi.grid(8, 8), [64, 64, 16]);
    const lean: Plan = { ...plan, outputs: { output: plan.outputs['output']! } };
    const program = tensorProgram(lean);
    const parameters = { 'psi1/mask': mask, 'psi1/delta': tf.zeros([64, 64, 16]) };
    const run = (): tf.Tensor =>
      program.run({ inputs: { f: features, u: features }, parameters }).outputs['output']!;
    const [whole, cells] = [fastest(run), fastest(cellByCell)];
    assert.ok(whole * 1.5 <= cells, `${whole.toFixed(1)} ms, cell by cell ${cells.toFixed(1)} ms`);
  });
});

describe('gate', () => {
  before(onCpu);
  it('is exactly 0 or 1 in training, with every surrogate but soft', () =>
    fc.assert(
      fc.property(cases(), ({ s, f, m }) => {
        for (const options of [{}, { surrogate: surrogate.zero }] satisfies MaskOptions[]) {
          same(apply(psi.dense(options), f, m, 'train'), apply(psi.dense(options), f, m));
          const cells = numbers([s[0], s[1], 1], (at) => m.data[at]!);
          same(apply(psi.grid(1, 1, options), f, cells, 'train'), apply(psi.grid(1, 1, options), f, cells));
        }
      }),
      runs,
    ));
  it('of soft is soft in training and hard at inference', () => {
    const f = numbers([1, 1, 2, 1], (at) => at + 1);
    const m = numbers([1, 2, 1], (at) => (at === 0 ? -0.5 : 0.25));
    const operator = psi.dense({ surrogate: surrogate.soft(3) });
    same(apply(operator, f, m), [0, 2]);
    const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
    apply(operator, f, m, 'train').forEach((got, at) =>
      assert.ok(Math.abs(got - [logistic(-1.5), 2 * logistic(1.5)][at]!) < 1e-6),
    );
  });
});

describe('gradients of surrogates', () => {
  before(onCpu);
  const shapeOf: Size = [3, 4, 2];
  const drawn = (name: string, shape: readonly number[]): Numbers => {
    const values = random(21, name).normals(shape.reduce((product, extent) => product * extent, 1));
    return { shape, data: values };
  };
  const f = drawn('f', [1, ...shapeOf]);
  const u = drawn('u', [1, ...shapeOf]);
  const gradients = (operator: Psi, m: Numbers) =>
    gradientsOf(planOf(operator, shapeOf, 'train'), 'loss', { f, u }, { ...still(shapeOf), 'psi1/mask': m });
  const near = (got: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-5): void => {
    assert.equal(got.length, wanted.length);
    wanted.forEach((x, at) => assert.ok(Math.abs(got[at]! - x) <= tolerance * Math.max(1, Math.abs(x)), `${at}: ${got[at]}, not ${x}`)); // prettier-ignore
  };
  const slope = (x: number): number => Math.exp(-x) / (1 + Math.exp(-x)) ** 2;
  const at = (a: Numbers, i: number): number => a.data[i]!;
  const entries = Array.from(f.data, (_, i) => i);

  it('sigmoid on dense: ∂f = u·(g + f·σ′·M), ∂M = u·f²·σ′', () => {
    const m = drawn('dense', shapeOf);
    const { gradients: got } = gradients(psi.dense(), m);
    const product = (i: number): number => at(f, i) * at(m, i);
    near(
      got['psi1/delta']!,
      entries.map((i) => at(u, i) * ((product(i) >= 0 ? 1 : 0) + at(f, i) * slope(product(i)) * at(m, i))),
    );
    near(got['psi1/mask']!, entries.map((i) => at(u, i) * at(f, i) ** 2 * slope(product(i)))); // prettier-ignore
  });

  it('sigmoid on one: ∂M is summed over channels', () => {
    const m = drawn('one', [3, 4, 1]);
    const { gradients: got } = gradients(psi.one(), m);
    const share = (i: number): number =>
      at(u, i) * at(f, i) ** 2 * slope(at(f, i) * at(m, Math.floor(i / 2)));
    near(got['psi1/mask']!, Array.from(m.data, (_, pixel) => share(2 * pixel) + share(2 * pixel + 1))); // prettier-ignore
  });

  it('sigmoid on grid: ∂m = Σ u·f over the cell times the mean of f·σ′', () => {
    const m = drawn('grid', [3, 2, 1]);
    const { gradients: got } = gradients(psi.grid(1, 2), m);
    const cell = (k: number): readonly number[] => entries.filter((i) => Math.floor(i / 4) === k);
    const wanted = Array.from(m.data, (mask, k) => {
      const outer = cell(k).reduce((sum, i) => sum + at(u, i) * at(f, i), 0);
      const inner = cell(k).reduce((sum, i) => sum + slope(at(f, i) * mask) * at(f, i), 0) / 4;
      return outer * inner;
    });
    near(got['psi1/mask']!, wanted);
  });

  it('(viii) zero: ∂M = 0 and ∂f = u·g, exactly', () => {
    for (const [operator, shape] of [
      [psi.dense({ surrogate: surrogate.zero }), shapeOf],
      [psi.one({ surrogate: surrogate.zero }), [3, 4, 1]],
      [psi.grid(1, 2, { surrogate: surrogate.zero }), [3, 2, 1]],
    ] as const) {
      const m = drawn('zero', shape);
      const { gradients: got } = gradients(operator, m);
      assert.ok(got['psi1/mask']!.every((x) => x === 0));
      const open = apply(operator, f, m).map((x) => (x === 0 ? 0 : 1));
      same([...got['psi1/delta']!], entries.map((i) => at(u, i) * open[i]!)); // prettier-ignore
    }
  });

  it('soft is the derivative: finite differences in f and M', () => {
    for (const [operator, shape] of [
      [psi.dense({ surrogate: surrogate.soft(2) }), shapeOf],
      [psi.one({ surrogate: surrogate.soft(2) }), [3, 4, 1]],
      [psi.grid(2, 2, { surrogate: surrogate.soft(2) }), [1, 2, 1]],
    ] as const) {
      const parameters: Masks = { ...still(shapeOf), 'psi1/mask': drawn('soft', shape) };
      const plan = planOf(operator, shapeOf, 'train');
      const { gradients: got } = gradientsOf(plan, 'loss', { f, u }, parameters);
      for (const [path, { data, shape: extents }] of Object.entries(parameters)) {
        const step = 1e-2;
        const wanted = Array.from(data, (_, index) => {
          const loss = (by: number): number => {
            const moved = numbers(extents, (i) => data[i]! + (i === index ? by : 0));
            return outputsOf(plan, { f, u }, { ...parameters, [path]: moved })['loss']![0]!;
          };
          return (loss(step) - loss(-step)) / (2 * step);
        });
        near(got[path]!, wanted, 1e-2);
      }
    }
  });

  it('a batch adds up in the mask', () => {
    const m = drawn('dense', shapeOf);
    const twice = (a: Numbers): Numbers => ({ shape: [2, ...shapeOf], data: [...Array.from(a.data), ...Array.from(a.data)] }); // prettier-ignore
    const plan = planOf(psi.dense(), shapeOf, 'train');
    const parameters = { ...still(shapeOf), 'psi1/mask': m };
    const single = gradientsOf(plan, 'loss', { f, u }, parameters).gradients['psi1/mask']!;
    const double = gradientsOf(plan, 'loss', { f: twice(f), u: twice(u) }, parameters).gradients[
      'psi1/mask'
    ]!;
    near(double, [...single].map((x) => 2 * x)); // prettier-ignore
  });
});
