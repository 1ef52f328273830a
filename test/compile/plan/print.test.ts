/** R13: a plan's text is read as the plan that it was. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, type Plan } from '../../../src/compile/index.js';
import { fromBase64, toBase64 } from '../../../src/compile/plan/base64.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { parse } from '../../../src/compile/plan/parse.js';
import { print, printedLines } from '../../../src/compile/plan/print.js';
import { frozen, rewritten } from '../../../src/compile/rewrite/index.js';
import { conv, elaborate, input, model, relu, seq, toSpec, type AnyModel } from '../../../src/dsl/index.js';
import { models } from '../../../src/models/index.js';
import * as ops from '../../../src/ops/elementwise.js';
import * as leaves from '../../../src/ops/leaves.js';
import { apply, type Value } from '../../../src/ops/value.js';
import { unsafePlan } from '../../dsl/plans.js';
import { anyModel } from '../../dsl/spec/arbitrary.js';
import { roundTrips } from './texts.js';

const laid = (output: Value, inputs: Readonly<Record<string, Value>> = {}): Plan => {
  const plan = planOf({ mode: 'infer', inputs, outputs: { output }, steps: [], nextState: [] });
  assert.ok(E.isRight(plan));
  return plan.right;
};
const x = leaves.input('x', ['n', 2]);
/** x plus a constant, as a plan. */
const withData = (data: Float32Array | Int32Array): Plan => {
  const dtype = data instanceof Float32Array ? ('float32' as const) : ('int32' as const);
  const constant: Value = { ...leaves.constant(0, [data.length], dtype), payload: data };
  return laid(ops.add(dtype === 'float32' ? constant : ops.cast(constant, 'float32'), 0), { x });
};
/** Whether two blocks are shared under one name: of different ones no plan is made (P02). */
const sharesTwice = (declared: AnyModel): boolean => {
  const spec = toSpec(declared);
  return E.isLeft(spec) || JSON.stringify(spec.right).split('"op":"shared"').length > 2;
};
const bitsOf = (plan: Plan): readonly number[] => {
  const { data } = plan.nodes.find(({ op }) => op === 'constant')!;
  return [...new Uint32Array(data!.buffer, data!.byteOffset, data!.length)];
};

describe('the text of a plan', () => {
  it('is a line for each node and each row', () => {
    const plan = unsafePlan(model(seq(input('x', 4, 4, 2), conv(8, { kernel: 3 }), relu)));
    assert.equal(
      print(plan),
      [
        'maskskip plan 1 infer',
        '%0 = input {name="x" shape=["n",4,4,2]} : n×4×4×2 float32',
        '%1 = parameter {path="conv1/kernel" shape=[3,3,2,8] role="weight"} : 3×3×2×8 float32 @ conv1',
        '%2 = conv2d %0 %1 {strides=[1,1] padding=[[1,1],[1,1]] dilations=[1,1]} : n×4×4×8 float32 @ conv1',
        '%3 = parameter {path="conv1/bias" shape=[8] role="weight"} : 8 float32 @ conv1',
        '%4 = add %2 %3 : n×4×4×8 float32 @ conv1',
        '%5 = relu %4 : n×4×4×8 float32 @ relu1',
        'input x %0',
        'parameter conv1/kernel %1 glorotUniform',
        'parameter conv1/bias %3 constant {value=0}',
        'output output %5',
        'layer conv1 conv n×4×4×8 152 0',
        'layer relu1 relu n×4×4×8 0 0',
        '',
      ].join('\n'),
    );
    roundTrips(plan);
  });

  it('comes line by line, too', () => {
    const plan = unsafePlan(model(seq(input('x', 4, 4, 2), relu)));
    const read = parse(printedLines(plan));
    assert.ok(E.isRight(read));
    assert.equal(print(read.right), print(plan));
  });

  it('holds short constants as numbers, with -0, NaN and the infinities', () => {
    const plan = withData(
      new Float32Array([-0, 0.1, NaN, Infinity, -Infinity, 1e-45, 3.4028234663852886e38]),
    );
    assert.match(print(plan), /\[-0,0\.10000000149011612,NaN,Infinity,-Infinity,1\.401298464324817e-45,3\.4028234663852886e\+38\] : 7 float32/); // prettier-ignore
    roundTrips(plan);
    roundTrips(withData(new Int32Array([-(2 ** 31), 2 ** 31 - 1, 0])));
  });

  it('keeps the bits of a NaN, and those of long constants of any alignment', () => {
    for (const words of [
      [0x7fc00001, 0xffc00000],
      Array.from({ length: 40 }, (_, i) => (0x9e3779b9 * i) >>> 0),
    ]) {
      // prettier-ignore
      const whole = new Uint32Array([1, ...words, 2]);
      const plan = withData(new Float32Array(whole.buffer, 4, words.length));
      const read = parse(print(plan));
      assert.ok(E.isRight(read));
      assert.deepEqual(bitsOf(read.right), words);
    }
  });

  it('holds any name and any number', () => {
    const named = (name: string): Value => leaves.input(name, ['n', '7*n']);
    const names = ['__proto__', 'a b', '"', '', 'τ', '\ud800', 'line\nbreak', '%1', 'n×4', 'inert', '\u202e'];
    const inputs = Object.fromEntries(names.map((name) => [name, named(name)]));
    const scalar = leaves.scalar('a b', -0);
    const leaky = apply({ name: 'leakyRelu', type: ([a]) => a! }, [leaves.scalar('s', NaN)], { slope: -Infinity }); // prettier-ignore
    const plan = laid(ops.add(scalar, leaky), inputs);
    assert.equal(Object.keys(plan.inputs).length, names.length);
    roundTrips(plan);
  });

  const count = process.env['MASKSKIP_FULL'] === '1' ? 1000 : 100;
  it(`R13: of ${count} random nets gives the same plan and the same text`, () => {
    let built = 0;
    const drawn = fc.sample(anyModel, { numRuns: count * 6, seed: 13 });
    for (const declared of drawn) {
      if (built === count) break;
      const elaborated = elaborate(declared);
      if (E.isLeft(elaborated) || sharesTwice(declared)) continue;
      const plans = (['train', 'infer'] as const).map((mode) => buildPlan(elaborated.right, { mode }));
      if (plans.some(E.isLeft)) continue;
      built++;
      for (const plan of plans) if (E.isRight(plan)) roundTrips(plan.right);
    }
    assert.equal(built, count);
  }).timeout(0);

  it('of every named model, without weights, with them, and after all passes, is read back', () => {
    // One kind of mask stands for all: they differ in shape alone.
    for (const { at, smallest } of models.filter(({ name }) => !/\+munet(-g)?$/.test(name))) {
      const [height, width] = smallest['market-1501'];
      const size = { height: Math.max(height, 64), width: Math.max(width, 32) };
      const plan = unsafePlan(at['market-1501']({ filters: 2, ...size }));
      const weights = plan.parameters.map(({ path, shape }, seed) => {
        const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + seed)); // prettier-ignore
        return [path, { shape, data }] as const;
      });
      const held = frozen(plan, Object.fromEntries(weights));
      assert.ok(E.isRight(held));
      roundTrips(plan);
      roundTrips(held.right);
      const passed = rewritten(held.right);
      assert.ok(E.isRight(passed));
      roundTrips(passed.right.plan);
    }
  });
});

describe('base64', () => {
  it('is that of Node, both ways', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = toBase64(bytes);
        assert.equal(text, Buffer.from(bytes).toString('base64'));
        assert.deepEqual([...fromBase64(text)!], [...bytes]);
      }),
    ));
  it('is refused where no bytes give it', () => {
    for (const text of [
      'A',
      'AA',
      'AAA',
      'AA==AAAA',
      'A===',
      '====',
      'AB==',
      'AAB=',
      'AA-_',
      'AA A',
      'AAA\u0141',
    ])
      assert.equal(fromBase64(text), undefined, text);
  });
});
