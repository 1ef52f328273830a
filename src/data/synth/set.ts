/**
 * Which pictures the set consists of, and the picture of each: a pure function of the options.
 */
import { random } from '../../base/random.js';
import type { Annotation, Pair } from '../csv.js';
import type { Keypoints } from '../joints.js';
import { pairsOf } from '../pairs.js';
import { backdrop, type Backdrop } from './backdrop.js';
import { draws } from './draws.js';
import { identity } from './identity.js';
import { posture } from './posture.js';
import { render, type Rendered } from './render.js';
import { camera, scene, viewDirections, type ViewDirection } from './scene.js';

/** The two parts of a set; no person is in both. */
export type Split = 'train' | 'test';

/** What decides the pictures of a set. */
export interface SetOptions {
  /** People to train on, and other people to test with. */
  readonly identities: number;
  readonly testIdentities: number;
  readonly imagesPerIdentity: number;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  readonly seed: number;
}

/** One picture of the set, not rendered yet. */
export interface Shot {
  /** `IIII_cCsS_FFFFFF_NN.jpg`: person from 0001, camera, sequence, frame, detection. */
  readonly name: string;
  readonly split: Split;
  /** The person's number, from 0. */
  readonly person: number;
  /** The picture's number among those of its person, from 0. */
  readonly image: number;
  readonly view: ViewDirection;
  /** From 1 to 6. */
  readonly camera: number;
}

/** How many cameras there are. */
export const cameras = 6;

/**
 * The pictures of a set, by person and then by name: the first `identities` people are for training. Every run of
 * eight pictures of a person has each of the eight view directions once.
 */
export const shots = (options: SetOptions): readonly Shot[] => {
  const { identities, testIdentities, imagesPerIdentity, seed } = options;
  return Array.from({ length: identities + testIdentities }, (_, person) => {
    const views = viewsOf(seed, person, imagesPerIdentity);
    const draw = draws(seed, 'shots', person);
    let frame = draw.whole(1, 400);
    return views
      .map((view, image): Shot => {
        frame += draw.whole(5, 60);
        const from = draw.whole(1, cameras);
        const name = `${digits(person + 1, 4)}_c${from}s${draw.whole(1, 3)}_${digits(frame, 6)}_01.jpg`;
        const split = person < identities ? 'train' : 'test';
        return { name, split, person, image, view, camera: from };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }).flat();
};

const viewsOf = (seed: number, person: number, count: number): readonly ViewDirection[] =>
  Array.from({ length: Math.ceil(count / viewDirections.length) }, (_, block) =>
    [...random(seed, 'synth', 'views', person, block).permutation(viewDirections.length)].map(
      (view) => viewDirections[view] ?? 0,
    ),
  )
    .flat()
    .slice(0, count);

/** Renders the pictures of a set; the six backdrops are made once. */
export const photographer = (options: SetOptions): ((shot: Shot) => Rendered) => {
  const { seed, height, width } = options;
  const backdrops: readonly Backdrop[] = Array.from({ length: cameras }, (_, index) =>
    backdrop(seed, index + 1, height, width),
  );
  return ({ person, image, view, camera: number }) => {
    const who = identity(seed, person);
    const taken = camera(seed, number, person, image);
    const behind = backdrops[number - 1] ?? backdrop(seed, number, height, width);
    const shift = draws(seed, 'window', person, image);
    const window = {
      backdrop: behind,
      top: shift.whole(0, behind.slackY),
      left: shift.whole(0, behind.slackX),
    };
    return render(scene(who, posture(seed, person, image), view, taken), window, height, width);
  };
};

/** A picture that was rendered, as far as the lists need it. */
export interface Taken {
  readonly shot: Shot;
  readonly keypoints: Keypoints;
}

/** The key points of pictures, as rows of an annotation file. */
export const annotationsOf = (taken: readonly Taken[]): readonly Annotation[] =>
  taken.map(({ shot, keypoints }) => ({ name: shot.name, keypoints }));

/** The pairs of pictures by the data sets' common rule; with `otherView` those that differ in the view direction. */
export const pairsWithin = (taken: readonly Taken[], otherView: boolean): readonly Pair[] => {
  const views = new Map(taken.map(({ shot }) => [shot.name, shot.view]));
  const pairs = pairsOf(annotationsOf(taken));
  return otherView ? pairs.filter(({ from, to }) => views.get(from) !== views.get(to)) : pairs;
};

const digits = (number: number, count: number): string => String(number).padStart(count, '0');
