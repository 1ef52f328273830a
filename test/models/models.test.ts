/** The named architectures against the reference's tables: by plan alone, nothing is computed. */
import assert from 'node:assert/strict';
import { parameterCounts, sizeOf, type Plan } from '../../src/compile/index.js';
import { datasetNames, datasetSizes, models, type DatasetName } from '../../src/models/index.js';
import { baselineTables } from './tables/baselines.js';
import { defganTables } from './tables/defgan.js';
import { pg2Tables } from './tables/pg2.js';
import { pnganTables } from './tables/pngan.js';
import { vdgTables } from './tables/vdg.js';
import { model, psi } from '../../src/dsl/index.js';
import { vdgNpStage1 } from '../../src/models/vdg.js';
import { unsafePlan } from '../dsl/plans.js';

const grid = (levels: readonly (readonly [number, number])[]): number =>
  levels.reduce((sum, [h, w]) => sum + Math.floor(h / 2) * Math.floor(w / 2), 0);
const levelsOf = (dataset: DatasetName): readonly (readonly [number, number])[] => {
  const [h, w] = datasetSizes[dataset];
  return Array.from({ length: dataset === 'deepfashion' ? 6 : 5 }, (_, k) => [h >> k, w >> k] as const);
};

/** Trained entries without masks, and masks: the paper's tables at both data sets' sizes. */
const totals: Readonly<Record<DatasetName, Readonly<Record<string, number>>>> = {
  'market-1501': { 'vdg-stage1': 94_512_899, 'vdg-np-stage1': 94_492_163 },
  deepfashion: { 'vdg-stage1': 162_961_027, 'vdg-np-stage1': 162_940_291 },
};
const maskTotals: Readonly<Record<DatasetName, Readonly<Record<string, number>>>> = {
  'market-1501': { munet: 1_855_488, 'munet-o': 10_912, 'munet-g': grid(levelsOf('market-1501')) },
  deepfashion: { munet: 14_893_056, 'munet-o': 87_360, 'munet-g': grid(levelsOf('deepfashion')) },
};

const stageOne = models.filter(({ name }) => /^vdg.*-stage1/.test(name));

describe('parameter counts', () => {
  it('cover VDG’s Stage I', () => {
    const names = Object.keys(totals['market-1501']).flatMap((base) => [
      base,
      ...Object.keys(maskTotals['market-1501']).map((mask) => `${base}+${mask}`),
    ]);
    assert.deepEqual(stageOne.map(({ name }) => name), names); // prettier-ignore
  });
  for (const { name, at } of stageOne) {
    for (const dataset of Object.keys(totals) as DatasetName[]) {
      it(`${name} at ${dataset}`, () => {
        const [base, mask] = name.split('+') as [string, string?];
        const masks = mask === undefined ? 0 : maskTotals[dataset][mask]!;
        const plan = unsafePlan(at[dataset]());
        assert.deepEqual(parameterCounts(plan), {
          parameters: totals[dataset][base]! + masks,
          maskParameters: masks,
        });
        const [h, w] = datasetSizes[dataset];
        assert.deepEqual(plan.nodes[plan.outputs['output']!]!.shape, ['n', h, w, 3]);
        const inputs = base === 'vdg-np-stage1' ? ['x_a', 'p_b'] : ['x_a', 'p_a', 'p_b'];
        assert.deepEqual(Object.keys(plan.inputs).sort(), [...inputs].sort());
      });
    }
  }
});

describe('the least size', () => {
  it('of each listed model has a plan, at a reduced width', () => {
    for (const { name, at, smallest } of models) {
      for (const dataset of datasetNames) {
        const [height, width] = smallest[dataset];
        const plan = unsafePlan(at[dataset]({ height, width, filters: 8 }), 'train');
        assert.ok(plan.parameters.length > 0, name);
      }
    }
  });
});

describe('layer table', () => {
  /* A residual's own row asks for no parameters; its branch's rows do. */
  const inBlock = (plan: Plan, prefixes: readonly string[]) =>
    plan.layers.filter(({ path }) => prefixes.some((one) => path === one || path.startsWith(`${one}/`)));

  for (const { model: name, dataset, rows, total } of [...vdgTables, ...pg2Tables, ...defganTables, ...pnganTables, ...baselineTables]) {
    it(`of ${name} at ${dataset} is the source’s`, () => {
      const plan = unsafePlan(models.find((one) => one.name === name)!.at[dataset]());
      const met = rows.flatMap(([prefixes, output, parameters]) => {
        const block = inBlock(plan, prefixes);
        assert.equal(block.reduce((sum, row) => sum + row.parameters, 0), parameters, prefixes.join(', ')); // prettier-ignore
        assert.deepEqual(block.at(-1)!.output.slice(1), output, prefixes.join(', '));
        return block.map(({ path }) => path);
      });
      // Each layer stands in one row, and rows stand as layers do; where a decoder joins a level is no layer of a source's.
      const joins = new Set(plan.layers.filter(({ op, path }) => op === 'skip' && path.startsWith('decoder/')).map(({ path }) => path)); // prettier-ignore
      assert.deepEqual(met, plan.layers.map(({ path }) => path).filter((path) => !joins.has(path))); // prettier-ignore
      assert.equal(parameterCounts(plan).parameters, total);
    });
  } // prettier-ignore

  it('counts what the parameters hold, in total and in masks', () => {
    for (const operator of [psi.none, psi.dense(), psi.one(), psi.grid(2, 2)]) {
      const plan = unsafePlan(model(vdgNpStage1(32, 32, 4, operator)));
      const held = plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      assert.equal(plan.layers.reduce((sum, row) => sum + row.parameters, 0), held); // prettier-ignore
      const masks = plan.layers.reduce((sum, row) => sum + row.maskParameters, 0);
      assert.equal(masks, parameterCounts(plan).maskParameters);
    }
  });
});
