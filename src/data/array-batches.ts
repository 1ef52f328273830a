/** Batches of arrays that come from anywhere: the network's data need not be people. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, faultError, isFaultError, type Fault } from '../base/fault.js';
import { firstNotFinite, noBatches, type Batch, type FullBatchOptions } from './batch.js';
import type {
  ArrayLikeOfNumbers,
  ArraysBinding,
  ChannelsByName,
  ExampleArrays,
  ShapedNumbers,
} from './bind.js';
import { ahead } from './concurrency.js';

/** The batches of a source of arrays; see `batches`. */
export async function* arrayBatches<Channels extends ChannelsByName>(
  binding: ArraysBinding<Channels>,
  options: FullBatchOptions,
): AsyncGenerator<Batch<Channels>> {
  const made = inOrder(binding, options);
  try {
    for await (const step of ahead(forever(), options.prefetch, () => made.next())) {
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    await made.return(undefined);
  }
}

function* forever(): Generator<undefined> {
  for (;;) yield undefined;
}

interface Checked {
  readonly name: string;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

async function* inOrder<Channels extends ChannelsByName>(
  binding: ArraysBinding<Channels>,
  options: FullBatchOptions,
): AsyncGenerator<Batch<Channels>> {
  const shapes: readonly (readonly [string, readonly number[]])[] = Object.entries(binding.shapes);
  const faults = shapes.flatMap(([name, shape]) => (isShape(shape) ? [] : [badShape(name, shape)]));
  if (faults.length > 0) throw faultError(faults);
  let index = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const first = index;
    let count = 0;
    let examples: Checked[] = [];
    let skipped: Fault[] = [];
    const stacked = (): Batch<Channels> => ({
      index,
      epoch,
      arrays: stack(shapes, examples) as Batch<Channels>['arrays'],
      names: examples.map((example) => [example.name]),
      skipped,
    });
    for await (const given of guarded(binding.from, epoch)) {
      const checked = check(shapes, given, `example ${count} of epoch ${epoch}`, String(count));
      count++;
      if (E.isRight(checked)) examples.push(checked.right);
      else if (options.skipBad) skipped.push(...checked.left);
      else throw faultError(checked.left);
      if (examples.length < options.size) continue;
      if (index >= options.skip) yield stacked();
      index++;
      examples = [];
      skipped = [];
    }
    if (examples.length > 0 && !options.dropLast) {
      if (index >= options.skip) yield stacked();
      index++;
    }
    if (index === first) throw faultError([noBatches(`epoch ${epoch}`, count, options.size)]);
  }
}

/** The source's examples; what it throws becomes a fault. */
async function* guarded(
  from: ArraysBinding<ChannelsByName>['from'],
  epoch: number,
): AsyncGenerator<ExampleArrays> {
  try {
    yield* from(epoch);
  } catch (caught) {
    if (isFaultError(caught)) throw caught;
    const message = caught instanceof Error ? caught.message : String(caught);
    throw faultError([
      fault({
        rule: 'D13',
        where: `from(${epoch})`,
        got: `an error: ${message}`,
        wanted: 'examples',
        fix: 'mend the source of arrays',
      }),
    ]);
  }
}

const check = (
  shapes: readonly (readonly [string, readonly number[]])[],
  given: ExampleArrays,
  where: string,
  name: string,
): E.Either<readonly Fault[], Checked> => {
  const arrays = new Map<string, Float32Array>();
  const faults: Fault[] = [];
  for (const [key, shape] of shapes) {
    const one = numbersOf(given, key);
    const wanted = `${product(shape)} numbers of shape [${shape.join(', ')}]`;
    const wrong = (got: string): void => {
      faults.push(badArray(`${key} of ${where}`, got, wanted));
    };
    if (one === undefined) wrong('nothing');
    else if (one.shape !== undefined && !sameShape(one.shape, shape))
      wrong(`shape [${one.shape.join(', ')}]`);
    else if (one.data.length !== product(shape)) wrong(`${one.data.length} numbers`);
    else {
      const data = float32(one.data);
      const at = firstNotFinite(data, 0, data.length);
      if (at >= 0) wrong(`${told(one.data[at])} at entry ${at}`);
      arrays.set(key, data);
    }
  }
  return faults.length > 0 ? E.left(faults) : E.right({ name, arrays });
};

/** The numbers as float32; NaN for what is none, whatever its type says. */
const float32 = (values: ArrayLike<unknown>): Float32Array =>
  Float32Array.from(values, (one) => (typeof one === 'number' ? one : NaN));

const told = (value: unknown): string => (typeof value === 'number' ? String(value) : `a ${typeof value}`);

const numbersOf = (
  given: ExampleArrays,
  key: string,
): { readonly data: ArrayLikeOfNumbers; readonly shape?: readonly number[] } | undefined => {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, key)) return undefined;
  const one = given[key];
  if (typeof one !== 'object' || one === null) return undefined;
  if (isShaped(one)) return one;
  return 'length' in one ? { data: one } : undefined;
};

const isShaped = (one: ArrayLikeOfNumbers | ShapedNumbers): one is ShapedNumbers =>
  'data' in one && 'shape' in one && Array.isArray(one.shape);

const stack = (
  shapes: readonly (readonly [string, readonly number[]])[],
  examples: readonly Checked[],
): Batch<ChannelsByName>['arrays'] =>
  Object.fromEntries(
    shapes.map(([name, shape]) => {
      const each = product(shape);
      const data = new Float32Array(each * examples.length);
      for (const [i, example] of examples.entries()) data.set(example.arrays.get(name)!, i * each);
      return [name, { data, shape: [examples.length, ...shape] }];
    }),
  );

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const isShape = (shape: readonly number[]): boolean =>
  shape.length > 0 && shape.every((one) => Number.isSafeInteger(one) && one >= 1) && product(shape) < 2 ** 31;

const badArray = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'D13', where, got, wanted, fix: 'mend the source of arrays or the shape in bind' });

const badShape = (where: string, shape: readonly number[]): Fault =>
  fault({
    rule: 'D15',
    where: `shapes.${where}`,
    got: `[${shape.join(', ')}]`,
    wanted: "whole numbers from 1, channels last, without the batch's axis",
    fix: 'change the shape in bind',
  });
