/** Shapes at run time while an architecture is drawn: layers applied to a state, by their own rules. */
import { isFeature, isLayer, nodeOf, type FeatureNode } from '../../src/dsl/feature.js';
import {
  discarded,
  fine,
  flawed,
  nothingYet,
  notALayer,
  type Outcome,
  type State,
  type Walk,
} from '../../src/dsl/rule.js';

/** The state before anything came in. */
export const start: State = { h: '?', w: '?', c: '?', taps: {}, inputs: {}, start: true };

/** The state of an input. */
export const inputState = (node: FeatureNode): State | undefined =>
  node.kind === 'input' ? { ...node.level, taps: {}, inputs: { [node.name]: node.level } } : undefined;

/** The state after layers and the flaws so far; `states` are those of features that stand among them. */
export const follow = (
  layers: readonly unknown[],
  before: State,
  states: ReadonlyMap<FeatureNode, State>,
): Outcome => {
  const walk: Walk = {
    start,
    psi: (_encoder, _level, declared) => declared,
    fold: (inner, state) => follow(inner, state, states),
  };
  return layers.reduce<Outcome>(
    ({ state, flaws }, one) => {
      const after = step(one, state, states, walk);
      return { state: after.state, flaws: [...flaws, ...after.flaws] };
    },
    { state: before, flaws: [] },
  );
};

const step = (one: unknown, state: State, states: ReadonlyMap<FeatureNode, State>, walk: Walk): Outcome => {
  if (isLayer(one)) {
    const { group, begins } = one.definition;
    return state.start === true && !(group === true && begins === true)
      ? flawed(nothingYet, { ...state, start: false })
      : one.definition.shape(state, walk);
  }
  if (!isFeature(one)) return flawed(notALayer, { ...state, start: false });
  if (state.start !== true) return flawed(discarded, state);
  const node = nodeOf(one);
  const known = states.get(node) ?? inputState(node);
  return known === undefined ? flawed(nothingYet, state) : fine(known);
};
