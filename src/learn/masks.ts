/** What is told of masks during training: how many gates are open, and how many changed sides. */
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterArray, Plan } from '../compile/index.js';

/**
 * The state of a mask's gates. A gate is open where the mask is ≥ 0 (for features ≥ 0 that is the whole gate); where
 * the mask is kept between two numbers, as that of `psi.maskConnectLevel` between 0 and 1, from their middle.
 */
export interface GateReport {
  /** The share of open entries. */
  readonly open: number;
  /** The share of entries on another side of the threshold than at the start. */
  readonly changed: number;
  /** Whether every bit is as it was at the start. */
  readonly still: boolean;
}

/** The gates of every mask among parameters, against how they started. */
export const gateReports = async (
  plan: Pick<Plan, 'parameters'>,
  parameters: Readonly<Record<string, tf.Tensor>>,
  start: Readonly<Record<string, ParameterArray>>,
): Promise<Readonly<Record<string, GateReport>>> =>
  Object.fromEntries(
    await Promise.all(
      plan.parameters
        .filter(({ role }) => role === 'mask')
        .map(
          async ({ path, projection }) =>
            [
              path,
              gateReport(
                Float32Array.from(await parameters[path]!.data()),
                start[path]!.data,
                projection === undefined ? 0 : (projection.clip[0] + projection.clip[1]) / 2,
              ),
            ] as const,
        ),
    ),
  );

/** The gates of one mask, open from `threshold`. */
export const gateReport = (now: Float32Array, start: Float32Array, threshold = 0): GateReport => {
  let open = 0;
  let changed = 0;
  let still = true;
  for (let i = 0; i < now.length; i++) {
    if (now[i]! >= threshold) open++;
    if (now[i]! >= threshold !== start[i]! >= threshold) changed++;
    if (!Object.is(now[i], start[i])) still = false;
  }
  return { open: open / now.length, changed: changed / now.length, still };
};
