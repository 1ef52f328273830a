/**
 * The one solid that bodies are made of: a round cone in a stretched frame.
 *
 * A round cone is the union of all balls whose centre runs along a segment while the radius goes from one value to
 * another: a capsule if the radii are equal, a ball if the segment has no length. Stretching its frame's three axes
 * makes flat trunks and ellipsoids of it. Rays are parallel, so the first hit along one is a quadratic's root.
 */
import type { Colour } from './identity.js';
import { cross, magnitude, scale, subtract, unit, type Vector } from './vector.js';

/** The parts that hide one another, and that a key point may belong to. */
export type Part =
  | 'head'
  | 'hair'
  | 'neck'
  | 'trunk'
  | 'skirt'
  | 'bag'
  | `${'left' | 'right'} ${'upper arm' | 'forearm' | 'hand' | 'thigh' | 'shin' | 'foot'}`;

/**
 * The colour of a point on a solid, in the solid's own frame before stretching: x, y along the segment, z to the
 * front; `along` is 0 at the segment's start and 1 at its end. On trunk and head x points to the person's left; on
 * a limb, whose segment runs downwards, to the right.
 */
export type Paint = (x: number, y: number, z: number, along: number) => Colour;

/** A round cone in a stretched frame. */
export interface Solid {
  readonly part: Part;
  readonly origin: Vector;
  /** The frame's axes, of length 1 and at right angles: x, y (the segment's direction), z. */
  readonly axes: readonly [Vector, Vector, Vector];
  /** How far each axis is stretched. */
  readonly stretch: Vector;
  /** The segment's length before stretching, and the radii at its two ends. */
  readonly length: number;
  readonly radii: readonly [start: number, end: number];
  /** Without the ball at the segment's end: a skirt's rim. */
  readonly open: boolean;
  readonly paint: Paint;
}

/** A limb or trunk from one point to another; `wide` and `deep` stretch it across. */
export const cone = (options: {
  readonly part: Part;
  readonly from: Vector;
  readonly to: Vector;
  readonly front: Vector;
  readonly radii: readonly [start: number, end: number];
  readonly wide?: number;
  readonly deep?: number;
  readonly open?: boolean;
  readonly paint: Paint;
}): Solid => {
  const along = subtract(options.to, options.from);
  return {
    part: options.part,
    origin: options.from,
    axes: frame(unit(along), options.front),
    stretch: [options.wide ?? 1, 1, options.deep ?? 1],
    length: magnitude(along),
    radii: options.radii,
    open: options.open ?? false,
    paint: options.paint,
  };
};

/** An ellipsoid with half axes `radii` along its frame's x, y (`up`) and z (`front`). */
export const ellipsoid = (options: {
  readonly part: Part;
  readonly centre: Vector;
  readonly up: Vector;
  readonly front: Vector;
  readonly radii: Vector;
  readonly paint: Paint;
}): Solid => ({
  part: options.part,
  origin: options.centre,
  axes: frame(unit(options.up), options.front),
  stretch: options.radii,
  length: 0,
  radii: [1, 1],
  open: false,
  paint: options.paint,
});

/** The solid in another frame that a rotation and a shift lead to. */
export const moved = (
  solid: Solid,
  turn: (direction: Vector) => Vector,
  place: (point: Vector) => Vector,
): Solid => ({
  ...solid,
  origin: place(solid.origin),
  axes: [turn(solid.axes[0]), turn(solid.axes[1]), turn(solid.axes[2])],
});

/** What a ray along z needs to know of a solid in the camera's frame. */
export interface Target {
  readonly solid: Solid;
  /** The smallest box across the rays that holds the solid, and the largest z in it. Metres. */
  readonly box: {
    readonly left: number;
    readonly right: number;
    readonly low: number;
    readonly high: number;
    readonly near: number;
  };
  /** The largest z at which the ray through (x, y) meets the solid; `-Infinity` if it misses. */
  readonly hit: (x: number, y: number) => number;
  /** The surface at a point that was hit: its normal into `normal`, its colour by return. */
  readonly surface: (x: number, y: number, z: number, normal: Float64Array) => Colour;
}

/** Prepares a solid for rays. */
export const target = (solid: Solid): Target => {
  const { axes, stretch, length, origin, open } = solid;
  const [start, end] = solid.radii;
  const grow = end - start;
  // The rows of the matrix that leads from the camera's frame into the solid's, stretching undone.
  const [ax, ay, az] = scale(axes[0], 1 / stretch[0]);
  const [bx, by, bz] = scale(axes[1], 1 / stretch[1]);
  const [cx, cy, cz] = scale(axes[2], 1 / stretch[2]);
  const raySquared = az * az + bz * bz + cz * cz;
  const slope = length * length - grow * grow;
  const rayAlong = length * bz;
  const side = slope * raySquared - rayAlong * rayAlong;

  // With the ray q + z·r: |q + z·r − (0, at, 0)|² = radius², the larger root.
  const ball = (px: number, py: number, pz: number, at: number, radius: number): number => {
    const y = py - at;
    const half = px * az + y * bz + pz * cz;
    const root = half * half - raySquared * (px * px + y * y + pz * pz - radius * radius);
    return root < 0 ? -Infinity : (Math.sqrt(root) - half) / raySquared;
  };

  const hit = (x: number, y: number): number => {
    const dx = x - origin[0];
    const dy = y - origin[1];
    const px = ax * dx + ay * dy;
    const py = bx * dx + by * dy;
    const pz = cx * dx + cy * dy;
    if (length === 0) return origin[2] + ball(px, py, pz, 0, start);
    let between = -Infinity;
    if (slope > 0 && side !== 0) {
      // The balls touch their envelope where (m + z·l)² = slope·(|q + z·r|² − start²): a quadratic in z.
      const m = length * py + start * grow;
      const half = m * rayAlong - slope * (px * az + py * bz + pz * cz);
      const rest = m * m - slope * (px * px + py * py + pz * pz - start * start);
      const inner = half * half + side * rest;
      if (inner < 0 && side > 0) return -Infinity;
      if (inner >= 0) {
        const near = (half + Math.sqrt(inner)) / side;
        const along = (m + near * rayAlong) / slope;
        if (along >= 0 && along <= 1) between = near;
        if (side > 0) {
          if (between > -Infinity) return origin[2] + between;
        } else {
          // A ray within the opening angle meets the cone once, and once its mirror image beyond the tip.
          const other = (half - Math.sqrt(inner)) / side;
          const otherAlong = (m + other * rayAlong) / slope;
          if (otherAlong >= 0 && otherAlong <= 1) between = Math.max(between, other);
        }
      }
    }
    const last = open ? -Infinity : ball(px, py, pz, length, end);
    return origin[2] + Math.max(between, ball(px, py, pz, 0, start), last);
  };

  const surface = (x: number, y: number, z: number, normal: Float64Array): Colour => {
    const dx = x - origin[0];
    const dy = y - origin[1];
    const dz = z - origin[2];
    const px = ax * dx + ay * dy + az * dz;
    const py = bx * dx + by * dy + bz * dz;
    const pz = cx * dx + cy * dy + cz * dz;
    const free = slope > 0 ? (length * py + start * grow) / slope : py;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, free));
    const ny = py - along * length;
    const nx = ax * px + bx * ny + cx * pz;
    const mid = ay * px + by * ny + cy * pz;
    const nz = az * px + bz * ny + cz * pz;
    const size = 1 / Math.sqrt(nx * nx + mid * mid + nz * nz);
    normal[0] = nx * size;
    normal[1] = mid * size;
    normal[2] = nz * size;
    return solid.paint(px, py, pz, along);
  };

  return { solid, box: boxOf(solid), hit, surface };
};

const boxOf = (solid: Solid): Target['box'] => {
  const last = solid.length * solid.stretch[1];
  // A stretched ball's half width along a direction is the length of its axes' shares in it.
  const half = (axis: 0 | 1 | 2): number =>
    magnitude([
      solid.axes[0][axis] * solid.stretch[0],
      solid.axes[1][axis] * solid.stretch[1],
      solid.axes[2][axis] * solid.stretch[2],
    ]);
  const range = (axis: 0 | 1 | 2): readonly [number, number] => {
    const first = solid.origin[axis];
    const second = first + solid.axes[1][axis] * last;
    const [start, end] = [solid.radii[0] * half(axis), solid.radii[1] * half(axis)];
    return [Math.min(first - start, second - end), Math.max(first + start, second + end)];
  };
  const [left, right] = range(0);
  const [low, high] = range(1);
  return { left, right, low, high, near: range(2)[1] };
};

/** Axes x, y, z with y given and z as close to `front` as can be; if the two are parallel, any. */
const frame = (y: Vector, front: Vector): readonly [Vector, Vector, Vector] => {
  const across = cross(y, front);
  const x =
    magnitude(across) > 1e-6 ? unit(across) : unit(cross(y, Math.abs(y[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]));
  return [x, y, cross(x, y)];
};
