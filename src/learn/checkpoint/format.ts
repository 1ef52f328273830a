/**
 * A checkpoint as the bytes of one sealed safetensors file, and back.
 *
 * Tensors are called `parameter/<path>`, `state/<path>` and `optimiser/<name>/<slot>/<path>`. The metadata holds the
 * rest as texts: format, version, model, step, seed, `extra/<key>`, and under `optimisers` a JSON object that lists
 * each optimiser's slots (one may be empty) and its scalars. Scalars are decimal texts, which give every double back
 * exactly, with -0, NaN and the infinities spelt out because JSON has no numbers for them.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { decodeSafetensors, type StoredTensor } from '../../files/safetensors.js';
import { encodeSealed, verifySeal } from '../../files/seal.js';

/** Numbers with their sizes, row-major. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What an optimiser remembers between steps: numbers, and per slot one array for each parameter's path. */
export interface OptimiserState {
  readonly scalars: Readonly<Record<string, number>>;
  readonly slots: Readonly<Record<string, Readonly<Record<string, NamedArray>>>>;
}

/** All that a training needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  readonly model: string;
  /** Completed steps: a whole number from 0. */
  readonly step: number;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, NamedArray>>;
  /** What is not trained but changes, such as running means. */
  readonly state: Readonly<Record<string, NamedArray>>;
  readonly optimisers: Readonly<Record<string, OptimiserState>>;
  /** Texts of the caller's: the position in the data, the settings of the run. */
  readonly extra: Readonly<Record<string, string>>;
}

/** The bytes of a checkpoint. The same checkpoint gives the same bytes. Faults: C01, and W02, W13 of the arrays. */
export const encodeCheckpoint = (
  checkpoint: Checkpoint,
): E.Either<readonly Fault[], Uint8Array<ArrayBuffer>> => {
  const faults = checkpointFaults(checkpoint);
  if (faults.length > 0) return E.left(faults);
  const tensors: (readonly [string, StoredTensor])[] = [
    ...stored('parameter', checkpoint.parameters),
    ...stored('state', checkpoint.state),
  ];
  const summaries: (readonly [string, OptimiserSummary])[] = [];
  for (const [name, { scalars, slots }] of sorted(checkpoint.optimisers)) {
    for (const [slot, arrays] of sorted(slots)) tensors.push(...stored(`optimiser/${name}/${slot}`, arrays));
    const texts = sorted(scalars).map(([key, value]) => [key, numberText(value)] as const);
    summaries.push([name, { scalars: Object.fromEntries(texts), slots: Object.keys(slots).sort() }]);
  }
  return encodeSealed(Object.fromEntries(tensors), {
    format,
    version,
    model: checkpoint.model,
    step: String(checkpoint.step),
    seed: String(checkpoint.seed),
    optimisers: JSON.stringify(Object.fromEntries(summaries)),
    ...Object.fromEntries(Object.entries(checkpoint.extra).map(([key, text]) => [`extra/${key}`, text])),
  });
};

/**
 * The checkpoint in a file's bytes, whose memory its arrays share. Faults: W15 for bytes that are not as they were
 * saved, W01 … W12 for a malformed file, C02 for a file that is no checkpoint of this version.
 */
export const decodeCheckpoint = (
  bytes: Uint8Array<ArrayBuffer>,
  where = 'checkpoint',
): E.Either<readonly Fault[], Checkpoint> => {
  const whole = verifySeal(bytes, where);
  if (E.isLeft(whole)) return whole;
  const file = decodeSafetensors(whole.right, where);
  if (E.isLeft(file)) return file;
  const { metadata, tensors } = file.right;
  const text = (key: string): string => (Object.hasOwn(metadata, key) ? metadata[key]! : '');
  const foreign = (got: string, wanted: string): E.Either<readonly Fault[], never> =>
    E.left([fault({ rule: 'C02', where, got, wanted, fix: 'load a checkpoint that this version saved' })]);
  if (text('format') !== format) return foreign('another kind of file', 'a checkpoint');
  if (text('version') !== version) return foreign(`version ${clip(text('version'))}`, `version ${version}`);
  const [step, seed] = [Number(text('step')), Number(text('seed'))];
  if (!isStep(step) || String(step) !== text('step'))
    return foreign(`step ${clip(text('step'))}`, 'a whole number');
  if (!Number.isSafeInteger(seed) || String(seed) !== text('seed')) {
    return foreign(`seed ${clip(text('seed'))}`, 'a whole number');
  }
  const summaries = readSummaries(text('optimisers'));
  if (summaries === undefined) return foreign('malformed optimiser state', 'scalars and slots by name');

  const parameters: (readonly [string, NamedArray])[] = [];
  const state: (readonly [string, NamedArray])[] = [];
  const slots = new Map<string, (readonly [string, NamedArray])[]>();
  for (const [name, summary] of Object.entries(summaries)) {
    for (const slot of summary.slots) slots.set(`${name}/${slot}`, []);
  }
  for (const [key, tensor] of Object.entries(tensors)) {
    const [, kind = '', path = ''] = /^(parameter|state|optimiser\/[^/]+\/[^/]+)\/(.+)$/su.exec(key) ?? [];
    const place =
      kind === 'parameter'
        ? parameters
        : kind === 'state'
          ? state
          : slots.get(kind.slice('optimiser/'.length));
    if (place === undefined || !isName(path) || tensor.dtype !== 'F32') {
      return foreign(
        `a tensor ${clip(key)} of ${tensor.dtype}`,
        'parameters, state and optimiser slots of F32',
      );
    }
    place.push([path, { shape: tensor.shape, data: tensor.data }]);
  }
  const optimisers = Object.entries(summaries).map(([name, summary]): readonly [string, OptimiserState] => [
    name,
    {
      scalars: Object.fromEntries(
        Object.entries(summary.scalars).map(([key, value]) => [key, Number(value)]),
      ),
      slots: Object.fromEntries(
        summary.slots.map((slot) => [slot, Object.fromEntries(slots.get(`${name}/${slot}`) ?? [])]),
      ),
    },
  ]);
  const extra = Object.entries(metadata)
    .filter(([key]) => key.startsWith('extra/'))
    .map(([key, value]) => [key.slice('extra/'.length), value] as const);
  return E.right({
    model: text('model'),
    step,
    seed,
    parameters: Object.fromEntries(parameters),
    state: Object.fromEntries(state),
    optimisers: Object.fromEntries(optimisers),
    extra: Object.fromEntries(extra),
  });
};

const format = 'maskskip-checkpoint';
const version = '1';

interface OptimiserSummary {
  readonly scalars: Readonly<Record<string, string>>;
  readonly slots: readonly string[];
}

const stored = (
  prefix: string,
  arrays: Readonly<Record<string, NamedArray>>,
): readonly (readonly [string, StoredTensor])[] =>
  Object.entries(arrays).map(([path, { shape, data }]) => [
    `${prefix}/${path}`,
    { dtype: 'F32', shape, data },
  ]);

const sorted = <A>(record: Readonly<Record<string, A>>): readonly (readonly [string, A])[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const isStep = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** `__proto__` as a key would change an object's prototype in code that assigns by name. */
const isName = (name: string): boolean => name !== '' && name !== '__proto__';

const isPlainName = (name: string): boolean => isName(name) && !name.includes('/');

const clip = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const checkpointFaults = (checkpoint: Checkpoint): readonly Fault[] => {
  const faults: Fault[] = [];
  const wrong = (where: string, got: string, wanted: string): void =>
    void faults.push(fault({ rule: 'C01', where, got, wanted, fix: 'correct the checkpoint that is saved' }));
  if (!isStep(checkpoint.step)) wrong('step', String(checkpoint.step), 'a whole number from 0');
  if (!Number.isSafeInteger(checkpoint.seed)) wrong('seed', String(checkpoint.seed), 'a whole number');
  const paths = (where: string, arrays: Readonly<Record<string, NamedArray>>): void => {
    for (const path of Object.keys(arrays))
      if (!isName(path)) wrong(where, clip(path), 'a path that is not reserved');
  };
  paths('parameters', checkpoint.parameters);
  paths('state', checkpoint.state);
  for (const [name, { scalars, slots }] of Object.entries(checkpoint.optimisers)) {
    for (const plain of [name, ...Object.keys(slots), ...Object.keys(scalars)]) {
      if (!isPlainName(plain)) wrong(`optimiser ${clip(name)}`, clip(plain), 'a name without a slash');
    }
    for (const [slot, arrays] of Object.entries(slots))
      paths(`optimiser ${clip(name)}, slot ${clip(slot)}`, arrays);
  }
  return faults;
};

/** The optimisers in the metadata, or `undefined` when the text is not what `encodeCheckpoint` writes. */
const readSummaries = (text: string): Readonly<Record<string, OptimiserSummary>> | undefined => {
  const parsed = parse(text);
  if (!isRecord(parsed)) return undefined;
  for (const [name, summary] of Object.entries(parsed)) {
    if (!isPlainName(name) || !isRecord(summary)) return undefined;
    const { scalars, slots } = summary;
    if (!isRecord(scalars) || !Array.isArray(slots)) return undefined;
    const numbers = Object.values(scalars).every((value) => typeof value === 'string' && isNumberText(value));
    const names = [...Object.keys(scalars), ...(slots as readonly unknown[])];
    if (!numbers || !names.every((one) => typeof one === 'string' && isPlainName(one))) return undefined;
    if (new Set(slots).size !== slots.length) return undefined;
  }
  return parsed as Readonly<Record<string, OptimiserSummary>>;
};

const isNumberText = (text: string): boolean => numberText(Number(text)) === text;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
