/** The table of models: deterministic, from their plans alone. */
import * as E from 'fp-ts/lib/Either.js';
import { faultError } from '../../src/base/fault.js';
import { buildPlan, parameterCounts } from '../../src/compile/index.js';
import { elaborate, type AnyModel } from '../../src/dsl/index.js';
import { count, markdownTable } from '../../src/cli/table.js';
import {
  datasetNames,
  models,
  paperMasks,
  type ByDataset,
  type ListedModel,
} from '../../src/models/index.js';
import { sourceOf } from './sources.js';

/* As the data sets write themselves. */
const titles: ByDataset<string> = { 'market-1501': 'Market-1501', deepfashion: 'DeepFashion' };

/** A row for each model without masks; what masks add stands in columns of their own. */
export const modelsTable = (): string =>
  markdownTable(
    [
      { title: 'model', align: 'left' },
      { title: 'what it is', align: 'left' },
      ...datasetNames.map((name) => ({ title: titles[name], align: 'right' }) as const),
      ...paperMasks.map(({ suffix }, at) => ({ title: `${at === 0 ? 'masks of ' : ''}+${suffix}`, align: 'right' }) as const), // prettier-ignore
    ],
    models
      .filter(({ paperMask }) => paperMask === undefined)
      .map((model) => [
        `\`${model.name}\``,
        model.description,
        ...datasetNames.map((dataset) => count(countsOf(model.at[dataset]()).parameters)),
        ...paperMasks.map(({ suffix }) => masksOf(`${model.name}+${suffix}`)),
      ]),
  );

/** Mask entries at both data sets' sizes. */
const masksOf = (name: string): string => {
  const found: ListedModel | undefined = models.find((one) => one.name === name);
  if (found === undefined) return '';
  return datasetNames.map((dataset) => count(countsOf(found.at[dataset]()).maskParameters)).join(' / ');
};

/** Where each system is described. */
export const sourcesTable = (): string => {
  const systems = [...new Set(models.map(({ name }) => name.split(/[-+]/, 1)[0]!))];
  return markdownTable(
    [
      { title: 'system', align: 'left' },
      { title: 'source', align: 'left' },
      { title: 'inferred', align: 'left' },
    ],
    systems.map((system) => {
      const { from, inferred } = sourceOf(system);
      return [`\`${system}\``, from, inferred === '' ? 'nothing' : inferred];
    }),
  );
};

const countsOf = (model: AnyModel): ReturnType<typeof parameterCounts> => {
  const planned = E.flatMap(buildPlanForUse)(elaborate(model));
  if (E.isLeft(planned)) throw faultError(planned.left);
  return parameterCounts(planned.right);
};

const buildPlanForUse = (elaborated: Parameters<typeof buildPlan>[0]) =>
  buildPlan(elaborated, { mode: 'infer' });
