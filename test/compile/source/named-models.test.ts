/** Names of files and identifiers: safe, short, no two alike, whatever a model is called. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { inferencePlan, namedModels, withInference } from '../../../src/compile/source/named-models.js';
import { pathFlaw } from '../../../src/compile/source/folder/paths.js';
import { targets } from '../../../src/compile/source/targets.js';
import { conv, input, model, seq, unsafeElaborate } from '../../../src/dsl/index.js';
import { hostileName, hostileNames } from './hostile.js';

const elaborated = unsafeElaborate(model(seq(input('x', 4, 4, 1), conv(1))));
const named = (names: readonly string[]) => namedModels(names.map((name) => ({ name, elaborated })));

const isSound = (names: readonly string[]): void => {
  const models = named(names);
  const files = models.map(({ file }) => file);
  for (const file of files) {
    assert.match(file, /^[a-z][a-z0-9_-]{0,120}$/);
    assert.equal(pathFlaw(`${file}.ts`), undefined);
  }
  for (const { identifier } of models) assert.match(identifier, /^[A-Za-z_$][A-Za-z0-9_$]*$/);
  assert.equal(new Set(files.map((file) => file.replaceAll('-', '_'))).size, names.length);
  assert.equal(new Set(models.map(({ identifier }) => identifier)).size, names.length);
  assert.deepEqual(models.map(({ name }) => name), names); // prettier-ignore
};

describe('named models', () => {
  it('have files and identifiers that say what they are', () => {
    assert.deepEqual(
      named(['vdg-market-psi_grid_8x8', 'vdg-stage1+munet', 'VDG, Stage I', 'class', 'index', '2d']).map(
        ({ file, identifier }) => [file, identifier],
      ),
      [
        ['vdg-market-psi_grid_8x8', 'vdgMarketPsiGrid8x8'],
        ['vdg-stage1-munet', 'vdgStage1Munet'],
        ['vdg-stage-i', 'vdgStageI'],
        ['class', 'class_2'],
        ['index-2', 'index'],
        ['x2d', 'x2d'],
      ],
    );
  });

  it('that would have one file, or one with _ for -, or a device of Windows, are numbered', () => {
    assert.deepEqual(
      named(['a b', 'a-b', 'A_B', 'a/b', 'con', 'README', 'x.'.repeat(99)]).map(({ file }) => file),
      ['a-b', 'a-b-2', 'a_b-3', 'a-b-4', 'con-2', 'readme-2', 'x-'.repeat(50).slice(0, 99)],
    );
  });

  it('are sound for 500 hostile names, alone and together (R11)', () => {
    assert.equal(hostileNames.length, 500);
    isSound(hostileNames);
    for (const name of hostileNames) isSound([name]);
  });

  it('are sound for any names, and the same each time', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { maxLength: 8 }), (names) => {
        isSound(names);
        assert.deepEqual(named(names), named(names));
      }),
      { numRuns: 200 },
    );
  });

  it('have one plan for inference, which every target that reads it is given', async () => {
    const [once] = named(['a']).map(withInference);
    assert.equal(inferencePlan(once!), inferencePlan(once!));
    for (const name of ['typescript-standalone', 'pytorch', 'onnx'] as const) {
      let asked = 0;
      const inference = () => (asked++, inferencePlan(once!));
      const { files } = await targets[name].load();
      assert.equal(files({ ...once!, inference })._tag, 'Right');
      assert.equal(asked, 1, name);
    }
  });
});
