/**
 * How the person stands or walks: joint angles, drawn from a seed and a path.
 *
 * All angles are in radians. Flexion lifts a limb forwards, abduction lifts it away from the body.
 */
import type { RandomPath } from '../../base/random.js';
import { draws, type Draws } from './draws.js';

/** The direction of an arm's two halves. */
export interface ArmPosture {
  readonly flexion: number;
  readonly abduction: number;
  readonly foreFlexion: number;
  /** Negative: the forearm lies across the body. */
  readonly foreAbduction: number;
}

/** The direction of a leg's two halves; `knee` is how far the knee is bent. */
export interface LegPosture {
  readonly flexion: number;
  readonly abduction: number;
  readonly knee: number;
}

/** A pose, independent of who takes it. */
export interface Posture {
  readonly kind: 'walking' | 'standing';
  readonly leftArm: ArmPosture;
  readonly rightArm: ArmPosture;
  readonly leftLeg: LegPosture;
  readonly rightLeg: LegPosture;
  /** The trunk leans forwards. */
  readonly lean: number;
  /** The shoulders turn against the hips, to the person's left. */
  readonly twist: number;
  /** The head turns to the person's left, and nods forwards. */
  readonly headTurn: number;
  readonly nod: number;
}

/** The posture of a seed and a path: walking in two cases out of three. */
export const posture = (seed: number, ...path: readonly RandomPath[]): Posture => {
  const draw = draws(seed, 'posture', ...path);
  return draw.chance(0.62) ? walking(draw) : standing(draw);
};

const walking = (draw: Draws): Posture => {
  const phase = draw.between(0, 2 * Math.PI);
  const stride = degrees(draw.between(17, 29));
  const swing = degrees(draw.between(14, 32));
  const sine = Math.sin(phase);
  const elbow = degrees(draw.between(8, 38));
  const leg = (sign: number): LegPosture => ({
    flexion: sign * stride * sine + degrees(3),
    abduction: degrees(draw.between(1, 4)),
    // The knee bends while its leg comes forwards.
    knee: degrees(7) + degrees(44) * Math.max(0, sign * Math.cos(phase)),
  });
  const arm = (sign: number): ArmPosture => ({
    flexion: -sign * swing * sine,
    abduction: degrees(draw.between(5, 11)),
    foreFlexion: -sign * swing * sine + elbow * (0.7 - 0.3 * sign * sine),
    foreAbduction: degrees(draw.between(-8, 8)),
  });
  const busy = draw.chance(0.25);
  const gesture = armOf(draw, draw.one(gestures));
  const left = draw.chance(0.5);
  return {
    kind: 'walking',
    leftLeg: leg(1),
    rightLeg: leg(-1),
    leftArm: busy && left ? gesture : arm(1),
    rightArm: busy && !left ? gesture : arm(-1),
    lean: degrees(draw.between(0, 6)),
    twist: -0.25 * stride * sine,
    ...headOf(draw),
  };
};

const standing = (draw: Draws): Posture => {
  const both = draw.one(['hang', 'hang', 'pocket', 'folded', 'akimbo', 'behind', 'own'] as const);
  const arm = (): ArmPosture =>
    both === 'own' ? armOf(draw, draw.one(gestures)) : armOf(draw, draw.chance(0.85) ? both : 'hang');
  const leg = (): LegPosture => ({
    flexion: degrees(draw.between(-6, 8)),
    abduction: degrees(draw.between(2, 7)),
    knee: degrees(draw.between(2, 12)),
  });
  return {
    kind: 'standing',
    leftArm: arm(),
    rightArm: arm(),
    leftLeg: leg(),
    rightLeg: leg(),
    lean: degrees(draw.between(-2, 4)),
    twist: degrees(draw.between(-8, 8)),
    ...headOf(draw),
  };
};

const headOf = (draw: Draws): Pick<Posture, 'headTurn' | 'nod'> => ({
  headTurn: degrees(draw.between(-18, 18)),
  nod: degrees(draw.between(-4, 12)),
});

type Gesture = 'hang' | 'pocket' | 'folded' | 'akimbo' | 'behind' | 'phone' | 'ear';

const gestures = ['hang', 'pocket', 'folded', 'phone', 'ear', 'akimbo'] as const satisfies readonly Gesture[];

/** Flexion, abduction, and the same of the forearm, in degrees. */
const armAngles: Readonly<Record<Gesture, readonly [number, number, number, number]>> = {
  hang: [0, 6, 10, 2],
  pocket: [-12, 14, 14, -8],
  folded: [22, 12, 62, -58],
  akimbo: [-10, 42, 12, -48],
  behind: [-30, 10, -16, -42],
  phone: [14, 10, 82, -22],
  ear: [28, 26, 148, -12],
};

const armOf = (draw: Draws, gesture: Gesture): ArmPosture => {
  const [flexion, abduction, foreFlexion, foreAbduction] = armAngles[gesture];
  const shake = (angle: number): number => degrees(angle + draw.between(-6, 6));
  return {
    flexion: shake(flexion),
    abduction: degrees(abduction + draw.between(-3, 5)),
    foreFlexion: shake(foreFlexion),
    foreAbduction: shake(foreAbduction),
  };
};

const degrees = (angle: number): number => (angle * Math.PI) / 180;
