/** What a recipe's training must agree in when it is resumed, and the name under which it is saved. */
import type { Recipe, RecipeInstance, RecipeOptions } from './recipe.js';

/**
 * The recipe, saved under its own name (masks included), and held on resuming to its data set, size and number of
 * steps: rates and weights of losses follow them. Two recipes that are saved into one folder are told apart by it.
 */
export const agreed = (recipe: Recipe): Recipe => ({
  ...recipe,
  at: (options) => withAgreements(recipe.name, options, recipe.at(options)),
});

const withAgreements = (
  name: string,
  { dataset }: RecipeOptions,
  instance: RecipeInstance,
): RecipeInstance => {
  const { system, size } = instance;
  const steps = system.phases.reduce((sum, phase) => sum + phase.steps, 0);
  const agreements = { 'data set': dataset, size: `${size.height}×${size.width}`, steps: String(steps) };
  return { ...instance, system: { ...system, name, agreements } };
};
