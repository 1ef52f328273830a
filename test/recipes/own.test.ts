/** A recipe of one's own, made of what the entry point gives: trained, resumed and judged like ours. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { bind, discs, pose, view } from '../../src/data/index.js';
import { elaborate, psi } from '../../src/dsl/index.js';
import { adam, term, trainSystem } from '../../src/learn/index.js';
import {
  agreed,
  judgeRecipe,
  phasesAt,
  unsafeSizeOf,
  startedWeights,
  unsafeNetwork,
  withPaperMasks,
  type ImageShape,
  type Recipe,
  type RecipeInstance,
} from '../../src/recipes/index.js';
import { left, right } from '../learn/train/either.js';
import { people } from './instances.js';

/** PG2's first generator by squares instead of differences. */
const own: readonly Recipe[] = withPaperMasks(
  'own',
  'PG2 G1 by squares',
  (options, masks): RecipeInstance => {
    const size = unsafeSizeOf('pg2-g1', options);
    const image: ImageShape = [size.height, size.width, 3];
    return {
      size,
      mirror: false,
      binding: bind({ x_a: view('source'), p_b: pose('target', discs(4)), x_b: view('target') }),
      system: {
        name: 'own',
        networks: { g1: unsafeNetwork('pg2-g1', options, masks) },
        players: { g1: { networks: ['g1'], optimiser: adam(1e-3) } },
        updates: {
          g1: {
            player: 'g1',
            objective: ({ run, read }) => ({
              squares: term.meanSquares(run('g1')['output']!, read('x_b', image)),
            }),
          },
        },
        phases: phasesAt([{ name: 'all', steps: 1000, batchSize: 8, updates: ['g1'] }], options),
      },
      picture: ({ run }) => ({ output: run('g1')['output']! }),
      figures: ({ run, read }) => ({ squares: term.meanSquares(run('g1')['output']!, read('x_b', image)) }),
    };
  },
).map(agreed);

const small = {
  dataset: 'market-1501',
  height: 32,
  width: 16,
  share: 1 / 64,
  steps: 2,
  batchSize: 2,
} as const;

describe('a recipe of one’s own', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('comes with the paper’s masks, at the size and length that are asked for', () => {
    assert.deepEqual(own.map(({ name }) => name), ['own', 'own+munet', 'own+munet-o', 'own+munet-g']); // prettier-ignore
    const { system, size } = own[1]!.at(small);
    assert.deepEqual(size, { height: 32, width: 16 });
    assert.deepEqual(system.phases.map(({ steps, batchSize }) => [steps, batchSize]), [[2, 2]]); // prettier-ignore
    assert.equal(system.name, 'own+munet');
    assert.ok(E.isRight(elaborate(system.networks['g1']!)));
    assert.throws(() => unsafeNetwork('pg2-g9', small), /no model is called pg2-g9/);
    assert.notDeepEqual(
      unsafeNetwork('pg2-g1', small, psi.dense()).psis,
      unsafeNetwork('pg2-g1', small).psis,
    );
  });

  it('is trained, resumed and judged', async () => {
    const instance = own[0]!.at(small);
    const { system, binding } = instance;
    const dataset = await set.at(instance);
    const out = join(set.folder(), 'own');
    const weights = startedWeights({ instance, dataset, seed: 1 });
    const report = right(await trainSystem({ system, binding, dataset, weights, seed: 1, out })());
    assert.equal(report.step, 2);
    const figures = right(await judgeRecipe({ instance, weights: report.weights, dataset, pairs: 2 })());
    assert.ok(figures['squares']! > 0);
    const other = own[0]!.at({ ...small, steps: 3 });
    const resumed = await trainSystem({
      system: other.system,
      binding,
      dataset,
      seed: 1,
      out,
      resume: true,
    })();
    assert.equal(left(resumed)[0]!.rule, 'L02');
  });
});
