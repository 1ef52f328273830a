/**
 * Schedules: a number that changes during training, as a pure function of the step.
 *
 * An optimiser's rate counts its updates from 1; a scalar of a plan counts steps from 0. A schedule reads whichever it is
 * given.
 */

/** A number at each step. */
export type Schedule = (step: number) => number;

/** A step and the number there. */
export interface SchedulePoint {
  readonly step: number;
  readonly value: number;
}

/**
 * A straight line between two points, the first value before it and the last one after it.
 *
 * @example
 * ```ts
 * const weight = ramp({ step: 0, value: 0 }, { step: 100, value: 1 });
 * weight(25); // 0.25
 * ```
 */
export const ramp =
  (from: SchedulePoint, to: SchedulePoint): Schedule =>
  (step) => {
    if (step <= from.step) return from.value;
    if (step >= to.step) return to.value;
    const share = (step - from.step) / (to.step - from.step);
    return from.value * (1 - share) + to.value * share;
  };

/** Half as much after every so many steps: value · ½^⌊step / every⌋. PDIG, every 50,000. */
export const halvings =
  (value: number, every: number): Schedule =>
  (step) =>
    value * 0.5 ** Math.floor(step / every);

/** Constant up to a step, then along a straight line to 0 at another. Vari-UNet: 1e-3 up to 1,000, 0 at 100,000. */
export const decayToZero = (value: number, from: number, to: number): Schedule =>
  ramp({ step: from, value }, { step: to, value: 0 });

/**
 * Constant for the first `constantEpochs`, then less from epoch to epoch and 0 in the last: with the defaults and
 * epochs counted from 1, value · (1 − max(0, epoch − 10) / 10). PN-GAN. `step` counts updates from 1.
 */
export const epochDecay =
  (value: number, stepsPerEpoch: number, constantEpochs = 10, epochs = 20): Schedule =>
  (step) => {
    const epoch = Math.max(1, Math.ceil(step / stepsPerEpoch));
    return value * Math.max(0, 1 - Math.max(0, epoch - constantEpochs) / (epochs - constantEpochs));
  };

/** The weight β of Vari-UNet's divergence: 1e-6 up to step 50,000, 1 from step 75,000, a straight line between. */
export const klWeight: Schedule = ramp({ step: 50_000, value: 1e-6 }, { step: 75_000, value: 1 });

/** The schedules by name. */
export const schedule = { ramp, halvings, decayToZero, epochDecay, klWeight } as const;
