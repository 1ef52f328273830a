/** Artefacts: the files of a compiled model, with `artefact.json`, which says what they are and what they must hash to. */
import type { NoiseDistribution } from '../../ops/leaves.js';
import type { DataType } from '../../ops/value.js';
import type { Plan, PlanNoise } from '../plan/plan.js';
import type { Port, Signature } from './graph.js';

/** What a graph may be written as. */
export const compileTargets = ['tfjs-graph', 'saved-model'] as const;
export type CompileTarget = (typeof compileTargets)[number];

/** An input or output of an artefact. */
export interface ArtefactPort {
  readonly name: string;
  readonly dtype: DataType;
  /** With −1 where the batch decides. */
  readonly shape: readonly number[];
  /** How it is drawn, where it is noise: the numbers of the generator for (seed, `noise`, path, step). */
  readonly noise?: { readonly path: string; readonly distribution: NoiseDistribution };
}

/** One graph of an artefact. */
export interface ArtefactStage {
  readonly name: string;
  /** Where its `model.json` lies, or the name of its signature in the SavedModel. */
  readonly at: string;
  readonly inputs: readonly ArtefactPort[];
  readonly outputs: readonly ArtefactPort[];
}

/** A file of an artefact. */
export interface ArtefactEntry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What `artefact.json` holds. */
export interface Artefact {
  readonly maskskip: 'artefact';
  readonly version: 1;
  readonly target: CompileTarget;
  readonly model: string;
  /** SHA-256 of the model's spec, where it has one. */
  readonly spec?: string;
  readonly inputs: readonly ArtefactPort[];
  readonly outputs: readonly ArtefactPort[];
  /** In the order in which they run; one for a model that was not cut. */
  readonly stages: readonly ArtefactStage[];
  /** Every other file of the folder. */
  readonly files: readonly ArtefactEntry[];
}

/** The ends of a signature, with the distribution of what is noise. */
export const portsOf = (
  { inputs, outputs }: Signature,
  plans: readonly Plan[],
): Pick<Artefact, 'inputs' | 'outputs'> => {
  const noises = new Map<string, PlanNoise>(
    plans.flatMap((plan) => plan.noises.map((one) => [`noise/${one.path}`, one] as const)),
  );
  const plain = ({ name, dtype, shape }: Port): ArtefactPort => ({ name, dtype, shape });
  return {
    inputs: inputs.map((port): ArtefactPort => {
      const noise = noises.get(port.name);
      return noise === undefined || plans.some((plan) => Object.hasOwn(plan.inputs, port.name))
        ? plain(port)
        : { ...plain(port), noise: { path: noise.path, distribution: noise.distribution } };
    }),
    outputs: outputs.map(plain),
  };
};
