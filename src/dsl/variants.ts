/**
 * Variants: one declaration as a grid of models, named by what sets each of them apart.
 *
 * A *family* is a function of named hyper-parameters. An *axis* is a list of values of one of them, or a record of
 * values under labels where a value has no short text of its own, as a ψ has not. Under a name that the family does not
 * know, an axis is a record of functions from model to model: `withPsi`, or whatever else is done to a declared model.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, faultError, type Fault } from '../base/fault.js';
import { elaborate } from './elaborate.js';
import { showGiven } from './message.js';
import { isModel, type AnyModel } from './model.js';
import { isName, printable } from './names.js';
import type { AxesFor, AxisWord, Family, GridOf, LeftOut, Variant, Variants } from './variant-types.js';

/**
 * All models of a grid, elaborated at once; one that does not fit is left out, with its faults.
 *
 * `axes` is a list of records of one axis each, in the order of the names, or one record of several axes: then their
 * order is known at run time alone, and the type knows only how names begin. Functions along an axis are taken for
 * changes of the model; they are applied in the axes' order. Faults: V01 a name or label that is none, V02 the same one
 * twice, V03 an axis without values, V04 more than 10,000 variants, V06 an axis or a family that is none, V15 an axis that
 * the family never reads. In `leftOut`: V05 where the family or a change throws, and those of elaboration.
 *
 * @example
 * ```ts
 * const grid = unsafeVariants(
 *   'vdg-market',
 *   ({ filters, psi }: { filters: number; psi: Psi }) => model(vdgStage1(128, 64, filters, psi)),
 *   [{ psi: { none: psi.none, grid_4x4: psi.grid(4, 4) } }, { filters: [32, 64] }],
 * );
 * grid.variants['vdg-market-psi_grid_4x4-filters_64']?.elaborated.outputs; // { output: { h: 128, w: 64, c: 3 } }
 * ```
 */
export const variants = <const Name extends string, F extends Family, const A extends AxesFor<F>>(
  name: Name,
  family: F,
  axes: A,
): E.Either<readonly Fault[], GridOf<Name, F, A>> =>
  typed<E.Either<readonly Fault[], GridOf<Name, F, A>>>(gridOf(name, family, axes));

/** As `variants`, but throws the faults of a grid: for scripts. What was left out is not thrown. */
export const unsafeVariants = <const Name extends string, F extends Family, const A extends AxesFor<F>>(
  name: Name,
  family: F,
  axes: A,
): GridOf<Name, F, A> => {
  const made = gridOf(name, family, axes);
  if (E.isLeft(made)) throw faultError(made.left);
  return typed<GridOf<Name, F, A>>(made.right);
};

/* The names are put together below as `VariantNames` does it in types; test/types/variants.ts holds both to each other. */
const typed = <Typed>(made: unknown): Typed => made as Typed;

const gridOf = (name: string, family: Family, axes: unknown): E.Either<readonly Fault[], Variants> => {
  const read = axesOf(axes);
  if (E.isLeft(read)) return read;
  const faults = gridFaults(name, family, read.right);
  if (faults.length > 0) return E.left(faults);
  const options = new Set<string>();
  const made = product(read.right).map((places) => variantAt(name, family as AnyFamily, places, options));
  const threw = made.some((one) => E.isLeft(one) && one.left.faults.some(({ rule }) => rule === 'V05'));
  const unread = read.right.filter(({ axis, changes }) => !threw && !changes && !options.has(axis));
  if (unread.length > 0) return E.left(unread.map(({ axis }) => neverRead(axis)));
  const all = made.flatMap((one) => (E.isRight(one) ? [one.right] : []));
  return E.right({
    tag: 'variants',
    name,
    axes: Object.fromEntries(read.right.map(({ axis, values }) => [axis, values.map(({ label }) => label)])),
    variants: Object.fromEntries(all.map((one) => [one.name, one])),
    all,
    leftOut: made.flatMap((one) => (E.isLeft(one) ? [one.left] : [])),
  });
};

/** Whether a value is a grid such as `variants` makes: of models with their names, and of faults. */
export const isVariants = (value: unknown): value is Variants => {
  if (!isRecord(value) || value['tag'] !== 'variants' || typeof value['name'] !== 'string') return false;
  const { all, leftOut } = value;
  return (
    Array.isArray(all) &&
    all.every((one) => isPlaced(one) && isElaborated(one['elaborated'])) &&
    Array.isArray(leftOut) &&
    leftOut.every((one) => isPlaced(one) && isFaults(one['faults']))
  );
};

type Unread = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Unread => typeof value === 'object' && value !== null;
const isPlaced = (one: unknown): one is Unread =>
  isRecord(one) &&
  typeof one['name'] === 'string' &&
  isRecord(one['axes']) &&
  Object.values(one['axes']).every((label) => typeof label === 'string');
const isElaborated = (one: unknown): boolean =>
  isRecord(one) &&
  isModel(one['model']) &&
  isRecord(one['inputs']) &&
  isRecord(one['outputs']) &&
  Array.isArray(one['steps']) &&
  Array.isArray(one['warnings']);
const isFaults = (faults: unknown): boolean =>
  Array.isArray(faults) &&
  faults.every((one) => isRecord(one) && typeof one['rule'] === 'string' && typeof one['text'] === 'string');

type AnyFamily = (options: Readonly<Record<string, unknown>>) => AnyModel;

/** An axis as it is read: whether its values are changes of a model, and each with its label. */
interface ReadAxis {
  readonly axis: string;
  readonly changes: boolean;
  readonly values: readonly LabelledValue[];
}
interface LabelledValue {
  readonly label: string;
  readonly value: unknown;
}
interface Place extends LabelledValue {
  readonly axis: string;
  readonly changes: boolean;
}

const axesOf = (given: unknown): E.Either<readonly Fault[], readonly ReadAxis[]> => {
  const records = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  const wrong = records.filter((one) => typeof one !== 'object' || one === null || Array.isArray(one));
  if (wrong.length > 0) return E.left(wrong.map((one) => notAnAxis('axes', showGiven(one))));
  const read = records.flatMap((one) =>
    Object.entries(one as object).map(([axis, values]) => axisOf(axis, values)),
  );
  const faults = read.flatMap((one) => (E.isLeft(one) ? [one.left] : []));
  return faults.length > 0
    ? E.left(faults)
    : E.right(read.flatMap((one) => (E.isRight(one) ? [one.right] : [])));
};

const axisOf = (axis: string, given: unknown): E.Either<Fault, ReadAxis> => {
  const where = `axis '${shown(axis)}'`;
  if (Array.isArray(given)) {
    const odd = (given as readonly unknown[]).find((value) => !isWord(value));
    return odd === undefined && !given.includes(undefined)
      ? E.right({
          axis,
          changes: false,
          values: given.map((value) => ({ label: String(value), value: value as unknown })),
        })
      : E.left(notAnAxis(where, `${showGiven(odd)} in a list`));
  }
  if (typeof given !== 'object' || given === null) return E.left(notAnAxis(where, showGiven(given)));
  const values = Object.entries(given).map(([label, value]) => ({ label, value: value as unknown }));
  const functions = values.filter(({ value }) => typeof value === 'function').length;
  return functions === 0 || functions === values.length
    ? E.right({ axis, changes: functions > 0, values })
    : E.left(notAnAxis(where, 'functions and other values'));
};
const isWord = (value: unknown): value is AxisWord =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

const gridFaults = (name: unknown, family: unknown, axes: readonly ReadAxis[]): readonly Fault[] => [
  ...(isLabel(name) ? [] : [notALabel('name', name)]),
  ...(typeof family === 'function' ? [] : [notAFamily(showGiven(family))]),
  ...axes.filter(({ axis }) => !isLabel(axis)).map(({ axis }) => notALabel('axis', axis)),
  ...twice(axes.map(({ axis }) => axis)).map((axis) => givenTwice('axes', axis)),
  ...axes.flatMap(({ axis, values }) => {
    const where = `axis '${shown(axis)}'`;
    return [
      ...(values.length === 0 ? [noValues(where)] : []),
      ...values.filter(({ label }) => !isLabel(label)).map(({ label }) => notALabel(where, label)),
      ...twice(values.map(({ label }) => label)).map((label) => givenTwice(where, label)),
    ];
  }),
  ...tooMany(axes.reduce((count, { values }) => count * values.length, 1)),
  ...namesTwice(name, axes),
];

/** Names and labels are what a model's names are, and short, for they make up names of files. */
const isLabel = (value: unknown): value is string => isName(value) && value.length <= longestLabel;
const longestLabel = 64;
const twice = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((one, at) => names.indexOf(one) !== at)),
];

/* Labels that hold `-` and `_` may make one name of two variants. */
const namesTwice = (name: unknown, axes: readonly ReadAxis[]): readonly Fault[] => {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > mostVariants || twice(axes.map(({ axis }) => axis)).length > 0) return [];
  const alike = axes.some(({ values }) => twice(values.map(({ label }) => label)).length > 0);
  if (alike) return [];
  const seen = new Set<string>();
  const found = new Set<string>();
  for (const places of product(axes)) {
    const full = nameAt(String(name), places);
    (seen.has(full) ? found : seen).add(full);
  }
  return [...found].slice(0, 10).map((full) => givenTwice('names', full));
};

const product = (axes: readonly ReadAxis[]): readonly (readonly Place[])[] =>
  axes.reduce<readonly (readonly Place[])[]>(
    (all, { axis, changes, values }) =>
      all.flatMap((places) => values.map((value) => [...places, { axis, changes, ...value }])),
    [[]],
  );

const nameAt = (name: string, places: readonly Place[]): string =>
  [name, ...places.map(({ axis, label }) => `${axis}_${label}`)].join('-');

/* One variant; `read` gathers which hyper-parameters the family looked at. */
const variantAt = (
  name: string,
  family: AnyFamily,
  places: readonly Place[],
  read: Set<string>,
): E.Either<LeftOut, Variant> => {
  const full = nameAt(name, places);
  const axes = Object.fromEntries(places.map(({ axis, label }) => [axis, label]));
  const options = Object.fromEntries(
    places.filter(({ changes }) => !changes).map(({ axis, value }) => [axis, value]),
  );
  try {
    const declared = places
      .filter(({ changes }) => changes)
      .reduce(
        (made, { value }) => (value as (declared: AnyModel) => AnyModel)(made),
        family(watched(options, read)),
      );
    // Of what is no model elaboration says so.
    const elaborated = elaborate(declared);
    return E.isLeft(elaborated)
      ? E.left({ name: full, axes, faults: elaborated.left })
      : E.right({ name: full, axes, elaborated: elaborated.right });
  } catch (caught) {
    return E.left({ name: full, axes, faults: [throwsItself(full, caught)] });
  }
};

/* The options, and the names of those that are looked at: by their value, or by whether they are there. */
const watched = <Options extends object>(options: Options, read: Set<string>): Options =>
  new Proxy(options, {
    get: (of, key) => {
      read.add(String(key));
      return Reflect.get(of, key) as unknown;
    },
    has: (of, key) => {
      read.add(String(key));
      return Reflect.has(of, key);
    },
    getOwnPropertyDescriptor: (of, key) => {
      read.add(String(key));
      return Reflect.getOwnPropertyDescriptor(of, key);
    },
    ownKeys: (of) => {
      Object.keys(of).forEach((key) => read.add(key));
      return Reflect.ownKeys(of);
    },
  });

const shown = (text: string): string => printable(text.slice(0, 40));

const notALabel = (where: string, got: unknown): Fault =>
  fault({
    rule: 'V01',
    where: `variants: ${where}`,
    got: typeof got === 'string' ? printable(JSON.stringify(got.slice(0, 40))) : showGiven(got),
    wanted: `1 to ${longestLabel} printable characters without / and ~`,
    fix: 'choose another name, or give the value a label: { label: value }',
  });

const givenTwice = (where: string, name: string): Fault =>
  fault({
    rule: 'V02',
    where: `variants: ${where}`,
    got: `'${printable(name)}' twice`,
    wanted: 'each once',
    fix: 'give one of them another label, or take it out',
  });

const noValues = (where: string): Fault =>
  fault({
    rule: 'V03',
    where: `variants: ${where}`,
    got: 'no values',
    wanted: 'one or more',
    fix: 'add values, or leave the axis out',
  });

const mostVariants = 10_000;
const tooMany = (count: number): readonly Fault[] =>
  count <= mostVariants
    ? []
    : [
        fault({
          rule: 'V04',
          where: 'variants',
          got: `${count} variants`,
          wanted: `at most ${mostVariants}`,
          fix: 'split the grid, or leave values out',
        }),
      ];

const throwsItself = (name: string, caught: unknown): Fault =>
  fault({
    rule: 'V05',
    where: `variants: ${printable(name)}`,
    got: `an error: ${printable(caught instanceof Error ? caught.message : String(caught)).slice(0, 400)}`,
    wanted: 'a model',
    fix: 'mend the family or the change that threw it',
  });

const neverRead = (axis: string): Fault =>
  fault({
    rule: 'V15',
    where: `variants: axis '${shown(axis)}'`,
    got: 'values of a hyper-parameter that the family never reads',
    wanted: 'one that it reads, or functions from model to model',
    fix: 'mend the name',
  });

const notAnAxis = (where: string, got: string): Fault =>
  fault({
    rule: 'V06',
    where: `variants: ${where}`,
    got: printable(got),
    wanted:
      'a list of numbers or words, a record of values by label, or a record of functions from model to model',
    fix: 'give { psi: { dense: psi.dense() } } or { filters: [32, 64] }',
  });

const notAFamily = (got: string): Fault =>
  fault({
    rule: 'V06',
    where: 'variants: family',
    got: printable(got),
    wanted: 'a function of hyper-parameters that gives a model',
    fix: 'give ({ filters }) => model(…), or () => declared for one model without hyper-parameters',
  });
