/**
 * Points and directions in space, as plain triples.
 *
 * Two frames are used, both right-handed and in metres. A person's frame: x to the person's own left, y up, z the
 * way the person faces. A camera's frame: x to the picture's right, y up, z out of the picture towards the viewer.
 */

/** A point or a direction: x, y, z. */
export type Vector = readonly [x: number, y: number, z: number];

export const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

export const scale = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const magnitude = (a: Vector): number => Math.sqrt(dot(a, a));

/** The direction of `a`; a vector of length 0 is an error of the caller's and gives NaN. */
export const unit = (a: Vector): Vector => scale(a, 1 / magnitude(a));

/** The point `part` of the way from `a` to `b`. */
export const between = (a: Vector, b: Vector, part: number): Vector => add(a, scale(subtract(b, a), part));

/** `a` turned about the y axis: by +90° what points along z comes to point along x. Radians. */
export const turnY = (a: Vector, angle: number): Vector => {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  return [cosine * a[0] + sine * a[2], a[1], cosine * a[2] - sine * a[0]];
};

/** `a` turned about the x axis: by +90° what points along y comes to point along z. Radians. */
export const turnX = (a: Vector, angle: number): Vector => {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  return [a[0], cosine * a[1] - sine * a[2], cosine * a[2] + sine * a[1]];
};
