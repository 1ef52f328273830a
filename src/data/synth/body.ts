/**
 * A person's body, hair, clothes and bag as solids in the person's own frame.
 */
import {
  bagPaint,
  dyed,
  forearmPaint,
  headPaint,
  hemPaint,
  hipsPaint,
  shinPaint,
  shoePaint,
  thighPaint,
  trunkPaint,
  upperArmPaint,
} from './clothes.js';
import type { Identity, Side } from './identity.js';
import type { Skeleton } from './skeleton.js';
import { cone, ellipsoid, type Solid } from './solid.js';
import { add, between, cross, scale, subtract, unit, type Vector } from './vector.js';

/** All solids of a person whose joints are given. */
export const body = (person: Identity, bones: Skeleton): readonly Solid[] => [
  ...trunk(person, bones),
  ...headAndHair(person, bones),
  ...arm(person, bones, 'left'),
  ...arm(person, bones, 'right'),
  ...leg(person, bones, 'left'),
  ...leg(person, bones, 'right'),
  ...bag(person, bones),
];

const forwards: Vector = [0, 0, 1];

const trunk = (person: Identity, bones: Skeleton): readonly Solid[] => {
  const size = person.stature;
  const girth = size * person.build;
  const { pelvis, neck, chestFront, chestUp } = bones;
  const hips = add(pelvis, scale(chestUp, 0.035 * size));
  const chest = add(neck, scale(chestUp, -0.075 * size));
  const length = subtract(chest, hips);
  const radius = 0.092 * girth;
  const paint = trunkPaint(person, Math.hypot(...length), radius);
  const shoulders = { left: bones.left.arm.shoulder, right: bones.right.arm.shoulder };
  const { colour, back, front } = person.top;
  const behind = back.kind === 'yoke' ? back.colour : colour;
  const before = front.kind === 'panel' ? front.colour : colour;
  // From the neck to a shoulder; the frame lies across the body, so only z tells front from back.
  const slope = (shoulder: Vector): Solid =>
    cone({
      part: 'trunk',
      from: add(neck, scale(chestUp, 0.012 * size)),
      to: shoulder,
      front: chestFront,
      radii: [0.03 * girth, 0.03 * girth],
      paint: (_x, _y, z) => (z > 0 ? before : behind),
    });
  const solids: Solid[] = [
    cone({
      part: 'trunk',
      from: hips,
      to: chest,
      front: chestFront,
      radii: [0.079 * girth, radius],
      deep: 0.66,
      paint,
    }),
    slope(shoulders.left),
    slope(shoulders.right),
    ellipsoid({
      part: 'trunk',
      centre: add(pelvis, [0, -0.005 * size, -0.006 * size]),
      up: [0, 1, 0],
      front: forwards,
      radii: [0.088 * girth, 0.07 * size, 0.066 * girth],
      paint: hipsPaint(person),
    }),
    cone({
      part: 'neck',
      from: add(neck, scale(chestUp, -0.02 * size)),
      to: bones.head,
      front: chestFront,
      radii: [0.03 * girth, 0.028 * girth],
      paint: dyed(person.skin),
    }),
  ];
  if (person.bottom.kind === 'skirt') solids.push(overThighs(person, bones, 0.2, dyed(person.bottom.colour)));
  if (person.top.hem === 'thigh') solids.push(overThighs(person, bones, 0.12, hemPaint(person)));
  return solids;
};

/** A skirt, or the lower end of a coat: hangs from the hips, over both thighs. */
const overThighs = (person: Identity, bones: Skeleton, drop: number, paint: Solid['paint']): Solid => {
  const size = person.stature;
  const knees = between(bones.left.leg.knee, bones.right.leg.knee, 0.5);
  const from = bones.pelvis;
  const down = unit(subtract(knees, from));
  return cone({
    part: 'skirt',
    from,
    to: add(from, scale(down, drop * size)),
    front: forwards,
    radii: [0.085 * size * person.build, (0.082 + 0.09 * drop) * size * person.build],
    deep: 0.8,
    open: true,
    paint,
  });
};

const headAndHair = (person: Identity, bones: Skeleton): readonly Solid[] => {
  const size = person.stature;
  const { head, headUp, headFront } = bones;
  const left = cross(headUp, headFront);
  const at = (x: number, y: number, z: number): Vector =>
    add(head, add(scale(left, x * size), add(scale(headUp, y * size), scale(headFront, z * size))));
  const { hair } = person;
  const locks = (centre: Vector, radii: Vector): Solid =>
    ellipsoid({
      part: 'hair',
      centre,
      up: headUp,
      front: headFront,
      radii: scale(radii, size),
      paint: dyed(hair.colour),
    });
  const ball = (centre: Vector, radius: number): Solid =>
    ellipsoid({
      part: 'head',
      centre,
      up: headUp,
      front: headFront,
      radii: [radius * size, radius * size, radius * size],
      paint: dyed(person.skin),
    });
  const solids: Solid[] = [
    ellipsoid({
      part: 'head',
      centre: head,
      up: headUp,
      front: headFront,
      radii: [0.053 * size, 0.07 * size, 0.06 * size],
      paint: headPaint(person),
    }),
    ball(at(0, -0.012, 0.059), 0.0115),
  ];
  if (hair.style !== 'long') solids.push(ball(at(0.05, -0.004, 0), 0.013), ball(at(-0.05, -0.004, 0), 0.013));
  if (hair.style === 'long') {
    solids.push(
      locks(at(0, -0.012, -0.022), [0.062, 0.078, 0.052]),
      locks(at(0, -0.085, -0.034), [0.062, 0.075, 0.03]),
    );
  }
  if (hair.style === 'short') solids.push(locks(at(0, 0.02, -0.01), [0.056, 0.057, 0.058]));
  if (hair.style === 'bun') solids.push(locks(at(0, 0.06, -0.04), [0.03, 0.028, 0.03]));
  if (hair.style === 'ponytail') {
    solids.push(
      cone({
        part: 'hair',
        from: at(0, 0.03, -0.062),
        to: at(0, -0.095, -0.082),
        front: headFront,
        radii: [0.02 * size, 0.014 * size],
        paint: dyed(hair.colour),
      }),
    );
  }
  if (hair.style === 'cap') {
    solids.push(
      ellipsoid({
        part: 'hair',
        centre: at(0, 0.035, 0.055),
        up: headUp,
        front: headFront,
        radii: [0.043 * size, 0.009 * size, 0.046 * size],
        paint: dyed(hair.cap),
      }),
    );
  }
  return solids;
};

const arm = (person: Identity, bones: Skeleton, side: Side): readonly Solid[] => {
  const girth = person.stature * person.build;
  const { shoulder, elbow, wrist, hand } = bones[side].arm;
  const loose = person.top.sleeves === 'none' ? 0.9 : 1;
  const front = bones.chestFront;
  return [
    cone({
      part: `${side} upper arm`,
      from: shoulder,
      to: elbow,
      front,
      radii: [0.033 * girth * loose, 0.026 * girth * loose],
      paint: upperArmPaint(person),
    }),
    cone({
      part: `${side} forearm`,
      from: elbow,
      to: wrist,
      front,
      radii: [0.0255 * girth, (person.top.sleeves === 'long' ? 0.022 : 0.018) * girth],
      paint: forearmPaint(person),
    }),
    cone({
      part: `${side} hand`,
      from: between(wrist, hand, 0.2),
      to: hand,
      front,
      radii: [0.017 * girth, 0.02 * girth],
      paint: dyed(person.skin),
    }),
  ];
};

const leg = (person: Identity, bones: Skeleton, side: Side): readonly Solid[] => {
  const size = person.stature;
  const girth = size * person.build;
  const { hip, knee, ankle, toe } = bones[side].leg;
  const loose = person.bottom.kind === 'trousers' ? 1.12 : 0.95;
  return [
    cone({
      part: `${side} thigh`,
      from: hip,
      to: knee,
      front: forwards,
      radii: [0.052 * girth, 0.035 * girth * loose],
      paint: thighPaint(person),
    }),
    cone({
      part: `${side} shin`,
      from: knee,
      to: ankle,
      front: forwards,
      radii: [0.034 * girth * loose, 0.022 * girth * loose * loose],
      paint: shinPaint(person),
    }),
    cone({
      part: `${side} foot`,
      from: ankle,
      to: toe,
      front: [0, 1, 0],
      radii: [0.024 * size, 0.02 * size],
      wide: 1.1,
      paint: shoePaint(person),
    }),
  ];
};

const bag = (person: Identity, bones: Skeleton): readonly Solid[] => {
  const { bag: carried, stature: size } = person;
  if (carried.kind === 'none') return [];
  const paint = bagPaint(carried.colour);
  const { chestFront, chestUp } = bones;
  if (carried.kind === 'back') {
    const middle = between(bones.pelvis, bones.neck, 0.58);
    const centre = add(middle, scale(chestFront, -0.1 * size));
    const radii: Vector = [0.085 * size, 0.12 * size, 0.06 * size];
    return [ellipsoid({ part: 'bag', centre, up: chestUp, front: chestFront, radii, paint })];
  }
  const outwards = carried.side === 'left' ? 1 : -1;
  const { hand } = bones[carried.side].arm;
  const centre: Vector =
    carried.kind === 'hand'
      ? add(hand, [outwards * 0.012 * size, -0.085 * size, 0])
      : add(bones.pelvis, [outwards * 0.125 * size * person.build, 0, -0.015 * size]);
  const radii: Vector =
    carried.kind === 'hand'
      ? [0.028 * size, 0.075 * size, 0.085 * size]
      : [0.035 * size, 0.07 * size, 0.09 * size];
  return [ellipsoid({ part: 'bag', centre, up: [0, 1, 0], front: forwards, radii, paint })];
};
