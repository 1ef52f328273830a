/** Functions that a module holds where it needs them: what TensorFlow.js has not, or means otherwise. */

/* In the order in which a module holds them; a text ends without a line break. */
const texts = {
  detached: `\
/**
 * The same numbers as a constant, through which no gradient passes
 * (TensorFlow.js has no stopGradient): the data of x under a tensor that no
 * tape knows.
 */
function detached<T extends tf.Tensor>(x: T): T {
  const { dataId, shape, dtype } = x;
  tf.backend().incRef(dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype }) as T;
}`,
  gatherRows: `\
/**
 * Rows by number, of each example its own: rows n×m×c and int32 indices n×k
 * give n×k×c. Indices are clipped to 0 … m - 1.
 */
function gatherRows(rows: tf.Tensor3D, indices: tf.Tensor2D): tf.Tensor3D {
  const [n, m, c] = rows.shape;
  const clipped = tf.minimum(
    tf.maximum(detached(indices), tf.scalar(0, "int32")),
    tf.scalar(m - 1, "int32"),
  );
  const first = tf.mul(tf.range(0, n, 1, "int32"), tf.scalar(m, "int32"));
  const places = tf.add(clipped, tf.reshape(first, [n, 1]));
  const read: tf.Tensor2D = tf.gather(
    tf.reshape<tf.Rank.R2>(rows, [n * m, c]),
    tf.reshape<tf.Rank.R1>(places, [n * indices.shape[1]]),
  );
  return tf.reshape(read, [n, indices.shape[1], c]);
}`,
  columnNumbers: `\
/** Of each pixel, row by row, the number of its column. */
function columnNumbers(height: number, width: number): tf.Tensor1D {
  return tf.tile(tf.range(0, width), [height]);
}`,
  rowNumbers: `\
/** Of each pixel, row by row, the number of its row. */
function rowNumbers(height: number, width: number): tf.Tensor1D {
  const rows: tf.Tensor2D = tf.reshape(tf.range(0, height), [height, 1]);
  return tf.reshape(tf.tile(rows, [1, width]), [height * width]);
}`,
  convTransposeCropped: `\
/**
 * A transposed convolution to a height and width, of which the padding
 * (top, bottom, left, right) is cut off.
 */
function convTransposeCropped(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  [height, width]: readonly [number, number],
  strides: number | [number, number],
  [top, bottom, left, right]: readonly [number, number, number, number],
): tf.Tensor4D {
  const [n, filters] = [x.shape[0], kernel.shape[2]];
  const full = tf.conv2dTranspose(
    x,
    kernel,
    [n, height + top + bottom, width + left + right, filters],
    strides,
    "valid",
  );
  return tf.slice(full, [0, top, left, 0], [n, height, width, filters]);
}`,
  averagePoolPadded: `\
/** The mean of each window's entries; the padding does not count. */
function averagePoolPadded(
  x: tf.Tensor4D,
  window: [number, number],
  strides: [number, number],
  padding: readonly [readonly [number, number], readonly [number, number]],
): tf.Tensor4D {
  const [[top, bottom], [left, right]] = padding;
  const around: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const padded = tf.avgPool(tf.pad(x, around), window, strides, "valid");
  const inside = tf.avgPool(
    tf.pad(tf.onesLike(x), around),
    window,
    strides,
    "valid",
  );
  return tf.div(padded, inside);
}`,
} as const;

/** The name of a helper, in the module too. */
export type HelperName = keyof typeof texts;

/** All names. */
export const helperNames = Object.keys(texts) as readonly HelperName[];

/** The helpers that these ones need, themselves included, in the order of the module. */
export const helperTexts = (used: ReadonlySet<HelperName>): readonly string[] => {
  const needed = new Set<HelperName>(used.has('gatherRows') ? [...used, 'detached'] : used);
  return helperNames.filter((name) => needed.has(name)).map((name) => texts[name]);
};
