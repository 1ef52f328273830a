/** Which listed models the tests that compute something take, and at which size. */
import type { AnyModel } from '../../../src/dsl/index.js';
import { datasetNames, models, type DatasetName, type ListedModel } from '../../../src/models/index.js';

/** Whether every model is taken at both data sets' levels, as `npm run test:full` asks for. */
export const full = process.env['MASKSKIP_FULL'] === '1';

/** The name without its mask. */
export const baseOf = ({ name }: Pick<ListedModel, 'name'>): string => name.split('+')[0]!;

/** The mask's name, if it has one. */
export const maskOf = ({ name }: Pick<ListedModel, 'name'>): string | undefined => name.split('+')[1];

/** A listed model with one data set's levels. */
export interface Subject {
  readonly name: string;
  readonly entry: ListedModel;
  /** The model at the least size that its levels allow. */
  readonly small: (filters: number) => AnyModel;
}

const subject = (entry: ListedModel, dataset: DatasetName): Subject => ({
  name: `${entry.name}, the levels of ${dataset}`,
  entry,
  small: (filters) => {
    const [height, width] = entry.smallest[dataset];
    return entry.at[dataset]({ height, width, filters });
  },
});

const bases = models.filter((one) => maskOf(one) === undefined);
/* The masks take turns, so that each stands on several models. */
const maskedOf = (base: ListedModel, turn: number): readonly ListedModel[] => {
  const masked = models.filter((one) => maskOf(one) !== undefined && baseOf(one) === base.name);
  return masked.length === 0 ? [] : [masked[turn % masked.length]!];
};
const all = models.flatMap((entry) => datasetNames.map((dataset) => subject(entry, dataset)));

/** Every model without masks and with one of them. */
export const withAndWithoutMasks: readonly Subject[] = full
  ? all
  : bases.flatMap((base, turn) => [base, ...maskedOf(base, turn)].map((one) => subject(one, 'market-1501')));

/** Every model once: with masks where it may have them. */
export const eachOnce: readonly Subject[] = full
  ? all
  : bases.map((base, turn) => subject(maskedOf(base, turn)[0] ?? base, 'market-1501'));
