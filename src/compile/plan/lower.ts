/** A model's declaration lowered to values, layer by layer. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { mapValues, merge } from '../../base/record.js';
import { outputsIn } from '../../dsl/layers/output.js';
import { merged } from '../../dsl/merge.js';
import type { Elaborated } from '../../dsl/elaborate.js';
import type { Lowering, Mode } from '../../dsl/lowering.js';
import { inPart } from '../../dsl/part-error.js';
import type { Flow } from '../../dsl/rule.js';
import { under } from '../../dsl/segments.js';
import { walk, type Place } from '../../dsl/walk.js';
import * as leaves from '../../ops/leaves.js';
import { sameShape, type Shape, type Value } from '../../ops/value.js';

/** A step's value, in the order of the walk. */
export interface LoweredStep {
  readonly path: string;
  readonly op: string;
  readonly value: Value;
  /** The parameters that the step asked for, masks of its ψ included. */
  readonly parameters: readonly Value[];
}

/** A model as values, before it is laid flat. */
export interface Lowered {
  readonly mode: Mode;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
  readonly steps: readonly LoweredStep[];
  /** Pairs of a state parameter and its value after the step. */
  readonly nextState: readonly (readonly [parameter: Value, next: Value])[];
  /** Why no gradient reaches a parameter, by its path. */
  readonly inert?: ReadonlyMap<string, string>;
}

/** How a model is lowered beside others, or once more. */
export interface Embedding {
  /** What stands before each path of the model, with its stroke: `generator/`. */
  readonly prefix: string;
  /** Which run of the model this is, from 1: a second one draws noise of its own. */
  readonly run: number;
  /** Leaves by kind and full path, which this run adds to: a second run reads the first one's. */
  readonly leaves: Map<string, Value>;
  /** What stands in inputs' places, by name. */
  readonly inputs: Readonly<Record<string, Value>>;
}

const alone = (): Embedding => ({ prefix: '', run: 1, leaves: new Map(), inputs: {} });

/**
 * Lowers an elaborated model. Faults: P01 where a size is symbolic or unknown (a plan needs numbers), P02 where a
 * shared block is used with features that need other weights. What a part's own code throws is thrown on with its path
 * (`isPartError`).
 */
export const lower = (
  elaborated: Elaborated,
  mode: Mode,
  { prefix, run, leaves: known, inputs: given }: Embedding = alone(),
): E.Either<readonly Fault[], Lowered> => {
  const symbolic = Object.entries(elaborated.inputs).filter(([, { h, w, c }]) =>
    [h, w, c].some((size) => typeof size !== 'number'),
  );
  if (symbolic.length > 0) {
    return E.left(
      symbolic.map(([name, { h, w, c }]) =>
        fault({
          rule: 'P01',
          where: `input '${name}'`,
          got: `${h}×${w}×${c}`,
          wanted: 'numbers',
          fix: 'declare the model in a function of its sizes, and call it with numbers',
        }),
      ),
    );
  }
  const faults: Fault[] = [];
  const steps: LoweredStep[] = [];
  const nextState: (readonly [Value, Value])[] = [];
  const inert = new Map<string, string>();
  const inputs = new Map<string, Value>();
  /* One value for each leaf, however often it is asked for. */
  const once = (kind: string, fresh: Value, name: string): Value => {
    const value = known.get(`${kind} ${name}`) ?? fresh;
    known.set(`${kind} ${name}`, value);
    return value;
  };
  const start: Flow = { value: leaves.constant(0), taps: {}, inputs: {} };

  const lowering = (place: Place<Flow>, asked: Value[], path = place.path): Lowering => ({
    mode,
    path,
    start,
    psi: place.psi,
    fold: place.fold,
    step: (name) => lowering(place, asked, place.step(name)),
    under: (segment) => lowering(place, asked, under(path, segment)),
    parameter: ({ name, shape, initialiser, role = 'weight', inert: reason = place.inert, projection }) => {
      const full = `${prefix}${under(path, name)}`;
      const fresh = leaves.parameter(full, shape, role, initialiser, projection);
      const value = once('parameter', fresh, full);
      if (value !== fresh && !sameShape(value.shape, fresh.shape)) {
        faults.push(
          fault({
            rule: 'P02',
            where: full,
            got: fresh.shape.join('×'),
            wanted: value.shape.join('×'),
            fix: 'use a shared block only on features of the same channels',
          }),
        );
        return fresh;
      }
      if (reason !== undefined) inert.set(full, reason);
      asked.push(value);
      return value;
    },
    noise: (name, shape: Shape, distribution) =>
      leaves.noise(`${prefix}${under(path, name)}${run === 1 ? '' : `~${run}`}`, shape, distribution),
    scalar: (name, standard) => {
      const full = `${prefix}${under(path, name)}`;
      return once('scalar', leaves.scalar(full, standard), full);
    },
    nextState: (parameter, next) => nextState.push([parameter, next]),
  });

  const flows = walk<Flow>(elaborated.model, {
    start,
    isStart: (flow) => flow === start,
    input: (name, level) => {
      const shape = ['n', Number(level.h), Number(level.w), Number(level.c)] as const;
      const value =
        inputs.get(name) ??
        (Object.hasOwn(given, name) ? given[name]! : once('input', leaves.input(name, shape), name));
      inputs.set(name, value);
      return { value, taps: {}, inputs: { [name]: value } };
    },
    layer: (layer, flow, place) => {
      const asked: Value[] = [];
      const { name, group, row } = layer.definition;
      const after = inPart({ name, path: place.path, part: layer }, () =>
        layer.definition.lower(flow, lowering(place, asked)),
      );
      if (group !== true || row === true || asked.length > 0) {
        steps.push({ path: `${prefix}${place.path}`, op: name, value: after.value, parameters: asked });
      }
      return after;
    },
    join: (by, flows, place) =>
      flows.slice(1).reduce(
        (left, right) => ({
          value: inPart({ name: `join '${by.name}'`, path: place.path, part: by }, () =>
            by.lower(left.value, right.value, lowering(place, [])),
          ),
          ...merged(left, right),
        }),
        flows[0]!,
      ),
    // What elaboration let pass has no rejected steps.
    reject: (_why, flow) => flow,
    labelled: (after) => after,
  });
  return faults.length > 0
    ? E.left(faults)
    : E.right({
        mode,
        inputs: Object.fromEntries(inputs),
        outputs: merge(
          mapValues(flows, ({ value }) => value),
          ...Object.values(flows).map(({ taps }) => outputsIn(taps)),
        ),
        steps,
        nextState,
        inert,
      });
};
