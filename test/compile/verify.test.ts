/** What a plan may not be: rules P01 to P08. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import { buildPlan, verify, type Plan, type PlanNode } from '../../src/compile/index.js';
import {
  conv,
  dropout,
  input,
  layerOf,
  model,
  psi,
  relu,
  skip,
  surrogate,
  tap,
  through,
  unsafeElaborate,
  type AnyModel,
  type Layer,
  type SameShape,
} from '../../src/dsl/index.js';
import { fine } from '../../src/dsl/rule.js';
import * as ops from '../../src/ops/elementwise.js';
import { constant } from '../../src/ops/initialiser.js';
import * as leaves from '../../src/ops/leaves.js';
import type { Value } from '../../src/ops/value.js';
import { unsafePlan } from '../dsl/plans.js';

const image = input('x', 4, 4, 2);
const textsOf = (result: E.Either<readonly Fault[], unknown>): readonly string[] =>
  E.isLeft(result) ? result.left.map(({ text }) => text) : [];
const built = (declared: AnyModel): readonly string[] =>
  textsOf(buildPlan(unsafeElaborate(declared), { mode: 'train' }));
const lowering = (lower: Layer['definition']['lower']): Layer<SameShape> =>
  layerOf<Layer<SameShape>>({ definition: { name: 'mine', shape: fine, lower } });

/** A plan with every kind of leaf. */
const plan = unsafePlan(
  model(
    through(
      image,
      tap('e'),
      conv(2),
      relu,
      dropout(0.5),
      skip('e', psi.dense({ surrogate: surrogate.soft(2) })),
    ),
  ),
  'train',
);
const withNode = (at: number, change: Partial<Record<keyof PlanNode, unknown>>): Plan => ({
  ...plan,
  nodes: plan.nodes.map((node, index) => (index === at ? ({ ...node, ...change } as PlanNode) : node)),
});
const at = (op: string): number => plan.nodes.findIndex((node) => node.op === op);
const refused = (broken: Plan, rule: string, where: RegExp): void => {
  const result = verify(broken);
  assert.ok(E.isLeft(result), 'was accepted');
  assert.ok(
    result.left.length > 0 && result.left.every((fault) => fault.rule === rule),
    textsOf(result).join('\n'),
  );
  assert.match(result.left[0]!.where, where);
};

it('a plan that was built is legal', () => assert.deepEqual(textsOf(verify(plan)), []));

describe('P01: a plan needs numbers', () => {
  it('refuses symbolic sizes, each input by name', () =>
    assert.deepEqual(built(model({ a: input('x', '4*h', 4, 2), b: input('y', 4, '4*w', 2), c: image2 })), [
      "✗ P01 input 'x': got 4*h×4×2, wanted numbers; declare the model in a function of its sizes, and call it with numbers",
      "✗ P01 input 'y': got 4×4*w×2, wanted numbers; declare the model in a function of its sizes, and call it with numbers",
    ]));
  const image2 = input('z', 4, 4, 2);
});

describe('P02: one path, one shape', () => {
  it('refuses two parameters of one path and other shapes', () => {
    const two = lowering((flow, { parameter }) => {
      const [a, b] = [1, 2].map((n) => parameter({ name: 'w', shape: [n], initialiser: constant(0) }));
      return { ...flow, value: ops.add(ops.multiply(flow.value, a!), b!) };
    });
    assert.deepEqual(built(model(through(image, two))), [
      '✗ P02 mine1/w: got 2, wanted 1; use a shared block only on features of the same channels',
    ]);
  });
});

describe('P03: operands fit', () => {
  it('names the layer whose lowering is wrong, once', () => {
    const wrong = lowering((flow) => ({
      ...flow,
      value: ops.add(flow.value, leaves.constant([1, 2, 3], [3])),
    }));
    assert.deepEqual(built(model(through(image, relu, wrong, relu, conv(3)))), [
      '✗ P03 mine1: got add: n×4×4×2 does not broadcast with 3, wanted operands that fit; mend the lowering of the layer at this path',
    ]);
  });
});

describe('P04: one leaf for one name', () => {
  it('refuses noise that is asked for twice', () => {
    const twice = lowering((flow, { noise }) => {
      const draw = (): Value => noise('same', flow.value.shape, 'normal');
      return { ...flow, value: ops.add(flow.value, ops.add(draw(), draw())) };
    });
    assert.deepEqual(built(model(through(image, twice))), [
      '✗ P04 mine1/same: got a second leaf of this name, wanted one; use one value for both (n×4×4×2, n×4×4×2)',
    ]);
  });
});

describe('P05: operands stand before their node', () => {
  const relued = at('relu');
  it('refuses an operand that comes later', () =>
    refused(withNode(relued, { operands: [relued + 1] }), 'P05', /\(relu of relu1\)$/));
  it('refuses a node as its own operand', () =>
    refused(withNode(relued, { operands: [relued] }), 'P05', /relu1/));
  it('refuses a negative and a broken one', () => {
    refused(withNode(relued, { operands: [-1] }), 'P05', /relu1/);
    refused(withNode(relued, { operands: [0.5] }), 'P05', /relu1/);
  });
  it('refuses an id that is not its place', () => refused(withNode(relued, { id: 0 }), 'P05', /relu1/));
});

describe('P06: primitives are of the alphabet', () => {
  for (const op of ['fourier', 'constructor', '__proto__', 'toString'])
    it(`refuses ${op}`, () =>
      refused(withNode(at('relu'), { op }), 'P06', new RegExp(`\\(${op} of relu1\\)`)));
});

describe('P07: types are those of the primitives', () => {
  const relued = at('relu');
  it('refuses another shape', () => refused(withNode(relued, { shape: ['n', 4, 4, 3] }), 'P07', /relu1/));
  it('refuses another type of entries', () => refused(withNode(relued, { dtype: 'bool' }), 'P07', /relu1/));
  it('refuses operands that do not fit', () =>
    refused(withNode(at('conv2d'), { operands: [0, 0] }), 'P07', /conv2d of conv1/));
  it('refuses missing operands', () => refused(withNode(relued, { operands: [] }), 'P07', /relu1/));
});

describe('P08: references are to nodes of their kind', () => {
  const relued = at('relu');
  const broken: Readonly<Record<string, Partial<Plan>>> = {
    "output 'y'": { outputs: { y: 10_000 } },
    'next state of a': { nextState: { a: -1 } },
    "input 'x'": { inputs: { x: { shape: ['n', 4, 4, 2], id: relued } } },
    'parameter p': { parameters: [{ ...plan.parameters[0]!, path: 'p', id: relued }] },
    'noise n': { noises: [{ ...plan.noises[0]!, path: 'n', id: relued }] },
    'scalar s': { scalars: [{ ...plan.scalars[0]!, path: 's', id: relued }] },
  };
  for (const [where, change] of Object.entries(broken)) {
    it(`refuses ${where}`, () => {
      const result = verify({ ...plan, ...change });
      assert.deepEqual(E.isLeft(result) ? result.left.map((fault) => [fault.rule, fault.where]) : [], [
        ['P08', where],
      ]);
    });
  }
});
