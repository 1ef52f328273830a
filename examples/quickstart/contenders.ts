/** The networks that are compared: one declaration, several ψ on the image encoder's skips. */
import { init, psi, surrogate, withPsi } from 'maskskip';
import type { QuickstartNetwork } from './network.js';

/** A network of the comparison. */
export interface Contender {
  /** Its folder and its key in `results.json`. */
  readonly name: string;
  readonly title: string;
  /** What stands on the image encoder's skips, in words. */
  readonly psi: string;
  readonly masked: boolean;
  /** Whether its masks get a gradient. */
  readonly learns: boolean;
  readonly network: QuickstartNetwork;
}

/**
 * No-mask first, then mUNet from two starts. `full` adds the zero-mean start under the literal gradient of the paper's
 * equation 3: its masks never move, and what it scores is the score of a random mask.
 */
export const contendersOf = (
  network: QuickstartNetwork,
  full: boolean,
): readonly [Contender, ...Contender[]] => {
  const masked = (gate: ReturnType<typeof psi.dense>): QuickstartNetwork =>
    withPsi(network, gate, { encoder: 'image' });
  const zeroMean = init.normal(0.02);
  return [
    { name: 'no-mask', title: 'No-mask', psi: 'psi.none', masked: false, learns: false, network },
    {
      name: 'munet-open',
      title: 'mUNet, open start',
      psi: 'psi.dense, every entry 0.1 at the start, surrogate.sigmoid',
      masked: true,
      learns: true,
      network: masked(psi.dense({ init: init.open, surrogate: surrogate.sigmoid })),
    },
    {
      name: 'munet-zero-mean',
      title: 'mUNet, zero-mean start',
      psi: 'psi.dense, entries from N(0, 0.02²) at the start, surrogate.sigmoid',
      masked: true,
      learns: true,
      network: masked(psi.dense({ init: zeroMean, surrogate: surrogate.sigmoid })),
    },
    ...(full
      ? [
          {
            name: 'munet-zero-gradient',
            title: 'mUNet, zero gradient',
            psi: 'psi.dense, entries from N(0, 0.02²) at the start, surrogate.zero: they stay as they are',
            masked: true,
            learns: false,
            network: masked(psi.dense({ init: zeroMean, surrogate: surrogate.zero })),
          },
        ]
      : []),
  ];
};
