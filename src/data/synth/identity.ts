/**
 * Who is in the picture: proportions, skin, hair, clothes and a bag, drawn from a seed and a person's number.
 *
 * Everything that stays the same between two pictures of one person is here, and nothing else. The front and the
 * back of the upper garment always differ, so that a view from behind cannot be had by copying one from the front.
 */
import { draws, type Draws } from './draws.js';

/** Red, green, blue, each from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The person's own left or right. */
export type Side = 'left' | 'right';

/** What is on one face, front or back, of the upper garment. */
export type Print =
  | { readonly kind: 'plain' }
  /** `stripes`: across; `zip`: a thin line down the middle; `open`: a jacket that shows a shirt; `logo`: a square on
   * the chest; `panel`: all of this face in another colour; `block`: a large print; `yoke`: shoulders set off. */
  | {
      readonly kind: 'stripes' | 'zip' | 'open' | 'logo' | 'panel' | 'block' | 'yoke';
      readonly colour: Colour;
    };

export interface Hair {
  readonly style: 'bald' | 'short' | 'long' | 'ponytail' | 'bun' | 'cap';
  readonly colour: Colour;
  /** The cap's colour; that of the hair where there is no cap. */
  readonly cap: Colour;
}

export interface Top {
  readonly colour: Colour;
  readonly sleeveColour: Colour;
  readonly sleeves: 'none' | 'short' | 'long';
  readonly hem: 'waist' | 'hip' | 'thigh';
  readonly front: Print;
  readonly back: Print;
}

export interface Bottom {
  readonly kind: 'trousers' | 'shorts' | 'skirt';
  readonly colour: Colour;
  /** What covers the legs below shorts or a skirt: tights or skin. */
  readonly below: Colour;
}

/** At most one bag: over a shoulder, in a hand (both on one side only), or on the back. */
export type Bag =
  | { readonly kind: 'none' }
  | { readonly kind: 'shoulder' | 'hand'; readonly side: Side; readonly colour: Colour }
  | { readonly kind: 'back'; readonly colour: Colour };

/** A person, as far as it stays the same from picture to picture. */
export interface Identity {
  readonly index: number;
  /** From the soles to the crown, in metres. */
  readonly stature: number;
  /** Widths and depths of trunk and limbs relative to the average. */
  readonly build: number;
  /** Half the distance between the shoulder joints, as a part of the stature. */
  readonly shoulder: number;
  /** The height of the hip joints, as a part of the stature. */
  readonly leg: number;
  readonly skin: Colour;
  readonly hair: Hair;
  readonly top: Top;
  readonly bottom: Bottom;
  readonly shoes: Colour;
  readonly bag: Bag;
}

/**
 * The person of a seed and a number, which counts from 0.
 *
 * @example
 * ```ts
 * identity(7, 3).stature === identity(7, 3).stature; // true: a pure function
 * ```
 */
export const identity = (seed: number, index: number): Identity => {
  const draw = draws(seed, 'identity', index);
  // The hue walks round the circle by the golden ratio, so that few people already cover it evenly.
  const hue = (draws(seed, 'hue').between(0, 1) + index * 0.618034) % 1;
  const colour = topColour(draw, hue);
  const skin = draw.one(skins);
  return {
    index,
    stature: draw.between(1.56, 1.92),
    build: draw.between(0.88, 1.16),
    shoulder: draw.between(0.094, 0.112),
    leg: draw.between(0.5, 0.535),
    skin,
    hair: hairOf(draw),
    top: {
      colour,
      sleeveColour: draw.chance(0.2) ? contrast(draw, colour) : colour,
      sleeves: draw.one(['none', 'short', 'short', 'long', 'long']),
      hem: draw.one(['waist', 'hip', 'hip', 'thigh']),
      front: { kind: draw.one(['stripes', 'zip', 'open', 'logo', 'panel']), colour: contrast(draw, colour) },
      back: draw.chance(0.4)
        ? { kind: 'plain' }
        : { kind: draw.one(['block', 'yoke']), colour: contrast(draw, colour) },
    },
    bottom: {
      kind: draw.one(['trousers', 'trousers', 'trousers', 'shorts', 'shorts', 'skirt']),
      colour: draw.one(bottoms),
      below: draw.chance(0.75) ? skin : [45, 42, 48],
    },
    shoes: draw.one(shoes),
    bag: bagOf(draw),
  };
};

const hairOf = (draw: Draws): Hair => {
  const style = draw.one(['short', 'short', 'long', 'long', 'ponytail', 'bun', 'cap', 'bald'] as const);
  const colour = draw.one(hairs);
  const cap = fromHue(draw.between(0, 1), 0.7, draw.between(0.45, 0.9));
  return { style, colour, cap: style === 'cap' ? cap : colour };
};

const bagOf = (draw: Draws): Bag => {
  const kind = draw.one(['none', 'none', 'shoulder', 'shoulder', 'shoulder', 'hand', 'back'] as const);
  const side = draw.one(['left', 'right'] as const);
  const colour = draw.one(bags);
  return kind === 'none' ? { kind } : kind === 'back' ? { kind, colour } : { kind, side, colour };
};

const topColour = (draw: Draws, hue: number): Colour =>
  draw.chance(0.28) ? draw.one(greys) : fromHue(hue, draw.between(0.55, 0.9), draw.between(0.55, 0.95));

/** A colour that stands out from `colour`: light on dark, dark on light, or across the circle of hues. */
const contrast = (draw: Draws, colour: Colour): Colour => {
  const light = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] > 120;
  const hue = draw.between(0, 1);
  return draw.chance(0.5)
    ? light
      ? [35, 36, 46]
      : [236, 234, 226]
    : light
      ? fromHue(hue, 0.8, 0.4)
      : fromHue(hue, 0.6, 0.98);
};

/** Hue, saturation and value, each from 0 to 1, as a colour. */
const fromHue = (hue: number, saturation: number, value: number): Colour => {
  const channel = (offset: number): number => {
    const k = (offset + hue * 6) % 6;
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
};

/** Colours to choose from. */
type Palette = readonly [Colour, ...Colour[]];

const skins: Palette = [
  [245, 208, 180],
  [232, 184, 150],
  [214, 160, 122],
  [176, 122, 88],
  [130, 86, 60],
  [96, 62, 44],
];

const hairs: Palette = [
  [28, 24, 24],
  [48, 34, 26],
  [92, 60, 34],
  [196, 156, 88],
  [142, 58, 30],
  [150, 148, 146],
];

const greys: Palette = [
  [240, 238, 232],
  [172, 172, 176],
  [88, 90, 96],
  [36, 36, 42],
];

const bottoms: Palette = [
  [42, 62, 112],
  [92, 124, 168],
  [30, 30, 36],
  [96, 96, 100],
  [186, 160, 118],
  [86, 92, 54],
  [122, 40, 46],
  [226, 222, 212],
];

const shoes: Palette = [
  [240, 240, 240],
  [26, 26, 28],
  [110, 66, 38],
  [190, 40, 44],
  [44, 74, 160],
];

const bags: Palette = [
  [150, 92, 44],
  [34, 30, 32],
  [196, 40, 60],
  [238, 196, 66],
  [44, 132, 122],
  [236, 226, 208],
];
