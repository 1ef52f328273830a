/** How masks start. */
import { constant, normal, type Initialiser } from '../../ops/initialiser.js';

/** Initialisers of masks. */
export const init = {
  /** Every entry 0.1, so that every gate is open on features ≥ 0 and a masked network starts as No-mask: the default. */
  open: constant(0.1),
  /** Normal with mean 0: half of the gates shut, as in the paper's Figure 4 with 0.02. */
  normal: (deviation: number): Initialiser => normal(deviation),
} as const;
