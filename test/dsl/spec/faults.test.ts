/** Every rule of specs, in its words (R06 among them). */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import {
  conv,
  elaborate,
  formOf,
  fromSpec,
  fromSpecText,
  input,
  layerOf,
  model,
  through,
  toSpec,
  type Definitions,
  type Layer,
} from '../../../src/dsl/index.js';

const x = { id: 'f1', input: 'x', height: 8, width: 8, channels: 3 };
const spec = (features: readonly unknown[], more: object = {}): unknown => ({
  maskskip: 1,
  features,
  outputs: { output: 'f1' },
  ...more,
});
const chain = (...through: readonly unknown[]): unknown => spec([x, { id: 'f2', from: 'f1', through }]);

const texts = (read: ReturnType<typeof fromSpec | typeof fromSpecText>): readonly string[] =>
  E.isLeft(read) ? read.left.map(({ text }) => text) : [];
const refuses = (given: unknown, ...wanted: readonly string[]): void =>
  assert.deepEqual(texts(fromSpec(given)), wanted);
const refusesText = (given: string | Uint8Array, ...wanted: readonly string[]): void =>
  assert.deepEqual(texts(fromSpecText(given)), wanted);

describe('X01: JSON', () => {
  it('refuses what is no JSON text', () => {
    refusesText(
      Uint8Array.of(0xff),
      '✗ X01 spec: got bytes that are not UTF-8, wanted a JSON document in UTF-8; pass the text that specText wrote',
    );
    assert.match(texts(fromSpecText('{]'))[0]!, /^✗ X01 spec: got .+, wanted a JSON document in UTF-8; /);
    refusesText(
      4 as never,
      '✗ X01 spec: got 4, wanted a JSON document in UTF-8; pass the text that specText wrote',
    );
  });
  it('refuses what is no object, and what JSON does not have', () => {
    refusesText(
      '[]',
      '✗ X01 spec: got a list of 0, wanted an object {"maskskip": 1, "features": […], "outputs": {…}}; pass what toSpec gives',
    );
    refuses(
      spec([{ ...x, height: NaN, width: undefined, channels: () => 1 }, new Date()]),
      '✗ X01 /features/0/height: got NaN, wanted a value that JSON has; pass what JSON.parse gives',
      '✗ X01 /features/0/width: got undefined, wanted a value that JSON has; pass what JSON.parse gives',
      '✗ X01 /features/0/channels: got a function, wanted a value that JSON has; pass what JSON.parse gives',
      '✗ X01 /features/1: got an instance of a class, wanted a value that JSON has; pass what JSON.parse gives',
    );
  });
  it('accepts a byte order mark', () =>
    assert.ok(E.isRight(fromSpecText(`\uFEFF${JSON.stringify(spec([x]))}`))));
});

describe('X02–X05: limits', () => {
  it('refuses a long text', () =>
    refusesText(
      ' '.repeat(2 ** 20 + 1),
      '✗ X02 spec: got 1048577 bytes, wanted at most 1048576; declare a smaller model',
    ));
  it('refuses deep nesting and what contains itself', () => {
    refusesText(
      '['.repeat(65),
      '✗ X03 spec: got lists and objects nested more than 64 deep, wanted at most 64; make features of the inner layers',
    );
    const round: unknown[] = [];
    round.push(round);
    refuses(
      chain(round),
      '✗ X03 /features/1/through/0/0: got an object that contains itself, wanted a tree; refer to features by their ids',
    );
  });
  it('refuses many values and features', () => {
    refuses(
      Array.from({ length: 10_000 }, () => 0),
      '✗ X04 spec: got more than 10000 values, wanted at most 10000; declare a smaller model',
    );
    refuses(
      spec(Array.from({ length: 1001 }, (_, k) => ({ ...x, id: `f${k + 1}` }))),
      '✗ X04 /features: got 1001 features, wanted at most 1000; put their layers into fewer features',
    );
  });
  it('refuses large numbers', () =>
    refuses(
      spec([{ ...x, height: -65_537 }]),
      '✗ X05 /features/0/height: got -65537, wanted a number of at most 65536 either way; give a smaller one',
    ));
});

describe('X06: keys', () => {
  it('refuses a key twice', () =>
    refusesText(
      '{"maskskip":1,"features":[{"id":"f1","\\u0069d":"f2"}]}',
      '✗ X06 /features/0/id: got the key "id" twice, wanted each key once; remove one',
    ));
});

describe('X07: version', () => {
  for (const version of [0, 2, '1', null])
    it(`refuses ${JSON.stringify(version)} and looks no further`, () =>
      refuses(
        { maskskip: version, new: true },
        `✗ X07 /maskskip: got version ${JSON.stringify(version)}, wanted version 1; use the version of maskskip that wrote it, or a later one`,
      ));
});

describe('X08, X09: fields', () => {
  it('refuses unknown ones, and names the most like', () =>
    refuses(
      chain({ op: 'conv', filters: 3, kernal: 5 }),
      '✗ X08 /features/1/through/0/kernal: got the unknown field "kernal", wanted op, filters, kernel, stride, padding, dilation, bias, initialiser; remove it, or write "kernel"',
    ));
  it('refuses missing ones', () => {
    refuses(
      { features: [{ id: 'f1', input: 'x', height: 8, width: 8 }, { through: [{}] }] },
      '✗ X09 spec: got no field "maskskip", wanted "maskskip"; add "maskskip"',
      '✗ X09 /features/0: got no field "channels", wanted "channels"; add "channels"',
      '✗ X09 /features/1: got no field "id", wanted "id"; add "id"',
      '✗ X09 /features/1/through/0: got no field "op", wanted "op"; add "op"',
      '✗ X09 spec: got no field "outputs", wanted "outputs"; add "outputs"',
    );
  });
});

describe('X10: kinds of values', () => {
  it('says what each may be', () =>
    refuses(
      chain(
        3,
        { op: 7 },
        { op: 'conv', filters: 'sama', bias: 1, padding: [[1, 1]] },
        { op: 'upsample', method: 'cubic' },
        { op: 'named', name: 4, layers: {} },
        { op: 'conv', filters: 4, padding: { reflect: 'x' } },
      ),
      '✗ X10 /features/1/through/0: got 3, wanted a layer {"op": …}; write a layer {"op": …}',
      '✗ X10 /features/1/through/1/op: got 7, wanted the name of a layer; write the name of a layer',
      '✗ X10 /features/1/through/2/filters: got "sama", wanted a number or "same"; write a number or "same"',
      '✗ X10 /features/1/through/2/padding: got a list of 1, wanted "same" or "valid" or a number or [[a number, a number], [a number, a number]] or {"reflect": a number}; write "same" or "valid" or a number or [[a number, a number], [a number, a number]] or {"reflect": a number}',
      '✗ X10 /features/1/through/2/bias: got 1, wanted true or false; write true or false',
      '✗ X10 /features/1/through/3/method: got "cubic", wanted "nearest" or "bilinear"; write "nearest" or "bilinear"',
      '✗ X10 /features/1/through/4/name: got 4, wanted a text; write a text',
      '✗ X10 /features/1/through/4/layers: got an object, wanted a list of a layer or {"feature": id}; write a list of a layer or {"feature": id}',
      '✗ X10 /features/1/through/5/padding/reflect: got "x", wanted a number; write a number',
    ));
  it('of the document', () => {
    refuses(
      { maskskip: 1, features: {}, outputs: {}, psis: [1] },
      '✗ X10 /features: got an object, wanted a list of features; write a list of features',
      '✗ X10 /outputs: got an object, wanted an object of one or more outputs; write an object of one or more outputs',
      '✗ X10 /psis/0: got 1, wanted another ψ {"psi": …}; write another ψ {"psi": …}',
    );
    refuses(
      spec([{ ...x, height: '8' }, 3, { id: 'f2', join: { op: 'add' }, of: [] }, { id: 'f3', join: { op: 'add' }, of: [4] }]),
      '✗ X10 /features/0/height: got "8", wanted a number or a symbolic size such as "64*h"; write a number or a symbolic size such as "64*h"',
      '✗ X10 /features/1: got 3, wanted a feature {"id": …}; write a feature {"id": …}',
      '✗ X10 /features/2/of: got a list of 0, wanted the ids of one or more features; write the ids of one or more features',
      '✗ X10 /features/3/of/0: got 4, wanted the id of a feature; write the id of a feature',
    ); // prettier-ignore
  });
});

describe('X11: parts', () => {
  it('refuses unknown ones of every kind, and names the most like', () =>
    refuses(
      chain(
        { op: 'convv', filters: 3 },
        { op: 'skip', name: 'e', psi: { op: 'dens', init: 0 }, join: { op: 'konkat' } },
        {
          op: 'skip',
          name: 'e',
          psi: { op: 'dense', init: { op: 'normel' }, surrogate: { op: 'sigmoidal' } },
        },
      ),
      '✗ X11 /features/1/through/0/op: got "convv", wanted the name of a layer; write "conv", or pass the definition of "convv"',
      '✗ X11 /features/1/through/1/psi/op: got "dens", wanted the name of a ψ; write "dense", or pass the definition of "dens"',
      '✗ X11 /features/1/through/1/join/op: got "konkat", wanted the name of a join; write "concat", or pass the definition of "konkat"',
      '✗ X11 /features/1/through/2/psi/init/op: got "normel", wanted the name of an initialiser; write "normal", or pass the definition of "normel"',
      '✗ X11 /features/1/through/2/psi/surrogate/op: got "sigmoidal", wanted the name of a surrogate; write "sigmoid", or pass the definition of "sigmoidal"',
    ));
});

describe('X12–X15: references (R06)', () => {
  it('refuses an id twice', () =>
    refuses(
      spec([x, { ...x, input: 'y' }]),
      '✗ X12 /features/1/id: got the id "f1" a second time, wanted one feature for one id; choose another id',
    ));
  it('refuses dangling ones, wherever a feature may stand', () =>
    refuses(
      spec([x, { id: 'f2', from: 'f0', through: [{ feature: 'image' }, { op: 'bring', branch: [{ feature: 'F1' }] }] }, { id: 'f3', join: { op: 'add' }, of: ['f1', 'nn'] }], { outputs: { output: 'g' } }),
      '✗ X13 /features/1/from: got a dangling reference to "f0", wanted the id of a feature that stands before; declare it first, or refer to "f1"',
      '✗ X13 /features/1/through/0/feature: got a dangling reference to "image", wanted the id of a feature that stands before; declare it first',
      '✗ X13 /features/1/through/1/branch/0/feature: got a dangling reference to "F1", wanted the id of a feature that stands before; declare it first, or refer to "f1"',
      '✗ X13 /features/2/of/1: got a dangling reference to "nn", wanted the id of a feature that stands before; declare it first, or refer to "f1"',
      '✗ X13 /outputs/output: got a dangling reference to "g", wanted the id of a feature that stands before; declare it first, or refer to "f1"',
    )); // prettier-ignore
  it('refuses cycles and what stands later', () =>
    refuses(
      spec([x, { id: 'f2', from: 'f3', through: [] }, { id: 'f3', from: 'f2', through: [] }, { id: 'f4', through: [{ feature: 'f4' }] }]),
      '✗ X14 /features/1/from: got a cycle or forward reference to "f3", wanted the id of a feature that stands before; put "f3" before it',
      '✗ X14 /features/3/through/0/feature: got a cycle: "f4" refers to itself, wanted the id of a feature that stands before; refer to another feature',
    )); // prettier-ignore
  it('refuses features that stand on each other too deeply, once', () =>
    refuses(
      spec([
        x,
        ...Array.from({ length: 300 }, (_, k) => ({ id: `f${k + 2}`, from: `f${k + 1}`, through: [] })),
      ]),
      '✗ X15 /features/256: got more than 256 features that stand on each other, wanted at most 256; put their layers into fewer features',
    ));
});

describe('X16: names', () => {
  for (const name of ['', 'a\nb', '\u202e', 'n'.repeat(257), '\ud800'])
    it(`refuses ${JSON.stringify(name.slice(0, 8))}`, () => {
      const read = fromSpec(spec([{ ...x, input: name }]));
      assert.ok(E.isLeft(read));
      assert.match(
        read.left[0]!.text,
        /^✗ X16 \/features\/0\/input: got ".*", wanted a name of 1 to 256 printable letters; choose another name$/,
      );
    });
  it('refuses outputs of such names', () =>
    refuses(
      { maskskip: 1, features: [x], outputs: { 'a\u0007': 'f1' } },
      '✗ X16 /outputs: got "a\\u0007", wanted a name of 1 to 256 printable letters; choose another name',
    ));
});

interface Blur extends Layer {
  readonly sigma: number;
}
const blur = (sigma: number): Blur =>
  layerOf<Blur>({
    sigma,
    definition: {
      name: 'blur',
      shape: (state) => ({ state, flaws: [] }),
      lower: (flow) => flow,
      form: blurForm,
    },
  });
const blurForm = formOf<{ readonly sigma: number }>({
  fields: (f) => ({ sigma: f.number }),
  make: ({ sigma }) => {
    if (sigma < 0) throw new Error('negative');
    return sigma === 0 ? 'nothing' : blur(sigma);
  },
});
const withForms = (definitions: unknown): readonly string[] =>
  texts(fromSpec(chain({ op: 'blur', sigma: -1 }, { op: 'blur', sigma: 0 }), definitions as Definitions));

describe('X17: definitions', () => {
  it('refuses what is no form, names of ours, other kinds and bad names', () => {
    assert.deepEqual(withForms({ layers: { blur, conv: blurForm, 'a\n': blurForm }, psis: { blur: blurForm } }), [
      '✗ X17 definitions.layers: got a function as "blur", wanted a form; make one with formOf',
      '✗ X17 definitions.layers: got "conv", a name of ours, wanted another name; give yours a name of its own',
      '✗ X17 definitions.layers: got the name "a\\n", wanted a name of 1 to 256 printable letters; choose another name',
      '✗ X17 definitions.psis: got "blur", a form of a layer, wanted a form of a psi; pass it as layers',
    ]); // prettier-ignore
  });
  it('survives forms that fail', () => {
    assert.deepEqual(withForms({ layers: { blur: blurForm } }), [
      '✗ X17 /features/1/through/0: got the form of "blur" with a failure: Error: negative, wanted fields, make and options that fit; mend the form, or the options here',
      '✗ X17 /features/1/through/1: got the form of "blur" with "nothing" made of these options, wanted fields, make and options that fit; mend the form, or the options here',
    ]);
    const broken = { ...blurForm, fields: () => { throw new Error('no'); } }; // prettier-ignore
    assert.match(withForms({ layers: { blur: broken } })[0]!, /with fields that fail: Error: no, wanted/);
  });
});

describe('X18: parts that cannot be written', () => {
  const refusesToWrite = (layer: unknown, wanted: string, definitions?: Definitions): void => {
    const written = toSpec(model(through(input('x', 8, 8, 3), layer as never)), definitions);
    assert.ok(E.isLeft(written));
    assert.deepEqual(written.left.map(({ text }) => text), [wanted]); // prettier-ignore
  };
  it('says what to pass', () => {
    refusesToWrite(
      blur(1),
      '✗ X18 /features/1/through/0: got a layer "blur" that is not among the definitions, wanted one that is; pass its form in the definitions, under a name of your choice',
    );
    const { form: _form, ...formless } = blur(1).definition;
    refusesToWrite(
      { ...blur(1), definition: formless },
      '✗ X18 /features/1/through/0: got a layer "blur" without a form, wanted a layer with one; give it a form (formOf)',
    );
    refusesToWrite(conv, '✗ X18 /features/1/through/0: got a function, wanted a layer; pass a layer');
    refusesToWrite(
      conv(3, {
        initialiser: { name: 'normal', options: { deviation: 1 }, values: () => new Float32Array(6) },
      }),
      '✗ X18 /features/1/through/0/initialiser: got an initialiser "normal" that is not among the definitions, wanted one that is; pass its form in the definitions, under a name of your choice',
    );
  });
  it('writes nothing that could not be read', () => {
    refusesToWrite(
      conv(65_537),
      '✗ X05 /features/1/through/0/filters: got 65537, wanted a number of at most 65536 either way; give a smaller one',
    );
    refusesToWrite(
      conv('many' as never),
      '✗ X10 /features/1/through/0/filters: got "many", wanted a number or "same"; write a number or "same"',
    );
  });
  it('survives endless declarations', () => {
    const layers: unknown[] = [];
    const endless = { ...blur(1), op: 'seq', layers, definition: { ...blur(1).definition } };
    layers.push(endless, endless);
    assert.ok(E.isLeft(toSpec(model(through(input('x', 8, 8, 3), endless as never)))));
    let feature: unknown = input('x', 8, 8, 3);
    for (let k = 0; k < 5000; k++) feature = (through as unknown as (f: unknown) => unknown)(feature);
    const written = toSpec(model(feature as never));
    assert.ok(E.isLeft(written));
    assert.deepEqual(written.left.map(({ rule }) => rule), ['X15']); // prettier-ignore
  });
});

describe('X19: many faults', () => {
  it('tells the first hundred', () => {
    const read = texts(fromSpec(chain(...Array.from({ length: 250 }, () => ({ op: 'x' })))));
    assert.equal(read.length, 101);
    assert.equal(read[100], '✗ X19 spec: got 150 more faults, wanted none; mend those above first');
  });
});

describe('pointers', () => {
  it('lead from faults of elaboration to the part in the document, innermost first', () => {
    const read = fromSpecText(
      JSON.stringify({
        maskskip: 1,
        features: [
          { id: 'a', input: 'x', height: 8, width: 8, channels: 3 },
          { id: 'b', input: 'y', height: 0, width: 8, channels: 3 },
          { id: 'c', from: 'a', through: [{ op: 'relu' }, { op: 'residual', layers: [{ op: 'relu' }, { op: 'conv', filters: 0 }] }] },
          { id: 'd', from: 'a', through: [{ op: 'conv', filters: 4 }, { op: 'encoder', name: 'e', levels: [{ op: 'relu' }] }, { op: 'upsample' }, { op: 'decoder', name: 'e', levels: [{ op: 'relu' }] }] },
          { id: 'h', input: 'z', height: 4, width: 8, channels: 3 },
          { id: 'f', join: { op: 'add' }, of: ['a', 'h'] },
          { id: 'g', from: 'a', through: [{ op: 'fuse', join: { op: 'add' }, branch: [{ op: 'conv', filters: 5 }] }] },
        ],
        outputs: { a: 'c', b: 'd', c: 'f', d: 'g', e: 'b' },
      }),
    ); // prettier-ignore
    assert.ok(E.isRight(read));
    const elaborated = elaborate(read.right.model, { pointer: read.right.pointer });
    assert.ok(E.isLeft(elaborated));
    assert.deepEqual(
      elaborated.left.map(({ rule, pointer }) => [rule, pointer]),
      [
        ['S02', '/features/2/through/1/layers/1'],
        ['S12', '/features/3/through/3'],
        ['S08', '/features/5/join'],
        ['S09', '/features/6/through/0'],
        ['S02', '/features/1'],
      ],
    );
    assert.equal(read.right.pointer({}), undefined);
  });
});
