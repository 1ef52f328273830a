/** A grid of variants: names, order, what is left out, and what is no grid. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  conv,
  decoder,
  encoder,
  input,
  isVariants,
  model,
  psi,
  relu,
  seq,
  unsafeElaborate,
  unsafeVariants,
  upsample,
  variants,
  vdgStage1,
  withPsi,
  type AnyModel,
  type Axes,
  type Fault,
  type Psi,
  type Variants,
} from '../../src/index.js';
import { hostileNames } from '../compile/source/hostile.js';

const unet = (width: number, filters: number, skip: Psi) =>
  model(
    seq(
      input('x', 16, width, 3),
      encoder('image', [seq(conv(filters), relu), seq(conv(filters, { stride: 2 }), relu)]),
      decoder('image', [seq(conv(filters), upsample(2)), conv(filters)], skip),
      conv(3),
    ),
  );
const family = ({ filters = 4, psi: skip = psi.none }: { filters?: number; psi?: Psi }) =>
  unet(16, filters, skip);

/* As a program that knows nothing of types would call it. */
const untyped = variants as unknown as (
  name: unknown,
  family: unknown,
  axes: unknown,
) => E.Either<readonly Fault[], Variants>;
const faultsOf = (name: unknown, of: unknown, axes: unknown): readonly string[] => {
  const made = untyped(name, of, axes);
  return E.isLeft(made) ? made.left.map(({ text }) => text) : [];
};

describe('variants', () => {
  it('are the product of the axes, the last one moving first, under names in the order of the axes', () => {
    const grid = unsafeVariants('unet', family, [
      { psi: { none: psi.none, grid_4x4: psi.grid(4, 4) } },
      { filters: [4, 8] },
    ]);
    assert.deepEqual(
      grid.all.map(({ name }) => name),
      ['unet-psi_none-filters_4', 'unet-psi_none-filters_8', 'unet-psi_grid_4x4-filters_4', 'unet-psi_grid_4x4-filters_8'], // prettier-ignore
    );
    assert.deepEqual(Object.keys(grid.variants), grid.all.map(({ name }) => name)); // prettier-ignore
    assert.deepEqual(grid.axes, { psi: ['none', 'grid_4x4'], filters: ['4', '8'] });
    const one = grid.variants['unet-psi_grid_4x4-filters_8']!;
    assert.deepEqual(one.axes, { psi: 'grid_4x4', filters: '8' });
    assert.deepEqual(
      one.elaborated.steps,
      unsafeElaborate(family({ filters: 8, psi: psi.grid(4, 4) })).steps,
    );
    assert.deepEqual(grid.leftOut, []);
    assert.ok(isVariants(grid));
  });

  it('keep the order of axes that stand in one record', () => {
    const grid = unsafeVariants('unet', family, { filters: [4], psi: { one: psi.one() } });
    assert.deepEqual(Object.keys(grid.variants), ['unet-filters_4-psi_one']);
  });

  it('take functions from model to model under a name that the family does not know', () => {
    const grid = unsafeVariants('unet', family, [
      { mask: { plain: (declared) => declared, munet: (declared) => withPsi(declared, psi.dense()) } },
      { shallow: { all: (declared) => declared, first: (declared) => withPsi(declared, psi.none, { levels: [1] }) } }, // prettier-ignore
    ]);
    const last = grid.variants['unet-mask_munet-shallow_first']!.elaborated.model;
    assert.deepEqual(last.psis.map(({ levels }) => levels), [undefined, [1]]); // prettier-ignore
    assert.equal(grid.all.length, 4);
  });

  it('of a family without hyper-parameters and without axes are one model under the name alone', () => {
    assert.deepEqual(Object.keys(unsafeVariants('unet', () => family({}), []).variants), ['unet']);
  });

  it('that do not fit are left out, with their faults', () => {
    const grid = unsafeVariants('unet', ({ width }: { width: number }) => unet(width, 4, psi.none), [
      { width: [16, 15] },
    ]);
    assert.deepEqual(grid.all.map(({ name }) => name), ['unet-width_16']); // prettier-ignore
    assert.deepEqual(grid.leftOut.map(({ name, axes }) => [name, axes]), [['unet-width_15', { width: '15' }]]); // prettier-ignore
    assert.equal(grid.leftOut[0]!.faults[0]!.rule, 'S12');
    assert.ok(!('unet-width_15' in grid.variants));
  });

  it("hold the package's own models", () => {
    const grid = unsafeVariants(
      'vdg-market',
      ({ filters, psi: skip }: { filters: number; psi: Psi }) => model(vdgStage1(128, 64, filters, skip)),
      [{ psi: { grid_4x4: psi.grid(4, 4) } }, { filters: [64] }],
    );
    assert.deepEqual(grid.variants['vdg-market-psi_grid_4x4-filters_64']?.elaborated.outputs, {
      output: { h: 128, w: 64, c: 3 },
    });
  });

  it('come in the number and under the names of the product, whatever the labels are', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const reads = (options: object) => family(Object.keys(options).length > 9 ? { filters: 8 } : {});
    const axis = fc.uniqueArray(label, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 3 }), (axes) => {
        const given = axes.map((labels, at): Axes => ({ [`axis${at}`]: labels }));
        const made = untyped('m', reads, given);
        assert.ok(E.isRight(made));
        const wanted = axes.reduce<readonly string[]>(
          (names, labels, at) => names.flatMap((name) => labels.map((one) => `${name}-axis${at}_${one}`)),
          ['m'],
        );
        assert.deepEqual(made.right.all.map(({ name }) => name), wanted); // prettier-ignore
      }),
      { numRuns: 50 },
    );
  });
});

describe('V01: names and labels of variants', () => {
  it('print, are short, and hold no path', () => {
    for (const bad of ['', 'a/b', 'a\nb', '~', '\u202e', 'x'.repeat(65)]) {
      assert.match(faultsOf(bad, family, [])[0]!, /^✗ V01 variants: name: got /);
      assert.match(faultsOf('m', family, [{ psi: { [bad]: psi.none } }])[0]!, /^✗ V01 variants: axis 'psi'/);
      assert.match(faultsOf('m', family, [{ [bad]: [1] }])[0]!, /^✗ V01 variants: axis: got /);
    }
    assert.match(faultsOf(7, family, [])[0]!, /^✗ V01 variants: name: got 7/);
  });

  it('of a hostile kind are refused or kept as they are, never thrown at', () => {
    for (const name of hostileNames) {
      const made = untyped('m', () => family({}), [{ axis: { [name]: (one: AnyModel) => one } }]);
      if (E.isRight(made)) assert.deepEqual(Object.keys(made.right.variants), [`m-axis_${name}`]);
      else assert.ok(made.left.every(({ rule, text }) => rule === 'V01' && !text.includes('\n')));
    }
  });
});

describe('V02: one name of two variants', () => {
  it('is refused along an axis, between axes, and between whole names', () => {
    assert.deepEqual(faultsOf('m', family, [{ filters: [4, 4] }]), [
      "✗ V02 variants: axis 'filters': got '4' twice, wanted each once; give one of them another label, or take it out",
    ]);
    assert.match(faultsOf('m', family, [{ filters: [4] }, { filters: [8] }])[0]!, /^✗ V02 variants: axes: got 'filters' twice/); // prettier-ignore
    const same = (one: AnyModel): AnyModel => one;
    const between = [{ a: { b: same, 'b-c_d': same } }, { c: { d: same, 'd-c_d': same } }];
    assert.match(faultsOf('m', family, between)[0]!, /^✗ V02 variants: names: got 'm-a_b-c_d-c_d' twice/);
  });
});

describe('V03: an axis without values', () => {
  it('is refused, list or record', () => {
    for (const empty of [[], {}])
      assert.match(faultsOf('m', family, [{ filters: empty }])[0]!, /^✗ V03 variants: axis 'filters': got no values/); // prettier-ignore
  });
});

describe('V04: more variants than anybody reads', () => {
  it('are refused before one of them is made', () => {
    const many = Array.from({ length: 101 }, (_, i) => i);
    const made = faultsOf('m', () => assert.fail('made one'), [{ a: many }, { b: many }]);
    assert.deepEqual(made, ['✗ V04 variants: got 10201 variants, wanted at most 10000; split the grid, or leave values out']); // prettier-ignore
  });
});

describe('V05: a family or a change that throws', () => {
  it('leaves its variant out, with what it said', () => {
    const made = untyped(
      'm',
      ({ filters }: { filters: number }) => {
        if (filters === 8) throw new Error('no\neight');
        return family({ filters });
      },
      [{ filters: [4, 8] }],
    );
    assert.ok(E.isRight(made));
    assert.deepEqual(made.right.all.map(({ name }) => name), ['m-filters_4']); // prettier-ignore
    assert.match(
      made.right.leftOut[0]!.faults[0]!.text,
      /^✗ V05 variants: m-filters_8: got an error: no\\u000aeight/,
    );
  });

  it('is not the same as one that gives no model', () => {
    const made = untyped('m', () => 7, []);
    assert.ok(E.isRight(made));
    assert.equal(made.right.leftOut[0]!.faults[0]!.rule, 'S25');
  });
});

describe('isVariants', () => {
  it('takes a grid for one, whatever was left out of it', () => {
    const made = untyped('m', ({ filters }: { filters: number }) => family({ filters }), [
      { filters: [4, 0] },
    ]);
    assert.ok(E.isRight(made));
    assert.deepEqual([made.right.all.length, made.right.leftOut.length], [1, 1]);
    assert.ok(isVariants(made.right));
  });

  it('takes nothing else for one, however much it looks like a grid', () => {
    const { all, leftOut } = unsafeVariants('m', family, [{ filters: [4] }]);
    const grid = { tag: 'variants', name: 'm', all, leftOut };
    assert.ok(isVariants(grid));
    const [one] = all;
    const left = { name: 'a', axes: {}, faults: [] };
    assert.ok(isVariants({ ...grid, leftOut: [left] }));
    for (const bad of [
      1,
      null,
      {},
      { ...one, name: 7 },
      { ...one, axes: null },
      { ...one, axes: { a: 7 } },
      { ...one, elaborated: {} },
      { ...one, elaborated: { ...one!.elaborated, model: 7 } },
    ])
      assert.ok(!isVariants({ ...grid, all: [bad] }), JSON.stringify(bad));
    for (const bad of [
      1,
      null,
      {},
      { ...left, name: 7 },
      { ...left, faults: 7 },
      { ...left, faults: [null] },
      { ...left, faults: [{ rule: 'V05' }] },
    ])
      assert.ok(!isVariants({ ...grid, leftOut: [bad] }), JSON.stringify(bad));
    for (const bad of [
      undefined,
      null,
      7,
      [],
      { ...grid, name: 7 },
      { ...grid, all: 7 },
      { ...grid, leftOut: null },
    ])
      assert.ok(!isVariants(bad));
  });
});

describe('V15: an axis that the family never reads', () => {
  it('is refused; V16, one that it asks for and does not get, is seen by the compiler alone', () => {
    assert.match(faultsOf('m', family, [{ filtrs: [4] }])[0]!, /^✗ V15 variants: axis 'filtrs': got values of a hyper-parameter that the family never reads/); // prettier-ignore
  });

  it('is not one that it looks at, however it is looked at', () => {
    const wide = (is: boolean): AnyModel => family({ filters: is ? 8 : 4 });
    const looks: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => AnyModel>> = {
      in: (options) => wide('filters' in options),
      hasOwn: (options) => wide(Object.hasOwn(options, 'filters')),
      onPrototype: (options) => wide(Object.prototype.hasOwnProperty.call(options, 'filters')),
      spread: (options) => family({ ...options }),
      rest: ({ psi: _psi, ...rest }) => family(rest),
      entries: (options) => family(Object.fromEntries(Object.entries(options))),
    };
    for (const [how, look] of Object.entries(looks))
      assert.deepEqual(faultsOf('m', look, [{ filters: [8] }]), [], how);
  });
});

describe('V06: what is no axis and no family', () => {
  it('is refused', () => {
    const mixed = { a: psi.none, b: (one: AnyModel) => one };
    for (const bad of [7, null, 'dense', [[1]], [psi.none], [NaN], [undefined], mixed])
      assert.match(faultsOf('m', family, [{ psi: bad }])[0]!, /^✗ V06 variants: axis 'psi': got /);
    for (const bad of [7, null, undefined, 'psi', [7], [null], [[]]])
      assert.match(faultsOf('m', family, bad)[0]!, /^✗ V06 variants: axes: got /);
    for (const bad of ['unet', family({}), undefined])
      assert.match(
        faultsOf('m', bad, [])[0]!,
        /^✗ V06 variants: family: got .*, wanted a function of hyper-parameters that gives a model; give \(\{ filters \}\) => model/,
      );
  });
});
