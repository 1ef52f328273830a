/** What a FILE.ts exports for `generate`: models, grids of variants, and what came of making them. */
import { basename } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import type { GivenModel } from '../compile/source/named-models.js';
import type { LeftOut } from '../dsl/variant-types.js';

/** Models under a title, and what was left out of their grids. */
export interface TitledModels {
  readonly title: string;
  readonly models: readonly GivenModel[];
  readonly leftOut: readonly LeftOut[];
}

/** All models and grids that a file exports, or the one of a name. Faults U02–U08, those of models and grids. */
export const modelsOfFile = async (
  file: string,
  only?: string,
): Promise<E.Either<readonly Fault[], TitledModels>> => {
  const { loadExports, noModel, pickModel } = await import('../check/load-model.js');
  const { elaborate, isVariants } = await import('../dsl/index.js');
  const { isModel } = await import('../dsl/model.js');
  const loaded = await loadExports(file)();
  if (E.isLeft(loaded)) return loaded;
  const grids = Object.entries(loaded.right).flatMap(([name, value]) => {
    const grid = isRight(value) ? value.right : value;
    return isVariants(grid) ? [{ name, grid }] : [];
  });
  const models: GivenModel[] = [];
  const leftOut: LeftOut[] = [];
  const faults: Fault[] = [];
  const one = grids.find(({ name }) => name === only);
  if (only !== undefined && one === undefined) {
    const picked = pickModel(file, loaded.right, only);
    if (E.isLeft(picked)) return picked;
  }
  for (const [name, value] of Object.entries(loaded.right)) {
    if (only !== undefined && name !== only) continue;
    const grid = grids.find((each) => each.name === name)?.grid;
    if (grid !== undefined) {
      models.push(...grid.all);
      leftOut.push(...grid.leftOut);
    } else if (isModel(value)) {
      const elaborated = elaborate(value);
      if (E.isLeft(elaborated)) faults.push(...elaborated.left);
      else models.push({ name, elaborated: elaborated.right });
    } else if (isLeftOfFaults(value)) faults.push(...value.left);
  }
  if (faults.length > 0) return E.left(faults);
  if (models.length === 0 && leftOut.length === 0) return E.left([noModel(file, loaded.right)]);
  return E.right({ title: only ?? basename(file).replace(/\.[cm]?[jt]s$/, ''), models, leftOut });
};

const isTagged = (value: unknown, tag: string): boolean =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === tag;
const isRight = (value: unknown): value is E.Right<unknown> => isTagged(value, 'Right');
const isLeftOfFaults = (value: unknown): value is E.Left<readonly Fault[]> => {
  if (!isTagged(value, 'Left')) return false;
  const { left } = value as { readonly left?: unknown };
  return Array.isArray(left) && left.every(isFault);
};
const isFault = (one: unknown): boolean => {
  const { rule, text } = (one ?? {}) as Readonly<Record<keyof Fault, unknown>>;
  return typeof rule === 'string' && typeof text === 'string';
};
