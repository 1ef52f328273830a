/** P10: a parameter that no gradient reaches is refused for training, unless the model says why. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import {
  conv,
  input,
  model,
  psi,
  seq,
  skip,
  surrogate,
  tap,
  through,
  unsafeElaborate,
  unused,
  type AnyModel,
  type KeepsShape,
  type Mode,
  type Psi,
  type Surrogate,
} from '../../src/dsl/index.js';
import { multiply } from '../../src/ops/elementwise.js';
import { buildPlan } from '../../src/compile/index.js';

interface Row extends Psi<KeepsShape> {
  readonly name: 'row';
}
const row = (gradient?: Surrogate): Row =>
  psi.define<Row>(
    { name: 'row' },
    {
      ...(gradient === undefined ? {} : { surrogate: gradient }),
      forward: ({ feature }, { mask, gate }) =>
        multiply(feature, gate(multiply(feature, mask([Number(feature.shape[1]), 1, 1])))),
    },
  );
const masked = (operator: Psi): AnyModel =>
  model(through(input('x', 4, 4, 2), tap('e'), conv(3), skip('e', operator)));
const planned = (of: AnyModel, mode: Mode = 'train') => buildPlan(unsafeElaborate(of), { mode });
const texts = (of: AnyModel, mode?: Mode): readonly string[] => {
  const plan = planned(of, mode);
  return E.isLeft(plan) ? plan.left.map(({ text }) => text) : [];
};

describe('P10', () => {
  it('refuses a threshold without a surrogate, for training only', () => {
    assert.deepEqual(texts(masked(row())), [
      "✗ P10 skip1/psi/mask: got no gradient, wanted a gradient, or a reason why there is none; declare a surrogate for the mask's threshold: surrogate.sigmoid, or surrogate.zero if it shall stay as it starts",
    ]);
    assert.deepEqual(texts(masked(row()), 'infer'), []);
  });

  it('accepts a threshold with a surrogate', () => {
    for (const gradient of [surrogate.sigmoid, surrogate.soft(2)]) {
      assert.deepEqual(texts(masked(row(gradient))), []);
    }
  });

  it('accepts surrogate.zero, and the plan says that the mask is inert', () => {
    for (const operator of [row(surrogate.zero), psi.dense({ surrogate: surrogate.zero })]) {
      const plan = planned(masked(operator));
      assert.ok(E.isRight(plan));
      assert.deepEqual(
        plan.right.parameters.flatMap(({ path, inert }) => (inert === undefined ? [] : [[path, inert]])),
        [['skip1/psi/mask', 'surrogate.zero passes no gradient']],
      );
    }
  });

  it('accepts layers that are declared as unused, at any depth, and nothing reads them', () => {
    const plan = planned(
      model(
        through(input('x', 4, 4, 2), unused('for show', seq(conv(8), unused('deeper', conv(1)))), conv(3)),
      ),
    );
    assert.ok(E.isRight(plan));
    assert.deepEqual(
      plan.right.parameters.map(({ path, shape, inert }) => [path, shape.at(-1), inert]),
      [
        ['conv1/kernel', 8, 'for show'],
        ['conv1/bias', 8, 'for show'],
        ['conv2/kernel', 1, 'deeper'],
        ['conv2/bias', 1, 'deeper'],
        ['conv3/kernel', 3, undefined],
        ['conv3/bias', 3, undefined],
      ],
    );
  });
});

describe('S21', () => {
  it('warns of a mask that will never move', () => {
    const { warnings } = unsafeElaborate(masked(psi.dense({ surrogate: surrogate.zero })));
    assert.deepEqual(
      warnings.map(({ text, severity, where }) => [text, severity, where]),
      [
        [
          "✗ S21 skip 'e' 1 › psi.dense: surrogate.zero passes no gradient, the mask stays as it starts; use surrogate.sigmoid to train it",
          'warning',
          'skip1',
        ],
      ],
    );
    assert.deepEqual(unsafeElaborate(masked(psi.dense())).warnings, []);
  });
});
