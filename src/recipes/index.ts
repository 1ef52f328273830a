/** `maskskip/recipes`: how the named architectures are trained. */
import { agreed } from './agreed.js';
import { baselineRecipes } from './baseline.js';
import { defganRecipes } from './defgan.js';
import { pdigRecipes } from './pdig.js';
import { pg2Recipes } from './pg2.js';
import { pnganRecipes } from './pngan.js';
import type { Recipe } from './recipe.js';
import { variunetRecipes } from './variunet.js';
import { vdgRecipes } from './vdg.js';

export { broughtWeights } from './features.js';
export { judgeRecipe, readBy, type JudgeOptions } from './judge.js';
export type { BroughtFeatures, Recipe, RecipeInstance, RecipeOptions, RecipeStart } from './recipe.js';
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
