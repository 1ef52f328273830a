/** The operators that may stand on a skip. */
import { define } from './define.js';
import { grouped } from './grouped.js';
import { dense, grid, one } from './masks.js';
import { chain, closed, none } from './plain.js';
import { resize } from './resize.js';
import { warp } from './warp.js';

/** ψ: what stands on a skip connection. */
export const psi = { none, closed, dense, one, grouped, grid, resize, warp, chain, define } as const;
