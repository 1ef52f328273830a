/** What the compiler infers, stated as equalities: a wrong inference is a compile error here. */
/* eslint-disable @typescript-eslint/no-unused-vars -- the values are declared only to be asked for their types */
import {
  averagePool,
  bring,
  ceilDivide,
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
  encoder,
  flatten,
  fuse,
  globalAveragePool,
  input,
  instanceNorm,
  join,
  known,
  layerNorm,
  leakyRelu,
  maxPool,
  model,
  named,
  out,
  output,
  pad,
  plus,
  psi,
  relu,
  reshape,
  residual,
  round,
  seq,
  shared,
  skip,
  spaceToDepth,
  tanh,
  tap,
  through,
  times,
  upsample,
  weightNorm,
  widths,
  withPsi,
  type Feature,
  type KeepsShape,
  type Level,
  type MaxPool,
  type Model,
  type Psi,
} from '../../src/dsl/index.js';
import { vdgNpStage1, vdgStage1, vdgStage1Deep } from '../../src/models/vdg.js';

/** Whether two types are the same, `any` told apart from everything else. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Claim extends true>(): void => undefined;

/** Height, width and channels of a feature, taps and inputs aside. */
type Shape<F> = F extends Feature<infer H, infer W, infer C, infer _T, infer _I> ? [H, W, C] : never;
type TapsOf<F> = F extends Feature<infer _H, infer _W, infer _C, infer T, infer _I> ? T : never;

/* A U-Net as one reads it first. */
const image = input('image', 64, 48, 3);
const encoded = through(
  image,
  encoder('e', [seq(conv(16), relu), seq(conv(32, { stride: 2 }), relu), seq(conv(64, { stride: 2 }), relu)]),
);
holds<Equal<Shape<typeof encoded>, [16, 12, 64]>>();
holds<
  Equal<TapsOf<typeof encoded>['e'], readonly [Level<64, 48, 16>, Level<32, 24, 32>, Level<16, 12, 64>]>
>();
const decoded = through(
  encoded,
  skip('e', psi.dense()),
  conv(32),
  upsample(2),
  skip('e', psi.grid(4, 4)),
  conv(16),
  upsample(),
  skip('e', psi.one()),
  conv(3),
  tanh,
  out(64, 48, 3),
);
holds<Equal<Shape<typeof decoded>, [64, 48, 3]>>();
const unet = model(decoded);
holds<
  Equal<typeof unet, Model<{ readonly image: Level<64, 48, 3> }, { readonly output: Level<64, 48, 3> }>>
>();
const masked = withPsi(unet, psi.one());
holds<Equal<typeof masked, typeof unet>>();

/* The named architectures at the data sets' sizes. */
const vdg = model(vdgStage1(128, 64, 128, psi.dense()));
type VdgInputs = (typeof vdg)['~model']['inputs'];
holds<Equal<keyof VdgInputs, 'x_a' | 'p_a' | 'p_b'>>();
holds<Equal<VdgInputs['x_a'], Level<128, 64, 3>>>();
holds<Equal<VdgInputs['p_a'], Level<128, 64, 18>>>();
holds<Equal<VdgInputs['p_b'], Level<128, 64, 18>>>();
holds<Equal<(typeof vdg)['~model']['outputs'], { readonly output: Level<128, 64, 3> }>>();
const withoutPose = model(vdgNpStage1(128, 64, 128, psi.none));
holds<Equal<keyof (typeof withoutPose)['~model']['inputs'], 'x_a' | 'p_b'>>();
const deep = model(vdgStage1Deep(256, 256, 128, psi.grid(2, 2)));
holds<Equal<(typeof deep)['~model']['outputs']['output'], Level<256, 256, 3>>>();

/* Odd sizes. */
const odd = through(
  input('x', 61, 33, 3),
  tap('e'),
  conv(8, { stride: 2 }),
  tap('e'),
  conv(16, { stride: 2 }),
);
holds<Equal<Shape<typeof odd>, [16, 9, 16]>>();
const cropped = through(odd, upsample(2), cropTo('e'), skip('e'), upsample(2), cropTo('e'), skip('e'));
holds<Equal<Shape<typeof cropped>, [61, 33, 27]>>();

/* Windows: every padding, stride and dilation. */
const window = input('x', 17, 20, 3);
const same = through(window, conv(4, { kernel: 5, stride: 3 }));
holds<Equal<Shape<typeof same>, [6, 7, 4]>>();
const valid = through(window, conv(4, { kernel: 4, stride: 3, padding: 'valid' }));
holds<Equal<Shape<typeof valid>, [5, 6, 4]>>();
const zeros = through(window, conv(4, { kernel: 4, stride: 2, padding: 1 }));
holds<Equal<Shape<typeof zeros>, [8, 10, 4]>>();
const perSide = through(window, conv('same', { kernel: 3, padding: [[0, 1], [2, 3]] })); // prettier-ignore
holds<Equal<Shape<typeof perSide>, [16, 23, 3]>>();
const reflected = through(window, conv(4, { kernel: 7, padding: { reflect: 3 } }));
holds<Equal<Shape<typeof reflected>, [17, 20, 4]>>();
const dilated = through(window, conv(4, { kernel: 3, dilation: 4, padding: 'valid' }));
holds<Equal<Shape<typeof dilated>, [9, 12, 4]>>();
const dilatedSame = through(window, conv(4, { dilation: 2 }));
holds<Equal<Shape<typeof dilatedSame>, [17, 20, 4]>>();
const grown = through(window, convTranspose(8));
holds<Equal<Shape<typeof grown>, [34, 40, 8]>>();
const grownValid = through(window, convTranspose(8, { kernel: 3, stride: 3, padding: 'valid' }));
holds<Equal<Shape<typeof grownValid>, [51, 60, 8]>>();
const grownCut = through(window, convTranspose(8, { kernel: 4, stride: 2, padding: 1 }));
holds<Equal<Shape<typeof grownCut>, [34, 40, 8]>>();
const grownLonger = through(window, convTranspose(8, { kernel: 3, stride: 2, padding: 1, outputPadding: 1 }));
holds<Equal<Shape<typeof grownLonger>, [34, 40, 8]>>();
const enlarged = through(window, upsample(3, { method: 'bilinear' }));
holds<Equal<Shape<typeof enlarged>, [51, 60, 3]>>();

/* Groups, fusion, vectors. */
const block = residual(conv('same'), instanceNorm(), relu, dropout(0.5), conv('same'));
const grouped = through(window, named('stem', conv(8), block), shared('twice', block), leakyRelu(0.1));
holds<Equal<Shape<typeof grouped>, [17, 20, 8]>>();
const late = concat(
  through(image, flatten, dense(10)),
  through(input('pose', 64, 48, 18), flatten, dense(6)),
  through(image, flatten, dense(1)),
);
holds<Equal<Shape<typeof late>, [1, 1, 17]>>();
const chain = seq(
  input('a', 8, 8, 3),
  fuse(join.concat, input('b', 8, 8, 4), conv(5)),
  fuse(join.add, conv('same'), relu),
  reshape(4, 4, 32),
);
const fromChain = model(chain);
holds<Equal<(typeof fromChain)['~model']['outputs']['output'], Level<4, 4, 32>>>();
holds<Equal<keyof (typeof fromChain)['~model']['inputs'], 'a' | 'b'>>();
const several = model({ small: through(image, conv(3, { stride: 4 })), large: through(window, conv(2)) });
holds<
  Equal<
    (typeof several)['~model']['outputs'],
    { readonly small: Level<16, 12, 3>; readonly large: Level<17, 20, 2> }
  >
>();
holds<Equal<keyof (typeof several)['~model']['inputs'], 'image' | 'x'>>();
const kept = through(
  encoded,
  skip('e', psi.none, { level: 3 }),
  upsample(4),
  skip('e', psi.closed, { level: 1 }),
);
holds<Equal<Shape<typeof kept>, [64, 48, 144]>>();
holds<Equal<TapsOf<typeof kept>['e']['length'], 3>>();
const rejoined = through(
  encoded,
  decoder('e', [upsample(2), upsample(2), conv(9)], [psi.dense(), psi.none, psi.one()]),
);
holds<Equal<Shape<typeof rejoined>, [64, 48, 9]>>();
holds<Equal<TapsOf<typeof rejoined>['e']['length'], 0>>();
const chained = through(encoded, skip('e', psi.chain(psi.dense(), psi.grid(2, 2)), { join: join.add }));
holds<Equal<Shape<typeof chained>, [16, 12, 64]>>();

/* Several levels, other sizes, what is brought into reach, further outputs. */
const fullScale = through(encoded, upsample(2), skip('e', psi.resize(), { level: 'all' }));
holds<Equal<Shape<typeof fullScale>, [32, 24, 176]>>();
const someLevels = through(encoded, skip('e', psi.resize('nearest'), { level: [1, 3], join: join.replace }));
holds<Equal<Shape<typeof someLevels>, [16, 12, 80]>>();
interface LastOf extends Psi<KeepsShape> {
  readonly name: 'last';
  readonly several: true;
}
const last = psi.define<LastOf>({ name: 'last' }, { several: true, forward: ({ feature }) => feature });
const inOrder = through(encoded, upsample(4), skip('e', last, { level: [3, 1] }));
holds<Equal<Shape<typeof inOrder>, [64, 48, 80]>>();
const fromFile: readonly number[] = [1, 3];
const levelsOfFile = through(encoded, skip('e', psi.resize(), { level: fromFile }));
holds<Equal<Shape<typeof levelsOfFile>, [16, 12, number]>>();
const levelOfFile = through(encoded, skip('e', psi.resize(), { level: fromFile.length }));
holds<Equal<Shape<typeof levelOfFile>, [16, 12, number]>>();
const byGroups = through(encoded, skip('e', psi.chain(psi.grouped(8), psi.one())));
holds<Equal<Shape<typeof byGroups>, [16, 12, 128]>>();
const connected = through(
  encoded,
  upsample(2),
  skip('e', psi.maskConnectLevel({ fanIn: 2 }), { level: 'all' }),
);
holds<Equal<Shape<typeof connected>, [32, 24, 176]>>();
const oneLevel = through(encoded, skip('e', psi.maskConnectLevel({ fanIn: 1 })));
holds<Equal<Shape<typeof oneLevel>, [16, 12, 128]>>();
const someChannels = through(encoded, skip('e', psi.maskConnectChannel({ fanIn: 64 }), { join: join.add }));
holds<Equal<Shape<typeof someChannels>, [16, 12, 64]>>();
const channelsOfFile = through(encoded, skip('e', psi.maskConnectChannel({ fanIn: fromFile.length })));
holds<Equal<Shape<typeof channelsOfFile>, [16, 12, 128]>>();
const blended = through(encoded, bring(input('a', 1, 1, 5)), skip('e', psi.modularBlend({ input: 'a' })));
holds<Equal<Shape<typeof blended>, [16, 12, 128]>>();
const inputOfFile = through(encoded, skip('e', psi.modularSoft({ input: String(fromFile) })));
holds<Equal<Shape<typeof inputOfFile>, [16, 12, 128]>>();
const brought = through(image, bring(input('rows', 1, 10, 8), encoder('rows', [conv(2)])), conv(4));
holds<Equal<Shape<typeof brought>, [64, 48, 4]>>();
holds<Equal<keyof TapsOf<typeof brought>, 'rows'>>();
const attended = through(image, fuse(join.multiply, conv(1)), fuse(join.gated, conv(3)));
holds<Equal<Shape<typeof attended>, [64, 48, 3]>>();
const inside = through(
  encoded,
  conv(16),
  residual(fuse(join.concat, skip('e', psi.dense(), { join: join.replace }), conv(5)), conv(16)),
);
holds<Equal<Shape<typeof inside>, [16, 12, 16]>>();
const coded = model(seq(image, conv(8), output('code'), conv(3, { stride: 2 })));
holds<
  Equal<
    (typeof coded)['~model']['outputs'],
    { readonly output: Level<32, 24, 3>; readonly code: Level<64, 48, 8> }
  >
>();
const codedTwice = model({ a: through(image, output('code'), conv(1)), b: through(window, output('more')) });
holds<Equal<keyof (typeof codedTwice)['~model']['outputs'], 'a' | 'b' | 'code' | 'more'>>();

/* Sizes that the compiler does not know, and symbolic ones. */
const size: number = 32;
const loose = through(input('x', size, 64, 3), conv(8, { stride: 2 }), upsample(2));
holds<Equal<Shape<typeof loose>, [number, 64, 8]>>();
const looseChannels = through(image, conv(size), fuse(join.concat, image));
holds<Equal<Shape<typeof looseChannels>, [64, 48, number]>>();
const symbolic = through(
  input('x', '64*h', '16*w', 3),
  encoder('e', [conv(4), conv(8, { stride: 2 }), conv(16, { kernel: 4, stride: 2, padding: 1 })]),
);
holds<Equal<Shape<typeof symbolic>, ['16*h', '4*w', 16]>>();
const symbolicBack = through(
  symbolic,
  decoder('e', [upsample(2), upsample(2), conv(3)]),
  out('64*h', '16*w', 3),
);
holds<Equal<Shape<typeof symbolicBack>, ['64*h', '16*w', 3]>>();
const halved = through(input('x', '3*h', 8, 3), conv(4, { stride: 2 }));
holds<Equal<Shape<typeof halved>, [number, 4, 4]>>();
const certain = known(through(image, conv(4)));
holds<Equal<Shape<typeof certain>, [64, 48, 4]>>();
const flagged = through(image, conv(size > 3 ? 8 : 16));
holds<Equal<Shape<typeof flagged>, [64, 48, 8 | 16]>>();
const layers = [conv(4), conv(5)];
const spread = through(image, ...layers);
holds<Equal<Shape<typeof spread>, [number, number, number]>>();

/* Pools, blocks of pixels, borders, dense blocks, weight norm. */
const pooled = through(
  image,
  maxPool(),
  averagePool(3, { stride: 2, padding: 'same' }),
  crop(1),
  pad(2, 0, 1, 1),
);
holds<Equal<Shape<typeof pooled>, [16, 12, 3]>>();
const poolOf2 = maxPool();
holds<Equal<typeof poolOf2, MaxPool<2, 2, 'valid'>>>();
const poolOf3 = maxPool(3, { padding: 1 });
holds<Equal<typeof poolOf3, MaxPool<3, 3, 1>>>();
const shuffled = through(
  image,
  weightNorm(conv(32)),
  depthToSpace(2),
  denseBlock(conv(8), weightNorm(conv(4))),
);
holds<Equal<Shape<typeof shuffled>, [128, 96, 20]>>();
const gathered = through(shuffled, spaceToDepth(4), round, layerNorm(), globalAveragePool);
holds<Equal<Shape<typeof gathered>, [1, 1, 320]>>();
const symbolicBlocks = through(input('x', '64*h', 16, '8*c'), spaceToDepth(2), depthToSpace(4), maxPool());
holds<Equal<Shape<typeof symbolicBlocks>, ['64*h', 16, '2*c']>>();
const unknownBlock = through(image, conv(8), depthToSpace(size));
holds<Equal<Shape<typeof unknownBlock>, [number, number, number]>>();
const oneOfTwo = through(image, conv(size > 3 ? 8 : 16), depthToSpace(2), crop(size > 3 ? 2 : 4));
holds<Equal<Shape<typeof oneOfTwo>, [124 | 122 | 120, 92 | 90 | 88, 2 | 4]>>();
const grownLoose = through(image, denseBlock(...layers));
holds<Equal<Shape<typeof grownLoose>, [number, number, number]>>();

/* Arithmetic for families. */
const ramp = widths(128, 5);
holds<Equal<typeof ramp, readonly [128, 256, 384, 512, 640]>>();
const product = times(plus(3, 4), ceilDivide(9, 2));
holds<Equal<typeof product, 35>>();
const anyRamp = widths(128, size);
holds<Equal<typeof anyRamp, readonly number[]>>();
