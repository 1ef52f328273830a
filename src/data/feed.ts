/**
 * What one input of a network is fed from a pair of images: a picture, a pose, a mask or a rule of one's own.
 *
 * A feed is a value. The letters of the field: `x` a picture, `p` a pose; `a` the source (shown), `b` the target
 * (wanted).
 */
import type { Keypoints } from './joints.js';
import type { PoseEncoding } from './encoding.js';
import type { PoseMask } from './pose-mask.js';
import type { Size } from './size.js';

/** Which image of a pair. */
export type Who = 'source' | 'target';

/** What has to be read from the disk before a feed can be filled. */
export type Need = `${Who} ${'image' | 'mask'}`;

/** One image of a pair. */
export interface Person {
  readonly name: string;
  /** 18 entries, pixels of the example's size. */
  readonly keypoints: Keypoints;
  /** RGB bytes, height × width × 3; empty unless a feed needs them. */
  readonly image: Uint8Array;
  /** The annotated person mask, height × width bytes of 0 or 1; empty unless a feed needs it. */
  readonly mask: Uint8Array;
}

/** A pair of images, as feeds see it. */
export interface Example {
  readonly size: Size;
  readonly source: Person;
  readonly target: Person;
}

/** A rule that fills one input of a network with an example, at the example's height and width. */
export interface Feed<Channels extends number> extends Filling {
  readonly channels: Channels;
  readonly size?: undefined;
}

/** A feed whose array has a height and width of its own: boxes, transforms, vectors, crops. */
export interface SizedFeed<
  Height extends number,
  Width extends number,
  Channels extends number,
> extends Filling {
  readonly channels: Channels;
  readonly size: { readonly height: Height; readonly width: Width };
}

/** A feed of either kind. */
export type AnyFeed = Feed<number> | SizedFeed<number, number, number>;

/** What both kinds of feed have. */
export interface Filling {
  readonly name: string;
  readonly needs: readonly Need[];
  /** A promise that the numbers are finite whatever the example: they are not looked through. */
  readonly finite?: true;
  /** Writes height · width · channels finite numbers into `out` from `offset` on, every one of them. Pure. */
  readonly fill: (example: Example, out: Float32Array, offset: number) => void;
}

/** Height, width and channels of what a feed writes for examples of a size. */
export const feedShape = (
  one: AnyFeed,
  size: Size,
): readonly [height: number, width: number, channels: number] => {
  const { height, width } = one.size ?? size;
  return [height, width, one.channels];
};

/**
 * A feed of one's own: its channels, or its whole shape where its height and width are not the example's. `needs` says
 * what is read for it, both images if left out.
 *
 * @example
 * ```ts
 * const bright = feed('brightness', 1, ({ source: { image } }, out, offset) => {
 *   for (let i = 0; i < image.length / 3; i++) out[offset + i] = image[3 * i + 1]! / 255;
 * });
 * const nose = feed('nose', [1, 1, 2], ({ source: { keypoints } }, out, offset) => {
 *   out.set([keypoints[0]?.y ?? -1, keypoints[0]?.x ?? -1], offset);
 * }, []);
 * ```
 */
export function feed<const Channels extends number>(
  name: string,
  channels: Channels,
  fill: Filling['fill'],
  needs?: readonly Need[],
): Feed<Channels>;
export function feed<const Height extends number, const Width extends number, const Channels extends number>(
  name: string,
  shape: readonly [height: Height, width: Width, channels: Channels],
  fill: Filling['fill'],
  needs?: readonly Need[],
): SizedFeed<Height, Width, Channels>;
export function feed(
  name: string,
  shape: number | readonly [number, number, number],
  fill: Filling['fill'],
  needs: readonly Need[] = ['source image', 'target image'],
): AnyFeed {
  if (typeof shape === 'number') return { name, channels: shape, needs, fill };
  const [height, width, channels] = shape;
  return { name, channels, size: { height, width }, needs, fill };
}

/** The picture itself: 3 channels, byte / 127.5 − 1, in [−1, 1]. */
export const view = (who: Who): Feed<3> => ({
  name: `view of the ${who}`,
  channels: 3,
  needs: [`${who} image`],
  finite: true,
  fill: (example, out, offset) => {
    const { image } = example[who];
    for (let i = 0; i < image.length; i++) out[offset + i] = brightness[image[i]!]!;
  },
});

/** Byte / 127.5 − 1 for each byte. */
export const brightness: Readonly<Float32Array> = Float32Array.from(
  { length: 256 },
  (_, byte) => byte / 127.5 - 1,
);

/** The pose in some encoding. */
export const pose = <Channels extends number>(
  who: Who,
  encoding: PoseEncoding<Channels>,
): Feed<Channels> => ({
  name: `pose of the ${who} as ${encoding.name}`,
  channels: encoding.channels,
  needs: [],
  ...(encoding.finite === true ? { finite: true } : {}),
  fill: (example, out, offset) => encoding.encode(example[who].keypoints, example.size, out, offset),
});

/** The person's mask: 1 channel, 0 or 1; drawn from the key points, or `'annotated'`: read from the set's masks. */
export const mask = (who: Who, rule: PoseMask | 'annotated'): Feed<1> => ({
  name: rule === 'annotated' ? `annotated mask of the ${who}` : `${rule.name} of the ${who}`,
  channels: 1,
  needs: rule === 'annotated' ? [`${who} mask`] : [],
  finite: true,
  fill: (example, out, offset) => {
    const drawn = rule === 'annotated' ? example[who].mask : rule.draw(example[who].keypoints, example.size);
    if (drawn.length !== example.size.height * example.size.width)
      throw new Error(`${drawn.length} mask pixels`);
    out.set(drawn, offset);
  },
});
