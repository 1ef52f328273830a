/** A recipe's figures over pairs are means of pairs, however they stand in batches. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { term } from '../../src/learn/index.js';
import { judgeRecipe, readBy, startOf } from '../../src/recipes/index.js';
import { right } from '../learn/train/either.js';
import { lasting, people, recipeOf, trainedBy } from './instances.js';

const tiny = { dataset: 'market-1501', height: 16, width: 16, share: 1 / 32, batchSize: 2 } as const;

describe('judgeRecipe', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));
  const ready = async () => {
    const instance = recipeOf('unet-l1').at(tiny);
    const dataset = await set.at(instance);
    return { instance, dataset, weights: right(await startOf({ ...instance, dataset, seed: 5 })()) };
  };

  it('gives means of pairs, whatever the size of batches', async () => {
    const given = await ready();
    const by = (batchSize: number) => judgeRecipe({ ...given, pairs: 3, batchSize })();
    const [together, apart, uneven] = [right(await by(3)), right(await by(1)), right(await by(2))];
    const name = Object.keys(together)[0]!;
    assert.ok(together[name]! > 0);
    for (const other of [apart, uneven]) assert.ok(Math.abs(other[name]! - together[name]!) < 1e-5);
    // Another count of pairs is another mean: the figure does read what it is given.
    assert.notEqual(right(await judgeRecipe({ ...given, pairs: 1 })())[name], together[name]);
  });

  it('gives every figure of the recipe, in its order', async () => {
    const instance = recipeOf('pg2').at(tiny);
    const dataset = await set.at(instance);
    const weights = right(await startOf({ ...instance, dataset, seed: 5 })());
    const figures = right(await judgeRecipe({ instance, dataset, weights, pairs: 2 })());
    assert.deepEqual(Object.keys(figures), ['reconstruction', 'coarse', 'separation']);
    const made = right(
      await judgeRecipe({
        instance: {
          ...instance,
          figures: ({ run, read }) => ({
            l1: term.l1(run('g1')['output']!, read('x_b', [16, 16, 3])),
          }),
        },
        dataset,
        weights,
        pairs: 2,
      })(),
    );
    assert.ok(made['l1']! > 0 && made['l1']! < figures['coarse']!);
  });

  it('L02: weights of other networks, and none', async () => {
    const { instance, dataset, weights } = await ready();
    const [path] = Object.keys(weights);
    const { [path!]: _left, ...rest } = weights;
    const judged = await judgeRecipe({ instance, dataset, weights: rest })();
    assert.ok(E.isLeft(judged));
    assert.match(judged.left[0]!.text, /^✗ L02 /);
    assert.ok(judged.left[0]!.text.includes(path!));
  });
});

describe('startOf', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  it('is what a training of no step ends with, and holds what was given', async () => {
    const instance = recipeOf('pg2').at(tiny);
    const dataset = await set.at(instance);
    const begun = right(await startOf({ ...instance, dataset, seed: 5 })());
    assert.deepEqual(begun, (await trainedBy(lasting(instance, 0, 0), dataset)).weights);
    const path = 'g2/conv1/bias';
    const given = { [path]: { ...begun[path]!, data: begun[path]!.data.map(() => 7) } };
    const changed = right(await startOf({ ...instance, dataset, seed: 5, weights: given })());
    assert.deepEqual(changed, { ...begun, ...given });
    assert.notDeepEqual(right(await startOf({ ...instance, dataset, seed: 6 })()), begun);
  });
});

describe('readBy', () => {
  it('keeps the feeds that a plan reads', () => {
    const { binding } = recipeOf('pg2').at(tiny);
    const { plan } = { plan: { inputs: { x_a: { shape: [], id: 0 } } } } as never as Parameters<
      typeof readBy
    >[0];
    assert.deepEqual(Object.keys(readBy({ plan }, binding).feeds), ['x_a']);
    assert.ok(Object.keys(binding.feeds).length > 1);
  });
});
