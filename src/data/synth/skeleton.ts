/**
 * Where a person's joints are in the person's own frame, from who it is and how the person stands.
 *
 * Metres; the origin lies on the ground under the hips. See `vector.ts` for the axes.
 */
import type { Identity } from './identity.js';
import type { ArmPosture, LegPosture, Posture } from './posture.js';
import { add, scale, turnX, turnY, type Vector } from './vector.js';

/** A leg's joints, from the hip to the tip of the shoe. */
export interface Leg {
  readonly hip: Vector;
  readonly knee: Vector;
  readonly ankle: Vector;
  readonly toe: Vector;
}

/** An arm's joints, from the shoulder to the middle of the hand. */
export interface Arm {
  readonly shoulder: Vector;
  readonly elbow: Vector;
  readonly wrist: Vector;
  readonly hand: Vector;
}

/** All joints, and the frames of trunk and head. */
export interface Skeleton {
  readonly pelvis: Vector;
  /** Half way between the shoulders, which is what pose estimators call the neck. */
  readonly neck: Vector;
  readonly head: Vector;
  readonly chestFront: Vector;
  readonly chestUp: Vector;
  readonly headFront: Vector;
  readonly headUp: Vector;
  readonly left: { readonly arm: Arm; readonly leg: Leg };
  readonly right: { readonly arm: Arm; readonly leg: Leg };
}

/** The joints of a person in a posture, the lower foot on the ground. */
export const skeleton = (person: Identity, pose: Posture): Skeleton => {
  const size = person.stature;
  const left = legOf(person, pose.leftLeg, 1);
  const right = legOf(person, pose.rightLeg, -1);
  const lowest = Math.min(left.ankle[1], left.toe[1], right.ankle[1], right.toe[1]);
  const raise = (point: Vector): Vector => [point[0], point[1] - lowest + 0.022 * size, point[2]];
  const raiseLeg = (leg: Leg): Leg => ({
    hip: raise(leg.hip),
    knee: raise(leg.knee),
    ankle: raise(leg.ankle),
    toe: raise(leg.toe),
  });
  const pelvis = raise([0, 0, 0]);
  const trunk = (direction: Vector): Vector => turnX(direction, pose.lean);
  const chest = (direction: Vector): Vector => trunk(turnY(direction, pose.twist));
  const neck = add(pelvis, trunk([0, (0.815 - person.leg) * size, 0]));
  const skull = (direction: Vector): Vector => chest(turnY(turnX(direction, pose.nod), pose.headTurn));
  const head = add(add(neck, trunk([0, 0.045 * size, 0.004 * size])), skull([0, 0.068 * size, 0.008 * size]));
  const arm = (angles: ArmPosture, sign: 1 | -1): Arm => {
    const shoulder = add(neck, chest([sign * person.shoulder * size, 0, 0]));
    const elbow = add(shoulder, scale(chest(limb(angles.flexion, angles.abduction, sign)), 0.168 * size));
    const fore = chest(limb(angles.foreFlexion, angles.foreAbduction, sign));
    const wrist = add(elbow, scale(fore, 0.145 * size));
    return { shoulder, elbow, wrist, hand: add(wrist, scale(fore, 0.04 * size)) };
  };
  return {
    pelvis,
    neck,
    head,
    chestFront: chest([0, 0, 1]),
    chestUp: trunk([0, 1, 0]),
    headFront: skull([0, 0, 1]),
    headUp: skull([0, 1, 0]),
    left: { arm: arm(pose.leftArm, 1), leg: raiseLeg(left) },
    right: { arm: arm(pose.rightArm, -1), leg: raiseLeg(right) },
  };
};

/** A limb that hangs down, lifted by the two angles; `sign` is 1 on the person's left. */
const limb = (flexion: number, abduction: number, sign: 1 | -1): Vector => [
  sign * Math.sin(abduction),
  -Math.cos(abduction) * Math.cos(flexion),
  Math.cos(abduction) * Math.sin(flexion),
];

/** A leg from a pelvis at the origin. */
const legOf = (person: Identity, angles: LegPosture, sign: 1 | -1): Leg => {
  const size = person.stature;
  const half = ((person.leg - 0.04) / 2) * size;
  const hip: Vector = [sign * 0.052 * size * person.build, 0, 0];
  const knee = add(hip, scale(limb(angles.flexion, angles.abduction, sign), half));
  const shin = angles.flexion - angles.knee;
  const ankle = add(knee, scale(limb(shin, angles.abduction * 0.4, sign), half));
  // The foot stays level while its leg is ahead of the body and tips on its toes when the leg trails.
  const tip = Math.min(0, shin) * 0.8;
  const toe = add(ankle, scale([sign * 0.2, -0.2 + Math.sin(tip), Math.cos(tip)], 0.088 * size));
  return { hip, knee, ankle, toe };
};
