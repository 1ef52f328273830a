/** Names, shared blocks, overrides and depth: what elaboration alone looks at (S26, S27, S39, S40). */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import {
  concat,
  conv,
  decoder,
  elaborate,
  encoder,
  fuse,
  input,
  join,
  model,
  named,
  output,
  psi,
  residual,
  seq,
  shared,
  skip,
  tap,
  through,
  upsample,
  withPsi,
  type AnyModel,
  type Layer,
} from '../../src/dsl/index.js';
import { unsafePlan } from './plans.js';

const image = input('x', 8, 8, 3);
const texts = (declared: AnyModel): readonly string[] => {
  const elaborated = elaborate(declared);
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};
/* Nothing of these declarations is known to the compiler: the tests ask the run time. */
const loose = { through, concat, model } as unknown as {
  readonly through: (from: unknown, ...layers: readonly unknown[]) => unknown;
  readonly concat: (...features: readonly unknown[]) => unknown;
  readonly model: (outputs: unknown) => AnyModel;
};
const ofLayers = (...layers: readonly unknown[]): AnyModel => loose.model(loose.through(image, ...layers));

describe('S26: names', () => {
  const refused = ['', 'a/b', 'a~2', '=>code', 'two\nlines', 'x'.repeat(257), '\u202ename', '\ud800'];
  const places = {
    tap: (name: string) => ofLayers(tap(name)),
    encoder: (name: string) => ofLayers(encoder(name, [conv(2)])),
    named: (name: string) => ofLayers(named(name, conv(2))),
    shared: (name: string) => ofLayers(shared(name, conv(2))),
    output: (name: string) => ofLayers(output(name)),
    input: (name: string) => model(input(name, 8, 8, 3)),
  };
  for (const [place, declare] of Object.entries(places)) {
    it(`of ${place} are printable and make no paths`, () => {
      for (const name of refused) {
        const [text, ...more] = texts(declare(name));
        assert.deepEqual(more, []);
        assert.match(text!, new RegExp(`^✗ S26 ${place}: ".*" is no name; choose another name$`));
      }
      for (const name of ['head', 'a b', 'tête', '__proto__', 'constructor', 'x'.repeat(256)]) {
        assert.deepEqual(texts(declare(name)), []);
      }
    });
  }
});

describe('S39: a shared block and another one of its name', () => {
  const text = "✗ S39 shared 's': another block or encoder of this name is not shared; rename one";
  const ends = (declared: AnyModel): void => {
    const found = texts(declared);
    assert.equal(found.length, 1);
    assert.ok(found[0]!.endsWith(text.slice('✗ S39 '.length)), found[0]);
  };

  it('are refused in either order', () => {
    ends(ofLayers(named('s', conv(3)), shared('s', conv(3))));
    ends(ofLayers(shared('s', conv(3)), named('s', conv(3))));
    ends(ofLayers(encoder('s', [conv(3)]), shared('s', conv(3))));
    ends(ofLayers(shared('s', conv(3)), encoder('s', [conv(3)])));
  });

  it('may be in each other under different names, and used as often as one likes', () => {
    const inner = shared('inner', conv(3), named('part', conv(3)));
    const declared = ofLayers(shared('outer', inner, named('part', conv(3))), inner, shared('outer', inner, named('part', conv(3)))); // prettier-ignore
    assert.deepEqual(texts(declared), []);
    assert.deepEqual(
      unsafePlan(declared).parameters.map(({ path }) => path),
      ['inner/conv1', 'inner/part/conv1', 'outer/part/conv1'].flatMap((path) => [`${path}/kernel`, `${path}/bias`]), // prettier-ignore
    );
  });
});

describe('S40: what withPsi puts stands somewhere', () => {
  const unet = model(
    through(
      image,
      encoder('image', [conv(4), conv(8, { stride: 2 })]),
      decoder('image', [upsample(2), conv(3)]),
    ),
  );

  it('accepts encoders and levels that skips read', () => {
    for (const where of [{}, { encoder: 'image' }, { levels: [2] }, { encoder: 'image', levels: [1, 7] }]) {
      assert.deepEqual(texts(withPsi(unet, psi.dense(), where)), []);
    }
  });

  it('refuses a mistyped encoder, levels that are not there, and a model without skips', () => {
    const there = "(skips: 'image' 1, 2); name an encoder and levels that skips read";
    assert.deepEqual(texts(withPsi(unet, psi.dense(), { encoder: 'imgae' })), [
      `✗ S40 withPsi: no skip of encoder 'imgae' ${there}`,
    ]);
    assert.deepEqual(texts(withPsi(unet, psi.dense(), { levels: [3, 0, -1, 1.5] })), [
      `✗ S40 withPsi: no skip of any encoder, levels [3,0,-1,1.5] ${there}`,
    ]);
    assert.deepEqual(texts(withPsi(model(image), psi.dense())), [
      '✗ S40 withPsi: no skip of any encoder (skips: none); name an encoder and levels that skips read',
    ]);
  });

  it('refuses what is no ψ and no list of levels', () => {
    const odd = withPsi as (declared: AnyModel, psi: unknown, where?: unknown) => AnyModel;
    for (const nothing of [undefined, null, 'dense']) {
      assert.ok(texts(odd(unet, nothing)).every((text) => /S13 .*not a ψ/.test(text)));
      assert.equal(texts(odd(unet, nothing)).length, 2);
    }
    assert.match(texts(odd(unet, psi.dense(), { levels: 1 }))[0]!, /^✗ S40 withPsi: /);
  });
});

describe('S27: depth', () => {
  const nested = (count: number, wrap: (inner: Layer) => Layer): Layer =>
    Array.from({ length: count }).reduce<Layer>((inner) => wrap(inner), conv(3));
  const tooDeep = /^✗ S27 .*more than 256 deep; write them one after another$/;

  it('of groups in each other is bounded, and far within a program’s stack', () => {
    for (const wrap of [
      (inner: Layer) => seq(inner),
      (inner: Layer) => residual(inner),
      (inner: Layer) => fuse(join.add, inner),
    ]) {
      assert.deepEqual(texts(ofLayers(nested(200, wrap))), []);
      const found = texts(ofLayers(nested(5000, wrap)));
      assert.equal(found.length, 1);
      assert.match(found[0]!.slice(0, 6) + found[0]!.slice(-80), tooDeep);
    }
  });

  it('of features that are passed on is not bounded', () => {
    let feature: unknown = image;
    for (let i = 0; i < 20_000; i++) feature = loose.through(feature, skipless);
    assert.deepEqual(texts(loose.model(feature)), []);
  });
  const skipless = seq();

  it('of joined features is bounded', () => {
    let feature: unknown = image;
    for (let i = 0; i < 5000; i++) feature = loose.concat(image, loose.through(feature, conv(1)));
    assert.ok(texts(loose.model(feature)).some((text) => tooDeep.test(text)));
    assert.ok(texts(loose.model(loose.through(feature, skip('none')))).length > 0);
  });
});
