/**
 * A person in front of a camera: body and joints in the camera's frame, and where they fall in the picture.
 */
import type { RandomPath } from '../../base/random.js';
import { body } from './body.js';
import { draws } from './draws.js';
import type { Identity } from './identity.js';
import type { Posture } from './posture.js';
import { skeleton, type Skeleton } from './skeleton.js';
import { moved, target, type Part, type Target } from './solid.js';
import { add, cross, scale, turnX, turnY, unit, type Vector } from './vector.js';

/** Which way the person faces, in eighths of a circle: 0 to the viewer, 2 to the picture's right, 4 away. */
export type ViewDirection = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const viewDirections: readonly ViewDirection[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** What differs between two pictures of one person in one posture and view direction. */
export interface Camera {
  /** Added to the view direction's angle. Radians. */
  readonly yaw: number;
  /** How far the camera looks down. Radians. */
  readonly pitch: number;
  /** The person's stature as a part of the image's height. */
  readonly share: number;
  /** The place of the body's middle, from the left, as a part of the image's width. */
  readonly middle: number;
  /** The place of the lowest point, from above, as a part of the image's height: above 1 the feet are cut off. */
  readonly bottom: number;
  /** Where the light comes from, in the camera's frame, and how strong it is. */
  readonly light: Vector;
  readonly exposure: number;
}

/** One joint as it may be seen: in the camera's frame, with what belongs to it. */
export interface SceneJoint {
  readonly at: Vector;
  /** Parts that show the joint rather than hide it; `'any'`: nothing hides it. */
  readonly own: readonly Part[] | 'any';
  /** The outward direction of a point of the head's surface; the joint is hidden where it points away. */
  readonly facing?: { readonly normal: Vector; readonly least: number };
}

/** All that is needed to render a picture, except what is behind the person. */
export interface Scene {
  readonly targets: readonly Target[];
  /** In the order of the 18 joints. */
  readonly joints: readonly SceneJoint[];
  readonly light: Vector;
  readonly exposure: number;
  /** Image heights per metre. */
  readonly zoom: number;
  /** Where the camera frame's origin falls: image heights from above, and image heights right of `middle`. */
  readonly originY: number;
  readonly originX: number;
  /** A part of the image's width. */
  readonly middle: number;
  /** The middle and the half width of the shadow on the ground, in the camera's frame. */
  readonly shadow: { readonly at: Vector; readonly width: number };
}

/**
 * The camera of a seed, a camera's number and an image's path. Light and height above the ground belong to the
 * camera, the rest to the image. In one image out of ten the feet lie outside, as in pictures cut out by a detector.
 */
export const camera = (seed: number, number: number, ...path: readonly RandomPath[]): Camera => {
  const fixed = draws(seed, 'camera', number);
  const draw = draws(seed, 'shot', ...path);
  const cut = draw.chance(0.1);
  return {
    yaw: draw.between(-0.16, 0.16),
    pitch: fixed.between(0.04, 0.2) + draw.between(-0.02, 0.02),
    share: draw.between(0.885, 0.945) * (cut ? 1.12 : 1),
    middle: 0.5 + draw.between(-0.045, 0.045),
    bottom: cut ? draw.between(1.06, 1.12) : draw.between(0.955, 0.985),
    light: unit([fixed.between(-0.7, 0.7), fixed.between(0.5, 0.9), 0.8]),
    exposure: fixed.between(0.9, 1.06) * draw.between(0.96, 1.04),
  };
};

/** A person in a posture, seen from a direction by a camera. */
export const scene = (person: Identity, pose: Posture, view: ViewDirection, from: Camera): Scene => {
  const bones = skeleton(person, pose);
  const yaw = (view * Math.PI) / 4 + from.yaw;
  const turn = (direction: Vector): Vector => turnX(turnY(direction, yaw), from.pitch);
  const targets = body(person, bones).map((solid) => target(moved(solid, turn, turn)));
  const low = Math.min(...targets.map((one) => one.box.low));
  const left = Math.min(...targets.map((one) => one.box.left));
  const right = Math.max(...targets.map((one) => one.box.right));
  const zoom = from.share / person.stature;
  const middle = (left + right) / 4 + turn(bones.pelvis)[0] / 2;
  return {
    targets,
    joints: jointsOf(person, bones, turn),
    light: from.light,
    exposure: from.exposure,
    zoom,
    originY: from.bottom + low * zoom,
    originX: -middle * zoom,
    middle: from.middle,
    shadow: { at: turn([bones.pelvis[0], 0, bones.pelvis[2]]), width: Math.max(0.3, (right - left) * 0.55) },
  };
};

const jointsOf = (
  person: Identity,
  bones: Skeleton,
  turn: (direction: Vector) => Vector,
): readonly SceneJoint[] => {
  const size = person.stature;
  const left = cross(bones.headUp, bones.headFront);
  const limb = (at: Vector, ...own: readonly Part[]): SceneJoint => ({ at: turn(at), own });
  // Pose estimators place neck, shoulders and hips even where the body itself covers them.
  const guessed = (at: Vector): SceneJoint => ({ at: turn(at), own: 'any' });
  const face = (x: number, y: number, z: number, least: number): SceneJoint => {
    const offset = add(scale(left, x), add(scale(bones.headUp, y), scale(bones.headFront, z)));
    return {
      at: turn(add(bones.head, scale(offset, size))),
      own: ['head'],
      facing: { normal: turn(unit(offset)), least },
    };
  };
  const { arm: leftArm, leg: leftLeg } = bones.left;
  const { arm: rightArm, leg: rightLeg } = bones.right;
  return [
    face(0, -0.012, 0.066, -0.3),
    guessed(bones.neck),
    guessed(rightArm.shoulder),
    limb(rightArm.elbow, 'right upper arm', 'right forearm'),
    limb(rightArm.wrist, 'right forearm', 'right hand'),
    guessed(leftArm.shoulder),
    limb(leftArm.elbow, 'left upper arm', 'left forearm'),
    limb(leftArm.wrist, 'left forearm', 'left hand'),
    guessed(rightLeg.hip),
    limb(rightLeg.knee, 'right thigh', 'right shin', 'skirt'),
    limb(rightLeg.ankle, 'right shin', 'right foot'),
    guessed(leftLeg.hip),
    limb(leftLeg.knee, 'left thigh', 'left shin', 'skirt'),
    limb(leftLeg.ankle, 'left shin', 'left foot'),
    face(-0.022, 0.008, 0.054, 0.02),
    face(0.022, 0.008, 0.054, 0.02),
    face(-0.048, -0.004, 0, -0.3),
    face(0.048, -0.004, 0, -0.3),
  ];
};
