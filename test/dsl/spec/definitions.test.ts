/** Forms: ours are all there, and a caller's stand beside them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join as joinPath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import * as language from '../../../src/dsl/index.js';
import {
  definitionsOf,
  elaborate,
  formOf,
  fromSpec,
  input,
  isForm,
  join,
  joinOf,
  layerOf,
  model,
  optionless,
  psi,
  skip,
  specText,
  surrogate,
  tap,
  through,
  toSpec,
  unsafeFromSpec,
  type Definitions,
  type Form,
  type Join,
  type KeepsShape,
  type Layer,
  type Psi,
  type Surrogate,
} from '../../../src/dsl/index.js';
import { isFaultError } from '../../../src/base/fault.js';
import { constant } from '../../../src/ops/initialiser.js';
import { ours } from '../../../src/dsl/spec/ours.js';

const source = joinPath(dirname(fileURLToPath(import.meta.url)), '../../../src/dsl');
const filesOf = (folder: string): readonly string[] =>
  readdirSync(joinPath(source, folder)).map((name) => joinPath(source, folder, name));
const opsIn = (folder: string, pattern: RegExp): readonly string[] =>
  filesOf(folder).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, op]) => op!));
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

const said = ({ kind, builtIn }: Form): string => `${kind} ${String(builtIn)}`;

describe('our definitions', () => {
  it('hold every layer, ψ and join by its name', () => {
    const layers = [...opsIn('layers', /^ {4}op: '(\w+)',$/gm), ...opsIn('layers', /^ {2}op: '(\w+)',$/gm)];
    const others = ['relu', 'elu', 'tanh', 'sigmoid', 'named', 'seq', 'shared', 'maxPool', 'averagePool'];
    assert.deepEqual(unique([...layers, ...others]), unique(Object.keys(ours.layers)));
    assert.deepEqual(
      unique(Object.keys(psi).filter((name) => name !== 'define')),
      unique(Object.keys(ours.psis)),
    );
    assert.deepEqual(unique(Object.keys(join)), unique(Object.keys(ours.joins)));
    assert.deepEqual(unique(Object.keys(surrogate)), unique(Object.keys(ours.surrogates)));
  });
  it('hold every form that a file of layers, ψ or joins exports', async () => {
    // Test runners may load a second copy of a file; a form of ours is known by its name.
    const known = new Set(Object.values(ours).flatMap((forms) => Object.values<Form>(forms).map(said)));
    for (const file of ['layers', 'psi', 'joins'].flatMap((folder) => filesOf(folder))) {
      const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>);
      assert.deepEqual(exported.filter(isForm).map(said).filter((name) => !known.has(name)), [], file); // prettier-ignore
    }
  });
  it('hold every layer that the language exports', () => {
    // As unknown: a union of all exports is more than the type checker unfolds.
    const exported: Readonly<Record<string, unknown>> = language;
    const makers = Object.entries(exported).filter(([, value]) =>
      ['function', 'object'].includes(typeof value),
    );
    const layers = makers.map(([name]) => name).filter((name) => Object.hasOwn(ours.layers, name));
    assert.deepEqual(unique(layers), unique(Object.keys(ours.layers)));
  });
  it('are each of its kind', () => {
    const kinds = { layers: 'layer', psis: 'psi', joins: 'join', surrogates: 'surrogate', initialisers: 'initialiser' } as const; // prettier-ignore
    for (const [collection, kind] of Object.entries(kinds))
      for (const [name, form] of Object.entries(
        ours[collection as keyof typeof ours] as Record<string, Form>,
      ))
        assert.equal(form.kind, kind, name);
  });
});

/* Two packages that both call their layer `pool`. */
const pools = (factor: number) => {
  interface Pool extends Layer {
    readonly size: number;
  }
  const pool = (size: number): Pool =>
    layerOf<Pool>({
      size,
      definition: { name: 'pool', shape: (state) => ({ state: { ...state, c: size * factor }, flaws: [] }), lower: (flow) => flow, form },
    }); // prettier-ignore
  const form: Form = formOf<{ readonly size: number }>({
    fields: (f) => ({ size: f.standard(f.number, 2) }),
    make: ({ size }) => pool(size),
  });
  return { pool, form };
};
const [one, other] = [pools(1), pools(10)];

const softForm: Form = optionless(() => mine, 'surrogate');
const mine: Surrogate = { ...surrogate.sigmoid, name: 'mine', form: softForm };

interface Scaled extends Psi<KeepsShape> {
  readonly name: 'scaled';
  readonly inner: Psi;
  readonly surrogate: Surrogate;
}
const scaledForm: Form = formOf<{ readonly inner: Psi; readonly surrogate: Surrogate }>({
  kind: 'psi',
  fields: (f) => ({ inner: f.standard(f.psi, psi.none), surrogate: f.surrogate }),
  make: ({ inner, surrogate: gradient }) => scaled(inner, gradient),
});
const scaled = (inner: Psi, gradient: Surrogate): Scaled =>
  psi.define<Scaled>(
    { name: 'scaled', inner, surrogate: gradient },
    { form: scaledForm, forward: ({ feature }) => feature },
  );

const leftForm: Form = optionless(() => left, 'join');
const left: Join = joinOf<Join>({ name: 'left', form: leftForm, channels: ({ c }) => c, lower: (a) => a });

const twoForm: Form = optionless(() => two, 'initialiser');
const two = { ...constant(2), name: 'two', options: {} };

const definitions: Definitions = {
  layers: { pool: one.form, 'theirs/pool': other.form },
  psis: { scaled: scaledForm },
  joins: { left: leftForm },
  surrogates: { mine: softForm },
  initialisers: { two: twoForm },
};

describe("a caller's definitions", () => {
  const declared = model(
    through(
      input('x', 8, 8, 3),
      one.pool(2) as never,
      other.pool(3) as never,
      tap('t') as never,
      skip('t', scaled(psi.dense({ init: two }), mine), { join: left }) as never,
    ) as never,
  );
  it('name what two packages call the same', () => {
    const spec = toSpec(declared, definitions);
    assert.ok(E.isRight(spec), E.isLeft(spec) ? spec.left[0]!.text : '');
    assert.deepEqual(spec.right.features[1], {
      id: 'f2',
      from: 'f1',
      through: [
        { op: 'pool' },
        { op: 'theirs/pool', size: 3 },
        { op: 'tap', name: 't' },
        {
          op: 'skip',
          name: 't',
          psi: { op: 'scaled', inner: { op: 'dense', init: { op: 'two' } }, surrogate: { op: 'mine' } },
          join: { op: 'left' },
        },
      ],
    });
    const read = fromSpec(spec.right, definitions);
    assert.ok(E.isRight(read));
    const again = toSpec(read.right, definitions);
    assert.ok(E.isRight(again));
    assert.equal(specText(again.right), specText(spec.right));
    const elaborated = elaborate(read.right);
    assert.ok(E.isRight(elaborated));
    assert.deepEqual(elaborated.right.outputs, { output: { h: 8, w: 8, c: 30 } });
  });
  it('are needed', () => {
    const rules = (without: Definitions): readonly string[] => {
      const spec = toSpec(declared, without);
      return E.isLeft(spec) ? spec.left.map(({ rule, pointer }) => `${rule} ${pointer}`) : [];
    };
    assert.deepEqual(rules({}), [
      'X18 /features/1/through/0',
      'X18 /features/1/through/1',
      'X18 /features/1/through/3/psi',
      'X18 /features/1/through/3/join',
    ]);
    assert.deepEqual(rules({ ...definitions, surrogates: {}, initialisers: {} }), [
      'X18 /features/1/through/3/psi/inner/init',
      'X18 /features/1/through/3/psi/surrogate',
    ]);
  });
  it('are the forms among what a module exports, by their kinds', () => {
    const exports = { a: one.form, b: scaledForm, c: leftForm, d: softForm, e: twoForm, pool: one.pool, n: 4, none: null }; // prettier-ignore
    assert.deepEqual(definitionsOf(exports), {
      layers: { a: one.form },
      psis: { b: scaledForm },
      joins: { c: leftForm },
      surrogates: { d: softForm },
      initialisers: { e: twoForm },
    });
    assert.deepEqual(definitionsOf({}), {});
    assert.deepEqual([one.form, {}, null, { ...one.form, kind: 'model' }, one.pool].map(isForm), [true, false, false, false, false]); // prettier-ignore
  });
  it('have the names of the exports without a last Form', () => {
    const exports = { scaleForm: one.form, scaleFormForm: scaledForm, Form: leftForm, formal: softForm };
    assert.deepEqual(definitionsOf(exports), {
      layers: { scale: one.form },
      psis: { scaleForm: scaledForm },
      joins: { Form: leftForm },
      surrogates: { formal: softForm },
    });
  });
  it('keep the whole names of two exports that would be one', () => {
    const other = { ...one.form };
    assert.deepEqual(definitionsOf({ pool: one.form, poolForm: other }), { layers: { pool: one.form, poolForm: other } }); // prettier-ignore
    assert.deepEqual(definitionsOf({ pool: one.form, poolForm: one.form }), { layers: { pool: one.form } });
    assert.deepEqual(definitionsOf({ pool: one.form, poolForm: leftForm }), { layers: { pool: one.form }, joins: { pool: leftForm } }); // prettier-ignore
  });
  it('X17: are refused where a name of ours is left', () => {
    const spec = toSpec(declared, definitionsOf({ convForm: one.form }));
    assert.deepEqual(E.isLeft(spec) ? spec.left.map(({ text }) => text) : [], [
      '✗ X17 definitions.layers: got "conv", a name of ours, wanted another name; give yours a name of its own',
    ]);
  });
  it('may hold ours once more', () => {
    const again = { layers: { conv: ours.layers.conv }, psis: ours.psis };
    assert.ok(E.isRight(toSpec(model(through(input('x', 8, 8, 3))), again)));
  });
});

describe('unsafeFromSpec', () => {
  it('gives the model or throws the faults', () => {
    const spec = toSpec(model(through(input('x', 8, 8, 3), tap('t'))));
    assert.ok(E.isRight(spec));
    assert.ok(E.isRight(elaborate(unsafeFromSpec(spec.right))));
    assert.throws(() => unsafeFromSpec({}), isFaultError);
  });
});
