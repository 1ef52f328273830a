/** The named architectures against the reference's tables: by plan alone, nothing is computed. */
import assert from 'node:assert/strict';
import { parameterCounts, sizeOf, type Plan } from '../../src/compile/index.js';
import { datasetSizes, models, type DatasetName } from '../../src/models/index.js';
import { model, psi } from '../../src/dsl/index.js';
import { vdgNpStage1, vdgStage1 } from '../../src/models/vdg.js';
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

describe('layer table', () => {
  /** Rows of blocks: the paths under which a block's layers lie, its output, its parameters. */
  type Row = readonly [prefixes: readonly string[], output: readonly number[], parameters: number];
  const encoderRows = (name: string): readonly Row[] => [
    [[`${name}/level1/`], [128, 64, 128], 295_168],
    [[`${name}/level2/conv1`, `${name}/level2/relu1`], [64, 32, 256], 295_168],
    [[`${name}/level2/residual1`], [64, 32, 256], 1_180_160],
    [[`${name}/level3/conv1`, `${name}/level3/relu1`], [32, 16, 384], 885_120],
    [[`${name}/level3/residual1`], [32, 16, 384], 2_654_976],
    [[`${name}/level4/conv1`, `${name}/level4/relu1`], [16, 8, 512], 1_769_984],
    [[`${name}/level4/residual1`], [16, 8, 512], 4_719_616],
    [[`${name}/level5/conv1`, `${name}/level5/relu1`], [8, 4, 640], 2_949_760],
    [[`${name}/level5/residual1`], [8, 4, 640], 7_374_080],
  ];
  const up = (k: number): readonly string[] =>
    ['upsample1', 'conv1', 'relu1'].map((step) => `decoder/image/level${k}/${step}`);
  const market: readonly Row[] = [
    [['conv1', 'relu1'], [128, 64, 128], 24_320],
    ...encoderRows('image'),
    [['flatten1', 'dense1'], [1, 1, 64], 1_310_784],
    [['conv2', 'relu2'], [128, 64, 128], 20_864],
    ...encoderRows('pose'),
    [['flatten2', 'dense2'], [1, 1, 64], 1_310_784],
    [['dense3', 'reshape1'], [8, 4, 128], 528_384],
    [['decoder/image/level1/residual1'], [8, 4, 768], 10_618_368],
    [up(1), [16, 8, 512], 393_728],
    [['decoder/image/level2/residual1'], [16, 8, 1024], 18_876_416],
    [up(2), [32, 16, 384], 393_600],
    [['decoder/image/level3/residual1'], [32, 16, 768], 10_618_368],
    [up(3), [64, 32, 256], 196_864],
    [['decoder/image/level4/residual1'], [64, 32, 512], 4_719_616],
    [up(4), [128, 64, 128], 65_664],
    [['decoder/image/level5/residual1'], [128, 64, 256], 1_180_160],
    [['conv3', 'out1'], [128, 64, 3], 6_915],
  ];
  /* A residual's own row asks for no parameters; its branch's rows do. */
  const inBlock = (plan: Plan, prefixes: readonly string[]) =>
    plan.layers.filter(({ path }) => prefixes.some((one) => path === one || path.startsWith(one.endsWith('/') ? one : `${one}/`))); // prettier-ignore

  it('of VDG Stage I at Market-1501 is the reference’s', () => {
    const plan = unsafePlan(model(vdgStage1(128, 64, 128, psi.none)));
    let counted = 0;
    for (const [prefixes, output, parameters] of market) {
      const rows = inBlock(plan, prefixes);
      const sum = rows.reduce((all, row) => all + row.parameters, 0);
      assert.equal(sum, parameters, prefixes.join(', '));
      assert.deepEqual(rows.at(-1)!.output.slice(1), output, prefixes.join(', '));
      counted += sum;
    }
    assert.equal(counted, parameterCounts(plan).parameters);
  });

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
