/**
 * The affine map between two sets of points, by total least squares.
 *
 * Both sets are shifted to zero mean and scaled to a root mean square distance of √2; then the unit 7-vector v that
 * makes Σ ([x y 1 0 0 0 x′]·v)² + ([0 0 0 x y 1 y′]·v)² least gives the map as −v₀…v₅ / v₆, as scikit-image estimates it.
 * With zero means the constants fall out of the problem, and with S = Σ p pᵀ and P = Σ p′ pᵀ the map is
 * P (S − μI)⁻¹, where μ is the problem's least eigenvalue: ordinary least squares, but for μ.
 */
import type { Keypoint } from './joints.js';

/** x′ = a0·x + a1·y + a2 and y′ = b0·x + b1·y + b2. */
export type Affine = readonly [a0: number, a1: number, a2: number, b0: number, b1: number, b2: number];

/**
 * The affine map that takes `from` to `to`, point by point. `undefined` where there is none that can be inverted: fewer
 * than three points, all of them on one line, or what is no number.
 *
 * @example
 * ```ts
 * const corners = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }];
 * estimateAffine(corners, corners); // [1, 0, 0, 0, 1, 0], but for rounding
 * ```
 */
export const estimateAffine = (from: readonly Keypoint[], to: readonly Keypoint[]): Affine | undefined => {
  if (from.length < 3 || from.length !== to.length) return undefined;
  const [p, q] = [normalised(from), normalised(to)];
  if (p === undefined || q === undefined) return undefined;
  let [sxx, sxy, syy, pxx, pxy, pyx, pyy] = [0, 0, 0, 0, 0, 0, 0];
  for (const [i, a] of p.points.entries()) {
    const b = q.points[i]!;
    sxx += a.x * a.x;
    sxy += a.x * a.y;
    syy += a.y * a.y;
    pxx += b.x * a.x;
    pxy += b.x * a.y;
    pyx += b.y * a.x;
    pyy += b.y * a.y;
  }
  // The principal axes of S: λ₁ ≥ λ₂ along (c, s) and (−s, c); each row of P in their terms.
  const angle = Math.atan2(2 * sxy, sxx - syy) / 2;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const least = sxx * s * s - 2 * sxy * c * s + syy * c * c;
  const most = sxx + syy - least;
  if (!(least > flat * most)) return undefined;
  const [x1, x2] = [pxx * c + pxy * s, pxy * c - pxx * s];
  const [y1, y2] = [pyx * c + pyy * s, pyy * c - pyx * s];
  // μ is the root, in [0, λ₂], of a function that falls from the residual of ordinary least squares to −∞.
  let [low, high] = [0, least];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const along = (x1 * x1 + y1 * y1) / (most - middle) + (x2 * x2 + y2 * y2) / (least - middle);
    if (2 * from.length - middle > along) low = middle;
    else high = middle;
  }
  const [w1, w2] = [1 / (most - low), 1 / (least - low)];
  const [a0, a1] = [x1 * w1 * c - x2 * w2 * s, x1 * w1 * s + x2 * w2 * c];
  const [b0, b1] = [y1 * w1 * c - y2 * w2 * s, y1 * w1 * s + y2 * w2 * c];
  if (!(Math.abs(a0 * b1 - a1 * b0) > flat)) return undefined;
  const ratio = p.scale / q.scale;
  const row = (along: number, across: number, mean: number): readonly [number, number, number] => [
    along * ratio,
    across * ratio,
    mean - along * ratio * p.mean.x - across * ratio * p.mean.y,
  ];
  const affine: Affine = [...row(a0, a1, q.mean.x), ...row(b0, b1, q.mean.y)];
  return affine.every(Number.isFinite) ? affine : undefined;
};

/** Below this share of the wider axis points lie on a line; below this determinant a map flattens the plane. */
const flat = 1e-9;

/** Points about their mean with a root mean square distance of √2; `undefined` where they all fall together. */
const normalised = (
  points: readonly Keypoint[],
): { readonly points: readonly Keypoint[]; readonly mean: Keypoint; readonly scale: number } | undefined => {
  const mean = { y: 0, x: 0 };
  for (const { y, x } of points) {
    mean.y += y / points.length;
    mean.x += x / points.length;
  }
  let squares = 0;
  for (const { y, x } of points) squares += (y - mean.y) ** 2 + (x - mean.x) ** 2;
  const scale = Math.SQRT2 / Math.sqrt(squares / points.length);
  if (!(scale < 1e9)) return undefined;
  return {
    mean,
    scale,
    points: points.map(({ y, x }) => ({ y: (y - mean.y) * scale, x: (x - mean.x) * scale })),
  };
};
