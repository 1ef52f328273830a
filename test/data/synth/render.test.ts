import assert from 'node:assert/strict';
import { backdrop } from '../../../src/data/synth/backdrop.js';
import { body } from '../../../src/data/synth/body.js';
import { identity, type Identity } from '../../../src/data/synth/identity.js';
import { posture, type Posture } from '../../../src/data/synth/posture.js';
import { render, trace, type Rendered } from '../../../src/data/synth/render.js';
import {
  camera,
  scene,
  viewDirections,
  type Camera,
  type Scene,
  type ViewDirection,
} from '../../../src/data/synth/scene.js';
import { skeleton } from '../../../src/data/synth/skeleton.js';
import type { Part } from '../../../src/data/synth/solid.js';

const [height, width] = [128, 64];
const window = { backdrop: backdrop(5, 1, height, width), top: 3, left: 4 };
const nose = 0;
const [rightShoulder, leftShoulder, rightHip, leftHip] = [2, 5, 8, 11] as const;
const [rightEye, leftEye] = [14, 15] as const;

const arms = { flexion: 0, abduction: 0.15, foreFlexion: 0.1, foreAbduction: 0.1 };
const legs = { flexion: 0, abduction: 0.05, knee: 0.05 };
const upright: Posture = {
  kind: 'standing',
  leftArm: arms,
  rightArm: arms,
  leftLeg: legs,
  rightLeg: legs,
  lean: 0,
  twist: 0,
  headTurn: 0,
  nod: 0,
};
const level: Camera = {
  yaw: 0,
  pitch: 0.05,
  share: 0.92,
  middle: 0.5,
  bottom: 0.97,
  light: [0, 0.6, 0.8],
  exposure: 1,
};

const picture = (person: Identity, view: ViewDirection, pose = upright, from = level): Rendered =>
  render(scene(person, pose, view, from), window, height, width);

const people = Array.from({ length: 24 }, (_, index) => identity(5, index));

const partsOf = (one: Scene): readonly (Part | undefined)[] =>
  [...trace(one, height, width, 1).owner].map((index) => one.targets[index]?.solid.part);

const countOf = (items: readonly unknown[], wanted: unknown): number =>
  items.filter((item) => item === wanted).length;

describe('data/synth/render', () => {
  it('gives the same picture for the same seed, and another for another', () => {
    const of = (seed: number): Rendered =>
      picture(identity(seed, 1), 1, posture(seed, 1, 0), camera(seed, 2, 1, 0));
    assert.deepEqual(of(3), of(3));
    assert.notDeepEqual(of(3).rgb, of(4).rgb);
  });

  it('key points lie inside the frame, on the person', () => {
    for (const person of people) {
      for (const view of viewDirections) {
        const shown = picture(person, view, posture(5, person.index, view), camera(5, 3, person.index, view));
        for (const point of shown.keypoints) {
          if (point === null) continue;
          assert.ok(Number.isInteger(point.y) && Number.isInteger(point.x));
          assert.ok(point.y >= 0 && point.y < height && point.x >= 0 && point.x < width);
          // An ear or a nose in profile may fall on the pixel beside the outline.
          const near = [-1, 0, 1].some((dy) =>
            [-1, 0, 1].some((dx) => shown.mask[(point.y + dy) * width + point.x + dx] === 255),
          );
          assert.ok(near, `person ${person.index}, view ${view}: ${JSON.stringify(point)}`);
        }
      }
    }
  });

  it('eyes and nose are seen from the front and hidden from behind; neck, shoulders and hips never are', () => {
    for (const person of people) {
      const front = picture(person, 0).keypoints;
      const back = picture(person, 4).keypoints;
      for (const joint of [nose, rightEye, leftEye]) {
        assert.ok(front[joint] !== null, `joint ${joint} of person ${person.index} from the front`);
        assert.equal(back[joint], null, `joint ${joint} of person ${person.index} from behind`);
      }
      for (const view of viewDirections) {
        const points = picture(person, view).keypoints;
        for (const joint of [1, rightShoulder, leftShoulder, rightHip, leftHip]) assert.ok(points[joint]);
      }
    }
  });

  it('in profile the trunk hides the far arm', () => {
    const [right, left] = [picture(people[0]!, 2).keypoints, picture(people[0]!, 6).keypoints];
    // Facing the picture's right, the person shows the right side; elbows are joints 3 and 6.
    assert.ok(right[3] !== null && right[6] === null);
    assert.ok(left[3] === null && left[6] !== null);
  });

  it('left and right joints change sides between front and back', () => {
    for (const person of people) {
      const [front, back] = [picture(person, 0).keypoints, picture(person, 4).keypoints];
      for (const [right, left] of [
        [rightShoulder, leftShoulder],
        [rightHip, leftHip],
      ] as const) {
        assert.ok(front[right]!.x < front[left]!.x);
        assert.ok(back[right]!.x > back[left]!.x);
      }
    }
  });

  it('a person fills most of the height and the mask is the person', () => {
    const one = scene(people[2]!, upright, 1, level);
    const parts = partsOf(one);
    const { mask } = render(one, window, height, width);
    const rows = Array.from({ length: height }, (_, y) =>
      mask.subarray(y * width, (y + 1) * width).includes(255),
    );
    const tall = rows.lastIndexOf(true) - rows.indexOf(true) + 1;
    assert.ok(tall > 0.85 * height && tall < 0.96 * height, `${tall} rows`);
    const apart = parts.filter((part, at) => (part !== undefined) !== (mask[at] === 255)).length;
    assert.ok(apart < 0.03 * height * width, `${apart} pixels apart`);
    assert.ok([...mask].every((value) => value === 0 || value === 255));
  });

  it('outside the mask the picture is the backdrop, shifted', () => {
    const bright = { ...level, exposure: 1 };
    const shown = picture(people[2]!, 0, upright, bright);
    for (let x = 0; x < width; x++) {
      const behind = (window.top * window.backdrop.width + window.left + x) * 3;
      assert.equal(shown.rgb[x * 3], window.backdrop.rgb[behind]);
    }
  });
});

describe('data/synth/clothes', () => {
  it('the front of the trunk differs from the back for everybody', () => {
    for (const person of people) {
      assert.notEqual(person.top.front.kind, person.top.back.kind);
      const [front, back] = [scene(person, upright, 0, level), scene(person, upright, 4, level)];
      const [before, behind] = [partsOf(front), partsOf(back)];
      const [shown, hidden] = [render(front, window, height, width), render(back, window, height, width)];
      // From behind a point of the trunk appears about where its mirror image does from the front.
      const both = before.flatMap((part, at) => {
        const mirrored = at - (at % width) + (width - 1 - (at % width));
        return part === 'trunk' && behind[mirrored] === 'trunk' ? [[at * 3, mirrored * 3] as const] : [];
      });
      const apart = both.filter(([a, b]) =>
        [0, 1, 2].some((channel) => Math.abs(shown.rgb[a + channel]! - hidden.rgb[b + channel]!) > 60),
      );
      assert.ok(
        both.length > 200 && apart.length > 0.05 * both.length,
        `person ${person.index}: ${apart.length} of ${both.length}`,
      );
    }
  });

  it('a bag over a shoulder or in a hand is on one side only', () => {
    const carriers = Array.from({ length: 60 }, (_, index) => identity(5, index)).flatMap((person) =>
      person.bag.kind === 'shoulder' || person.bag.kind === 'hand' ? [{ person, side: person.bag.side }] : [],
    );
    assert.ok(carriers.some(({ side }) => side === 'left') && carriers.some(({ side }) => side === 'right'));
    for (const { person, side } of carriers) {
      const bags = body(person, skeleton(person, upright)).filter(({ part }) => part === 'bag');
      assert.equal(bags.length, 1);
      assert.equal(Math.sign(bags[0]!.origin[0]), side === 'left' ? 1 : -1);
      // View 2 shows the person's right side, view 6 the left.
      const [own, other] = side === 'left' ? ([6, 2] as const) : ([2, 6] as const);
      const seen = (view: ViewDirection): number =>
        countOf(partsOf(scene(person, upright, view, level)), 'bag');
      assert.ok(seen(own) > 40 && seen(own) > 1.5 * seen(other), `person ${person.index}`);
    }
  });

  it('people without a bag have none, and long hair is seen from behind', () => {
    const without = people.find(({ bag }) => bag.kind === 'none')!;
    assert.equal(countOf(partsOf(scene(without, upright, 2, level)), 'bag'), 0);
    const long = people.find(({ hair }) => hair.style === 'long')!;
    const hair = (view: ViewDirection): number => countOf(partsOf(scene(long, upright, view, level)), 'hair');
    assert.ok(hair(4) > 3 * hair(0));
  });

  it('sleeves and legs come in all lengths', () => {
    assert.equal(new Set(people.map(({ top }) => top.sleeves)).size, 3);
    assert.equal(new Set(people.map(({ bottom }) => bottom.kind)).size, 3);
  });
});

describe('data/synth/posture', () => {
  it('walkers swing the arm against the leg of the same side, and both kinds occur', () => {
    const poses = Array.from({ length: 60 }, (_, index) => posture(1, index));
    const walkers = poses.filter(({ kind }) => kind === 'walking');
    assert.ok(walkers.length > 20 && walkers.length < 55);
    const opposed = walkers.filter(
      ({ leftLeg, rightLeg, leftArm, rightArm }) =>
        (leftLeg.flexion - rightLeg.flexion) * (leftArm.flexion - rightArm.flexion) <= 0,
    );
    // The rest carry a telephone or a pocket.
    assert.ok(opposed.length > 0.7 * walkers.length);
  });

  it('somebody stands on the ground', () => {
    for (const person of people) {
      const { left, right } = skeleton(person, posture(2, person.index));
      const lowest = Math.min(left.leg.ankle[1], left.leg.toe[1], right.leg.ankle[1], right.leg.toe[1]);
      assert.ok(lowest > 0 && lowest < 0.06);
    }
  });
});
