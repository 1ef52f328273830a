/** The models that pictures are tested on, and their scenes; each is made once. */
import * as E from 'fp-ts/lib/Either.js';
import { faultError } from '../../../../src/base/fault.js';
import { sceneOf, type Depth, type Scene } from '../../../../src/compile/source/diagram/index.js';
import { unsafeElaborate, type AnyModel } from '../../../../src/dsl/index.js';
import { datasetNames, models } from '../../../../src/models/index.js';

export const full = process.env['MASKSKIP_FULL'] === '1';

/** A model under a name. */
export interface Subject {
  readonly name: string;
  readonly model: () => AnyModel;
}

/** All listed models at their own sizes; in a short run those for Market-1501, and of the masks mUNet's alone. */
export const subjects: readonly Subject[] = models
  .filter(({ name }) => full || !/\+munet-[og]$/.test(name))
  .flatMap(({ name, at }) =>
    datasetNames
      .filter((dataset) => full || dataset === 'market-1501')
      .map((dataset) => ({ name: `${name} at ${dataset}`, model: () => at[dataset]() })),
  );

const made = new Map<string, Scene>();
/** The scene of a subject. */
export const sceneAt = ({ name, model }: Subject, depth: Depth = 'levels'): Scene => {
  const key = `${name} ${depth}`;
  const scene = made.get(key) ?? unsafeScene(model(), name, depth);
  made.set(key, scene);
  return scene;
};

/** The scene of a model; throws its faults. */
export const unsafeScene = (declared: AnyModel, name = 'model', depth: Depth = 'levels'): Scene => {
  const scene = sceneOf(unsafeElaborate(declared), { name, depth });
  if (E.isLeft(scene)) throw faultError(scene.left);
  return scene.right;
};
