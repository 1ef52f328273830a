/** The operators that may stand on a skip. */
import { dense, grid, one } from './masks.js';
import { chain, closed, none } from './plain.js';

/** ψ: what stands on a skip connection. */
export const psi = { none, closed, dense, one, grid, chain } as const;
