/** The operators that may stand on a skip. */
import { define } from './define.js';
import { grouped } from './grouped.js';
import { maskConnectChannel, maskConnectLevel } from './mask-connect.js';
import { dense, grid, one } from './masks.js';
import { modularBlend, modularSoft } from './modular.js';
import { chain, closed, none } from './plain.js';
import { resize } from './resize.js';
import { warp } from './warp.js';

/** ψ: what stands on a skip connection. */
export const psi = {
  none,
  closed,
  dense,
  one,
  grouped,
  grid,
  maskConnectLevel,
  maskConnectChannel,
  modularSoft,
  modularBlend,
  resize,
  warp,
  chain,
  define,
} as const;
