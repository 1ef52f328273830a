/**
 * What a layer, a ψ or a join of your own is made of: type-level and run-time arithmetic on sizes, the pieces of
 * messages, outcomes of rules, forms for specs, and the primitives that lowerings are written in.
 *
 * A user's part differs in nothing from ours: `examples/05-own-layer.ts` and `examples/06-own-psi.ts` are one file each.
 */
export * as size from './size.js';
export type * as Size from './size-types.js';
export * as ops from './ops.js';
export {
  differs,
  differsInSpace,
  notPositive,
  notWhole,
  showLevel,
  type Differs,
  type DiffersInSpace,
  type NotPositive,
  type NotWhole,
  type ShowShape,
} from '../dsl/message.js';
export {
  fine,
  flawed,
  layerOf,
  shaped,
  unknown,
  type Apply,
  type Definition,
  type Flaw,
  type FoldWithin,
  type Layer,
  type Outcome,
  type Rule,
  type Ruled,
  type State,
  type Step,
  type Within,
} from '../dsl/rule.js';
export { formOf, optionless, type Field, type FieldVocabulary, type Fields, type Form } from '../dsl/form.js';
export { joinOf, type ApplyJoin, type Join, type JoinRule } from '../dsl/joins/join.js';
export type { HasKernel } from '../dsl/layers/kernel.js';
export type { Lowering, Mode, ParameterRequest } from '../dsl/lowering.js';
export {
  kept,
  psiOf,
  type KeepsShape,
  type Psi,
  type PsiFlow,
  type PsiOutcome,
  type PsiRule,
  type PsiState,
} from '../dsl/psi/psi.js';
export type { PsiParts, PsiTools } from '../dsl/psi/define.js';
export type { AnyFeature, Feature, Inputs, Level, Sizes, Taps } from '../dsl/feature.js';
export type { Value } from '../ops/value.js';
