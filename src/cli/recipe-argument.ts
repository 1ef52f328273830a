/** `recipe:NAME` on the command line, where MODEL stands: networks that are trained together. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import type { Size } from '../data/index.js';
import type { DatasetName } from '../models/datasets.js';
import type { RecipeInstance } from '../recipes/index.js';

/** A recipe at a data set, and its name in the list. */
export interface NamedRecipe {
  readonly name: string;
  readonly instance: RecipeInstance;
}

/** How a recipe is varied. */
export interface RecipeVariation {
  readonly dataset: DatasetName;
  readonly size?: Size;
  readonly share?: number;
  readonly steps?: number;
  readonly batch?: number;
}

/** The name of a recipe; `undefined` for what names a model. A name of its own kind, for `unet` is both. */
export const asRecipe = (argument: string): string | undefined =>
  argument.startsWith('recipe:') ? argument.slice('recipe:'.length) : undefined;

/** What MODEL may also be, for the help of a command. */
export const recipeHelp = "recipe:NAME with a name from 'maskskip recipes'";

/** `--share`, for commands that take a recipe. */
export const shareOption = (): Option =>
  new Option('--share <part>', 'each network of a recipe at this part of its width, such as 1/16').argParser(
    part,
  );

/** The recipe of a name. Fault U16 for one that is not listed. */
export const recipeOf = async (
  name: string,
  { dataset, size, share, steps, batch }: RecipeVariation,
): Promise<E.Either<readonly Fault[], NamedRecipe>> => {
  const { recipes } = await import('../recipes/index.js');
  const found = recipes.find((one) => one.name === name);
  if (found === undefined) return E.left([notListed(name, recipes.map((one) => one.name))]); // prettier-ignore
  const instance = found.at({
    dataset,
    ...size,
    ...(share === undefined ? {} : { share }),
    ...(steps === undefined ? {} : { steps }),
    ...(batch === undefined ? {} : { batchSize: batch }),
  });
  return E.right({ name, instance });
};

/**
 * Ends the command where an option was given that says nothing of what is named: `--rate` of a recipe, whose players
 * have rates of their own, or `--share` of a model.
 */
export const refuseMisplaced = (
  command: Command,
  argument: string,
  { ofModels, ofRecipes }: { readonly ofModels: readonly string[]; readonly ofRecipes: readonly string[] },
): void => {
  const isRecipe = asRecipe(argument) !== undefined;
  for (const name of isRecipe ? ofModels : ofRecipes) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const given = command.options.find((one) => one.attributeName() === name)?.long ?? name;
    command.error(
      isRecipe
        ? `error: option '${given}' goes with a model; a recipe has its own`
        : `error: option '${given}' goes with a recipe alone, recipe:NAME`,
    );
  }
};

/** A part of a whole, `1/16` or `0.25`. */
const part = (text: string): number => {
  const [, above, below = '1'] = /^(\d{1,6}(?:\.\d{1,9})?)(?:\/(\d{1,6}))?$/.exec(text) ?? [];
  const share = Number(above) / Number(below);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('It is not a part such as 1/16, above 0 and up to 1.'); // prettier-ignore
  return share;
};

const notListed = (name: string, names: readonly string[]): Fault =>
  fault({
    rule: 'U16',
    where: 'recipe',
    got: `'${name}'`,
    wanted: `one of ${names.join(', ')}`,
    fix: "see 'maskskip recipes'",
  });
