/** `maskskip/recipes`: how the named architectures are trained, and what recipes of one's own are made of. */
import { agreed } from './agreed.js';
import { baselineRecipes } from './baseline.js';
import { defganRecipes } from './defgan.js';
import { pdigRecipes } from './pdig.js';
import { pg2Recipes } from './pg2.js';
import { pnganRecipes } from './pngan.js';
import type { Recipe } from './recipe.js';
import { variunetRecipes } from './variunet.js';
import { vdgRecipes } from './vdg.js';

export { agreed } from './agreed.js';
export { broughtWeights } from './features.js';
export { judgeRecipe, readBy, type JudgeOptions } from './judge.js';
export {
  network as unsafeNetwork,
  phasesAt,
  sizeOf as unsafeSizeOf,
  withPaperMasks,
  type BroughtFeatures,
  type ImageShape,
  type Recipe,
  type RecipeInstance,
  type RecipeOptions,
  type RecipeStart,
  type Runs,
} from './recipe.js';
export { startedWeights, startOf, type StartedWeightsOptions } from './start.js';
export { vdgRecipesWith, type VdgChoices } from './vdg.js';

/** All recipes, in the order of the paper. */
export const recipes: readonly Recipe[] = [
  ...baselineRecipes,
  ...vdgRecipes,
  ...pg2Recipes,
  ...defganRecipes,
  ...pnganRecipes,
  ...variunetRecipes,
  ...pdigRecipes,
].map(agreed);
