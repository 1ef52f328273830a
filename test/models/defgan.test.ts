/** What is special to Def-GAN. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { initialParameters, parameterCounts, sizeOf } from '../../src/compile/index.js';
import { model, psi, type AnyModel } from '../../src/dsl/index.js';
import {
  datasetNames,
  defganDiscriminator,
  defganGenerators,
  defganGeneratorsDeep,
  models,
} from '../../src/models/index.js';
import { outputsOf, unsafePlan, type Numbers } from '../dsl/plans.js';
import { gives } from './gives.js';

const named = (name: string) => models.find((one) => one.name === name)!;
const drawn = (name: string, shape: readonly number[]): Numbers => ({
  shape,
  data: random(3, name).normals(sizeOf(shape)),
});
const pictures = {
  x_a: drawn('x_a', [1, 32, 32, 3]),
  p_a: drawn('p_a', [1, 32, 32, 18]),
  p_b: drawn('p_b', [1, 32, 32, 18]),
};
/* Reads two columns to the right and one row above. */
const affine = [1, 0, 2, 0, 1, -1, 0, 0];
const everywhere: Numbers = { shape: [1, 32, 32, 10], data: new Float32Array(32 * 32 * 10).fill(1) };
const ten = (rows: readonly (readonly number[])[]): Numbers => ({ shape: [1, 1, 10, 8], data: rows.flat() });
const same = (one: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: 10 }, () => one);

describe('Def-GAN’s generators', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('have shapes that the compiler knows', () => {
    gives(model(defganGenerators.none(32, 64, 8, psi.none)), { output: { h: 32, w: 64, c: 3 } });
    gives(model(defganGenerators.mask(32, 64, 8, psi.none)), { output: { h: 32, w: 64, c: 3 } });
    gives(model(defganGenerators.full(32, 64, 8, psi.one())), { output: { h: 32, w: 64, c: 3 } });
    gives(model(defganGeneratorsDeep.none(64, 128, 8, psi.none)), { output: { h: 64, w: 128, c: 3 } });
    gives(model(defganGeneratorsDeep.mask(64, 128, 8, psi.dense())), { output: { h: 64, w: 128, c: 3 } });
    gives(model(defganGeneratorsDeep.full(64, 128, 8, psi.none)), { output: { h: 64, w: 128, c: 3 } });
  });

  it('read what their warp needs, and nothing else', () => {
    const inputsOf = (of: AnyModel): readonly string[] => Object.keys(unsafePlan(of).inputs).sort();
    const always = ['p_a', 'p_b', 'x_a'];
    assert.deepEqual(inputsOf(model(defganGenerators.none(32, 32, 2, psi.none))), always);
    assert.deepEqual(inputsOf(model(defganGenerators.full(32, 32, 2, psi.none))), ['affine', ...always]);
    assert.deepEqual(inputsOf(model(defganGenerators.mask(32, 32, 2, psi.none))), ['affines', 'masks', ...always]); // prettier-ignore
  });

  it('move the four shallow levels, each of ten parts or all by one affine', () => {
    const moved = (of: AnyModel): readonly string[] => [
      ...new Set(unsafePlan(of).nodes.flatMap(({ op, shape }) => (op === 'gather' ? [shape.join('×')] : []))),
    ];
    const count = (of: AnyModel): number => unsafePlan(of).nodes.filter(({ op }) => op === 'gather').length;
    // Pixels by channels, as the decoder meets them.
    const levels = ['n×32×16', 'n×128×8', 'n×512×4', 'n×2048×2'];
    assert.deepEqual(moved(model(defganGenerators.mask(64, 32, 2, psi.none))), levels);
    assert.deepEqual(moved(model(defganGenerators.full(64, 32, 2, psi.none))), levels);
    assert.equal(count(model(defganGenerators.mask(64, 32, 2, psi.none))), 40);
    assert.equal(count(model(defganGenerators.full(64, 32, 2, psi.none))), 4);
    assert.equal(count(model(defganGeneratorsDeep.mask(64, 64, 2, psi.none))), 40);
  });

  it('of one affine give what ten equal parts give that stand everywhere, and not what others give', () => {
    const [one, parts] = [defganGenerators.full, defganGenerators.mask].map((family) =>
      unsafePlan(model(family(32, 32, 2, psi.none) as never)),
    );
    const parameters = initialParameters(one!, 1);
    const whole = outputsOf(one!, { ...pictures, affine: { shape: [1, 1, 1, 8], data: affine } }, parameters);
    const inParts = (affines: Numbers, masks = everywhere): Float32Array =>
      outputsOf(parts!, { ...pictures, affines, masks }, parameters)['output']!;
    assert.deepEqual(inParts(ten(same(affine))), whole['output']);
    assert.notDeepEqual(inParts(ten(same([1, 0, 0, 0, 1, 0, 0, 0]))), whole['output']);
    // Parts that are moved out of sight count as 0; what is below 0 stops at the decoder's relu anyway.
    const unseen = [1, 0, 1000, 0, 1, 1000, 0, 0];
    assert.deepEqual(inParts(ten([affine, ...same(unseen).slice(1)])), whole['output']);
    assert.notDeepEqual(inParts(ten(same(unseen))), whole['output']);
  });

  it('drop out in training alone, in the three deepest blocks', () => {
    for (const family of [defganGenerators.mask(32, 32, 2, psi.none), defganGenerators.none(32, 32, 2, psi.none)]) {
      const declared = model(family as never);
      assert.equal(unsafePlan(declared, 'train').noises.length, 3);
      assert.equal(unsafePlan(declared, 'infer').noises.length, 0);
    }
  }); // prettier-ignore
});

describe('masks of Def-GAN', () => {
  /* Height · width · channels of all levels of the appearance encoder, of one channel, and in cells of 2×2. */
  const counts = {
    'market-1501': { munet: 1_003_520, 'munet-o': 10_920, 'munet-g': 2_730 },
    deepfashion: { munet: 8_036_352, 'munet-o': 87_376, 'munet-g': 21_844 },
  } as const;
  for (const name of ['defgan-generator', 'defgan-baseline-generator'])
    for (const dataset of datasetNames)
      for (const [mask, entries] of Object.entries(counts[dataset]))
        it(`${name}+${mask} at ${dataset} have ${entries.toLocaleString('en')} entries`, () => {
          const plan = unsafePlan(named(`${name}+${mask}`).at[dataset]());
          assert.equal(parameterCounts(plan).maskParameters, entries);
        });

  it('stand on the appearance encoder alone, after the warp where there is one', () => {
    const plan = unsafePlan(named('defgan-generator+munet').at['market-1501']({ filters: 8 }));
    assert.deepEqual(
      plan.parameters.flatMap(({ path, role, shape }) => (role === 'mask' ? [`${path} ${shape.join('×')}`] : [])),
      [
        'skip1/psi/mask 4×2×64',
        'skip3/psi/mask 8×4×64',
        'skip5/psi/then/mask 16×8×64',
        'skip7/psi/then/mask 32×16×32',
        'skip9/psi/then/mask 64×32×16',
        'skip11/psi/then/mask 128×64×8',
      ],
    );
  }); // prettier-ignore

  it('are those of the family with this ψ', () => {
    const listed = unsafePlan(named('defgan-generator+munet').at['market-1501']({ height: 32, width: 64, filters: 4 })); // prettier-ignore
    const written = unsafePlan(model(defganGenerators.mask(32, 64, 4, psi.dense())));
    assert.deepEqual(listed.nodes, written.nodes);
  });
});

describe('Def-GAN’s discriminator', () => {
  it('judges patches of both pictures and both poses', () => {
    gives(model(defganDiscriminator(128, 64, 64)), { output: { h: 3, w: 1, c: 1 } });
    gives(model(defganDiscriminator(256, 256, 64)), { output: { h: 7, w: 7, c: 1 } });
    gives(model(defganDiscriminator(34, 34, 8)), { output: { h: 1, w: 1, c: 1 } });
    const plan = unsafePlan(model(defganDiscriminator(34, 34, 8)));
    assert.deepEqual(Object.keys(plan.inputs), ['x_a', 'p_a', 'x_b', 'p_b']);
  });
});
