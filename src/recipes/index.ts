/** `maskskip/recipes`: how the named architectures are trained. */
import { pg2Recipes } from './pg2.js';
import type { Recipe } from './recipe.js';

export type { BroughtFeatures, Recipe, RecipeInstance, RecipeOptions } from './recipe.js';

/** All recipes, in the order of the paper. */
export const recipes: readonly Recipe[] = [...pg2Recipes];
