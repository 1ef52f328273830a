/** A listed model trained on one batch, by the public loop. */
import { bind } from '../../../src/data/index.js';
import type { AnyModel } from '../../../src/dsl/index.js';
import { adam, term, trainSystem, type System, type TrainSystemReport } from '../../../src/learn/index.js';
import { add } from '../../../src/ops/elementwise.js';
import { unsafePlan } from '../../dsl/plans.js';
import { right } from '../../learn/train/either.js';
import { drawnFeeds } from './feeds.js';

/**
 * Trains a model for some steps on one picture: every output towards numbers that were drawn. The network is called
 * `net`; its checkpoint goes into `out`.
 */
export const trained = async (
  declared: AnyModel,
  steps: number,
  out: string,
): Promise<TrainSystemReport & { readonly losses: readonly number[] }> => {
  const { inputs, nodes, outputs } = unsafePlan(declared, 'train');
  const targets = Object.entries(outputs).map(([name, id]) => [`${name} wanted`, nodes[id]!] as const);
  const feeds = drawnFeeds({ inputs: { ...inputs, ...Object.fromEntries(targets) } }, 1, 1);
  const shapes = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, shape.slice(1)] as const),
  );
  const example = Object.fromEntries(
    Object.entries(feeds).map(([name, { data }]) => [
      name,
      // Within the reach of a sigmoid.
      name.endsWith(' wanted') ? data.map((one) => 0.5 + 0.4 * Math.tanh(one)) : data,
    ]),
  );
  const system: System = {
    name: 'one batch',
    networks: { net: declared },
    players: { net: { networks: ['net'], optimiser: adam(5e-4) } },
    updates: {
      fit: {
        player: 'net',
        objective: ({ run, read }) => {
          const made = run('net');
          const losses = Object.entries(made).map(([name, output]) =>
            term.meanSquares(
              output,
              read(`${name} wanted`, shapes[`${name} wanted`] as [number, number, number]),
            ),
          );
          return { squares: losses.reduce((sum, one) => add(sum, one)) };
        },
      },
    },
    phases: [{ name: 'fit', steps, batchSize: 1, updates: ['fit'] }],
  };
  const binding = bind({ from: () => [example], shapes });
  const report = right(await trainSystem({ system, binding, seed: 0, out })());
  return { ...report, losses: report.curves['fit']!.losses };
};
