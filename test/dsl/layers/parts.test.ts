/** Parts: shapes, what they compute against one network per region, their gradient, and rules S32–S34. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { random } from '../../../src/base/random.js';
import {
  autoregressive,
  averagePool,
  batchNorm,
  bring,
  conv,
  convTranspose,
  crop,
  cropTo,
  decoder,
  dense,
  denseBlock,
  depthToSpace,
  dropout,
  elaborate,
  elu,
  encoder,
  flatten,
  fuse,
  globalAveragePool,
  init,
  input,
  instanceNorm,
  join,
  layerNorm,
  maxPool,
  model,
  out,
  output,
  pad,
  parts,
  psi,
  region,
  relu,
  reshape,
  residual,
  round,
  sample,
  seq,
  skip,
  spaceToDepth,
  tanh,
  tap,
  through,
  tile,
  upsample,
  weightNorm,
  type Feature,
  type Level,
} from '../../../src/dsl/index.js';
import { initialParameters, parameterCounts, type Plan } from '../../../src/compile/index.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import * as leaves from '../../../src/ops/leaves.js';
import * as ops from '../../../src/ops/elementwise.js';
import { gradientsOf, outputsOf, unsafePlan, type Numbers } from '../plans.js';

const image = input('x', 9, 7, 3);
const boxes = input('boxes', 1, 3, 4);
const cut = region({ boxes: 'boxes', height: 4, width: 5 });

const draw = (name: string, shape: readonly number[]): Numbers => ({
  shape,
  data: random(5, name).normals(shape.reduce((a, b) => a * b, 1)),
});
/** Boxes that stay away from the border and from each other's size. */
const boxesOf = (n: number, count: number): Numbers => ({
  shape: [n, 1, count, 4],
  data: Float32Array.from({ length: n * count }, (_, k) => k).reduce<number[]>((all, k) => {
    const [y, x, h, w] = [0, 1, 2, 3].map((at) => random(8, 'box', k).at(at)) as [number, number, number, number]; // prettier-ignore
    return [...all, 0.6 * y - 0.1, 0.6 * x - 0.1, 0.6 * y + 0.5 * h, 0.6 * x + 0.5 * w];
  }, []),
});
const startOf = (plan: Plan): Readonly<Record<string, Numbers>> =>
  Object.fromEntries(
    Object.entries(initialParameters(plan, 3)).map(([path, { shape, data }]) => [
      path,
      { shape, data: data.map((x, i) => x + 0.1 * random(4, path).at(i)) },
    ]),
  );
const textsOf = (feature: unknown): readonly string[] => {
  const elaborated = elaborate(model(feature as never));
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};
const shapeOf = (feature: unknown): unknown => {
  const elaborated = elaborate(model(feature as never));
  return E.isRight(elaborated) ? elaborated.right.outputs['output'] : elaborated.left;
};

/** The entry of an image at a place between four entries; 0 outside. */
const read = ({ data, shape }: Numbers, n: number, y: number, x: number, channel: number): number => {
  const [, h, w, c] = shape as [number, number, number, number];
  if (y < 0 || y > h - 1 || x < 0 || x > w - 1) return 0;
  const at = (row: number, column: number): number => data[((n * h + row) * w + column) * c + channel]!;
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, right] = [Math.min(top + 1, h - 1), Math.min(left + 1, w - 1)];
  const across = (row: number): number => at(row, left) * (1 - (x - left)) + at(row, right) * (x - left);
  return across(top) * (1 - (y - top)) + across(bottom) * (y - top);
};
/** Part k of every example, as a batch. */
const cutBy = (x: Numbers, box: Numbers, k: number, height: number, width: number): Numbers => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const count = box.shape[2]!;
  const shape = [n, height, width, c];
  const data = Float32Array.from({ length: n * height * width * c }, (_, index) => {
    const channel = index % c;
    const column = Math.floor(index / c) % width;
    const row = Math.floor(index / (c * width)) % height;
    const example = Math.floor(index / (c * width * height));
    const [y1, x1, y2, x2] = [0, 1, 2, 3].map((i) => Math.fround(box.data[(example * count + k) * 4 + i]!)) as [number, number, number, number]; // prettier-ignore
    const y = (h - 1) * (y1 + ((y2 - y1) * row) / (height - 1));
    const at = (w - 1) * (x1 + ((x2 - x1) * column) / (width - 1));
    return read(x, example, y, at, channel);
  });
  return { shape, data };
};
const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-4): void => {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i]! - b[i]!) <= tolerance * Math.max(1, Math.abs(b[i]!)), `entry ${i}: ${a[i]}, not ${b[i]}`); // prettier-ignore
};

describe('parts', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('lie side by side in channels, at both levels', () => {
    // The compiler refuses an assignment of another shape.
    const feature: Feature<2, 3, 24, {}, { x: Level<9, 7, 3>; boxes: Level<1, 3, 4> }> = through(
      image,
      bring(boxes),
      parts(3, cut, conv(8, { stride: 2 })),
    );
    assert.deepEqual(shapeOf(feature), { h: 2, w: 3, c: 24 });
  });

  it('keep what is open outside and forget what opens inside', () => {
    const feature = through(
      image,
      bring(boxes),
      tap('e'),
      parts(3, cut, tap('inside'), flatten, dense(9 * 7)),
    );
    assert.deepEqual(textsOf(through(feature, reshape(9, 7, 3), skip('e'))), []);
    assert.deepEqual(textsOf(through(feature, reshape(9, 7, 3), skip('inside') as never)), [
      "✗ S10 skip 'inside': no such encoder (open: 'e'); name one that is open, or open it with encoder or tap",
    ]);
  });

  /* Every layer that looks at the batch must see that it is another one inside. */
  const group = skip('group', psi.none, { join: join.replace, level: 1 });
  const inners: Readonly<Record<string, readonly unknown[]>> = {
    'conv, batchNorm, flatten, dense, reshape': [conv(4, { stride: 2 }), elu, batchNorm(), flatten, dense(6), reshape(1, 2, 3)], // prettier-ignore
    'encoder, decoder, masks': [
      encoder('e', [conv(4), conv(4, { stride: 2 })]),
      decoder('e', [seq(convTranspose(4, { kernel: 2, stride: 2, padding: 0 }), cropTo('e')), elu], [psi.dense({ init: init.normal(1) }), psi.grid(2, 2, { init: init.normal(1) })]), // prettier-ignore
      instanceNorm(),
    ],
    'pools, norms': [maxPool(2, { stride: 1 }), averagePool(2, { stride: 1 }), layerNorm(), dropout(0.5), round], // prettier-ignore
    'pixels, weight norm, dense block': [weightNorm(conv(4)), depthToSpace(2), denseBlock(conv(1)), spaceToDepth(2), crop(0, 1, 1, 0), pad(1)], // prettier-ignore
    'groups, sampling, tiling': [globalAveragePool, conv(8), autoregressive(2, { predict: conv(2), update: fuse(join.add, group, conv(8)) }), sample(), tile(2, 2)], // prettier-ignore
    'residual, upsample': [residual(conv('same'), tanh), upsample(2), upsample(2, { method: 'bilinear' })],
  };
  for (const [what, inner] of Object.entries(inners))
    it(`are each what one network makes of its region, times its visibility: ${what}`, () => {
      const whole = unsafePlan(
        model(
          seq(
            image,
            bring(boxes),
            bring(input('seen', 1, 1, 3)),
            parts(3, region({ boxes: 'boxes', height: 4, width: 5, visibility: 'seen' }), ...inner),
          ) as never,
        ),
      );
      const one = unsafePlan(model(seq(input('z', 4, 5, 3), ...inner) as never));
      const x = draw('x', [2, 9, 7, 3]);
      const box = boxesOf(2, 3);
      const seen = { shape: [2, 1, 1, 3], data: [1, 0, 1, 1, 1, 0] };
      const start = startOf(one);
      const own = Object.fromEntries(Object.entries(start).map(([path, value]) => [`parts1/${path}`, value]));
      assert.deepEqual(whole.parameters.map(({ path }) => path).sort(), Object.keys(own).sort());

      const got = outputsOf(whole, { x, boxes: box, seen }, own)['output']!;
      const channels = Number(one.nodes[one.outputs['output']!]!.shape[3]);
      const places = got.length / (3 * channels);
      const wanted = new Float32Array(got.length);
      for (let k = 0; k < 3; k++) {
        const part = outputsOf(one, { z: cutBy(x, box, k, 4, 5) }, start)['output']!;
        part.forEach((value, index) => {
          const [place, channel] = [Math.floor(index / channels), index % channels];
          const example = Math.floor((2 * place) / places);
          wanted[(place * 3 + k) * channels + channel] = value * seen.data[example * 3 + k]!;
        });
      }
      assert.ok(wanted.some((value) => value !== 0));
      close(got, wanted, 1e-3);
    });

  it('of one region are that region', () => {
    const plan = unsafePlan(
      model(
        through(image, bring(input('b', 1, 1, 4)), parts(1, region({ boxes: 'b', height: 9, width: 7 }))),
      ),
    );
    const x = draw('x', [2, 9, 7, 3]);
    const b = { shape: [2, 1, 1, 4], data: [0, 0, 1, 1, 0, 0, 1, 1] };
    close(outputsOf(plan, { x, b })['output']!, x.data);
  });

  it('share weights: their gradient, and that of what they are cut from, are those of finite differences', () => {
    const plan = unsafePlan(
      model(through(image, bring(boxes), conv(2), parts(3, cut, conv(2), elu, flatten, dense(2)))),
      'train',
      ({ output }) => ({ loss: reduceSum(ops.multiply(output!, leaves.input('u', ['n', 1, 1, 6]))) }),
    );
    const fed = { x: draw('x', [2, 9, 7, 3]), boxes: boxesOf(2, 3), u: draw('u', [2, 1, 1, 6]) };
    const start = startOf(plan);
    const { gradients } = gradientsOf(plan, 'loss', fed, start);
    for (const path of ['conv1/kernel', 'parts1/conv1/kernel', 'parts1/dense1/kernel']) {
      const { shape, data } = start[path]!;
      for (const entry of [0, 1, Math.floor(data.length / 2), data.length - 1]) {
        const moved = (by: number): number => {
          const copy = Float32Array.from(data);
          copy[entry]! += by;
          return outputsOf(plan, fed, { ...start, [path]: { shape, data: copy } })['loss']![0]!;
        };
        const step = 5e-3;
        close([gradients[path]![entry]!], [(moved(step) - moved(-step)) / (2 * step)], 5e-3);
      }
    }
  });

  it("have the parameters of PDIG's part branch", () => {
    const level = (filters: number) => residual(conv(filters), relu, conv(filters), relu);
    const deeper = [256, 384, 512, 640].flatMap((filters) => [conv(filters, { stride: 2 }), level(filters)]);
    const foreground = seq(
      input('x', 128, 64, 128),
      bring(input('boxes', 1, 7, 4)),
      bring(input('seen', 1, 1, 7)),
      parts(7, region({ boxes: 'boxes', height: 48, width: 48, visibility: 'seen' }), level(128), ...deeper, flatten, dense(32)), // prettier-ignore
      tile(128, 64),
      out(128, 64, 224),
    );
    // Of the published code: five levels of convolutions, then 5,760 → 32.
    assert.equal(parameterCounts(unsafePlan(model(foreground as never))).parameters, 22_124_032 + 184_352);
  });

  it('have one set of weights, under their own path', () => {
    const declared = model(through(image, bring(boxes), parts(3, cut, conv(2)), parts(3, cut, conv(2))));
    assert.deepEqual(
      unsafePlan(declared).parameters.map(({ path, shape }) => `${path} ${shape.join('×')}`),
      [
        'parts1/conv1/kernel 3×3×3×2',
        'parts1/conv1/bias 2',
        'parts2/conv1/kernel 3×3×6×2',
        'parts2/conv1/bias 2',
      ],
    );
  });
});

describe('S32: what parts read is in reach', () => {
  it('says what is', () => {
    assert.deepEqual(textsOf(through(image, parts(3, cut, conv(2)) as never)), [
      "✗ S32 parts › region: no input 'boxes' in reach (in reach: 'x'); bring(input('boxes', 1, 3, 4)) first",
    ]);
    const seen = region({ boxes: 'boxes', height: 4, width: 4, visibility: 'seen' });
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, seen, conv(2)) as never)), [
      "✗ S32 parts › region: no input 'seen' in reach (in reach: several); bring(input('seen', 1, 1, 3)) first",
    ]);
  });
  it('takes no name from the prototype', () => {
    const odd = region({ boxes: 'constructor', height: 4, width: 4 });
    assert.deepEqual(textsOf(through(image, parts(3, odd) as never)), [
      "✗ S32 parts › region: no input 'constructor' in reach (in reach: 'x'); bring(input('constructor', 1, 3, 4)) first",
    ]);
  });
  it('refuses parts of parts: the boxes are outside', () =>
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, cut, parts(3, cut)) as never)), [
      "✗ S32 parts[0] › parts › region: no input 'boxes' in reach (in reach: none); bring(input('boxes', 1, 3, 4)) first",
    ]));
});

describe('S33: there is a box for each part', () => {
  it('says how many there are', () =>
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(4, cut, conv(2)) as never)), [
      "✗ S33 parts › region: input 'boxes' is 1×3×4, 4 parts need 1×4×4 (width 3 ≠ 4); declare input('boxes', 1, 4, 4)",
    ]));
  it('measures visibilities too', () => {
    const seen = region({ boxes: 'boxes', height: 4, width: 4, visibility: 'x' });
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, seen) as never)), [
      "✗ S33 parts › region: input 'x' is 9×7×3, 3 parts need 1×1×3 (height 9 ≠ 1); declare input('x', 1, 1, 3)",
    ]);
  });
  for (const value of [3, null, 'boxes', { boxes: 'boxes' }])
    it(`refuses ${JSON.stringify(value)} as a crop`, () =>
      assert.deepEqual(textsOf(through(image, parts(3, value, conv(2)) as never)), [
        '✗ S33 parts: not a crop; pass region({ boxes, height, width }) or your own',
      ]));
  it('finds what is wrong inside as well', () =>
    assert.deepEqual(
      textsOf(through(image, bring(boxes), parts(4, cut, conv(2), dense(3)) as never)).slice(1),
      ['✗ S24 parts[1] › dense: expects a vector 1×1×n, got 4×5×2; flatten first'],
    ));
});

describe('S34: nothing comes into parts from outside', () => {
  it('refuses an input', () => {
    const other = fuse(join.concat, input('p', 4, 5, 2));
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, cut, other) as never)), [
      "✗ S34 parts: an input comes in inside ('p'), where the batch is 3·n; join it before the parts",
    ]);
  });
  it('refuses an input that is only brought', () =>
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, cut, bring(image)) as never)), [
      "✗ S34 parts: an input comes in inside ('x'), where the batch is 3·n; join it before the parts",
    ]));
  it('refuses an output', () =>
    assert.deepEqual(textsOf(through(image, bring(boxes), parts(3, cut, output('cut'), flatten) as never)), [
      "✗ S34 parts: an output is named inside ('cut'), where the batch is 3·n; name it after the parts",
    ]));
  it('hides outer levels', () =>
    assert.deepEqual(textsOf(through(image, bring(boxes), tap('e'), parts(3, cut, skip('e')) as never)), [
      "✗ S10 parts[0] › skip 'e': no such encoder (open: none); name one that is open, or open it with encoder or tap",
    ]));
});
