/** The ends of a graph as `artefact.json` tells them. */
import type { Artefact, ArtefactPort } from '../../artefact/format.js';
import type { Plan, PlanNoise } from '../plan/plan.js';
import type { Port, Signature } from './graph.js';

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
