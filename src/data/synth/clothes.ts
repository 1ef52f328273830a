/**
 * The colours of a person's surface, part by part, as paints of solids: what tells front from back.
 *
 * Every paint decides by the solid's own frame, so the pattern turns with the body.
 */
import type { Colour, Identity, Print } from './identity.js';
import type { Paint } from './solid.js';

/** A garment or a thing of one colour. */
export const dyed =
  (colour: Colour): Paint =>
  () =>
    colour;

const darker = (colour: Colour, factor: number): Colour => [
  colour[0] * factor,
  colour[1] * factor,
  colour[2] * factor,
];

/** What a point of the trunk shows: `x` to the left and `y` upwards, both from −1 to 1 over the chest. */
const printed = (print: Print, base: Colour, x: number, y: number): Colour => {
  switch (print.kind) {
    case 'plain':
      return base;
    case 'stripes':
      return Math.floor((y + 1) * 3.2) % 2 === 0 ? print.colour : base;
    case 'zip':
      return Math.abs(x) < 0.14 ? print.colour : base;
    case 'open':
      return Math.abs(x) < 0.42 - 0.1 * y ? print.colour : base;
    case 'logo':
      return Math.abs(x) < 0.5 && y > -0.2 && y < 0.52 ? print.colour : base;
    case 'panel':
      return print.colour;
    case 'block':
      return Math.abs(x) < 0.55 && y > -0.55 && y < 0.55 ? print.colour : base;
    case 'yoke':
      return y > 0.35 ? print.colour : base;
  }
};

/** The bag's strap over the trunk: from the other shoulder to the bag's side. */
const strapped = (person: Identity, x: number, y: number, front: boolean): Colour | undefined => {
  const { bag } = person;
  if (bag.kind === 'back') return front && Math.abs(Math.abs(x) - 0.62) < 0.13 ? bag.colour : undefined;
  if (bag.kind !== 'shoulder') return undefined;
  const side = bag.side === 'left' ? 1 : -1;
  return Math.abs(x * side + y * 0.85 - 0.02) < 0.13 ? bag.colour : undefined;
};

/** The trunk: prints, strap, and the belly above a short hem. Its segment runs from the hips to the chest. */
export const trunkPaint = (person: Identity, length: number, radius: number): Paint => {
  const { top } = person;
  const waistline = top.hem === 'waist' ? 0.06 : -1;
  return (x, y, z, along) => {
    if (along < waistline) return person.bottom.colour;
    const across = x / radius;
    const up = (2 * y) / length - 1;
    const front = z > 0;
    return (
      strapped(person, across, up, front) ?? printed(front ? top.front : top.back, top.colour, across, up)
    );
  };
};

/** The hips: covered by the upper garment if it is long, else by the lower one. */
export const hipsPaint = (person: Identity): Paint => {
  const edge = { waist: 2, hip: 0.05, thigh: -2 }[person.top.hem];
  return (_x, y) => (y > edge ? person.top.colour : person.bottom.colour);
};

/** The part of a long upper garment that hangs over the thighs; an open jacket shows a line in front. */
export const hemPaint = (person: Identity): Paint => {
  const { front, colour } = person.top;
  const line = front.kind === 'open' || front.kind === 'panel' ? front.colour : darker(colour, 0.6);
  return (x, _y, z) => (z > 0 && Math.abs(x) < 0.012 * person.stature ? line : colour);
};

/** An upper arm, down to the elbow. */
export const upperArmPaint = (person: Identity): Paint => {
  const { sleeves, sleeveColour } = person.top;
  const covered = { none: 0.08, short: 0.68, long: 2 }[sleeves];
  return (_x, _y, _z, along) => (along < covered ? sleeveColour : person.skin);
};

/** A forearm, with a cuff at the end of a long sleeve. */
export const forearmPaint = (person: Identity): Paint => {
  if (person.top.sleeves !== 'long') return dyed(person.skin);
  const cuff = darker(person.top.sleeveColour, 0.65);
  return (_x, _y, _z, along) => (along > 0.88 ? cuff : person.top.sleeveColour);
};

/** A thigh; trousers have a pocket behind. */
export const thighPaint = (person: Identity): Paint => {
  const { kind, colour, below } = person.bottom;
  const covered = { trousers: 2, shorts: 0.72, skirt: 0.62 }[kind];
  const coat = person.top.hem === 'thigh' ? 0.36 : -1;
  const pocket = darker(colour, 0.72);
  const size = person.stature;
  return (x, _y, z, along) => {
    if (along < coat) return person.top.colour;
    if (along >= covered) return below;
    return z < 0 && kind !== 'skirt' && along > 0.12 && along < 0.32 && Math.abs(x) < 0.022 * size
      ? pocket
      : colour;
  };
};

/** A shin. */
export const shinPaint = (person: Identity): Paint =>
  dyed(person.bottom.kind === 'trousers' ? person.bottom.colour : person.bottom.below);

/** The head, in units of its half axes: a face in front, hair above and behind. */
export const headPaint = (person: Identity): Paint => {
  const { hair, skin } = person;
  const scalp = hair.style === 'cap' ? hair.cap : hair.colour;
  const lips: Colour = [skin[0] * 0.78, skin[1] * 0.5, skin[2] * 0.5];
  const cheek = darker(skin, 0.86);
  const bald = hair.style === 'bald';
  const sideburn = hair.style === 'long' ? 0.42 : 0.02;
  return (x, y, z) => {
    const hairline = z > 0.2 ? 0.5 : -0.5;
    if (!bald && (y > hairline || (y > -0.35 && z < sideburn))) {
      // A cap covers the crown only: hair shows below its edge.
      return hair.style === 'cap' && y < 0.28 ? hair.colour : scalp;
    }
    if (z > 0.25) {
      if (y > 0.02 && y < 0.22 && Math.abs(Math.abs(x) - 0.42) < 0.17) return eyes;
      if (y > -0.62 && y < -0.44 && Math.abs(x) < 0.34) return lips;
      if (y > -0.34 && y < 0.04 && Math.abs(x) < 0.1) return cheek;
    }
    return skin;
  };
};

const eyes: Colour = [38, 32, 34];

/** A shoe with a pale sole. */
export const shoePaint = (person: Identity): Paint => {
  const { shoes } = person;
  const sole = shoes[0] + shoes[1] + shoes[2] > 380 ? darker(shoes, 0.55) : ([205, 205, 200] as const);
  return (_x, _y, z) => (z < -0.014 * person.stature ? sole : shoes);
};

/** A bag with a flap of a darker shade. */
export const bagPaint = (colour: Colour): Paint => {
  const flap = darker(colour, 0.7);
  return (_x, y) => (y > 0.25 ? flap : colour);
};
