/** `psi.modularSoft` and `psi.modularBlend`: what they compute, what they count, and their gradients. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { parameterCounts, type Plan } from '../../src/compile/index.js';
import {
  bring,
  conv,
  elaborate,
  fromSpec,
  input,
  instanceNorm,
  join,
  model,
  psi,
  relu,
  residual,
  seq,
  skip,
  tap,
  tanh,
  tile,
  through,
  toSpec,
  withPsi,
  fuse,
  type AnyModel,
  type Psi,
} from '../../src/dsl/index.js';
import { vdgStage1 } from '../../src/models/index.js';
import * as ops from '../../src/ops/elementwise.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceSum } from '../../src/ops/reduction.js';
import { gradientsOf, numbers, outputsOf, unsafePlan, type Numbers } from './plans.js';

const channels = 4;
const start = through(input('f', 3, 4, channels), bring(input('a', 1, 1, 2)), tap('e'));
const on = (operator: Psi): AnyModel =>
  model(through(start, conv(channels), skip('e', operator as never, { join: join.replace })) as never);
const draw = (name: string, shape: readonly number[], scale = 1): Numbers => ({
  shape,
  data: random(3, name)
    .normals(shape.reduce((product, extent) => product * extent, 1))
    .map((one) => one * scale),
});
const drawnFor = (plan: Plan): Record<string, Numbers> =>
  Object.fromEntries(plan.parameters.map(({ path, shape }) => [path, draw(path, shape, 0.4)]));
const inputs = { f: draw('f', [2, 3, 4, channels]), a: draw('a', [2, 1, 1, 2]) };
const textsOf = (declared: AnyModel): readonly string[] => {
  const elaborated = elaborate(declared);
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};
const near = (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void => {
  assert.equal(got.length, wanted.length);
  for (let i = 0; i < got.length; i++) assert.ok(Math.abs(got[i]! - wanted[i]!) <= tolerance * Math.max(1, Math.abs(wanted[i]!)), `${i}: ${got[i]}, not ${wanted[i]}`); // prettier-ignore
};

/* The same out of layers: T(f), and tanh of the 7×7 convolution, with ψ's weights under the layers' names. */
const block = residual(seq(conv('same', { bias: false }), instanceNorm(), relu, conv('same', { bias: false }), instanceNorm())); // prettier-ignore
const ofLayers = (
  conditioned: boolean,
  blocks: number,
  given: Readonly<Record<string, Numbers>>,
): readonly [transformed: Float32Array, mask: Float32Array] => {
  const trunk = seq(conv(channels, { bias: false }), instanceNorm(), relu);
  const before = conditioned
    ? through(input('f', 3, 4, channels), fuse(join.concat, through(input('a', 1, 1, 2), tile(3, 4))))
    : input('f', 3, 4, channels);
  const transformed = through(before as ReturnType<typeof input<'f', 3, 4, 4>>, trunk, ...(blocks === 1 ? [block] : [])); // prettier-ignore
  const masked = seq(transformed as never, conv(1, { kernel: 7, bias: false }) as never, tanh as never);
  const plan = unsafePlan(model({ t: transformed, g: masked } as never) as AnyModel);
  const weights = Object.fromEntries(
    plan.parameters.map(({ path, shape }) => {
      const name = path
        .replace(
          /^residual1\/(conv|instanceNorm)([12])/,
          (_, op: string, n: string) => `block1/${op === 'conv' ? 'conv' : 'norm'}${n}`,
        ) // prettier-ignore
        .replace(/^conv1\//, 'trunk/conv/')
        .replace(/^instanceNorm1\//, 'trunk/norm/')
        .replace(/^conv2\//, 'mask/');
      const found = given[`skip1/psi/${name}`];
      assert.ok(found !== undefined, `${path}, ${name} of ${shape.join('×')}`);
      return [path, found];
    }),
  );
  const { t, g } = outputsOf(plan, conditioned ? inputs : { f: inputs.f }, weights);
  return [t!, g!.map((one) => (1 + one) / 2)];
};

describe('psi.modularSoft and psi.modularBlend', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  const f = inputs.f.data;
  const perPixel = (mask: Float32Array, i: number): number => mask[Math.floor(i / channels)]!;

  it('modularSoft is g ⊙ f, with g of a trunk out of layers', () => {
    for (const conditioned of [false, true]) {
      const plan = unsafePlan(on(psi.modularSoft(conditioned ? { input: 'a' } : {}) as Psi));
      const weights = drawnFor(plan);
      const [, mask] = ofLayers(conditioned, 0, weights);
      assert.ok(mask.every((one) => one > 0 && one < 1));
      near(outputsOf(plan, inputs, weights)['output']!, Float32Array.from(f, (one, i) => one * perPixel(mask, i))); // prettier-ignore
    }
  });

  it('modularBlend is g ⊙ T(f) + (1 − g) ⊙ f, with T out of layers', () => {
    for (const [conditioned, blocks] of [[false, 0], [false, 1], [true, 1]] as const) {
      const plan = unsafePlan(on(psi.modularBlend({ blocks, ...(conditioned ? { input: 'a' } : {}) }) as Psi));
      const weights = drawnFor(plan);
      const [transformed, mask] = ofLayers(conditioned, blocks, weights);
      const wanted = Float32Array.from(f, (one, i) => perPixel(mask, i) * transformed[i]! + (1 - perPixel(mask, i)) * one); // prettier-ignore
      near(outputsOf(plan, inputs, weights)['output']!, wanted);
    } // prettier-ignore
  });

  it('looks at the decoder where it is asked to', () => {
    const [alone, both] = [psi.modularSoft(), psi.modularSoft({ decoder: true })].map((one) => unsafePlan(on(one as Psi))); // prettier-ignore
    const kernelOf = (plan: Plan): unknown => plan.parameters.find(({ path }) => path === 'skip1/psi/trunk/conv/kernel')?.shape; // prettier-ignore
    assert.deepEqual(kernelOf(alone!), [3, 3, channels, channels]);
    assert.deepEqual(kernelOf(both!), [3, 3, 2 * channels, channels]);
    assert.ok(both!.parameters.some(({ path }) => path === 'conv1/kernel'));
  });

  it('its gradients are those of finite differences, in every parameter', () => {
    for (const operator of [
      psi.modularSoft({ input: 'a', decoder: true }),
      psi.modularBlend({ blocks: 1, input: 'a', decoder: true }),
    ]) {
      const declared = on(operator as Psi);
      const plan = unsafePlan(declared, 'train', ({ output }) => ({
        loss: reduceSum(ops.multiply(output!, leaves.input('u', ['n', 3, 4, channels]))),
      }));
      const fed = { ...inputs, u: draw('u', [2, 3, 4, channels]) };
      /* Where every relu is on and no tanh is full, the loss is smooth: differences are the derivative. */
      const smooth = (path: string, one: Numbers): Numbers => {
        const by = (change: (value: number) => number): Numbers => ({ ...one, data: Array.from(one.data, change) }); // prettier-ignore
        if (/(trunk\/norm|norm1)\/offset$/.test(path)) return by((value) => value + 4);
        return path.endsWith('mask/kernel') ? by((value) => value / 40) : one;
      };
      const weights = Object.fromEntries(Object.entries(drawnFor(plan)).map(([path, one]) => [path, smooth(path, one)])); // prettier-ignore
      const { gradients } = gradientsOf(plan, 'loss', fed, weights);
      for (const [path, { data, shape }] of Object.entries(weights)) {
        const step = 1e-2;
        const loss = (index: number, by: number): number =>
          outputsOf(plan, fed, { ...weights, [path]: numbers(shape, (i) => data[i]! + (i === index ? by : 0)) })['loss']![0]!; // prettier-ignore
        for (const index of [0, Math.floor(data.length / 3), data.length - 1]) {
          const wanted = (loss(index, step) - loss(index, -step)) / (2 * step);
          const got = gradients[path]![index]!;
          assert.ok(Math.abs(got - wanted) <= 3e-2 * Math.max(1, Math.abs(wanted)), `${path} ${index}: ${got}, not ${wanted}`); // prettier-ignore
        }
        assert.ok(gradients[path]!.some((one) => Math.abs(one) > 1e-6), path); // prettier-ignore
      }
    }
  });

  it('for 256 channels has 12,544 weights in the mask, and as many in the transformer as the reference says', () => {
    const of = (operator: Psi): Plan =>
      unsafePlan(model(through(input('f', 8, 8, 256), bring(input('a', 1, 1, 5)), tap('e'), skip('e', operator as never, { join: join.replace })) as never)); // prettier-ignore
    const blend = of(psi.modularBlend({ input: 'a' }) as Psi);
    const kernel = blend.parameters.find(({ path }) => path === 'skip1/psi/mask/kernel')!;
    assert.deepEqual(kernel.shape, [7, 7, 256, 1]);
    assert.equal(kernel.shape.reduce((a, b) => a * b), 12_544); // prettier-ignore
    const affine = 13 * 2 * 256;
    assert.equal(parameterCounts(blend).parameters, 12_544 + 9 * (256 + 5) * 256 + 6 * 2 * 9 * 256 ** 2 + affine); // prettier-ignore
    assert.equal(parameterCounts(of(psi.modularSoft() as Psi)).parameters, 12_544 + 9 * 256 * 256 + 2 * 256);
  });

  it('S02, S32, S38: options that are none, inputs out of reach, blocks out of range', () => {
    const at = "skip 'e' 1 › psi.";
    assert.deepEqual(textsOf(on(psi.modularSoft({ input: 'p_b' }) as Psi)), [
      `✗ S32 ${at}modularSoft: no input 'p_b' in reach (in reach: several); bring it first`,
    ]);
    assert.deepEqual(textsOf(on(psi.modularSoft('a' as never) as Psi)), [
      `✗ S02 ${at}modularSoft: 'a' is not a record of options; give { … }, or leave it out`,
    ]);
    assert.deepEqual(textsOf(on(psi.modularSoft({ decoder: 'yes' as never }) as Psi)), [
      `✗ S02 ${at}modularSoft: decoder 'yes' is not true or false; give one of them`,
    ]);
    for (const blocks of [-1, 1.5, 65, NaN]) {
      assert.deepEqual(textsOf(on(psi.modularBlend({ blocks }) as Psi)), [
        `✗ S38 ${at}modularBlend: blocks ${blocks} is not a whole number from 0 to 64; give one`,
      ]);
    }
    assert.deepEqual(textsOf(on(psi.modularBlend({ blocks: 64 }) as Psi)), []);
  });

  it('stand in a spec and come back', () => {
    for (const operator of [
      psi.modularSoft(),
      psi.modularSoft({ input: 'a', decoder: true }),
      psi.modularBlend({ blocks: 2 }),
    ]) {
      const spec = toSpec(on(operator as Psi));
      assert.ok(E.isRight(spec));
      const back = fromSpec(JSON.parse(JSON.stringify(spec.right)));
      assert.ok(E.isRight(back));
      assert.deepEqual(toSpec(back.right), spec);
      assert.deepEqual(unsafePlan(back.right).nodes, unsafePlan(on(operator as Psi)).nodes);
    }
  });

  it('stand on every skip of VDG, where a pose may choose', () => {
    const vdg = model(vdgStage1(32, 16, 8, psi.none));
    for (const operator of [psi.modularSoft({ input: 'p_b' }), psi.modularBlend({ input: 'p_b', decoder: true, blocks: 1 })]) {
      const plan = unsafePlan(withPsi(vdg, operator), 'train');
      const kernels = plan.parameters.filter(({ path }) => path.endsWith('/psi/mask/kernel'));
      assert.ok(kernels.length >= 3);
      for (const { shape } of kernels) assert.deepEqual(shape.slice(0, 2), [7, 7]);
    } // prettier-ignore
  });
});
