/** Random plans around a pattern, and the law of every rewrite: the same function, to the bit or to rounding. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../../../src/base/fault.js';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { verify, type Plan } from '../../../src/compile/index.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { frozen, type Rewrite } from '../../../src/compile/rewrite/index.js';
import * as leaves from '../../../src/ops/leaves.js';
import type { Shape, Value } from '../../../src/ops/value.js';
import { outputsOf, type Numbers } from '../../dsl/plans.js';

/** How many plans each pass is tried on. */
const full = process.env['MASKSKIP_FULL'] === '1';
export const count = full ? 300 : 60;

/** Draws, one after another, from the stream of a seed. */
export interface Draw {
  /** A whole number, both ends included. */
  readonly integer: (least: number, most: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <A>(...from: readonly A[]) => A;
  /** Normal numbers; with `whole` rounded, so that zeros and ties are frequent. */
  readonly normals: (size: number, whole?: boolean) => Float32Array;
  /** A constant of normal numbers. */
  readonly constant: (shape: readonly number[]) => Value;
  /** An image of odd and even sizes. */
  readonly image: (name: string, channels?: number) => Value;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, one) => product * one, 1);

export const drawing = (...seed: readonly (string | number)[]): Draw => {
  const stream = random(11, ...seed);
  let at = 0;
  const uniform = (): number => stream.at(at++);
  const integer = (least: number, most: number): number => least + Math.floor(uniform() * (most - least + 1));
  const normals = (size: number, whole = false): Float32Array => {
    const drawn = random(12, ...seed, at++).normals(size);
    return whole ? drawn.map(Math.round) : drawn;
  };
  return {
    integer,
    chance: (share) => uniform() < share,
    pick: (...from) => from[integer(0, from.length - 1)]!,
    normals,
    constant: (shape) => leaves.constant(normals(sizeOf(shape)), shape),
    image: (name, channels = integer(1, 4)) => leaves.input(name, ['n', integer(1, 7), integer(1, 7), channels]),
  };
}; // prettier-ignore

/** What was made, or its faults thrown. */
export const right = <A>(result: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};

/** The inputs that a value rests on, by name. */
const inputsOf = (values: readonly Value[]): Readonly<Record<string, Value>> => {
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    value.operands.forEach(visit);
  };
  values.forEach(visit);
  return Object.fromEntries(
    [...seen].filter(({ op }) => op === 'input').map((one) => [String(one.attributes['name']), one]),
  );
};

/** The inference plan of values; `unread` are computed and go nowhere. */
export const planWith = (outputs: Readonly<Record<string, Value>>, unread: readonly Value[] = []): Plan =>
  right(
    planOf({
      mode: 'infer',
      inputs: inputsOf([...Object.values(outputs), ...unread]),
      outputs,
      steps: unread.map((value, i) => ({ path: `unread${i}`, op: value.op, value, parameters: [] })),
      nextState: [],
    }),
  );

/** A plan whose parameters are drawn as large as trained ones are, a tenth of each array's entries set to 0. */
export const frozenAtRandom = (plan: Plan, draw: Draw): Plan =>
  right(
    frozen(
      plan,
      Object.fromEntries(
        plan.parameters.map(({ path, shape, role }) => {
          const fanIn = role === 'weight' ? sizeOf(shape.slice(0, -1)) : 1;
          const data = draw
            .normals(sizeOf(shape))
            .map((one) => (draw.chance(0.1) ? 0 : one / Math.sqrt(fanIn)));
          return [
            path,
            { shape, data: path.endsWith('Variance') ? data.map((one) => 0.5 + Math.abs(one)) : data },
          ];
        }),
      ),
    ),
  );

/** Numbers for the inputs of a plan. */
export const feedsOf = (plan: Plan, draw: Draw, whole = draw.chance(0.5)): Readonly<Record<string, Numbers>> => {
  const batch = draw.integer(1, 3);
  return Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape }]) => {
      const extents = numbersOf(shape, batch);
      return [name, { shape: extents, data: draw.normals(sizeOf(extents), whole) }];
    }),
  );
}; // prettier-ignore
const numbersOf = (shape: Shape, batch: number): readonly number[] =>
  shape.map((extent) => (typeof extent === 'number' ? extent : extent === 'n' ? batch : batch * Number.parseInt(extent, 10))); // prettier-ignore

/** How far two plans' outputs are apart, in parts of the largest entry. */
export const distance = (
  before: Readonly<Record<string, Float32Array>>,
  after: Readonly<Record<string, Float32Array>>,
): number => {
  assert.deepEqual(Object.keys(after), Object.keys(before));
  let [apart, largest] = [0, 0];
  for (const [name, data] of Object.entries(before)) {
    assert.equal(after[name]!.length, data.length, name);
    data.forEach((one, i) => {
      const other = after[name]![i]!;
      if (Object.is(one, other)) return;
      const gap = Math.abs(one - other);
      apart = Number.isNaN(gap) ? Infinity : Math.max(apart, gap);
      largest = Math.max(largest, Math.abs(one));
    });
  }
  return apart === 0 ? 0 : apart / largest;
};

/** Operations that cost something. */
export const operations = (plan: Plan): number =>
  plan.nodes.filter(({ operands }) => operands.length > 0).length;

/** How a pass did on random plans. */
export interface Tally {
  readonly plans: number;
  readonly fired: number;
  readonly largest: number;
}
/** Prints the tally in a full run, and holds it to its law: it fires on two thirds. */
export const counted = (name: string, { plans, fired, largest }: Tally): void => {
  if (full) console.log(`      ${name}: ${plans} plans, fired on ${fired}, differs by at most ${largest.toExponential(1)}`);
  assert.ok(fired >= (plans * 2) / 3, `${name} fired on ${fired} of ${plans}`);
}; // prettier-ignore

/** The law of a pass on plans that `make` draws: it fires on most, what it makes is legal, the same function and no longer. */
export const describeRewrite = (
  rewrite: Rewrite,
  make: (draw: Draw, seed: number) => Plan,
  { longer = 0, of = '' }: { readonly longer?: number; readonly of?: string } = {},
): void => {
  const name = of === '' ? rewrite.name : `${rewrite.name}, ${of}`;
  describe(`${name}, on ${count} random plans`, () => {
    before(async () => {
      await unsafeActivate({ backend: 'cpu' });
    });
    it(`computes the same${rewrite.bitExact ? ' bits' : ' to 1e-5'} and fires on two thirds`, () => {
      let fired = 0;
      let largest = 0;
      for (let seed = 0; seed < count; seed++) {
        const draw = drawing(name, seed);
        const plan = make(draw, seed);
        const after = right(verify(rewrite.apply(plan)));
        const feeds = feedsOf(plan, draw);
        const apart = distance(outputsOf(plan, feeds), outputsOf(after, feeds));
        assert.ok(apart <= (rewrite.bitExact ? 0 : 1e-5), `plan ${seed} differs by ${apart}`);
        assert.ok(operations(after) <= operations(plan) + longer, `plan ${seed} grew`);
        if (after !== plan) fired += 1;
        largest = Math.max(largest, apart);
      }
      counted(name, { plans: count, fired, largest });
    });
  });
};
