/** Random declarations, most of them without faults: for what must hold of every model. */
import * as fc from 'fast-check';
import {
  autoregressive,
  averagePool,
  batchNorm,
  bring,
  channelsFirst,
  concat,
  conv,
  convTranspose,
  crop,
  cropTo,
  decoder,
  dense,
  denseBlock,
  depthToSpace,
  dropout,
  elu,
  encoder,
  flatten,
  fuse,
  globalAveragePool,
  input,
  instanceNorm,
  join,
  layerNorm,
  leakyRelu,
  maxPool,
  model,
  named,
  out,
  output,
  pad,
  psi,
  relu,
  reshape,
  residual,
  round,
  sample,
  seq,
  shared,
  sigmoid,
  skip,
  spaceToDepth,
  surrogate,
  tanh,
  tap,
  through,
  tile,
  upsample,
  weightNorm,
  withPsi,
  type AnyFeature,
  type AnyModel,
  type Join,
  type Psi,
} from '../../../src/dsl/index.js';
import {
  constant,
  fanInUniform,
  glorotUniform,
  heNormal,
  normal,
  uniform,
} from '../../../src/ops/initialiser.js';

/* Declarations are given as values whose types are not looked at. */
type Loose = (...given: readonly unknown[]) => never;
const loosely = (make: unknown): Loose => make as Loose;

const number = fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(0, 0.1, 0.5, 1));
const initialiser = fc.oneof(
  fc.constantFrom(fanInUniform, glorotUniform, heNormal),
  number.map(constant),
  number.map(normal),
  number.map(uniform),
);
const gradient = fc.oneof(
  fc.constantFrom(surrogate.sigmoid, surrogate.zero),
  fc.constantFrom(0.5, 1, 4).map(surrogate.soft),
);
const mask = fc.record({ init: initialiser, surrogate: gradient }, { requiredKeys: [] });
const plainPsi: fc.Arbitrary<Psi> = fc.oneof(
  fc.constantFrom<Psi>(psi.none, psi.closed, psi.resize('nearest'), psi.resize()),
  fc
    .record(
      { affines: fc.constant('affines'), masks: fc.constantFrom('masks', 'x'), frame: fc.constant('x') },
      { requiredKeys: ['affines'] },
    )
    .map((options) => psi.warp(options)),
  fc
    .record(
      { fanIn: fc.constantFrom(1, 2), init: initialiser, method: fc.constant('nearest' as const) },
      { requiredKeys: [] },
    )
    .map((options) => psi.maskConnectLevel(options)),
  fc
    .record({ fanIn: fc.constantFrom(1, 2), init: initialiser }, { requiredKeys: [] })
    .map((options) => psi.maskConnectChannel(options)),
  fc
    .record({ input: fc.constantFrom('x', 'a'), decoder: fc.boolean() }, { requiredKeys: [] })
    .map((options) => psi.modularSoft(options)),
  fc
    .record(
      { input: fc.constantFrom('x', 'a'), decoder: fc.boolean(), blocks: fc.constantFrom(0, 1, 6) },
      { requiredKeys: [] },
    )
    .map((options) => psi.modularBlend(options)),
  mask.map(psi.dense),
  mask.map(psi.one),
  mask.map((options) => psi.grouped(1, options)),
  fc.tuple(fc.integer({ min: 1, max: 3 }), mask).map(([cell, options]) => psi.grid(cell, 2, options)),
);
/** Any ψ. */
export const anyPsi: fc.Arbitrary<Psi> = fc.oneof(
  plainPsi,
  fc.tuple(plainPsi, plainPsi).map(([first, then]) => psi.chain(first, then)),
);
const sameJoin = fc.constantFrom<Join>(join.add, join.subtract, join.multiply, join.gated, join.replace);

const kernelLayer = fc
  .record({
    options: fc.record(
      {
        kernel: fc.constantFrom(1, 3),
        dilation: fc.constantFrom(1, 2),
        bias: fc.boolean(),
        initialiser,
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ options }) => conv('same', options) as unknown);

const steps: readonly fc.Arbitrary<unknown>[] = [
  fc.constantFrom<unknown>(relu, elu, tanh, sigmoid, round),
  number.map((slope) => leakyRelu(slope)),
  fc.constantFrom(0, 0.25, 0.5).map((rate) => dropout(rate)),
  fc
    .record({ over: fc.constantFrom('space', 'space-and-channels'), affine: fc.boolean(), epsilonTo: fc.constantFrom('variance', 'deviation') }, { requiredKeys: [] })
    .map(loosely(instanceNorm)),
  fc.record({ momentum: fc.constantFrom(0.9, 0.99), batchStatisticsAlways: fc.boolean() }, { requiredKeys: [] }).map(loosely(batchNorm)),
  fc.record({ affine: fc.boolean() }, { requiredKeys: [] }).map(loosely(layerNorm)),
  fc.record({ deviation: fc.constantFrom(0, 0.5), when: fc.constantFrom('train', 'always', 'never') }, { requiredKeys: [] }).map(loosely(sample)),
  kernelLayer,
  kernelLayer.map((inner) => weightNorm(inner as never)),
  fc.constantFrom<unknown>(1, [[1, 1], [0, 2]], { reflect: 1 }, 'same').map((padding) => loosely(conv)('same', { padding })),
  fc.constantFrom('zeros', 'reflect').map((mode) => seq(loosely(pad)(1, 1, 1, 1, { mode }), crop(1, 1, 1, 1))),
  fc.constant(seq(spaceToDepth(2), depthToSpace(2))),
  fc.constant(maxPool(3, { stride: 1, padding: 'same' })),
  fc.constantFrom('same', 1).map((padding) => loosely(averagePool)(3, { stride: 1, padding })),
  fc.integer({ min: 1, max: 3 }).map((count) => seq(denseBlock(conv(count)), relu)),
  fc.constantFrom<'nearest' | 'bilinear'>('nearest', 'bilinear').map((method) => seq(upsample(2, { method }), averagePool(2))),
  fc.constant(seq(upsample(2), convTranspose(4, { stride: 1 }), maxPool(2))),
]; // prettier-ignore

const name = fc.constantFrom('a', 'b', 'head', '__proto__', 'constructor', 'a b', 'τ');

/** Layers that keep height and width. */
const block = (depth: number): fc.Arbitrary<unknown> =>
  depth === 0
    ? fc.oneof(...steps)
    : fc.oneof(
        { weight: 6, arbitrary: fc.oneof(...steps) },
        { weight: 1, arbitrary: blocks(depth).map((inner) => seq(...inner)) },
        { weight: 1, arbitrary: blocks(depth).map((inner) => loosely(residual)(...inner, conv('same'))) },
        { weight: 1, arbitrary: fc.tuple(name, blocks(depth)).map(([one, inner]) => named(one, ...inner)) },
        { weight: 1, arbitrary: blocks(depth).map((inner) => shared('common', ...inner)) },
        { weight: 1, arbitrary: fc.tuple(sameJoin, blocks(depth)).map(([by, inner]) => fuse(by, ...inner)) },
        { weight: 1, arbitrary: blocks(depth).map((inner) => fuse(join.concat, ...inner)) },
        {
          weight: 1,
          arbitrary: fc
            .record({ name, psi: anyPsi, by: sameJoin, level: fc.constantFrom<unknown>(undefined, 1, [1]) })
            .map(({ name: one, psi: operator, by, level }) =>
              seq(tap(one), conv('same'), loosely(skip)(one, operator, { join: by, level })),
            ),
        },
        { weight: 1, arbitrary: unet(depth) },
      );
const blocks = (depth: number): fc.Arbitrary<readonly unknown[]> =>
  fc.array(block(depth - 1), { maxLength: 3 });

const unet = (depth: number): fc.Arbitrary<unknown> =>
  fc
    .record({
      name: name.map((one) => `unet-${one}`),
      operator: fc.oneof(anyPsi, fc.tuple(anyPsi, anyPsi)),
      by: fc.constantFrom<Join>(join.concat, join.replace),
      inner: blocks(depth),
      method: fc.constantFrom<'nearest' | 'bilinear'>('nearest', 'bilinear'),
    })
    .map(({ name: one, operator, by, inner, method }) =>
      seq(
        encoder(one, [conv(4), seq(conv(6, { stride: 2 }), relu)]),
        ...inner,
        loosely(decoder)(one, [seq(upsample(2, { method }), cropTo(one)), conv(4)], operator, { join: by }),
      ),
    );

const vector = fc.constantFrom<readonly unknown[]>(
  [flatten, dense(12), reshape(2, 2, 3)],
  [channelsFirst, flatten, dense(3)],
  [globalAveragePool, dense(5, { bias: false }), tile(8, 8)],
  [conv(8), autoregressive(2, { predict: conv(4), update: seq(skip('group', psi.none, { level: 1 }), conv(8)) })],
  [conv(8), relu, out(8, 8, 8)],
); // prettier-ignore

/** Models of one or two outputs; features are used several times. */
export const anyModel: fc.Arbitrary<AnyModel> = fc
  .record({
    first: blocks(2),
    second: blocks(3),
    end: vector,
    outputs: fc.uniqueArray(fc.constantFrom('output', 'small', '__proto__', 'toString', 'a/b~'), {
      minLength: 1,
      maxLength: 2,
    }),
    psis: fc.array(
      fc.record(
        {
          psi: anyPsi,
          encoder: fc.constantFrom('unet-a', 'a'),
          levels: fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
          after: fc.constant(true),
        },
        { requiredKeys: ['psi'] },
      ),
      { maxLength: 2 },
    ),
    further: fc.boolean(),
    single: fc.boolean(),
  })
  .map(({ first, second, end, outputs, psis, further, single }) => {
    const x = input('x', 8, 8, 4);
    const y = input('y', 8, 8, 2);
    if (single) return loosely(model)(seq(x, ...first, fuse(join.concat, y), ...second, ...end)) as AnyModel;
    const start = loosely(through)(x, ...first, ...(further ? [output('further')] : [])) as AnyFeature;
    const both = loosely(concat)(start, y, start) as AnyFeature;
    const last = loosely(through)(
      both,
      ...second,
      bring(start),
      fuse(join.concat, start),
      ...end,
    ) as AnyFeature;
    const declared = loosely(model)(
      Object.fromEntries(outputs.map((one, index) => [one, index === 0 ? last : both])),
    ) as AnyModel;
    return psis.reduce((before, { psi: operator, ...where }) => withPsi(before, operator, where), declared);
  });
