/** The synthetic set of posed people: what other rooms may use. */
export { type SynthOptions, type TestPairs } from './options.js';
export { synthesise, type SynthReport } from './synthesise.js';
