/** `--variants`: a grid on the command line, `psi=none,dense,grid:4x4;filters=32,64`, or the same in a JSON file. */
import * as E from 'fp-ts/lib/Either.js';
import { duplicateKey } from '../base/duplicate-keys.js';
import { fault, type Fault } from '../base/fault.js';
import type { AnyModel } from '../dsl/model.js';
import type { psi as operators } from '../dsl/psi/index.js';
import type { Psi } from '../dsl/psi/psi.js';
import type { Variants } from '../dsl/variant-types.js';
import type { ListedModel, ModelVariation } from '../models/listed.js';
import type { DatasetName } from '../models/datasets.js';

/** What SPEC means, for the help of a command. */
export const variantsHelp =
  "a grid such as 'psi=none,dense,one,grid:4x4;filters=32,64', or a JSON file of the same";

/** An axis as it was written. */
export interface AskedAxis {
  readonly axis: string;
  readonly values: readonly string[];
}

/** Reads SPEC. Fault V07 for one that is none; U02 and U15 for a file that cannot be read. */
export const askedAxes = async (spec: string): Promise<E.Either<readonly Fault[], readonly AskedAxis[]>> => {
  if (!spec.endsWith('.json')) return axesOfText(spec);
  const { fileFault } = await import('../check/load-model.js');
  const missing = await fileFault(spec, 'a JSON file of axes', ['.json']);
  if (missing !== undefined) return E.left([missing]);
  const { contentOf } = await import('../check/load-spec.js');
  const bytes = await contentOf(spec);
  return E.isLeft(bytes) ? E.left([bytes.left]) : axesOfJson(new TextDecoder().decode(bytes.right), spec);
};

/** `axis=value,value;axis=value`. */
export const axesOfText = (text: string): E.Either<readonly Fault[], readonly AskedAxis[]> => {
  const axes = text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const at = one.indexOf('=');
      return {
        axis: at < 0 ? one : one.slice(0, at).trim(),
        values: at < 0 ? [] : one.slice(at + 1).split(',').map((value) => value.trim()), // prettier-ignore
      };
    });
  const bare = axes.find(({ axis, values }) => axis === '' || values.length === 0 || values.includes(''));
  if (axes.length === 0 || bare !== undefined)
    return E.left([notAxes('--variants', bare === undefined ? 'no axis' : `'${bare.axis}' without values`)]);
  return E.right(axes);
};

/** `{ "psi": ["none", "grid:4x4"], "filters": [32, 64] }`. */
export const axesOfJson = (text: string, where: string): E.Either<readonly Fault[], readonly AskedAxis[]> => {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return E.left([notAxes(where, 'no JSON object')]);
  const twice = duplicateKey(text);
  if (twice !== undefined) return E.left([notAxes(where, `'${twice.key}' twice`)]);
  const entries = Object.entries(parsed as Readonly<Record<string, unknown>>);
  const bad = entries.find(
    ([, values]) =>
      !Array.isArray(values) ||
      values.length === 0 ||
      !values.every((one) => typeof one === 'string' || typeof one === 'number'),
  );
  if (entries.length === 0 || bad !== undefined)
    return E.left([notAxes(where, bad === undefined ? 'no axis' : `'${bad[0]}' that is no list of words and numbers`)]); // prettier-ignore
  return E.right(
    entries.map(([axis, values]) => ({ axis, values: (values as readonly unknown[]).map(String) })),
  );
};

/** How a listed model is varied besides its grid. */
export interface Standing extends ModelVariation {
  readonly dataset: DatasetName;
}

/**
 * The grid of a listed model: axes `psi`, `filters`, `size` and `dataset`. Fault V08 for another axis or a value that
 * it does not have, V02 for a value twice; those of `variants`.
 */
export const listedVariants = async (
  listed: ListedModel,
  asked: readonly AskedAxis[],
  { dataset, ...variation }: Standing,
): Promise<E.Either<readonly Fault[], Variants>> => {
  const { psi, variants, withPsi } = await import('../dsl/index.js');
  const { datasetNames } = await import('../models/datasets.js');
  const where = { after: true, ...(listed.masked === undefined ? {} : { encoder: listed.masked }) };
  const read = readAxes(asked, {
    psi: listed.paperMask !== undefined ? undefined : { wanted: psiWanted, of: (text) => psiOf(text, psi) },
    filters: { wanted: 'a whole number from 1', of: wholeFrom1 },
    size: { wanted: 'a height and a width such as 64x32', of: sizeOf },
    dataset: { wanted: datasetNames.join(' or '), of: (text) => (datasetNames.some((one) => one === text) ? text : undefined) }, // prettier-ignore
  });
  if (E.isLeft(read)) return read;
  return variants(
    listed.name,
    (given: Given): AnyModel => {
      const declared = listed.at[given.dataset ?? dataset]({ ...variation, ...given.size, ...(given.filters === undefined ? {} : { filters: given.filters }) }); // prettier-ignore
      // No mask: as it is declared, with the warp that may stand there.
      return given.psi === undefined || given.psi === psi.none
        ? declared
        : withPsi(declared, given.psi, where);
    },
    read.right,
  );
};

/**
 * The grid of a model of a file or a spec, whose one axis is `psi`: in the place of its own on every skip. Faults V02
 * and V08.
 */
export const declaredVariants = async (
  name: string,
  declared: AnyModel,
  asked: readonly AskedAxis[],
): Promise<E.Either<readonly Fault[], Variants>> => {
  const { psi, variants, withPsi } = await import('../dsl/index.js');
  const read = readAxes(asked, { psi: { wanted: psiWanted, of: (text) => psiOf(text, psi) } });
  if (E.isLeft(read)) return read;
  return variants(
    name,
    (given: Given) => (given.psi === undefined ? declared : withPsi(declared, given.psi)),
    read.right,
  );
};

/** What a grid of the command line may set. */
interface Given {
  readonly psi?: Psi;
  readonly filters?: number;
  readonly size?: { readonly height: number; readonly width: number };
  readonly dataset?: DatasetName;
}

/** How the values of an axis are read; absent where the model has no such axis. */
interface AxisReader {
  readonly wanted: string;
  readonly of: (text: string) => unknown;
}

/**
 * The values of an axis; the readers decide what they are, and the family asks for them under the axis's name. They may
 * be a list too: only of the record do types believe that it fits whatever the family does with the axis.
 */
type ReadValues = Readonly<Record<string, never>>;

const readAxes = (
  asked: readonly AskedAxis[],
  readers: Readonly<Record<string, AxisReader | undefined>>,
): E.Either<readonly Fault[], readonly Readonly<Record<string, ReadValues>>[]> => {
  const names = Object.keys(readers).filter((axis) => readers[axis] !== undefined);
  const faults: Fault[] = [];
  const axes = asked.map(({ axis, values }) => {
    const reader = Object.hasOwn(readers, axis) ? readers[axis] : undefined;
    if (reader === undefined) {
      faults.push(noAxis(axis, names));
      return {};
    }
    const read = values.map((text) => [text.replaceAll(':', '_'), reader.of(text)] as const);
    values.forEach((text, at) => {
      if (read[at]![1] === undefined) faults.push(noValue(axis, text, reader.wanted));
      if (values.indexOf(text) !== at) faults.push(valueTwice(axis, text));
    });
    return { [axis]: inOrder(read) as ReadValues };
  });
  return faults.length > 0 ? E.left(faults) : E.right(axes);
};

/* Words and numbers are their own labels and stay a list: a record would put the numbers among its keys in order. */
const inOrder = (read: readonly (readonly [label: string, value: unknown])[]): unknown =>
  read.every(([label, value]) => String(value) === label)
    ? read.map(([, value]) => value)
    : Object.fromEntries(read);

type Operators = typeof operators;
const psiWanted = 'none, closed, dense, one, grid:HEIGHTxWIDTH or grouped:DEPTH';

const psiOf = (text: string, psi: Operators): Psi | undefined => {
  const plain = { none: psi.none, closed: psi.closed, dense: psi.dense(), one: psi.one() };
  if (Object.hasOwn(plain, text)) return plain[text as keyof typeof plain];
  const [, height, width] = /^grid:(\d{1,4})[x×](\d{1,4})$/.exec(text) ?? [];
  if (height !== undefined && width !== undefined) return psi.grid(Number(height), Number(width));
  const [, depth] = /^grouped:(\d{1,5})$/.exec(text) ?? [];
  return depth === undefined ? undefined : psi.grouped(Number(depth));
};

const wholeFrom1 = (text: string): number | undefined =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

const sizeOf = (text: string): Given['size'] => {
  const [, height, width] = /^(\d{1,5})[x×](\d{1,5})$/.exec(text) ?? [];
  return height === undefined ? undefined : { height: Number(height), width: Number(width) };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const notAxes = (where: string, got: string): Fault =>
  fault({
    rule: 'V07',
    where,
    got,
    wanted: 'axes with their values',
    fix: 'write psi=none,dense,grid:4x4;filters=32,64, or { "psi": ["none", "dense"], "filters": [32, 64] }',
  });

const noAxis = (axis: string, names: readonly string[]): Fault =>
  fault({
    rule: 'V08',
    where: `--variants ${axis}`,
    got: 'an axis that the model does not have',
    wanted: names.join(', '),
    fix:
      axis === 'psi'
        ? 'name the model without its mask'
        : 'choose one of them; for others export variants(…) from a FILE.ts',
  });

const valueTwice = (axis: string, text: string): Fault =>
  fault({
    rule: 'V02',
    where: `--variants ${axis}`,
    got: `'${text}' twice`,
    wanted: 'each once',
    fix: 'take one of them out',
  });

const noValue = (axis: string, got: string, wanted: string): Fault =>
  fault({ rule: 'V08', where: `--variants ${axis}`, got: `'${got}'`, wanted, fix: 'change the value' });
