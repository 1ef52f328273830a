/** Values laid flat: the plan of a lowered model, and of whatever is computed from its outputs. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { fault, type Fault } from '../../base/fault.js';
import type { Elaborated } from '../../dsl/elaborate.js';
import type { Mode } from '../../dsl/lowering.js';
import type { PrimitiveName } from '../../ops/alphabet.js';
import type { Initialiser } from '../../ops/initialiser.js';
import type { NoiseDistribution, ParameterRole } from '../../ops/leaves.js';
import type { Attributes, Shape, Value } from '../../ops/value.js';
import { deadParameters } from './gradient.js';
import { lower, type Lowered } from './lower.js';
import {
  projectionIn,
  sizeOf,
  type Plan,
  type PlanLayer,
  type PlanNode,
  type PlanNoise,
  type PlanParameter,
} from './plan.js';
import { verify } from './verify.js';

/** How a plan is built. */
export interface PlanOptions {
  readonly mode: Mode;
  /** Adds outputs computed from the model's own and from further inputs: a loss, say. */
  readonly extend?: (outputs: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>;
}

/** The plan of an elaborated model. Faults P01–P04, P09, P10. */
export const buildPlan = (elaborated: Elaborated, options: PlanOptions): E.Either<readonly Fault[], Plan> =>
  pipe(
    lower(elaborated, options.mode),
    E.flatMap((lowered) => planOf(lowered, options.extend?.(lowered.outputs) ?? {})),
    E.flatMap(verify),
    E.flatMap((plan) => {
      const dead = deadParameters(plan);
      return dead.length > 0 ? E.left(dead) : E.right(plan);
    }),
  );

/** Lays values flat. Faults: P03 where a primitive's operands do not fit, P04 where one name has two shapes, P09 where parameters have too many entries. */
export const planOf = (
  lowered: Lowered,
  extra: Readonly<Record<string, Value>> = {},
): E.Either<readonly Fault[], Plan> => {
  const ids = new Map<Value, number>();
  const nodes: PlanNode[] = [];
  const faults: Fault[] = [];

  const schedule = (root: Value, scope: string): number => {
    const stack: Value[] = [root];
    while (stack.length > 0) {
      const value = stack[stack.length - 1]!;
      const waiting = ids.has(value) ? [] : value.operands.filter((operand) => !ids.has(operand));
      if (waiting.length > 0) {
        stack.push(...waiting.reverse());
        continue;
      }
      stack.pop();
      if (ids.has(value)) continue;
      ids.set(value, nodes.length);
      if (value.flaw !== undefined && value.operands.every((operand) => operand.flaw === undefined)) {
        faults.push(
          fault({
            rule: 'P03',
            where: scope,
            got: value.flaw,
            wanted: 'operands that fit',
            fix: 'mend the lowering of the layer at this path',
          }),
        );
      }
      nodes.push({
        id: nodes.length,
        op: value.op as PrimitiveName,
        operands: value.operands.map((operand) => ids.get(operand)!),
        attributes: value.attributes,
        shape: value.shape,
        dtype: value.dtype,
        scope,
        ...(value.op === 'constant' ? { data: value.payload as Float32Array } : {}),
      });
    }
    return ids.get(root)!;
  };

  for (const value of Object.values(lowered.inputs)) schedule(value, '');
  const layers: PlanLayer[] = lowered.steps.map(({ path, op, value, parameters }) => {
    schedule(value, path);
    const count = (roles: readonly string[]): number =>
      parameters
        .filter(({ attributes }) => roles.includes(String(attributes['role'])))
        .reduce((sum, { attributes }) => sum + sizeOf(attributes['shape'] as readonly number[]), 0);
    return {
      path,
      op,
      output: value.shape,
      parameters: count(['weight', 'mask']),
      maskParameters: count(['mask']),
    };
  });
  const nextState = Object.fromEntries(
    lowered.nextState.map(([parameter, next]) => [
      String(parameter.attributes['path']),
      schedule(next, String(parameter.attributes['path'])),
    ]),
  );
  const outputs = Object.fromEntries(
    Object.entries({ ...lowered.outputs, ...extra }).map(([name, value]) => [name, schedule(value, '')]),
  );

  const values = [...ids.entries()];
  const leaves = <A>(
    op: PrimitiveName,
    read: (attributes: Attributes, value: Value, id: number) => A,
  ): readonly A[] =>
    values.filter(([value]) => value.op === op).map(([value, id]) => read(value.attributes, value, id));
  const parameters = leaves('parameter', (attributes, value, id): PlanParameter => ({
    path: String(attributes['path']),
    shape: attributes['shape'] as readonly number[],
    role: attributes['role'] as ParameterRole,
    initialiser: value.payload as Initialiser,
    ...inertBecause(lowered.inert?.get(String(attributes['path']))),
    ...projectionIn(attributes),
    id,
  }));
  const noises = leaves('noise', (attributes, value, id): PlanNoise => ({
    path: String(attributes['path']),
    shape: value.shape,
    distribution: attributes['distribution'] as NoiseDistribution,
    id,
  }));
  const scalars = leaves('scalar', (attributes, _, id) => ({
    path: String(attributes['path']),
    standard: Number(attributes['standard']),
    id,
  }));
  const inputs = leaves('input', (attributes, value, id) => ({
    name: String(attributes['name']),
    shape: value.shape,
    id,
  }));
  faults.push(
    ...twice([
      ...parameters.map(({ path, shape }) => [path, shape] as const),
      ...noises.map(({ path, shape }) => [path, shape] as const),
      ...inputs.map(({ name, shape }) => [`input '${name}'`, shape] as const),
    ]),
  );
  const entries = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (entries > mostEntries) faults.push(tooManyEntries(entries));
  return faults.length > 0
    ? E.left(faults)
    : E.right({
        mode: lowered.mode,
        nodes,
        inputs: Object.fromEntries(inputs.map(({ name, shape, id }) => [name, { shape, id }])),
        parameters,
        noises,
        scalars,
        outputs,
        nextState,
        layers,
      });
};

const inertBecause = (reason: string | undefined) => (reason === undefined ? {} : { inert: reason });

/* Of float32, 8 GiB. */
const mostEntries = 2 ** 31;
const tooManyEntries = (entries: number): Fault =>
  fault({
    rule: 'P09',
    where: 'parameters',
    got: `${entries} entries`,
    wanted: `at most ${mostEntries}`,
    fix: 'use fewer filters, or shrink the feature before it is flattened',
  });

const twice = (named: readonly (readonly [name: string, shape: Shape])[]): readonly Fault[] => {
  const seen = new Map<string, Shape>();
  return named.flatMap(([name, shape]) => {
    const other = seen.get(name);
    seen.set(name, shape);
    return other === undefined
      ? []
      : [
          fault({
            rule: 'P04',
            where: name,
            got: 'a second leaf of this name',
            wanted: 'one',
            fix: `use one value for both (${other.join('×')}, ${shape.join('×')})`,
          }),
        ];
  });
};
