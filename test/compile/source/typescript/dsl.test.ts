import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import * as prettier from 'prettier';
import ts from 'typescript';
import { namedModels, type GivenModel } from '../../../../src/compile/source/named-models.js';
import { typescriptDsl } from '../../../../src/compile/source/typescript/dsl.js';
import { typeCheck } from '../../../../src/compile/source/typescript/type-check.js';
import {
  conv,
  elaborate,
  encoder,
  formOf,
  fromSpecText,
  fuse,
  input,
  join as joins,
  layerOf,
  model,
  optionless,
  output,
  psi,
  relu,
  residual,
  seq,
  skip,
  through,
  toSpec,
  unsafeElaborate,
  unused,
  upsample,
  withPsi,
  type Activation,
  type AnyModel,
  type Definitions,
  type Form,
  type Layer,
  type SameShape,
} from '../../../../src/dsl/index.js';
import { datasetNames, models } from '../../../../src/models/index.js';
import { builtAll } from '../../../fuzz/build.js';
import { architecture } from '../../../fuzz/generate.js';
import * as own from '../../../fuzz/own.js';
import { hostileNames } from '../hostile.js';
import { emitted, given, importedModels } from './modules.js';

const here = dirname(fileURLToPath(import.meta.url));
const isFull = process.env['MASKSKIP_FULL'] === '1';

const specOf = (one: AnyModel, name: string, known: Definitions): unknown => {
  const spec = toSpec(one, known);
  assert.ok(E.isRight(spec), `${name}: ${E.isLeft(spec) ? spec.left.map(({ text }) => text).join() : ''}`);
  return spec.right;
};

/** Listed models, as small as their levels allow: all at both data sets, or each backbone at one of them. */
const listed = (): readonly GivenModel[] =>
  models
    .filter(({ name }) => isFull || !name.includes('+') || name.startsWith('defgan'))
    .flatMap((entry, at) =>
      (isFull ? datasetNames : [datasetNames[at % datasetNames.length]!]).map((dataset) => {
        const [height, width] = entry.smallest[dataset];
        return given(`${entry.name} ${dataset}`, entry.at[dataset]({ height, width, filters: 4 }));
      }),
    );
const golden = (names = /^spec-/): readonly GivenModel[] =>
  readdirSync(join(here, '../../../golden'))
    .filter((name) => names.test(name))
    .map((name) => {
      const read = fromSpecText(readFileSync(join(here, '../../../golden', name)));
      assert.ok(E.isRight(read));
      return given(name.replace('.json', ''), read.right.model);
    });
const drawn = (count: number): readonly GivenModel[] =>
  Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const declared = builtAll(architecture(6, index).statements).at(-1) as AnyModel;
    const elaborated = elaborate(declared);
    return E.isRight(elaborated) ? [{ name: `drawn ${index}`, elaborated: elaborated.right }] : [];
  });

describe('the typescript-dsl target', () => {
  it('declares every listed model, every golden spec and random models: what is imported has the same spec', async () => {
    const all = [...listed(), ...golden(), ...drawn(isFull ? 2000 : 60)];
    assert.ok(all.length > 60);
    const place = join(here, '../../../fuzz/own.ts');
    const read = await importedModels(emitted(all), { 'maskskip-fuzz/own': place });
    // A test runner may load a module apart from what imports it by its path.
    const { definitions } = (await import(pathToFileURL(place).href)) as typeof own;
    read.forEach((one, at) => {
      const { name, elaborated } = all[at]!;
      assert.deepEqual(specOf(one, name, definitions), specOf(elaborated.model, name, own.definitions), name);
    });
  });

  it('writes what prettier leaves alone', async () => {
    const few = listed().filter((_, at) => isFull || at % 5 === 0);
    for (const { text, path } of emitted([
      ...few,
      ...golden(isFull ? undefined : /[ey]\.json$/),
      ...drawn(isFull ? 300 : 20),
    ]))
      // prettier-ignore
      assert.equal(text, await prettier.format(text, { filepath: path }), path);
  });

  it('writes the same bytes again', () => {
    const some = listed().slice(0, 4);
    assert.deepEqual(
      emitted(some).map(({ text }) => text),
      emitted(some.map(({ name, elaborated }) => given(name, elaborated.model))).map(({ text }) => text),
    );
  });

  it('declares a model as a person would', () => {
    const block = residual(conv(8), relu, conv(8, { initialiser: undefined as never }), relu);
    const declared = withPsi(
      model(
        seq(
          input('x_a', 16, 8, 3),
          conv(8),
          encoder('image', [seq(block, conv(8, { stride: 2 })), seq(block, conv(16, { stride: 2 }), relu)]),
          fuse(joins.concat, input('p', 4, 2, 18)),
          upsample(2),
          skip('image', psi.none, { level: 1 }),
          conv(3, { kernel: 5 }),
        ),
      ),
      psi.grid(2, 2),
    );
    const [file] = emitted([
      { name: 'U-Net, grid 2×2', elaborated: unsafeElaborate(declared), axes: { psi: 'grid' } },
    ]);
    assert.equal(file!.path, 'u-net-grid-2-2.ts');
    assert.equal(file!.text, readFileSync(join(here, 'declared.txt'), 'utf8'));
  });
});

const filesOf = (layer: Layer) =>
  typescriptDsl.files(
    namedModels([given('own', model(seq(input('x', 4, 4, 2), layer as Layer<SameShape>)))])[0]!,
  );

describe('V30', () => {
  const layerWith = (form: Form | undefined): Layer =>
    layerOf<Activation<'blur'>>({
      op: 'blur',
      definition: {
        name: 'blur',
        ...(form === undefined ? {} : { form }),
        shape: (state) => ({ state, flaws: [] }),
        lower: (flow) => flow,
      },
    } as Omit<Activation<'blur'>, '~rule'>);

  it('is a part that does not say how it is called, or says what is no export', () => {
    const called = (call: Form['call']): Form => ({
      ...optionless(() => undefined),
      ...(call === undefined ? {} : { call }),
    });
    for (const form of [
      undefined,
      called(undefined),
      called({ module: './blur.js', name: 'x";process.exit();"' }),
      called({ name: 'blur' }),
    ]) {
      const files = filesOf(layerWith(form));
      assert.ok(E.isLeft(files));
      assert.deepEqual(
        files.left.map(({ rule, where }) => [rule, where]),
        [['V30', 'declaration']],
      );
    }
  });

  it('is mended by a call in the form', () => {
    const form = formOf<{ readonly sigma: number; readonly edges: string }>({
      fields: (f) => ({ sigma: f.number, edges: f.standard(f.text, 'zeros') }),
      make: () => undefined,
      call: { module: "./it's.js", name: 'filters.conv', positional: ['sigma'] },
    });
    const files = filesOf({ ...layerWith(form), sigma: 2, edges: 'same' } as Layer);
    assert.ok(E.isRight(files));
    assert.match(String(files.right[0]!.text), /^import \{ filters \} from "\.\/it's\.js";$/m);
    assert.match(String(files.right[0]!.text), /filters\.conv\(2, \{ edges: "same" \}\)/);
  });
});

const rulesOf = (layer: Layer): readonly string[] => {
  const files = filesOf(layer);
  assert.ok(E.isLeft(files));
  return files.left.map(({ rule }) => rule);
};

describe('V31', () => {
  it('is an option that cannot be written', () => {
    assert.deepEqual(rulesOf({ ...conv(3), filters: Number.NaN } as Layer), ['V31']);
  });
});

describe('V34', () => {
  it('is a form that fails', () => {
    const failing = { ...conv(3), definition: { ...conv(3).definition, form: optionless(() => undefined) } };
    Object.assign(failing.definition.form!, { call: { module: 'x', name: 'x' }, options: () => { throw new Error('no'); } }); // prettier-ignore
    assert.deepEqual(rulesOf(failing), ['V34']);
  });
});

describe('V32', () => {
  it('is a chain that begins within a named block and is read as a feature', () => {
    const read = fromSpecText(
      JSON.stringify({
        maskskip: 1,
        features: [
          { id: 'x', input: 'x', height: 4, width: 4, channels: 2 },
          {
            id: 'a',
            through: [{ op: 'named', name: 'head', layers: [{ feature: 'x' }, { op: 'conv', filters: 2 }] }],
          },
          { id: 'b', from: 'a', through: [{ op: 'relu' }] },
        ],
        outputs: { output: 'b' },
      }),
    );
    assert.ok(E.isRight(read));
    const files = typescriptDsl.files(namedModels([given('own', read.right.model)])[0]!);
    assert.ok(E.isLeft(files));
    assert.deepEqual(
      files.left.map(({ rule }) => rule),
      ['V32'],
    );
  });
});

describe('R11: hostile names in the form of the language', () => {
  const declared = (name: string): AnyModel => {
    const block = unused(name, conv(2));
    return model({
      [`${name}`]: through(
        input(name, 8, 8, 3),
        block,
        encoder(name, [conv(4), conv(4, { stride: 2 })]),
        upsample(2),
        skip(name, psi.dense(), { level: 1 }),
        output(`${name}.`),
        conv(3),
      ),
    } as never);
  };
  /* What is parsed, without the keys and import aliases that depend on whether a name is a plain one. */
  const shapeOf = (text: string): readonly string[] => {
    const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
    assert.deepEqual((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics, []);
    const kinds: string[] = [];
    const visit = (node: ts.Node): void => {
      const isShort = ts.isShorthandPropertyAssignment(node);
      kinds.push(isShort ? 'PropertyAssignment' : ts.SyntaxKind[node.kind]);
      if (ts.isIdentifier(node)) assert.match(node.text, /^[A-Za-z_][A-Za-z0-9_]*$/);
      if (ts.isPropertyAssignment(node)) visit(node.initializer);
      else if (!ts.isImportSpecifier(node)) ts.forEachChild(node, visit);
    };
    visit(source);
    return kinds;
  };
  const textsIn = (text: string): readonly string[] => {
    const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteral(node)) found.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  };

  it('stand in string literals and sanitised identifiers, and nothing else is changed by them', () => {
    const plain = shapeOf(emitted([given('plain', declared('plain'))])[0]!.text);
    let inModel = 0;
    for (const name of hostileNames) {
      const hostile = elaborate(declared(name));
      const isAName = E.isRight(hostile);
      inModel += Number(isAName);
      const elaborated = isAName ? hostile.right : unsafeElaborate(declared('plain'));
      const [file] = emitted([{ name, elaborated, axes: { [name]: name } }]);
      assert.match(file!.text, /^[\x20-\x7e\n]*$/);
      assert.deepEqual(shapeOf(file!.text), plain, JSON.stringify(name));
      // As the input, the encoder, the skip and the reason.
      if (isAName) assert.ok(textsIn(file!.text).filter((one) => one === name).length >= 4);
    }
    assert.ok(inModel >= 100, `${inModel} of the names can stand in a model`);
  });
});

describe('modules, type-checked', () => {
  it('have nothing that TypeScript complains of', () => {
    const few = listed().filter(({ name }) => isFull || /^vdg-stage1 /.test(name));
    const some = emitted([
      ...golden(isFull ? undefined : /(every-part|connections|difference|symbolic)\.json$/),
      ...few,
    ]);
    const { faults, version } = typeCheck(some);
    assert.deepEqual(
      faults.map(({ text }) => text),
      [],
    );
    assert.match(version, /^6\./);
  });

  it('V33 is what it complains of, with its place', () => {
    const text = 'import { conv, input, model, seq } from "maskskip";\n\nexport const x = model(seq(input("x", 4, 4, 3), conv(-1)));\n'; // prettier-ignore
    const { faults } = typeCheck([{ path: 'x.ts', text }]);
    assert.deepEqual(
      faults.map(({ rule, where }) => [rule, where]),
      [['V33', 'x.ts:3']],
    );
    assert.match(faults[0]!.got, /S02 .*conv: filters -1/);
  });
});
