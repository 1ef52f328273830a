/**
 * `artefact.json`: what a compiled folder says of itself, read as what it is, a stranger's file.
 *
 * It names the target, the ends of the graph, its stages, and every other file with its length and checksum, so that
 * nothing of the folder has to be believed before it was compared.
 */
import * as E from 'fp-ts/lib/Either.js';
import { duplicateKey } from '../base/duplicate-keys.js';
import { fault, type Fault } from '../base/fault.js';
import { pathProblem, quoted } from './place.js';

/** The file's name in its folder. */
export const artefactFile = 'artefact.json';

/** What a folder was compiled for. */
export type Target = 'tfjs-graph' | 'saved-model';

/** An input or output. */
export interface Port {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** Row-major, with −1 where the batch decides. */
  readonly shape: readonly number[];
  /** How it is drawn, where it is noise: the numbers of the generator for (seed, `noise`, path, step). */
  readonly noise?: { readonly path: string; readonly distribution: 'normal' | 'uniform' };
}

/** One graph of an artefact. */
export interface Stage {
  readonly name: string;
  /** The folder of its `model.json`, or the name of its signature in the SavedModel. */
  readonly at: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What is known of a file before it is read. */
export interface FileSeal {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A compiled model's description. */
export interface Artefact {
  readonly target: Target;
  /** The model's name, for people. */
  readonly model: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** In the order in which they run; one where the model was not cut. */
  readonly stages: readonly Stage[];
  /** Every other file, by its path under the folder. */
  readonly files: Readonly<Record<string, FileSeal>>;
}

/** More bytes than any `artefact.json` has. */
export const artefactLimit = 4 * 2 ** 20;

/**
 * Reads the text of an `artefact.json`; `where` names the file. Faults: T02 for what is not as written by the
 * compiler, T03 for a path that leads out of the folder.
 */
export const parseArtefact = (text: string, where: string): E.Either<readonly Fault[], Artefact> => {
  const json = parseJson(text, where);
  if (E.isLeft(json)) return json;
  const faults: Fault[] = [];
  const wrong = (place: string, got: unknown, wanted: string): undefined => {
    faults.push(notAnArtefact(`${where}${place === '' ? '' : `, ${place}`}`, shown(got), wanted));
    return undefined;
  };
  const top = recordOf(json.right) ?? wrong('', json.right, 'an object');
  if (top === undefined) return E.left(faults);
  if (top['maskskip'] !== 'artefact') wrong('maskskip', top['maskskip'], '"artefact"');
  if (top['version'] !== 1) wrong('version', top['version'], '1');
  // Another format, or one of later times, may differ in everything else.
  if (faults.length > 0) return E.left(faults);

  const target = targets.find((one) => one === top['target']) ?? wrong('target', top['target'], 'tfjs-graph or saved-model'); // prettier-ignore
  const model = textOf(top['model']) ?? wrong('model', top['model'], 'a name');
  const ports = (value: unknown, place: string): readonly Port[] => {
    const list = listOf(value) ?? wrong(place, value, 'a list');
    const read = (list ?? []).flatMap((one, at) => portOf(one, `${place} ${at}`, wrong) ?? []);
    const twice = read.find(({ name }, at) => read.findIndex((other) => other.name === name) < at);
    if (twice !== undefined) wrong(place, twice.name, 'each name once');
    return read;
  };
  const inputs = ports(top['inputs'], 'inputs');
  const outputs = ports(top['outputs'], 'outputs');
  const stages = (listOf(top['stages']) ?? wrong('stages', top['stages'], 'a list') ?? []).map(
    (one, at): Stage => {
      const stage = recordOf(one) ?? {};
      const place = `stages ${at}`;
      const name = textOf(stage['name']) ?? wrong(`${place}, name`, stage['name'], 'a name') ?? '';
      const lies = textOf(stage['at']) ?? wrong(`${place}, at`, stage['at'], 'a folder or a signature') ?? '';
      // A SavedModel's stages are signatures of the one file.
      const problem = lies === '.' ? undefined : pathProblem(lies);
      if (problem !== undefined) faults.push(outside(`${where}, ${place}`, lies, problem));
      return {
        name,
        at: lies,
        inputs: ports(stage['inputs'], `${place}, inputs`),
        outputs: ports(stage['outputs'], `${place}, outputs`),
      };
    },
  );
  if (stages.length === 0) wrong('stages', [], 'at least one');
  faults.push(...chainFaults({ inputs, outputs, stages }, where));
  const files = filesOf(top['files'], where, faults, wrong);
  return faults.length > 0 || target === undefined || model === undefined
    ? E.left(faults)
    : E.right({ target, model, inputs, outputs, stages, files });
};

type Wrong = (place: string, got: unknown, wanted: string) => undefined;

const targets: readonly Target[] = ['tfjs-graph', 'saved-model'];
const dtypes: readonly Port['dtype'][] = ['float32', 'int32', 'bool'];

const portOf = (value: unknown, place: string, wrong: Wrong): Port | undefined => {
  const port = recordOf(value);
  const name = textOf(port?.['name']);
  const dtype = dtypes.find((one) => one === port?.['dtype']);
  const shape = listOf(port?.['shape'])?.filter(isExtent);
  if (name === undefined || dtype === undefined || shape === undefined)
    return wrong(place, value, 'a name, a dtype and a shape');
  const [, ...inner] = shape;
  if (shape.length !== listOf(port?.['shape'])?.length || shape.length > 8 || inner.includes(-1))
    return wrong(`${place}, shape`, port?.['shape'], 'sizes, -1 for the batch alone');
  if (port?.['noise'] === undefined) return { name, dtype, shape };
  const noise = recordOf(port['noise']);
  const path = textOf(noise?.['path']);
  const distribution = (['normal', 'uniform'] as const).find((one) => one === noise?.['distribution']);
  return path === undefined || distribution === undefined
    ? wrong(`${place}, noise`, port['noise'], 'a path and a distribution')
    : { name, dtype, shape, noise: { path, distribution } };
};

/* Every input comes from outside or from an earlier stage, in one shape, and every output from some stage. */
const chainFaults = (
  { inputs, outputs, stages }: Pick<Artefact, 'inputs' | 'outputs' | 'stages'>,
  where: string,
): readonly Fault[] => {
  const known = new Map(inputs.map((port) => [port.name, port]));
  const faults: Fault[] = [];
  const check = (port: Port, place: string): void => {
    const source = known.get(port.name);
    if (source?.dtype !== port.dtype || source.shape.join() !== port.shape.join())
      faults.push(
        notAnArtefact(
          `${where}, ${place} ${quoted(port.name)}`,
          `${port.dtype} [${port.shape.join(', ')}]`,
          source === undefined ? 'the name of what is given or computed before' : `${source.dtype} [${source.shape.join(', ')}]`, // prettier-ignore
        ),
      );
  };
  for (const stage of stages) {
    for (const port of stage.inputs) check(port, `stage ${quoted(stage.name)}, input`);
    for (const port of stage.outputs) known.set(port.name, port);
  }
  for (const port of outputs) check(port, 'output');
  return faults;
};

const filesOf = (
  value: unknown,
  where: string,
  faults: Fault[],
  wrong: Wrong,
): Readonly<Record<string, FileSeal>> => {
  const seen = new Set<string>();
  return Object.fromEntries(
    (listOf(value) ?? wrong('files', value, 'a list') ?? []).flatMap(
      (one, at): readonly (readonly [string, FileSeal])[] => {
        const file = recordOf(one);
        const path = textOf(file?.['path']);
        const bytes = file?.['bytes'];
        const sha256 = textOf(file?.['sha256']);
        if (path === undefined || !isCount(bytes) || sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) {
          wrong(`files ${at}`, one, 'path, bytes and sha256');
          return [];
        }
        const problem = pathProblem(path);
        if (problem !== undefined) faults.push(outside(`${where}, files`, path, problem));
        if (seen.has(path.toLowerCase())) wrong('files', path, 'paths that differ in more than case');
        seen.add(path.toLowerCase());
        return problem === undefined ? [[path, { bytes, sha256 }]] : [];
      },
    ),
  );
};

/** A text as JSON in which no key stands twice. Fault T02. */
export const parseJson = (text: string, where: string): E.Either<readonly Fault[], unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    return twice === undefined
      ? E.right(value)
      : E.left([notAnArtefact(where, `the key ${quoted(twice.key)} twice (${twice.pointer})`, 'each key once')]); // prettier-ignore
  } catch (caught) {
    const message = caught instanceof Error ? caught.message : String(caught);
    return E.left([notAnArtefact(where, `no JSON (${quoted(message)})`, 'JSON')]);
  }
};

export const notAnArtefact = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'T02', where, got, wanted, fix: 'compile the model again, or take another copy' });

export const outside = (where: string, path: string, reason: string): Fault =>
  fault({
    rule: 'T03',
    where,
    got: `${quoted(path)}, ${reason}`,
    wanted: 'a file under the folder',
    fix: 'do not use this folder; compile the model again',
  });

/** A hostile value as one short printable piece. */
export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : quoted(JSON.stringify(value)).slice(1, -1).replaceAll('\\"', '"');

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
export const listOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined;
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isExtent = (value: unknown): value is number => value === -1 || isCount(value);
