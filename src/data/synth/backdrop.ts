/**
 * What stands behind the people: one picture per camera, from which every image of that camera is a window.
 *
 * A wall, a ground with joints in perspective, a few blocks and posts, and soft noise; muted, so that people and not
 * places are what a network has to learn.
 */
import { random } from '../../base/random.js';
import { draws, type Draws } from './draws.js';
import type { Colour } from './identity.js';

/** A camera's picture without people, larger than an image by a margin on every side. */
export interface Backdrop {
  readonly height: number;
  readonly width: number;
  /** By how much a window may move down from 0, and to the right. Pixels. */
  readonly slackY: number;
  readonly slackX: number;
  /** Red, green, blue by rows, each from 0 to 255. */
  readonly rgb: Uint8Array;
}

/** The backdrop of a seed's camera, for images of this size. */
export const backdrop = (seed: number, camera: number, height: number, width: number): Backdrop => {
  const slackY = Math.round(height * 0.12);
  const slackX = Math.round(width * 0.6);
  const full = { height: height + slackY, width: width + slackX };
  const draw = draws(seed, 'backdrop', camera);
  const wall = muted(draw);
  const ground = muted(draw);
  const horizon = draw.between(0.4, 0.66);
  const vanishing = draw.between(0.2, 0.8);
  const tiles = draw.whole(4, 9);
  const blocks = Array.from({ length: draw.whole(3, 6) }, () => blockOf(draw, horizon));
  const soft = noise(seed, camera, 'soft', 9);
  const fine = noise(seed, camera, 'fine', 41);
  const rgb = new Uint8Array(full.height * full.width * 3);
  for (let row = 0; row < full.height; row++) {
    const y = (row + 0.5) / full.height;
    for (let column = 0; column < full.width; column++) {
      const x = (column + 0.5) / full.width;
      let colour = wall;
      let light = 1.08 - 0.2 * y;
      if (y > horizon) {
        colour = ground;
        const depth = (y - horizon) / (1 - horizon) + 0.12;
        const along = ((x - vanishing) / depth) * 0.9;
        const joint = Math.abs(fraction(along * tiles * 0.5) - 0.5) > 0.46;
        const across = Math.abs(fraction(1.1 / depth) - 0.5) > 0.45;
        // Joints fade towards the horizon, where they would be finer than a pixel.
        light = (0.82 + 0.28 * depth) * (joint || across ? 1 - 0.16 * Math.min(1, 2.5 * depth - 0.3) : 1);
      }
      for (const one of blocks) {
        if (x > one.left && x < one.right && y > one.top && y < one.bottom) colour = one.colour;
      }
      const shade = light * (1 + 0.2 * soft(x * 8, y * 8) + 0.1 * fine(x * 40, y * 40));
      const at = (row * full.width + column) * 3;
      rgb[at] = clamp(colour[0] * shade);
      rgb[at + 1] = clamp(colour[1] * shade);
      rgb[at + 2] = clamp(colour[2] * shade);
    }
  }
  return { ...full, slackY, slackX, rgb };
};

interface Block {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly colour: Colour;
}

/** A window, a poster, or a post that stands on the ground. */
const blockOf = (draw: Draws, horizon: number): Block => {
  const left = draw.between(-0.1, 0.95);
  const post = draw.chance(0.35);
  const top = post ? 0 : draw.between(0, horizon * 0.7);
  return {
    left,
    right: left + (post ? draw.between(0.03, 0.07) : draw.between(0.1, 0.3)),
    top,
    bottom: post ? horizon + draw.between(0, 0.2) : Math.min(horizon, top + draw.between(0.1, 0.35)),
    colour: muted(draw),
  };
};

const muted = (draw: Draws): Colour => {
  const grey = draw.between(96, 172);
  const tint = (): number => Math.round(grey + draw.between(-12, 12));
  return [tint(), tint(), tint()];
};

/** Smooth noise from −0.5 to 0.5 over a square lattice of `size` cells that repeats. */
const noise = (seed: number, camera: number, name: string, size: number) => {
  const values = random(seed, 'synth', 'noise', camera, name).uniforms(size * size);
  const value = (row: number, column: number): number => values[(row % size) * size + (column % size)] ?? 0;
  return (x: number, y: number): number => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = smooth(x - column);
    const v = smooth(y - row);
    const upper = value(row, column) * (1 - u) + value(row, column + 1) * u;
    const lower = value(row + 1, column) * (1 - u) + value(row + 1, column + 1) * u;
    return upper * (1 - v) + lower * v - 0.5;
  };
};

const smooth = (t: number): number => t * t * (3 - 2 * t);

const fraction = (value: number): number => value - Math.floor(value);

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));
