/**
 * maskskip: a typed language for image-to-image networks whose skip connections pass through masks.
 *
 * This entry point declares and checks; it loads in a browser and pulls in no tfjs. Compile with `maskskip/compile`,
 * train with `maskskip/learn`, read data with `maskskip/data`, choose a backend with `maskskip/backend`.
 */
export { fault, faultError, isFaultError, type Fault, type FaultError, type Severity } from './base/fault.js';
export * from './dsl/index.js';
export * from './models/index.js';
