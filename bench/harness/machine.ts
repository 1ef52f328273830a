/** What the numbers were measured on, and with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine. */
export interface Hardware {
  readonly cpu: string;
  readonly cores: number;
  /** Which of the vector extensions that matter the processor has. */
  readonly flags: readonly string[];
  readonly memoryGiB: number;
  readonly platform: string;
}

/** This machine. */
export const hardware = (): Hardware => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  flags: cpuFlags(),
  memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  platform: `${process.platform} ${process.arch}`,
});

/** Processes that wanted to run, on average over the last minute. */
export const load = (): number => Math.round(loadavg()[0]! * 100) / 100;

/** Versions of ours and of what we run on; peers tell theirs themselves. */
export const ownVersions = (): Readonly<Record<string, string>> => ({
  node: process.version.slice(1),
  ...Object.fromEntries(
    ['@tensorflow/tfjs-core', '@tensorflow/tfjs-converter', '@tensorflow/tfjs-node-gpu'].flatMap((name) => {
      const version = packageVersion(name);
      return version === undefined ? [] : [[name, version]];
    }),
  ),
});

/** The version of an installed npm package. */
export const packageVersion = (name: string): string | undefined => {
  try {
    const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
};

const interesting = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile'];

/** Linux tells; elsewhere nothing is claimed. */
const cpuFlags = (): readonly string[] => {
  try {
    const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const flags = new Set(line.split(/\s+/));
    return interesting.filter((flag) => flags.has(flag));
  } catch {
    return [];
  }
};
