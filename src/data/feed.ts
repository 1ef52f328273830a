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

/** A rule that fills one input of a network with an example. */
export interface Feed<Channels extends number> {
  readonly name: string;
  readonly channels: Channels;
  readonly needs: readonly Need[];
  /** A promise that the numbers are finite whatever the example: they are not looked through. */
  readonly finite?: true;
  /** Writes height · width · channels finite numbers into `out` from `offset` on, every one of them. Pure. */
  readonly fill: (example: Example, out: Float32Array, offset: number) => void;
}

/**
 * A feed of one's own. `needs` says what is read for it, both images if left out.
 *
 * @example
 * ```ts
 * const bright = feed('brightness', 1, ({ source: { image } }, out, offset) => {
 *   for (let i = 0; i < image.length / 3; i++) out[offset + i] = image[3 * i + 1]! / 255;
 * });
 * ```
 */
export const feed = <const Channels extends number>(
  name: string,
  channels: Channels,
  fill: Feed<Channels>['fill'],
  needs: readonly Need[] = ['source image', 'target image'],
): Feed<Channels> => ({ name, channels, needs, fill });

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
const brightness: Readonly<Float32Array> = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

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
