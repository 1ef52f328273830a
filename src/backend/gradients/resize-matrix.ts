/**
 * Resizing along one axis as a matrix: entry (i, j) is the weight of source j in target i.
 *
 * The coordinates are TensorFlow's: aligned corners map the end points onto each other, half-pixel centres map
 * pixel areas, and without either target i reads source i · source / target.
 */
export type ResizeKind = 'nearest' | 'bilinear';

export interface ResizeOptions {
  readonly kind: ResizeKind;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** The matrix, row by row: `target` rows of `source` weights, each row summing to 1. */
export const resizeMatrix = (source: number, target: number, options: ResizeOptions): Float32Array => {
  const { kind, alignCorners, halfPixelCenters } = options;
  const scale = alignCorners && target > 1 ? (source - 1) / (target - 1) : source / target;
  const matrix = new Float32Array(source * target);
  const last = source - 1;
  for (let i = 0; i < target; i++) {
    if (kind === 'nearest') {
      const at = halfPixelCenters ? (i + 0.5) * scale : i * scale;
      const nearest = alignCorners ? Math.round(at) : Math.floor(at);
      matrix[i * source + Math.min(last, Math.max(0, nearest))] = 1;
    } else {
      const at = halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
      const low = Math.min(last, Math.max(0, Math.floor(at)));
      const high = Math.min(last, Math.max(0, Math.ceil(at)));
      const share = Math.min(1, Math.max(0, at - low));
      matrix[i * source + low]! += 1 - share;
      matrix[i * source + high]! += share;
    }
  }
  return matrix;
};
