/** Symbolic and unknown sizes at run time: what is said of a symbol holds for each of its values (R07, R14). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import { buildPlan } from '../../src/compile/index.js';
import * as Dimension from '../../src/dsl/dimensions/dimension.js';
import {
  conv,
  decoder,
  elaborate,
  encoder,
  input,
  model,
  out,
  psi,
  seq,
  through,
  unsafeElaborate,
  upsample,
  type Layer,
  type Size,
} from '../../src/dsl/index.js';
import type { Outcome, Walk } from '../../src/dsl/rule.js';
import { claims } from '../types/inference-corners.js';
import { drawn } from '../types/twins.js';

type Values = Readonly<Record<string, number>>;

/** A size where the symbols have these values. */
const valued = (size: Size, values: Values): Size => {
  if (typeof size === 'number' || size === '?') return size;
  const [coefficient, symbol] = size.split('*') as [string, string];
  return Number(coefficient) * values[symbol]!;
};

const symbolic = (symbol: string, most = 48) =>
  fc.integer({ min: 1, max: most }).map((coefficient): Size => `${coefficient}*${symbol}`);
const size = (symbol: string) => fc.oneof(symbolic(symbol), fc.integer({ min: 1, max: 48 }));
const value = fc.integer({ min: 1, max: 7 });

describe('symbolic sizes', () => {
  for (const { name, feature, shape } of claims) {
    it(`${name}: ${shape.join('×')}`, () => {
      const elaborated = elaborate(model(feature as never));
      assert.ok(E.isRight(elaborated), E.isLeft(elaborated) ? elaborated.left[0]!.text : '');
      const { h, w, c } = elaborated.right.outputs['output']!;
      assert.deepEqual([h, w, c], shape);
    });
  }

  it('are computed with as each of their values', () => {
    const small = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        size('s'),
        size('s'),
        small,
        small,
        fc.integer({ min: 0, max: 8 }),
        value,
        (a, b, n, stride, padding, s) => {
          // prettier-ignore
          const at = (one: Size): number => Number(valued(one, { s }));
          const agrees = (got: Size, wanted: number): void => {
            if (got !== '?') assert.equal(at(got), wanted);
          };
          agrees(Dimension.add(a, b), at(a) + at(b));
          agrees(Dimension.multiply(a, n), at(a) * n);
          agrees(Dimension.ceilDivide(a, n), Math.ceil(at(a) / n));
          agrees(Dimension.floorDivide(a, n), Math.floor(at(a) / n));
          const slid = Dimension.slide(a, n, stride, padding);
          if (slid === 'none') assert.ok(at(a) + padding < n);
          else agrees(slid, Math.floor((at(a) + padding - n) / stride) + 1);
          if (Dimension.different(a, b)) assert.notEqual(at(a), at(b));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('through any layer give what each of their values gives', () => {
    let exact = 0;
    fc.assert(
      fc.property(
        fc.nat(),
        size('h'),
        size('w'),
        size('c'),
        value,
        value,
        value,
        (seed, h, w, c, vh, vw, vc) => {
          const values: Values = { h: vh, w: vw, c: vc };
          const stream = random(seed, 'sizes');
          const draw = (at: number, from: number, to: number): number => from + Math.floor(stream.at(at) * (to - from + 1)); // prettier-ignore
          const { layer, type } = drawn(draw, typeof c === 'number' ? c : 8);
          const general = outcome(layer, h, w, c);
          const special = outcome(layer, valued(h, values), valued(w, values), valued(c, values));
          if (general.flaws.length > 0) assert.ok(special.flaws.length > 0, type);
          else if (special.flaws.length === 0) {
            for (const axis of ['h', 'w', 'c'] as const) {
              const got = valued(general.state[axis], values);
              if (got === '?') continue;
              assert.equal(got, special.state[axis], type);
              exact++;
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(exact > 2000, `${exact} sizes stayed symbolic`);
  });
});

const outcome = (layer: Layer, h: Size, w: Size, c: Size): Outcome => {
  const state = { h, w, c, taps: {}, inputs: {} };
  const walk: Walk = { start: state, fold: (_, unchanged) => ({ state: unchanged, flaws: [] }), psi: (_, __, psi) => psi }; // prettier-ignore
  return layer.definition.shape(state, walk);
};

describe('what is no size', () => {
  const texts = ['h*h', '0*h', '-1*h', '1.5*h', '1e3*h', '064*h', '0x10*h', 'NaN*h', 'Infinity*h', '64*', '*h', '64*h*w', ' 64*h', '64*h ', '64 * h', 'h', '64', '?', '']; // prettier-ignore
  const others = [0, -1, 1.5, NaN, Infinity, null, undefined, true, {}];
  const unet = (height: never) =>
    model(
      through(
        input('x', height, 64, 3),
        encoder('e', [conv(4), conv(8, { stride: 2 })]),
        decoder('e', [upsample(2), conv(3)], psi.grid(2, 2)),
        out('64*h', 64, 3),
      ),
    );
  for (const wrong of [...texts, ...others]) {
    const shown =
      typeof wrong === 'string'
        ? `'${wrong}'`
        : typeof wrong === 'object' && wrong !== null
          ? 'an object'
          : String(wrong);
    const fix =
      typeof wrong === 'number'
        ? 'give 1 or more'
        : "give 1 or more, or a multiple of a symbol such as '64*h'";
    it(`${shown} is refused as a height, once`, () => {
      const elaborated = elaborate(unet(wrong as never));
      assert.deepEqual(E.isLeft(elaborated) && elaborated.left.map(({ text }) => text), [
        `✗ S02 input 'x': height ${shown} is not a positive whole number; ${fix}`,
      ]);
    });
    if (typeof wrong !== 'number') {
      it(`${shown} is refused as a declared width, once`, () => {
        const declared = through(input('x', 8, '8*w', 3), out(8, wrong as never, 3));
        const elaborated = elaborate(model(declared));
        assert.deepEqual(E.isLeft(elaborated) && elaborated.left.map(({ text }) => text), [
          `✗ S02 out: width ${shown} is not a positive whole number; ${fix}`,
        ]);
      });
    }
  }
});

describe('a family of sizes', () => {
  const unet = <const H extends number | `${number}*h`, const W extends number | `${number}*w`>(
    height: H,
    width: W,
  ) =>
    model(
      seq(
        input('x', height, width, 3),
        encoder('e', [conv(4), conv(8, { stride: 2 }), conv(16, { stride: 2 })]),
        decoder('e', [upsample(2), upsample(2), conv(3)], psi.dense()),
        out(height, width, 3),
      ),
    );

  it('is checked once for all multiples', () => {
    const { outputs } = unsafeElaborate(unet('64*h', '64*w'));
    assert.deepEqual(outputs, { output: { h: '64*h', w: '64*w', c: 3 } });
  });

  it('is refused by a plan, which says what to do', () => {
    const plan = buildPlan(unsafeElaborate(unet('64*h', 32)), { mode: 'infer' });
    assert.deepEqual(E.isLeft(plan) && plan.left.map(({ text }) => text), [
      "✗ P01 input 'x': got 64*h×32×3, wanted numbers; declare the model in a function of its sizes, and call it with numbers",
    ]);
  });

  it('is planned where the function is called with numbers', () => {
    const plan = buildPlan(unsafeElaborate(unet(64, 32)), { mode: 'infer' });
    assert.ok(E.isRight(plan));
  });
});
