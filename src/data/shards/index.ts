/** Training data as files for other programs: what other rooms may use. */
export { exportShards, type ExportOptions, type ExportReport } from './export.js';
export type { ShardEncoding } from './encoding.js';
export type { ShardEntry, ShardIndex } from './index-file.js';
