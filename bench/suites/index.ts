/** All suites. */
import type { Suite } from '../harness/suite.js';
import { compile } from './compile.js';
import { inference } from './inference.js';
import { psi } from './psi.js';
import { stages } from './stages.js';
import { train } from './train.js';

/** In the order in which they are told of. */
export const suites: readonly Suite[] = [inference, stages, psi, train, compile];
