/**
 * Convolutions whose stride is greater than their kernel read only some rows and columns of the image.
 *
 * Their gradients are taken on what is read, at a stride as small as the kernel. It is less work, and it is needed:
 * oneDNN's filter gradient (in TensorFlow 2.21 on a CPU with AVX-512) writes past its buffers for 1×1 kernels at
 * stride 2 with few channels.
 */
import type { Core, Tensor } from '../core.js';

type Shape4 = [number, number, number, number];

/** One axis: sizes in entries, and the padding before the image. */
export interface SparseAxis {
  readonly size: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
}

/** The rows and columns that are read: (n, h, w, c) to (n, out·kernel, out·kernel, c). */
export const keepRead = (tf: Core, x: Tensor, rows: SparseAxis, columns: SparseAxis): Tensor => {
  const [n, , , c] = x.shape as Shape4;
  const whole = fit(tf, x, rows.before, rows.out * rows.stride, columns.before, columns.out * columns.stride);
  const width = columns.out * columns.stride;
  const kept = tf.slice(
    tf.reshape(whole, [n * rows.out, rows.stride, width * c]),
    [0, 0, 0],
    [n * rows.out, rows.kernel, width * c],
  );
  const lines = n * rows.out * rows.kernel;
  const read = tf.slice(
    tf.reshape(kept, [lines * columns.out, columns.stride, c]),
    [0, 0, 0],
    [lines * columns.out, columns.kernel, c],
  );
  return tf.reshape(read, [n, rows.out * rows.kernel, columns.out * columns.kernel, c]);
};

/** The transpose of `keepRead`: zeros where nothing was read. */
export const spreadRead = (tf: Core, read: Tensor, rows: SparseAxis, columns: SparseAxis): Tensor => {
  const [n, , , c] = read.shape as Shape4;
  const lines = n * rows.out * rows.kernel;
  const wide = tf.pad(tf.reshape(read, [lines * columns.out, columns.kernel, c]), [
    [0, 0],
    [0, columns.stride - columns.kernel],
    [0, 0],
  ]);
  const width = columns.out * columns.stride;
  const high = tf.pad(tf.reshape(wide, [n * rows.out, rows.kernel, width * c]), [
    [0, 0],
    [0, rows.stride - rows.kernel],
    [0, 0],
  ]);
  const whole = tf.reshape(high, [n, rows.out * rows.stride, width, c]);
  return fit(tf, whole, -rows.before, rows.size, -columns.before, columns.size);
};

/** Moves an image down by `top` and right by `left` and cuts or pads it to a size. */
const fit = (tf: Core, x: Tensor, top: number, height: number, left: number, width: number): Tensor => {
  const [n, h, w, c] = x.shape as Shape4;
  const padded = tf.pad(x, [
    [0, 0],
    [Math.max(0, top), Math.max(0, height - h - top)],
    [Math.max(0, left), Math.max(0, width - w - left)],
    [0, 0],
  ]);
  return tf.slice(padded, [0, Math.max(0, -top), Math.max(0, -left), 0], [n, height, width, c]);
};
