/** S27: what no machine could run is refused before anything is planned. Only the run time can tell. */
import type { Size } from './dimensions/dimension.js';
import { unknown, type Flaw, type Outcome } from './rule.js';

/** How many steps a model may have. */
export const mostSteps = 50_000;
export const tooManySteps: Flaw = {
  rule: 'S27',
  within: [],
  body: `model: more than ${mostSteps} steps`,
  got: `more than ${mostSteps} steps`,
  wanted: `at most ${mostSteps}`,
  fix: 'repeat less',
};
const mostOf = 2 ** 31 - 1;
/** An outcome whose sizes are bounded. */
export const bounded = (op: string, { state, flaws }: Outcome): Outcome => {
  const large = ([['height', state.h], ['width', state.w], ['channels', state.c]] as const).find(([, one]) => extentOf(one) > mostOf); // prettier-ignore
  const entries = extentOf(state.h) * extentOf(state.w) * extentOf(state.c);
  if (large === undefined && entries <= Number.MAX_SAFE_INTEGER) return { state, flaws };
  const [got, most] =
    large === undefined ? [`${entries} entries`, 2 ** 53 - 1] : [`${large[0]} ${large[1]}`, mostOf];
  const flaw = { rule: 'S27', within: [], body: `${op}: gives ${got}, more than ${most}`, got, wanted: `at most ${most}`, fix: 'keep the feature smaller' }; // prettier-ignore
  return { state: unknown(state), flaws: [...flaws, flaw] };
};
/** A size; of a symbolic one its coefficient, of an unknown one 0. */
const extentOf = (size: Size): number => (typeof size === 'number' ? size : Number.parseFloat(size) || 0);

/** Groups or features that stand in each other too deep to be followed. */
export const tooDeep: Omit<Flaw, 'within'> = {
  rule: 'S27',
  body: 'model: groups or joined features stand in each other more than 256 deep',
  got: 'more than 256 levels',
  wanted: 'at most 256',
  fix: 'write them one after another',
};
