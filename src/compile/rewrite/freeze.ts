/** Parameters become constants: what later passes need to know of trained weights. Fault W… for what does not fit. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { constant } from '../../ops/leaves.js';
import type { Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import { sizeOf, type Plan } from '../plan/plan.js';

/** The numbers of a parameter. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The plan with its parameters as constants; the arrays are shared, not copied. Fault P11 for each parameter that is
 * not given or has another shape.
 */
export const frozen = (
  plan: Plan,
  weights: Readonly<Record<string, Weights>>,
): E.Either<readonly Fault[], Plan> => {
  const faults = plan.parameters.flatMap(({ path, shape }) => {
    const given = Object.hasOwn(weights, path) ? weights[path] : undefined;
    return given?.shape.join('×') === shape.join('×') && given.data.length === sizeOf(shape)
      ? []
      : [
          fault({
            rule: 'P11',
            where: path,
            got: given === undefined ? 'no such weights' : given.shape.join('×'),
            wanted: shape.join('×'),
            fix: 'give weights of this model',
          }),
        ];
  });
  return faults.length > 0
    ? E.left(faults)
    : E.right(
        edited(plan, (node, same) =>
          node.op === 'parameter' ? constantOf(weights[String(node.attributes['path'])]!) : same,
        ),
      );
};

const constantOf = ({ shape, data }: Weights): Value => ({ ...constant(0, shape), payload: data });
