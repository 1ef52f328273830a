/**
 * A scene's picture, the exact mask of the person in it and the key points: parallel rays, four per pixel, the
 * nearest surface wins.
 */
import type { Keypoints } from '../joints.js';
import type { Backdrop } from './backdrop.js';
import type { Scene, SceneJoint } from './scene.js';

/** The nearest surface along every ray: a grid of `height` × `width` rays, `rays` to a pixel's edge. */
export interface Traced {
  readonly height: number;
  readonly width: number;
  readonly rays: number;
  /** The nearest surface's z in metres; `-Infinity` where there is none. */
  readonly depth: Float32Array;
  /** The place in the scene's `targets` of what is seen; −1 where nothing is. */
  readonly owner: Int16Array;
}

/** Where the window lies on a backdrop. Pixels, from 0 to the backdrop's slack. */
export interface Window {
  readonly backdrop: Backdrop;
  readonly top: number;
  readonly left: number;
}

/** One image of the set. */
export interface Rendered {
  readonly height: number;
  readonly width: number;
  /** Height × width × 3, from 0 to 255. */
  readonly rgb: Uint8Array;
  /** Height × width: 255 where at least half of a pixel shows the person or a thing that is worn, else 0. */
  readonly mask: Uint8Array;
  readonly keypoints: Keypoints;
}

/** Renders a scene before a backdrop. `height` and `width` in pixels. */
export const render = (scene: Scene, window: Window, height: number, width: number): Rendered => {
  const traced = trace(scene, height, width);
  const { rgb, mask } = shade(scene, traced, window, height, width);
  const keypoints = scene.joints.map((joint) => seen(scene, joint, traced, height, width));
  return { height, width, rgb, mask, keypoints };
};

/** Finds what every ray meets. */
export const trace = (scene: Scene, height: number, width: number, rays = 2): Traced => {
  const rows = height * rays;
  const columns = width * rays;
  const depth = new Float32Array(rows * columns).fill(-Infinity);
  const owner = new Int16Array(rows * columns).fill(-1);
  const zoom = scene.zoom * rows;
  const originY = scene.originY * rows;
  const originX = scene.middle * columns + scene.originX * rows;
  // What is near comes first, so that most of what lies behind is never computed.
  const order = [...scene.targets.keys()].sort((a, b) => nearest(scene, b) - nearest(scene, a));
  for (const index of order) {
    const { box, hit } = scene.targets[index]!;
    const firstRow = Math.max(0, Math.floor(originY - box.high * zoom));
    const lastRow = Math.min(rows - 1, Math.ceil(originY - box.low * zoom));
    const firstColumn = Math.max(0, Math.floor(originX + box.left * zoom));
    const lastColumn = Math.min(columns - 1, Math.ceil(originX + box.right * zoom));
    for (let row = firstRow; row <= lastRow; row++) {
      const y = (originY - row - 0.5) / zoom;
      let met = false;
      for (let column = firstColumn; column <= lastColumn; column++) {
        const at = row * columns + column;
        if (depth[at]! >= box.near) continue;
        const z = hit((column + 0.5 - originX) / zoom, y);
        // A solid is convex: once a row of rays has left it, no other meets it.
        if (z > -Infinity) met = true;
        else if (met) break;
        if (z > depth[at]!) {
          depth[at] = z;
          owner[at] = index;
        }
      }
    }
  }
  return { height: rows, width: columns, rays, depth, owner };
};

const nearest = (scene: Scene, index: number): number => scene.targets[index]!.box.near;

const shade = (
  scene: Scene,
  traced: Traced,
  window: Window,
  height: number,
  width: number,
): Pick<Rendered, 'rgb' | 'mask'> => {
  const { rays } = traced;
  const samples = rays * rays;
  const zoom = scene.zoom * traced.height;
  const originY = scene.originY * traced.height;
  const originX = scene.middle * traced.width + scene.originX * traced.height;
  const [lightX, lightY, lightZ] = scene.light;
  const normal = new Float64Array(3);
  const rgb = new Uint8Array(height * width * 3);
  const mask = new Uint8Array(height * width);
  const { backdrop } = window;
  const shadowAt = {
    y: (scene.originY - scene.shadow.at[1] * scene.zoom) * height,
    x: scene.middle * width + (scene.originX + scene.shadow.at[0] * scene.zoom) * height,
    width: scene.shadow.width * scene.zoom * height,
  };
  for (let row = 0; row < height; row++) {
    const fallY = ((row + 0.5 - shadowAt.y) / (shadowAt.width * 0.22)) ** 2;
    for (let column = 0; column < width; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let covered = 0;
      const lastRow = (row + 1) * rays;
      const lastColumn = (column + 1) * rays;
      for (let sampleRow = row * rays; sampleRow < lastRow; sampleRow++) {
        for (let sampleColumn = column * rays; sampleColumn < lastColumn; sampleColumn++) {
          const at = sampleRow * traced.width + sampleColumn;
          const index = traced.owner[at]!;
          if (index < 0) continue;
          const x = (sampleColumn + 0.5 - originX) / zoom;
          const y = (originY - sampleRow - 0.5) / zoom;
          const colour = scene.targets[index]!.surface(x, y, traced.depth[at]!, normal);
          const lambert = Math.max(0, normal[0]! * lightX + normal[1]! * lightY + normal[2]! * lightZ);
          const bright = scene.exposure * (0.5 + 0.07 * normal[1]! + 0.52 * lambert);
          red += colour[0] * bright;
          green += colour[1] * bright;
          blue += colour[2] * bright;
          covered++;
        }
      }
      const pixel = row * width + column;
      const behind = ((row + window.top) * backdrop.width + column + window.left) * 3;
      const fall = ((column + 0.5 - shadowAt.x) / shadowAt.width) ** 2 + fallY;
      const shadow = fall < 4 ? 0.42 * Math.exp(-2 * fall) : 0;
      const open = (samples - covered) * scene.exposure * (1 - shadow);
      rgb[pixel * 3] = clamp((red + open * backdrop.rgb[behind]!) / samples);
      rgb[pixel * 3 + 1] = clamp((green + open * backdrop.rgb[behind + 1]!) / samples);
      rgb[pixel * 3 + 2] = clamp((blue + open * backdrop.rgb[behind + 2]!) / samples);
      mask[pixel] = 2 * covered >= samples ? 255 : 0;
    }
  }
  return { rgb, mask };
};

/** How much nearer than a joint, in metres, another part's surface must be to hide it. */
const tolerance = 0.06;

/** A joint's pixel; `null` if it lies outside, faces away or is hidden by another part of the body. */
const seen = (
  scene: Scene,
  joint: SceneJoint,
  traced: Traced,
  height: number,
  width: number,
): Keypoints[number] => {
  const y = (scene.originY - joint.at[1] * scene.zoom) * height;
  const x = scene.middle * width + (scene.originX + joint.at[0] * scene.zoom) * height;
  if (!(y >= 0 && y < height && x >= 0 && x < width)) return null;
  const point = { y: Math.floor(y), x: Math.floor(x) };
  if (joint.own === 'any') return point;
  if (joint.facing !== undefined && joint.facing.normal[2] < joint.facing.least) return null;
  const at = Math.floor(y * traced.rays) * traced.width + Math.floor(x * traced.rays);
  const index = traced.owner[at]!;
  if (index < 0) return point;
  const own = joint.own.includes(scene.targets[index]!.solid.part);
  return own || traced.depth[at]! - joint.at[2] < tolerance ? point : null;
};

const clamp = (value: number): number => (value < 255 ? Math.floor(value + 0.5) : 255);
