/**
 * Several networks in one plan: a generator's picture judged by a critic, a frozen network's features in a loss.
 *
 * An objective says in values what is run on what; each network's parameters lie under its name, and are the same
 * however often it is run.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, faultError, isFaultError, type Fault } from '../../base/fault.js';
import type { Elaborated } from '../../dsl/elaborate.js';
import type { Mode } from '../../dsl/lowering.js';
import * as leaves from '../../ops/leaves.js';
import type { NoiseDistribution } from '../../ops/leaves.js';
import { batches, sameShape, showShape, type Shape, type Value } from '../../ops/value.js';
import { planOf } from './build.js';
import { lower, type Lowered } from './lower.js';
import type { Plan } from './plan.js';
import { verify } from './verify.js';

/** Elaborated networks by name. A name of letters, digits and `-`; the empty one for a network that stands alone. */
export type Networks = Readonly<Record<string, Elaborated>>;

/** What an objective computes with. */
export interface NetworkRuns {
  /**
   * A network's outputs by name. Inputs that are not given are the batch's arrays of their names; a given one has the
   * declared height, width and channels, and may hold several batches (`'2*n'`).
   */
  readonly run: (
    network: string,
    inputs?: Readonly<Record<string, Value>>,
    options?: { readonly mode?: Mode },
  ) => Readonly<Record<string, Value>>;
  /** An array of the batch: height, width, channels. */
  readonly read: (name: string, shape: readonly [number, number, number]) => Value;
  /** Fresh noise for each step, drawn from (seed, step, name). */
  readonly noise: (name: string, shape: Shape, distribution: NoiseDistribution) => Value;
  /** A number that may change during training; `standard` unless the caller gives another. */
  readonly scalar: (name: string, standard: number) => Value;
}

/** What a plan of several networks keeps. */
export interface NetworksPlanOptions {
  /** Steps too that no output and no next state rests on: a network with all its parameters. Default false. */
  readonly whole?: boolean;
}

/**
 * The plan of what an objective computes. Faults: P15 for a network or input that is not there, P16 for a value that
 * does not fit an input, and those of lowering and laying flat.
 */
export const planOfNetworks = (
  networks: Networks,
  mode: Mode,
  objective: (runs: NetworkRuns) => Readonly<Record<string, Value>>,
  { whole = false }: NetworksPlanOptions = {},
): E.Either<readonly Fault[], Plan> => {
  const shared = new Map<string, Value>();
  const runs: Lowered[] = [];
  const counts = new Map<string, number>();
  const once = (kind: string, name: string, fresh: Value): Value => {
    const known = shared.get(`${kind} ${name}`) ?? fresh;
    if (!sameShape(known.shape, fresh.shape)) throw faultError([misfit(`${kind} '${name}'`, fresh.shape, known.shape)]); // prettier-ignore
    shared.set(`${kind} ${name}`, known);
    return known;
  };
  const run: NetworkRuns['run'] = (name, inputs = {}, options = {}) => {
    const network = Object.hasOwn(networks, name) ? networks[name]! : undefined;
    if (network === undefined) throw faultError([unknown('networks', name, Object.keys(networks))]);
    const faults = inputFaults(name, network, inputs);
    if (faults.length > 0) throw faultError(faults);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const prefix = name === '' ? '' : `${name}/`;
    const lowered = lower(network, options.mode ?? mode, { prefix, run: count, leaves: shared, inputs });
    if (E.isLeft(lowered)) throw faultError(lowered.left);
    runs.push(lowered.right);
    return lowered.right.outputs;
  };
  try {
    const outputs = objective({
      run,
      read: (name, shape) => once('input', name, leaves.input(name, ['n', ...shape])),
      noise: (name, shape, distribution) => once('noise', name, leaves.noise(name, shape, distribution)),
      scalar: (name, standard) => once('scalar', name, leaves.scalar(name, standard)),
    });
    return E.flatMap(verify)(planOf(together(mode, runs, outputs, whole)));
  } catch (caught) {
    if (isFaultError(caught)) return E.left(caught.faults);
    throw caught;
  }
};

/** All runs as one lowered model, without the steps that no output and no next state rests on unless it is whole. */
const together = (
  mode: Mode,
  runs: readonly Lowered[],
  outputs: Readonly<Record<string, Value>>,
  whole: boolean,
): Lowered => {
  const nextState = runs.flatMap((one) => one.nextState);
  const needed = reachable([...Object.values(outputs), ...nextState.map(([, next]) => next)]);
  const inert = runs.flatMap((one) => [...(one.inert ?? [])]);
  return {
    mode,
    inputs: {},
    outputs,
    steps: runs.flatMap(({ steps }) => (whole ? steps : steps.filter(({ value }) => needed.has(value)))),
    nextState,
    inert: new Map(inert),
  };
};

const reachable = (roots: readonly Value[]): ReadonlySet<Value> => {
  const found = new Set<Value>(roots);
  for (const value of found) for (const operand of value.operands) found.add(operand);
  return found;
};

const inputFaults = (
  name: string,
  { inputs: declared }: Elaborated,
  given: Readonly<Record<string, Value>>,
): readonly Fault[] =>
  Object.entries(given).flatMap(([input, { shape, flaw }]) => {
    // What is wrong with the value itself is said where it is laid flat (P03).
    if (flaw !== undefined) return [];
    if (!Object.hasOwn(declared, input)) return [unknown(`inputs of ${name || 'the network'}`, input, Object.keys(declared))]; // prettier-ignore
    const { h, w, c } = declared[input]!;
    const wanted = ['n', Number(h), Number(w), Number(c)] as const;
    const fits = shape.length === 4 && batches(shape[0]!) > 0 && sameShape(shape.slice(1), wanted.slice(1));
    return fits ? [] : [misfit(`${name}: input '${input}'`, shape, wanted)];
  });

const unknown = (where: string, got: string, known: readonly string[]): Fault =>
  fault({
    rule: 'P15',
    where,
    got: `'${got}'`,
    wanted: known.map((one) => `'${one}'`).join(', '),
    fix: 'use a name that is declared',
  });

const misfit = (where: string, got: Shape, wanted: Shape): Fault =>
  fault({
    rule: 'P16',
    where,
    got: showShape(got),
    wanted: showShape(wanted),
    fix: 'give a value of the declared height, width and channels',
  });
