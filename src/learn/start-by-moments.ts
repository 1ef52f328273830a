/**
 * The start of weight-normalised layers: gains and biases from the moments of data (Salimans and Kingma, NIPS 2016,
 * section 3).
 *
 * One pass over one large batch. Each layer's output is normalised as it comes, so that the next one sees what it will
 * see once the gains are set: with t its output at gain 1 and bias 0, the gain is 1/σ(t) and the bias −μ(t)/σ(t), in each
 * channel. Then every such layer gives mean 0 and variance 1 on that batch.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isFaultError, type Fault } from '../base/fault.js';
import type { NetworkRuns, ParameterArray } from '../compile/index.js';
import type { BatchArray } from '../data/index.js';
import type { AnyModel } from '../dsl/index.js';
import * as ops from '../ops/elementwise.js';
import { reduceMean } from '../ops/reduction.js';
import type { Value } from '../ops/value.js';
import { networksPredictor } from './predict.js';
import type { Objective } from './system.js';

/** What is run once, on what. */
export interface StartByMomentsOptions {
  readonly networks: Readonly<Record<string, AnyModel>>;
  /** Drawn weights, by path after the network's name. */
  readonly weights: Readonly<Record<string, ParameterArray>>;
  /** Runs what will be trained, as training does: `({ run }) => run('generator', {}, { mode: 'train' })`. */
  readonly objective: Objective;
  /** Inputs by name; all of them as one batch. */
  readonly arrays: Readonly<Record<string, BatchArray>>;
  /** Of dropout and of what is drawn; 0 by default. */
  readonly seed?: number;
}

/** Added to a variance, as Vari-UNet's code does: a channel that is constant gets a large gain, not an infinite one. */
const epsilon = 1e-10;

/**
 * The weights with new gains and biases for each weight-normalised layer, with a bias, that the objective runs; all
 * others as they are, and none changed where there is no such layer. Faults: those of the networks, L01 of the arrays, L02
 * of the weights.
 *
 * @example
 * ```ts
 * const started = await startByMoments({ networks, weights, objective: ({ run }) => run('variunet', {}, { mode: 'train' }), arrays })();
 * ```
 */
export const startByMoments =
  ({
    networks,
    weights,
    objective,
    arrays,
    seed = 0,
  }: StartByMomentsOptions): TE.TaskEither<readonly Fault[], Readonly<Record<string, ParameterArray>>> =>
  async () => {
    const neutral = Object.fromEntries(
      Object.entries(weights).map(([path, one]) => [path, neutralised(path, one, weights)]),
    );
    const biases = new Set<string>();
    const moments = (runs: NetworkRuns): Readonly<Record<string, Value>> => {
      const found = momentsOf(Object.values(objective(runs)));
      for (const path of found.biases) biases.add(path);
      return found.outputs;
    };
    const made = networksPredictor(networks, neutral, moments);
    if (E.isLeft(made)) return made;
    try {
      if (biases.size === 0) return E.right(weights);
      const told = await made.right.predict(arrays, { seed });
      const set = [...biases].flatMap((path): (readonly [string, ParameterArray])[] => {
        const [mean, variance] = [told[meanOf(path)]!.data, told[varianceOf(path)]!.data];
        const gain = variance.map((one) => 1 / Math.sqrt(one + epsilon));
        const shape = [gain.length];
        return [
          [gainOf(path), { shape, data: gain }],
          [path, { shape, data: mean.map((one, i) => -one * gain[i]!) }],
        ];
      });
      return E.right({ ...weights, ...Object.fromEntries(set) });
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    } finally {
      made.right.dispose();
    }
  };

const gainOf = (bias: string): string => bias.replace(/bias$/, 'gain');
const meanOf = (bias: string): string => `mean/${bias}`;
const varianceOf = (bias: string): string => `variance/${bias}`;

/** Gain 1 and bias 0 for the moments' sake; other weights as they are. */
const neutralised = (
  path: string,
  one: ParameterArray,
  all: Readonly<Record<string, ParameterArray>>,
): ParameterArray => {
  if (path.endsWith('/gain')) return { shape: one.shape, data: new Float32Array(one.data.length).fill(1) };
  const isOfGain = path.endsWith('/bias') && Object.hasOwn(all, gainOf(path));
  return isOfGain ? { shape: one.shape, data: new Float32Array(one.data.length) } : one;
};

/** The same computation with each weight-normalised output brought to mean 0 and variance 1, and the moments on the way. */
const momentsOf = (
  values: readonly Value[],
): { readonly outputs: Readonly<Record<string, Value>>; readonly biases: readonly string[] } => {
  const outputs: Record<string, Value> = {};
  const biases: string[] = [];
  const done = new Map<Value, Value>();
  const rebuilt = (value: Value): Value => {
    const known = done.get(value);
    if (known !== undefined) return known;
    const again = { ...value, operands: value.operands.map(rebuilt) };
    const bias = weightNormalisedBias(value);
    const fresh = bias === undefined ? again : normalised(bias, again.operands[0]!);
    done.set(value, fresh);
    return fresh;
  };
  const normalised = (bias: string, product: Value): Value => {
    const others = product.shape.map((_, axis) => axis).slice(0, -1);
    const mean = reduceMean(product, others);
    const centred = ops.subtract(product, mean);
    const variance = reduceMean(ops.square(centred), others);
    // A layer that is run twice starts by its first run.
    if (!biases.includes(bias)) {
      biases.push(bias);
      outputs[meanOf(bias)] = mean;
      outputs[varianceOf(bias)] = variance;
    }
    return ops.divide(centred, ops.sqrt(ops.add(variance, epsilon)));
  };
  for (const value of values) rebuilt(value);
  return { outputs, biases };
};

const products: readonly string[] = ['conv2d', 'conv2dTranspose', 'matMul'];

/** The bias's path where a value is the sum of a product with a weight-normalised kernel and a bias. */
const weightNormalisedBias = ({ op, operands }: Value): string | undefined => {
  const [product, bias] = operands;
  if (op !== 'add' || product === undefined || bias?.op !== 'parameter') return undefined;
  const path = String(bias.attributes['path']);
  const kernel = product.operands[1];
  const isProduct = products.includes(product.op) && kernel !== undefined && path.endsWith('/bias');
  return isProduct && reads(kernel, gainOf(path)) ? path : undefined;
};

/** Whether a kernel is made with a parameter. */
const reads = ({ op, operands, attributes }: Value, path: string): boolean =>
  (op === 'parameter' && attributes['path'] === path) || operands.some((one) => reads(one, path));
