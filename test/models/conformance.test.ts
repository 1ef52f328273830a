/** What every listed model must keep, by plan alone: nothing is computed. A model is held to it by being listed. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { parameterCounts, sizeOf, type Plan } from '../../src/compile/index.js';
import { elaborate, fromSpecText, specText, toSpec, type AnyModel } from '../../src/dsl/index.js';
import { datasetNames, models, type DatasetName, type ListedModel } from '../../src/models/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { meaning } from '../dsl/spec/plans-equal.js';
import { right } from '../learn/train/either.js';
import { baseOf, maskOf } from './conformance/subjects.js';
import { maskTables, tables, type MaskedLevel } from './tables/all.js';

const plain = models.filter((one) => maskOf(one) === undefined);
const masked = models.filter((one) => maskOf(one) !== undefined);
const tableOf = (name: string, dataset: DatasetName) =>
  tables.filter((one) => one.model === name && one.dataset === dataset);
const masksOf = (name: string, dataset: DatasetName) =>
  maskTables.filter((one) => one.models.includes(name) && one.dataset === dataset);

describe('every listed model', () => {
  it('has a name of its own', () => {
    assert.deepEqual([...new Set(models.map(({ name }) => name))].length, models.length);
  });
  it('has a table for each data set, and no table is of another', () => {
    const wanted = plain.flatMap(({ name }) => datasetNames.map((dataset) => `${name} at ${dataset}`));
    assert.deepEqual(tables.map(({ model, dataset }) => `${model} at ${dataset}`).toSorted(), wanted.toSorted()); // prettier-ignore
  });
  it('has each of the paper’s masks, or none; masks are said of those alone', () => {
    const names = [...new Set(masked.map(baseOf))];
    for (const name of names)
      assert.deepEqual(masked.filter((one) => baseOf(one) === name).map(maskOf), Object.keys(maskShapes));
    const said = maskTables.flatMap((one) => one.models.map((name) => `${name} at ${one.dataset}`));
    assert.deepEqual(said.toSorted(), names.flatMap((name) => datasetNames.map((one) => `${name} at ${one}`)).toSorted()); // prettier-ignore
  });
});

describe('at full width, what the source’s table says: output and parameters, row by row', () => {
  for (const { name, at } of plain) {
    for (const dataset of datasetNames) {
      it(`${name} at ${dataset}`, () => {
        const plan = unsafePlan(at[dataset]());
        for (const { rows, total } of tableOf(name, dataset)) {
          const met = rows.flatMap(([prefixes, output, parameters]) => {
            const block = inBlock(plan, prefixes);
            assert.equal(block.reduce((sum, row) => sum + row.parameters, 0), parameters, prefixes.join(', ')); // prettier-ignore
            assert.deepEqual(block.at(-1)!.output.slice(1), output, prefixes.join(', '));
            return block.map(({ path }) => path);
          });
          // Each layer stands in one row, and rows stand as layers do.
          assert.deepEqual(met, layersOf(plan).map(({ path }) => path)); // prettier-ignore
          assert.equal(rows.reduce((sum, [, , parameters]) => sum + parameters, 0), total); // prettier-ignore
          assert.deepEqual(parameterCounts(plan), { parameters: total, maskParameters: 0 });
        }
      });
    }
  }
});

describe('at full width, what it is without masks, and masks as large as they should be', () => {
  for (const entry of masked) {
    for (const dataset of datasetNames) {
      it(`${entry.name} at ${dataset}`, () => {
        const base = unsafePlan(models.find(({ name }) => name === baseOf(entry))!.at[dataset]());
        const plan = unsafePlan(entry.at[dataset]());
        const [others, masks] = [false, true].map((is) => plan.parameters.filter(({ role }) => (role === 'mask') === is)); // prettier-ignore
        assert.deepEqual(parametersOf(others!), parametersOf(base.parameters));
        assert.deepEqual(endsOf(plan), endsOf(base));
        assert.deepEqual(withoutMasks(plan), withoutMasks(base));
        for (const { levels, total } of masksOf(baseOf(entry), dataset)) {
          assert.equal(levels.reduce((sum, level) => sum + sizeOf(level), 0), total); // prettier-ignore
          const shapes = levels.map(maskShapes[maskOf(entry)!]!);
          assert.deepEqual(masks!.map(({ shape }) => shape.join('×')).toSorted(), shapes.map((one) => one.join('×')).toSorted()); // prettier-ignore
          const entries = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
          assert.deepEqual(parameterCounts(plan), {
            parameters: parameterCounts(base).parameters + entries,
            maskParameters: entries,
          });
        }
      });
    }
  }
});

describe('at the least size and a small width, a plan of training', () => {
  for (const entry of models) {
    for (const dataset of datasetNames) {
      it(`${entry.name} with the levels of ${dataset}`, () => {
        const [height, width] = entry.smallest[dataset];
        const plan = unsafePlan(entry.at[dataset]({ height, width, filters: 8 }), 'train');
        assert.deepEqual(inertOf(plan, entry).filter(({ listed }) => !listed), []); // prettier-ignore
        assert.deepEqual(plan.parameters.map(({ path }) => path), unsafePlan(entry.at[dataset]()).parameters.map(({ path }) => path)); // prettier-ignore
      });
    }
  }
});

describe('written as a spec, read back and written again: the same, byte by byte', () => {
  for (const { name, at } of models) {
    for (const dataset of datasetNames) {
      it(`${name} at ${dataset}`, () => {
        const declared: AnyModel = at[dataset]();
        assert.ok(E.isRight(elaborate(declared)));
        const text = specText(right(toSpec(declared)));
        const again = right(fromSpecText(text)).model;
        assert.equal(specText(right(toSpec(again))), text);
        const [before, after] = [meaning(declared), meaning(again)];
        // Equal texts are the quick way to know; a difference is shown by its place.
        if (JSON.stringify(before) !== JSON.stringify(after)) assert.deepEqual(after, before);
      });
    }
  }
});

/** The shape of each of the paper's masks on a level. */
const maskShapes: Readonly<Record<string, (level: MaskedLevel) => readonly number[]>> = {
  munet: (level) => level,
  'munet-o': ([h, w]) => [h, w, 1],
  'munet-g': ([h, w]) => [Math.floor(h / 2), Math.floor(w / 2), 1],
};

/* Where a decoder joins a level, or parts' codes are laid side by side, is no layer of a source's. */
const layersOf = (plan: Plan): Plan['layers'] =>
  plan.layers.filter(({ op, path }) => op !== 'parts' && !(op === 'skip' && /(^|\/)decoder\//.test(path)));
/* A residual's own row asks for no parameters; its branch's rows do. */
const inBlock = (plan: Plan, prefixes: readonly string[]): Plan['layers'] =>
  layersOf(plan).filter(({ path }) => prefixes.some((one) => path === one || path.startsWith(`${one}/`)));
const withoutMasks = (plan: Plan) =>
  layersOf(plan).map(({ parameters, maskParameters, ...row }) => ({
    ...row,
    parameters: parameters - maskParameters,
  }));
const parametersOf = (parameters: Plan['parameters']) =>
  parameters.map(({ id: _, initialiser: { name, options }, ...one }) => ({ ...one, name, options }));
const endsOf = ({ inputs, outputs, nodes }: Plan) => ({
  inputs: Object.entries(inputs).map(([name, { shape }]) => [name, shape]),
  outputs: Object.entries(outputs).map(([name, id]) => [name, nodes[id]!.shape]),
});
/* Parameters that the plan itself calls inert, and whether the list says so with the same reason. */
const inertOf = (plan: Plan, { inert }: ListedModel) =>
  plan.parameters
    .filter((one) => one.inert !== undefined)
    .map(({ path, inert: reason }) => ({
      path,
      listed: inert.some((one) => one.path.test(path) && one.reason === reason),
    }));
