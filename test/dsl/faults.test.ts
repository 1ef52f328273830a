/** Every rule of the language at run time: what it accepts, what it refuses, and in what words. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { isFaultError, type Fault } from '../../src/base/fault.js';
import {
  autoregressive,
  averagePool,
  batchNorm,
  concat,
  conv,
  convTranspose,
  cropTo,
  decoder,
  dense,
  depthToSpace,
  dropout,
  elaborate,
  encoder,
  flatten,
  fuse,
  init,
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
  pad,
  parts,
  psi,
  region,
  relu,
  reshape,
  residual,
  sample,
  seq,
  shared,
  skip,
  surrogate,
  tap,
  through,
  unsafeElaborate,
  upsample,
  withPsi,
} from '../../src/dsl/index.js';
import { kept, psiOf, type KeepsShape, type Psi } from '../../src/dsl/psi/psi.js';
import { constant, normal, uniform } from '../../src/ops/initialiser.js';

/* Declarations are given as values whose types are not looked at: these tests ask the run time alone. */
const faultsOf = (...layers: readonly unknown[]): readonly Fault[] => faultsOfModel(seq(...layers));
const faultsOfModel = (outputs: unknown): readonly Fault[] => {
  const elaborated = elaborate(model(outputs as never));
  return E.isLeft(elaborated) ? elaborated.left : [];
};
const texts = (faults: readonly Fault[]): readonly string[] => faults.map(({ text }) => text);
const image = input('x', 8, 8, 3);

/** A chain after an 8×8×3 input is refused with this body (after `✗ S… block[k] › `) and these parts. */
const refuses = (
  layers: readonly unknown[],
  rule: string,
  message: string,
  parts: Partial<Pick<Fault, 'where' | 'got' | 'wanted' | 'fix'>> = {},
): void => {
  const faults = faultsOf(image, ...layers);
  assert.deepEqual(texts(faults), [`✗ ${rule} block[${layers.length}] › ${message}`]);
  const [fault] = faults;
  assert.equal(fault!.rule, rule);
  assert.equal(fault!.severity, 'error');
  assert.ok(fault!.text.endsWith(`; ${fault!.fix}`) || fault!.fix === '');
  for (const [key, wanted] of Object.entries(parts)) assert.equal(fault![key as keyof Fault], wanted);
};
const accepts = (...layers: readonly unknown[]): void => assert.deepEqual(faultsOf(image, ...layers), []);

describe('S01: elements of chains are layers', () => {
  it('accepts layers', () => accepts(conv(4), relu, seq(relu)));
  for (const [name, value] of Object.entries({
    number: 3,
    uncalled: conv,
    nothing: null,
    missing: undefined,
  }))
    it(`refuses ${name}`, () =>
      refuses([relu, value], 'S01', 'not a layer (a combinator left uncalled?); call it, or pass a layer', {
        got: 'a value that is not a layer',
        wanted: 'a layer',
      }));
});

describe('S02: sizes are positive whole numbers', () => {
  it('accepts 1', () => accepts(conv(1, { kernel: 1, stride: 1 }), upsample(1)));
  it('accepts zero padding of 0', () =>
    accepts(conv(1, { padding: 0 }), conv(1, { padding: { reflect: 0 } })));
  const bad: readonly (readonly [unknown, string])[] = [
    [conv(0), 'conv: filters 0'],
    [conv(3, { kernel: 0 }), 'conv: kernel 0'],
    [conv(3, { stride: -1 }), 'conv: stride -1'],
    [conv(3, { dilation: 1.5 }), 'conv: dilation 1.5'],
    [conv(NaN), 'conv: filters NaN'],
    [conv(Infinity), 'conv: filters Infinity'],
    [conv(1e21), 'conv: filters 1e+21'],
    [convTranspose(0), 'convTranspose: filters 0'],
    [convTranspose(1, { stride: 0 }), 'convTranspose: stride 0'],
    [dense(0), 'dense: units 0'],
    [upsample(0.5), 'upsample: factor 0.5'],
    [reshape(8, -8, 3), 'reshape: width -8'],
  ];
  for (const [layer, start] of bad) {
    it(`refuses ${start}`, () =>
      refuses([layer], 'S02', `${start} is not a positive whole number; give 1 or more`, {
        got: start.split(' ').at(-1)!,
        wanted: 'a positive whole number',
        fix: 'give 1 or more',
      }));
  }
  it('refuses a grid without height', () =>
    refuses(
      [tap('e'), skip('e', psi.grid(0, 1))],
      'S02',
      "skip 'e' 1 › psi.grid: cell height 0 is not a positive whole number; give 1 or more",
    ));
  it('refuses an output padding that is not less than the stride', () =>
    refuses(
      [convTranspose(4, { padding: 0, outputPadding: 2 })],
      'S02',
      'convTranspose: outputPadding 2 is not less than stride 2; give less',
    ));
  const paddings: readonly (readonly [unknown, string])[] = [
    [conv(4, { padding: -1 }), 'conv: padding -1'],
    [conv(4, { padding: 0.5 }), 'conv: padding 0.5'],
    [conv(4, { padding: { reflect: -2 } }), 'conv: reflect -2'],
    [conv(4, { padding: [[0, 0], [0, -3]] }), 'conv: padding -3'], // prettier-ignore
    [convTranspose(4, { padding: -1 }), 'convTranspose: padding -1'],
    [convTranspose(4, { outputPadding: -1 }), 'convTranspose: outputPadding -1'],
  ];
  for (const [layer, start] of paddings) {
    it(`refuses ${start}`, () =>
      refuses([layer], 'S02', `${start} is not a whole number of 0 or more; give 0 or more`));
  }
  const inputs: readonly (readonly [unknown, unknown, unknown, string, unknown])[] = [
    [0, 8, 3, 'height', 0],
    [8, -8, 3, 'width', -8],
    [8, 8, 1.5, 'channels', 1.5],
    ['0*h', 8, 3, 'height', "'0*h'"],
    ['h', 8, 3, 'height', "'h'"],
  ];
  for (const [h, w, c, axis, value] of inputs) {
    it(`refuses an input of ${axis} ${String(value)}`, () =>
      assert.deepEqual(texts(faultsOfModel(input('x', h as number, w as number, c as number))), [
        `✗ S02 input 'x': ${axis} ${String(value)} is not a positive whole number; give 1 or more${typeof value === 'number' ? '' : ", or a multiple of a symbol such as '64*h'"}`,
      ]));
  }
});

describe('S02: a value of another kind is refused where a number, a word or options are wanted', () => {
  /* What the signatures refuse, from where nobody asked them. */
  const given = (value: unknown): never => value as never;
  const notPositive = 'is not a positive whole number; give 1 or more';
  const oneOf = (words: string, fix = 'give one of them'): string => `is not one of ${words}; ${fix}`;
  const padding = "'same', 'valid'";
  const noOptions = 'is not a record of options; give { … }, or leave it out';
  const bad: readonly (readonly [unknown, string])[] = [
    [upsample(given('h')), `upsample: factor 'h' ${notPositive}`],
    [conv(given(true)), `conv: filters true ${notPositive}`],
    [conv(given('valid')), `conv: filters 'valid' ${notPositive}`],
    [conv(given([3])), `conv: filters a list ${notPositive}`],
    [conv(3, { kernel: given('same') }), `conv: kernel 'same' ${notPositive}`],
    [depthToSpace(given('h')), `depthToSpace: block 'h' ${notPositive}`],
    [reshape(given('8*h'), 8, 3), `reshape: height '8*h' ${notPositive}`],
    [pad(given('h')), "pad: top 'h' is not a whole number of 0 or more; give 0 or more"],
    [upsample(2, { method: given('Nearest') }), `upsample: method 'Nearest' ${oneOf("'nearest', 'bilinear'")}`],
    [conv(3, { padding: given('h') }), `conv: padding 'h' ${oneOf(padding, 'give one of them, or zeros by number')}`],
    [conv(3, { padding: given(true) }), `conv: padding true ${oneOf(padding, 'give one of them, or zeros by number')}`],
    [conv(3, { padding: given([1, 1]) }), `conv: padding a list ${oneOf(padding, 'give one of them, or zeros by number')}`],
    [conv(3, { padding: given({}) }), `conv: padding an object ${oneOf(padding, 'give one of them, or zeros by number')}`],
    [convTranspose(3, { padding: given('Same') }), `convTranspose: padding 'Same' ${oneOf(padding, 'give one of them, or a number')}`],
    [maxPool(2, { padding: given('h') }), `maxPool: padding 'h' ${oneOf(padding, 'give one of them, or a number')}`],
    [averagePool(2, { padding: given(true) }), `averagePool: padding true ${oneOf(padding, 'give one of them, or a number')}`],
    [pad(1, { mode: given('mirror') }), `pad: mode 'mirror' ${oneOf("'zeros', 'reflect'")}`],
    [instanceNorm({ over: given('channels') }), `instanceNorm: over 'channels' ${oneOf("'space', 'space-and-channels'")}`],
    [instanceNorm({ epsilonTo: given(1) }), `instanceNorm: epsilonTo 1 ${oneOf("'variance', 'deviation'")}`],
    [sample({ when: given('infer') }), `sample: when 'infer' ${oneOf("'train', 'always', 'never'")}`],
    ...([
      ['conv', conv(3, given(null))],
      ['convTranspose', convTranspose(3, given(null))],
      ['upsample', upsample(2, given(null))],
      ['maxPool', maxPool(2, given(null))],
      ['averagePool', averagePool(2, given(null))],
      ['pad', pad(1, given(null))],
      ['batchNorm', batchNorm(given(null))],
      ['instanceNorm', instanceNorm(given(null))],
      ['layerNorm', layerNorm(given(null))],
      ['sample', sample(given(null))],
      ['autoregressive', autoregressive(2, given(null))],
      ['parts › region', parts(3, region(given(null)), relu)],
    ] as const).map(([name, layer]) => [layer, `${name}: null ${noOptions}`] as const),
  ]; // prettier-ignore
  for (const [layer, message] of bad) it(`refuses ${message}`, () => refuses([layer], 'S02', message));
  it('refuses options of a fully connected layer that are none', () =>
    refuses([flatten, dense(3, given('relu'))], 'S02', `dense: 'relu' ${noOptions}`));
  const operators: readonly (readonly [unknown, string])[] = [
    [psi.resize(given('Nearest')), `psi.resize: method 'Nearest' ${oneOf("'nearest', 'bilinear'")}`],
    [psi.grid(given('h'), 1), `psi.grid: cell height 'h' ${notPositive}`],
    [psi.dense(given(null)), `psi.dense: null ${noOptions}`],
    [psi.one(given(3)), `psi.one: 3 ${noOptions}`],
    [psi.grouped(3, given([])), `psi.grouped: a list ${noOptions}`],
    [psi.grid(2, 2, given('open')), `psi.grid: 'open' ${noOptions}`],
  ];
  for (const [operator, message] of operators)
    it(`refuses ${message}`, () =>
      refuses([tap('e'), skip('e', operator)], 'S02', `skip 'e' 1 › ${message}`));
  for (const value of ['0.5', null])
    it(`refuses ${String(value)} as a rate or a deviation`, () => {
      const said = typeof value === 'string' ? `'${value}'` : 'null';
      refuses([dropout(given(value))], 'S23', `dropout: rate ${said} is not in [0, 1); give the share of entries to drop`);
      refuses([sample({ deviation: given(value) })], 'S36', `sample: deviation ${said} is not a number of 0 or more; give the standard deviation of the noise`);
    }); // prettier-ignore
});

describe('S03: windows fit', () => {
  it('accepts a kernel as large as the padded image', () => accepts(conv(4, { kernel: 10, padding: 1 })));
  it('refuses a larger one', () =>
    refuses(
      [conv(4, { kernel: 11, padding: 1 })],
      'S03',
      'conv: kernel 11×11 does not fit 8×8×3 with padding 1; use a smaller kernel or more padding',
      { got: 'kernel 11×11', wanted: 'a kernel that fits 8×8×3' },
    ));
  it('counts the dilation', () =>
    refuses(
      [conv(4, { dilation: 4, padding: 'valid' })],
      'S03',
      'conv: kernel 3×3 (dilation 4) does not fit 8×8×3 with padding valid; use a smaller kernel or more padding',
    ));
  it('accepts a reflection of one less than the size', () => accepts(conv(4, { padding: { reflect: 7 } })));
  it('refuses a reflection as large as the size', () =>
    refuses(
      [conv(4, { padding: { reflect: 8 } })],
      'S03',
      'conv: padding reflect 8 reaches beyond 8×8×3; reflect less than the height and the width',
    ));
  it('refuses a transposed convolution of which nothing is left', () =>
    refuses(
      [flatten, convTranspose(4, { kernel: 2, padding: 1 })],
      'S03',
      'convTranspose: padding 1 leaves nothing of 1×1×192; use less padding',
    ));
});

describe('S04: dilation and stride', () => {
  it('accepts one of them', () => accepts(conv(4, { dilation: 2 }), conv(4, { stride: 2 })));
  it('refuses both', () =>
    refuses(
      [conv(4, { dilation: 2, stride: 3 })],
      'S04',
      'conv: dilation 2 with stride 3; dilate at stride 1, or stride without dilation',
      { got: 'dilation 2, stride 3', wanted: 'one of them 1' },
    ));
});

describe('S05: a reshape keeps the count of entries', () => {
  it('accepts equal products', () => accepts(reshape(4, 4, 12)));
  it('refuses others', () =>
    refuses(
      [reshape(4, 4, 13)],
      'S05',
      'reshape: 8×8×3 has 192 entries, 4×4×13 has 208 (192 ≠ 208); make the products equal',
      { got: '192', wanted: '208' },
    ));
});

describe('S06: declared outputs', () => {
  it('accepts the shape that is', () => accepts(out(8, 8, 3)));
  it('refuses another', () =>
    refuses(
      [out(8, 9, 3)],
      'S06',
      'out: got 8×8×3, declared 8×9×3 (width 8 ≠ 9); change the layers before it or the declaration',
      { got: '8×8×3', wanted: '8×9×3' },
    ));
});

describe('S07: a residual branch keeps the shape', () => {
  it('accepts one that does', () => accepts(residual(conv(4), conv(3))));
  it('refuses one that does not', () =>
    refuses(
      [residual(conv(4))],
      'S07',
      'residual: branch gives 8×8×4, input is 8×8×3 (channels 4 ≠ 3); give both the same shape',
      { got: '8×8×4', wanted: '8×8×3', where: 'residual1' },
    ));
});

describe('S08: what is joined has one height and width', () => {
  it('accepts equal ones', () => accepts(fuse(join.concat, conv(4))));
  it('refuses others', () =>
    refuses(
      [fuse(join.concat, conv(4, { stride: 2 }))],
      'S08',
      'fuse: height 8 ≠ 4 (8×8×3 ⊕ 4×4×4); give both the same height and width',
      { got: '8×8×3', wanted: '4×4×4' },
    ));
  it('refuses features that differ in concat', () =>
    assert.deepEqual(texts(faultsOfModel(concat(image, input('y', 8, 6, 3) as never))), [
      '✗ S08 concat: width 8 ≠ 6 (8×8×3 ⊕ 8×6×3); give both the same height and width',
    ]));
  for (const value of ['add', 3, null, {}])
    it(`refuses ${JSON.stringify(value)} as a join`, () => {
      refuses([fuse(value, conv(4))], 'S08', 'fuse: not a join; pass join.concat, join.add or your own');
      refuses(
        [tap('e'), skip('e', psi.none, { join: value ?? 'null' })],
        'S08',
        "skip 'e' 1: not a join; pass join.concat, join.add or your own",
      );
    });
});

describe('S09: what is added has equal channels', () => {
  it('accepts equal ones', () => accepts(fuse(join.add, conv(3))));
  it('refuses others', () =>
    refuses(
      [fuse(join.add, conv(4))],
      'S09',
      'add: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat',
      { got: '3', wanted: '4' },
    ));
  it('refuses others in a difference', () =>
    refuses(
      [fuse(join.subtract, conv(4))],
      'S09',
      'subtract: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat',
      { got: '3', wanted: '4' },
    ));
});

describe('S10: skips name an open encoder', () => {
  it('accepts one', () => accepts(tap('e'), skip('e')));
  it('refuses another', () =>
    refuses(
      [tap('e'), tap('f'), skip('g')],
      'S10',
      "skip 'g': no such encoder (open: several); name one that is open, or open it with encoder or tap",
      {
        got: 'g',
        wanted: "'e', 'f'",
      },
    ));
  it('refuses any where none is open', () =>
    refuses(
      [cropTo('e')],
      'S10',
      "cropTo 'e': no such encoder (open: none); name one that is open, or open it with encoder or tap",
    ));
  for (const name of ['__proto__', 'constructor', 'toString']) {
    it(`takes ${name} for a name like any other`, () => {
      refuses(
        [skip(name)],
        'S10',
        `skip '${name}': no such encoder (open: none); name one that is open, or open it with encoder or tap`,
      );
      accepts(tap(name), skip(name), conv(3));
    });
  }
});

describe('S11: no more skips than levels', () => {
  it('accepts as many', () => accepts(tap('e'), tap('e'), skip('e'), skip('e')));
  it('refuses more', () =>
    refuses(
      [tap('e'), skip('e'), skip('e')],
      'S11',
      "skip 'e': no encoder level left; take as many skips as the encoder has levels",
      { where: 'skip2' },
    ));
  it('refuses to crop to none', () =>
    refuses(
      [tap('e'), skip('e'), cropTo('e')],
      'S11',
      "cropTo 'e': no encoder level left; take as many skips as the encoder has levels",
    ));
});

describe('S12: a skip fits in height and width', () => {
  const level = (fix: string, from: string, at: string, pair: string): string =>
    `skip 'e' 1: encoder gives ${from}, decoder expects ${at} (${pair}); ${fix}`;
  it('accepts equal sizes', () => accepts(tap('e'), conv(4, { stride: 2 }), upsample(2), skip('e')));
  it('says to upsample where the decoder is smaller', () =>
    refuses(
      [tap('e'), conv(4, { stride: 2 }), skip('e')],
      'S12',
      level('upsample before the skip, or cropTo', '8×8×3', '4×4', 'height 8 ≠ 4'),
      { got: '8×8×3', wanted: '4×4' },
    ));
  it('says to skip earlier where it is twice as large', () =>
    refuses(
      [tap('e'), upsample(2), skip('e')],
      'S12',
      level('skip before the upsampling, or downsample once less', '8×8×3', '16×16', 'height 8 ≠ 16'),
    ));
  it('names a size that would do where it is a little larger', () =>
    assert.deepEqual(
      texts(faultsOf(input('x', 8, 7, 3), tap('e'), conv(4, { stride: 2 }), upsample(2), skip('e'))),
      [
        "✗ S12 block[4] › skip 'e' 1: encoder gives 8×7×3, decoder expects 8×8 (width 7 ≠ 8); declare 8 instead of 7, or cropTo",
      ],
    ));
  it('is one fault for one wrong size, however many skips follow', () => {
    const unet = [
      input('x', 128, 62, 3),
      encoder('e', [conv(2), conv(2, { stride: 2 }), conv(2, { stride: 2 })]),
      decoder('e', [upsample(2), upsample(2), conv(3)]),
    ];
    assert.deepEqual(texts(faultsOf(...unet)), [
      "✗ S12 block[2] › decoder level 2 › skip 'e' 2: encoder gives 64×31×2, decoder expects 64×32 (width 31 ≠ 32); declare 64 instead of 62, or cropTo",
    ]);
  });
});

describe('S13: ψ fits its level', () => {
  it('accepts a cell as large as the feature', () => accepts(tap('e'), skip('e', psi.grid(8, 8))));
  it('refuses a larger cell', () =>
    refuses(
      [tap('e'), skip('e', psi.grid(9, 1))],
      'S13',
      "skip 'e' 1 › psi.grid: cell 9×1 is larger than the feature 8×8×3; use a smaller cell",
      { got: '9×1', wanted: 'at most 8×8×3' },
    ));
  it('refuses what is no ψ', () =>
    refuses(
      [tap('e'), skip('e', 'dense')],
      'S13',
      "skip 'e' 1: not a ψ; pass psi.none, psi.dense(), … or your own",
    ));
  it('looks at the ψ that withPsi puts there', () => {
    const declared = model(through(image, tap('e'), skip('e', psi.dense())));
    const elaborated = elaborate(withPsi(declared, psi.grid(3, 9), { levels: [1] }));
    assert.deepEqual(E.isLeft(elaborated) ? texts(elaborated.left) : [], [
      "✗ S13 skip 'e' 1 › psi.grid: cell 3×9 is larger than the feature 8×8×3; use a smaller cell",
    ]);
    const two = model(through(image, tap('e'), skip('e'), conv(3), tap('f'), skip('f')));
    assert.ok(E.isRight(elaborate(withPsi(two, psi.grid(3, 8), { encoder: 'f' }))));
    assert.ok(E.isLeft(elaborate(withPsi(two, psi.grid(3, 9), { encoder: 'f' }))));
  });
});

describe('S14: one name has one shape', () => {
  const message =
    "✗ S14 input 'x': 8×8×3 in one branch, 8×8×4 in another (channels 3 ≠ 4); one name has one shape";
  it('accepts the same input twice', () =>
    assert.deepEqual(faultsOfModel(concat(image, input('x', 8, 8, 3))), []));
  it('refuses two shapes in branches that meet', () =>
    assert.deepEqual(texts(faultsOfModel(concat(image, input('x', 8, 8, 4) as never))), [message]));
  it('refuses two shapes in two outputs', () =>
    assert.deepEqual(texts(faultsOfModel({ a: image, b: input('x', 8, 8, 4) })), [message]));
});

describe('S15: one name has one encoder', () => {
  it('accepts one encoder that two branches read', () => {
    const e = through(image, tap('e'));
    assert.deepEqual(faultsOfModel(through(concat(through(e, conv(2)), e), skip('e'))), []);
  });
  it('refuses two, even of equal shapes', () =>
    assert.deepEqual(texts(faultsOfModel(concat(through(image, tap('e')), through(image, tap('e'))))), [
      "✗ S15 encoder 'e': two encoders of this name meet; rename one",
    ]));
});

describe('S16: cropping does not enlarge', () => {
  it('accepts a larger feature', () => accepts(tap('e'), upsample(2), cropTo('e'), skip('e')));
  it('refuses a smaller one', () =>
    refuses(
      [tap('e'), conv(4, { stride: 2 }), cropTo('e')],
      'S16',
      "cropTo 'e': the level is 8×8×3, larger than 4×4×4; upsample first",
      { got: '4×4×4', wanted: 'at least 8×8×3' },
    ));
});

describe('S17: known', () => {
  it('changes nothing at run time, where all sizes are known', () =>
    assert.deepEqual(faultsOfModel(through(known(image), conv(4))), []));
});

describe('S18: chains begin with one feature', () => {
  it('accepts a chain in a chain', () =>
    assert.deepEqual(faultsOfModel(seq(seq(image, relu), named('a', relu))), []));
  const nothing = 'chain: no feature to work on; begin the chain with input(…)';
  const empty: readonly (readonly [unknown, string])[] = [
    [conv(4), nothing],
    [seq(relu), `block[0] › ${nothing}`],
    [named('head', relu), `head[0] › ${nothing}`],
    [shared('head', relu), `head[0] › ${nothing}`],
    [residual(relu), nothing],
    [encoder('e', [relu]), nothing],
    [decoder('e', [relu]), nothing],
    [fuse(join.concat, image), nothing],
  ];
  for (const [layer, message] of empty) {
    it(`refuses ${(layer as { op: string }).op} at the beginning`, () =>
      assert.deepEqual(texts(faultsOfModel(layer)), [`✗ S18 ${message}`]));
  }
  it('refuses a feature in the middle', () =>
    refuses(
      [conv(4), input('y', 8, 8, 3)],
      'S18',
      'chain: a feature in the middle of a chain discards what came before; fuse(join.concat, …) the two',
    ));
});

describe('S19: as many ψ as levels', () => {
  const e = encoder('e', [conv(4), conv(4)]);
  it('accepts one for all and one for each', () =>
    accepts(e, decoder('e', [relu], psi.one()), decoder('e', [relu], [psi.dense()])));
  it('refuses another count', () =>
    refuses(
      [e, decoder('e', [relu, relu], [psi.dense()])],
      'S19',
      "decoder 'e': 1 ψ for 2 levels; give one for all, or one for each level",
      { got: '1', wanted: '2' },
    ));
});

describe('S22: levels are those that are open', () => {
  it('accepts one and leaves it open', () =>
    accepts(tap('e'), skip('e', psi.none, { level: 1 }), skip('e', psi.none, { level: 1 }), skip('e')));
  for (const level of [0, 2, -1, 1.5]) {
    it(`refuses ${level}`, () =>
      refuses(
        [tap('e'), skip('e', psi.none, { level })],
        'S22',
        `skip 'e' ${level}: the encoder has levels 1 to 1 open; give one of them`,
        { got: String(level), wanted: '1 to 1' },
      ));
  }
});

describe('S22: levels in the order given', () => {
  const levels = [tap('e'), conv(5), tap('e'), conv(7)];
  const seen = (level: unknown): unknown => {
    let sight: unknown;
    const spy = psiOf<Psi<KeepsShape>>({
      name: 'spy',
      options: {},
      several: true,
      shape: (at) => {
        sight = { feature: at.feature.c, levels: at.levels.map(({ c }) => c) };
        return kept(at);
      },
      lower: ({ feature }) => feature,
    });
    accepts(...levels, skip('e', spy, { level: level as never }));
    return sight;
  };
  it('reads them so; the last is the feature', () => {
    assert.deepEqual(seen([2, 1]), { feature: 3, levels: [5, 3] });
    assert.deepEqual(seen([1, 2]), { feature: 5, levels: [3, 5] });
    assert.deepEqual(seen('all'), { feature: 5, levels: [3, 5] });
  });
  it('refuses none', () =>
    refuses(
      [tap('e'), skip('e', psi.none, { level: [] })],
      'S22',
      "skip 'e': level [] names no level; give one or more",
    ));
  for (const [level, shown] of [
    ['1', "'1'"],
    [null, 'null'],
    [true, 'true'],
    [{}, 'an object'],
    [[1, '1'], "'1'"],
    ['every', "'every'"],
  ])
    it(`refuses ${JSON.stringify(level)}`, () =>
      refuses(
        [tap('e'), skip('e', psi.resize(), { level: level as never })],
        'S22',
        `skip 'e' ${String(shown)}: the encoder has levels 1 to 1 open; give one of them`,
      ));
  for (const level of [1, [1], [], 'all'])
    it(`has none to give to ${JSON.stringify(level)} where all are taken`, () =>
      refuses(
        [tap('e'), skip('e'), skip('e', psi.resize(), { level: level as never })],
        'S11',
        "skip 'e': no encoder level left; take as many skips as the encoder has levels",
      ));
});

describe('S23: dropout drops less than all', () => {
  it('accepts 0', () => accepts(dropout(0), dropout(0.99)));
  for (const rate of [1, -0.1, NaN]) {
    it(`refuses ${rate}`, () =>
      refuses(
        [dropout(rate)],
        'S23',
        `dropout: rate ${rate} is not in [0, 1); give the share of entries to drop`,
      ));
  }
});

describe('S24: dense works on vectors', () => {
  it('accepts one', () => accepts(flatten, dense(4), dense(2)));
  it('refuses an image', () =>
    refuses([dense(4)], 'S24', 'dense: expects a vector 1×1×n, got 8×8×3; flatten first', {
      got: '8×8×3',
      wanted: '1×1×n',
    }));
});

describe('S25: models are made of features', () => {
  it('accepts a feature, a chain and a record', () => {
    for (const good of [image, seq(image), { a: image, b: seq(image, relu) }])
      assert.deepEqual(faultsOfModel(good), []);
  });
  const bad: Readonly<Record<string, unknown>> = {
    number: 3,
    uncalled: conv,
    nothing: null,
    'empty record': {},
    list: [image],
    'record with a number': { a: image, b: 3 },
  };
  for (const [name, value] of Object.entries(bad)) {
    it(`refuses ${name}`, () =>
      assert.deepEqual(texts(faultsOfModel(value)), [
        '✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features',
      ]));
  }
});

describe('S38: numbers that change no shape are finite and in range', () => {
  it('accepts those on the edge', () =>
    accepts(
      leakyRelu(-1),
      batchNorm({ momentum: 0, epsilon: Number.MIN_VALUE }),
      batchNorm({ momentum: 1 }),
      conv(4, { initialiser: normal(0) }),
      tap('e'),
      skip('e', psi.dense({ init: uniform(0), surrogate: surrogate.soft(1e-9) })),
    ));
  const positive = 'a finite number greater than 0';
  const share = 'a number from 0 to 1';
  const atLeast0 = 'a finite number of 0 or more';
  const vector = [flatten] as const;
  const bad: readonly (readonly [readonly unknown[], string, string])[] = [
    [[leakyRelu(NaN)], 'leakyRelu: slope NaN', 'a finite number'],
    [[leakyRelu('0.2' as never)], "leakyRelu: slope '0.2'", 'a finite number'],
    [[batchNorm({ epsilon: 0 })], 'batchNorm: epsilon 0', positive],
    [[batchNorm({ momentum: 1.5 })], 'batchNorm: momentum 1.5', share],
    [[batchNorm({ momentum: -0.1 })], 'batchNorm: momentum -0.1', share],
    [[instanceNorm({ epsilon: Infinity })], 'instanceNorm: epsilon Infinity', positive],
    [[layerNorm({ epsilon: -1e-5 })], 'layerNorm: epsilon -0.00001', positive],
    [[conv(4, { initialiser: normal(-1) })], 'conv: initialiser deviation -1', atLeast0],
    [[conv(4, { initialiser: constant(NaN) })], 'conv: initialiser value NaN', 'a finite number'],
    [[convTranspose(4, { initialiser: uniform(-1) })], 'convTranspose: initialiser limit -1', atLeast0],
    [
      [...vector, dense(4, { initialiser: normal(Infinity) })],
      'dense: initialiser deviation Infinity',
      atLeast0,
    ],
  ];
  for (const [layers, start, range] of bad)
    it(`refuses ${start}`, () =>
      refuses(layers, 'S38', `${start} is not ${range}; give one`, { wanted: range }));

  const operators = (options: object): readonly (readonly [string, unknown])[] => [
    ['psi.dense', psi.dense(options)],
    ['psi.one', psi.one(options)],
    ['psi.grouped', psi.grouped(3, options)],
    ['psi.grid', psi.grid(2, 2, options)],
    ["psi 'own'", psi.define({ name: 'own' }, { ...options, forward: ({ feature }) => feature })],
  ];
  const starts: readonly (readonly [object, string])[] = [
    [{ init: init.normal(-1) }, `init deviation -1 is not ${atLeast0}; give one`],
    [{ init: uniform(NaN) }, `init limit NaN is not ${atLeast0}; give one`],
    [{ surrogate: surrogate.soft(0) }, `surrogate temperature 0 is not ${positive}; give one`],
    [{ init: 3 }, 'init 3 is not an initialiser; pass constant(0), normal(0.02), … or your own'],
    [
      { surrogate: 'zero' },
      "surrogate 'zero' is not a surrogate; pass surrogate.sigmoid, surrogate.soft(4), … or your own",
    ],
  ];
  for (const [options, message] of starts)
    for (const [name, operator] of operators(options))
      it(`refuses in ${name}: ${message}`, () =>
        refuses([tap('e'), skip('e', operator)], 'S38', `skip 'e' 1 › ${name}: ${message}`));
  it('keeps the shape, so that what follows is checked', () =>
    assert.deepEqual(texts(faultsOf(image, leakyRelu(NaN), out(8, 8, 4))), [
      '✗ S38 block[1] › leakyRelu: slope NaN is not a finite number; give one',
      '✗ S06 block[2] › out: got 8×8×3, declared 8×8×4 (channels 3 ≠ 4); change the layers before it or the declaration',
    ]));
});

describe('declaring never throws, whatever is given, and elaboration says what is wrong', () => {
  const given = (value: unknown): never => value as never;
  const fake = { shape: 1, lower: 1, options: {} };
  const feature =
    '✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features';
  const noOptions = 'null is not a record of options; give { … }, or leave it out';
  const noModel = '✗ S25 elaborate: not a model; pass model(…)';
  const said = (declared: unknown): readonly string[] => {
    const elaborated = elaborate(declared as never);
    return E.isLeft(elaborated) ? texts(elaborated.left) : [];
  };
  const after = (...layers: readonly unknown[]) => model(seq(image, tap('e'), ...layers) as never);
  const cases: Readonly<Record<string, readonly [() => unknown, string]>> = {
    'concat(null)': [() => model(concat(given(null))), feature],
    'concat(f, 3)': [() => model(concat(image, given(3))), feature],
    'concat()': [() => model(concat() as never), feature],
    'through(null)': [() => model(through(given(null), relu)), feature],
    'through of a chain': [() => model(through(given(seq(image)), relu)), feature],
    'known(null)': [() => model(known(given(null))), feature],
    'a fake feature': [() => model(through(given({ '~node': null }), relu)), feature],
    'withPsi(feature)': [() => withPsi(given(image), psi.none), noModel],
    'withPsi(null)': [() => withPsi(given(null), psi.none), noModel],
    'elaborate({})': [() => ({}), noModel],
    'elaborate(feature)': [() => image, noModel],
    'elaborate(null)': [() => null, noModel],
    'conv(3, null)': [() => after(conv(3, given(null))), `✗ S02 block[2] › conv: ${noOptions}`],
    'sample(null)': [() => after(sample(given(null))), `✗ S02 block[2] › sample: ${noOptions}`],
    'skip(…, null)': [() => after(skip('e', psi.none, given(null))), `✗ S02 block[2] › skip 'e': ${noOptions}`],
    'psi.dense(null)': [() => after(skip('e', psi.dense(given(null)))), `✗ S02 block[2] › skip 'e' 1 › psi.dense: ${noOptions}`],
    'parts(3, region(undefined))': [() => after(parts(3, region(given(undefined)))), '✗ S02 block[2] › parts › region: undefined is not a record of options; give { … }, or leave it out'],
    "encoder('e', 3)": [() => after(encoder('f', given(3))), "✗ S01 block[2] › encoder 'f': not a list of levels; give [level, …]"],
    "decoder('e', 3)": [() => after(decoder('e', given(3))), "✗ S01 block[2] › decoder 'e': not a list of levels; give [level, …]"],
    'decoder(…, null)': [() => after(decoder('e', [relu], psi.none, given(null))), `✗ S02 block[2] › decoder 'e': ${noOptions}`],
    'a fake ψ': [() => after(skip('e', fake)), "✗ S13 block[2] › skip 'e' 1: not a ψ; pass psi.none, psi.dense(), … or your own"],
    'a ψ without a forward pass': [() => after(skip('e', psi.define({ name: 'own' }, given({})))), "✗ S13 block[2] › skip 'e' 1: not a ψ; pass psi.none, psi.dense(), … or your own"],
    'a fake join': [() => after(skip('e', psi.none, { join: { channels: 1 } })), "✗ S08 block[2] › skip 'e' 1: not a join; pass join.concat, join.add or your own"],
    'a fake crop': [() => after(parts(3, fake)), '✗ S33 block[2] › parts: not a crop; pass region({ boxes, height, width }) or your own'],
    'a fake layer': [() => after({ definition: { name: 'own' } }), '✗ S01 block[2] › not a layer (a combinator left uncalled?); call it, or pass a layer'],
  }; // prettier-ignore
  for (const [name, [declare, message]] of Object.entries(cases))
    it(name, () => assert.deepEqual(said(declare()), [message]));
});

describe('faults', () => {
  it('are all found, each at its path', () => {
    const broken = seq(
      image,
      conv(0),
      named('head', conv(4), residual(conv(4), dropout(2))),
      tap('e'),
      skip('f'),
      encoder('e', [conv(4, { stride: 2, dilation: 2 }), conv(3)]),
      'a stray text',
      decoder('e', [dense(0)], psi.grid(0, 0)),
    );
    assert.deepEqual(
      faultsOfModel(broken).map(({ rule, where }) => [rule, where]),
      [
        ['S02', 'conv1'],
        ['S23', 'head/residual1/dropout1'],
        ['S10', 'skip1'],
        ['S04', 'e/level1/conv1'],
        ['S01', ''],
        ['S02', 'decoder/e/level1'],
        ['S02', 'decoder/e/level1/dense1'],
      ],
    );
  });
  it('of several outputs come together', () =>
    assert.deepEqual(
      faultsOfModel({ a: seq(image, conv(0)), b: seq(image, dense(3)) }).map(({ rule }) => rule),
      ['S02', 'S24'],
    ));
  it('of a feature that is used twice come once, in the words of its own place', () => {
    const broken = through(image, conv(0) as never);
    const used = seq(image, fuse(join.concat, broken, conv(4)), fuse(join.concat, broken));
    assert.deepEqual(texts(faultsOfModel({ used, broken })), [
      '✗ S02 conv: filters 0 is not a positive whole number; give 1 or more',
    ]);
  });
  it('are thrown together by the unsafe twin', () => {
    assert.throws(
      () => unsafeElaborate(model(seq(image, conv(0), dropout(1)) as never)),
      (error) => isFaultError(error) && error.faults.length === 2 && error.message.split('\n').length === 2,
    );
  });
  it('are none while declaring, whatever is declared', () => {
    assert.doesNotThrow(() =>
      model(seq(conv(-1), 3, null, skip('?', undefined), decoder('e', [{}])) as never),
    );
  });
});
