/** What is told of a training that ended, of one network or several: the same lines about what they told. */
import type { GateReport } from '../learn/index.js';
import { count } from './table.js';

/** What the reports of both have. */
export interface TrainingTold {
  readonly step: number;
  readonly stepsRun: number;
  readonly seconds: number;
  readonly gates: Readonly<Record<string, GateReport>>;
  readonly checkpoint: string | undefined;
  readonly skipped: number;
}

/** The report as text: how far it came, `between`, the masks, what was passed over and what was saved. */
export const trainingText = (
  name: string,
  backend: string,
  { step, stepsRun, seconds, gates, checkpoint, skipped }: TrainingTold,
  between: readonly string[],
): string =>
  [
    `${name}: step ${count(step)}, ${count(stepsRun)} in this run, ${seconds.toFixed(1)} s on ${backend}`,
    ...between,
    ...Object.entries(gates).map(
      ([path, { open, changed }]) =>
        `  ${path}: ${(100 * open).toFixed(1)} % open, ${(100 * changed).toFixed(1)} % changed`,
    ),
    ...(skipped === 0 ? [] : [`  ${count(skipped)} faults of pictures passed over`]),
    ...(checkpoint === undefined ? [] : [`  ${checkpoint}`]),
  ].join('\n');

/** The first and the last of some numbers; `null` where there are none. */
export const ends = (
  values: readonly number[],
): { readonly first: number | null; readonly last: number | null } => ({
  first: values[0] ?? null,
  last: values.at(-1) ?? null,
});

/** From the first to the last of some numbers, of which there is at least one. */
export const fell = (values: readonly number[]): string =>
  `${values[0]!.toPrecision(4)} → ${values.at(-1)!.toPrecision(4)}`;
