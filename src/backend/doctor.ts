/** A report on every backend of this machine: each is tried in a process of its own, so that a crash is a finding. */
import type * as T from 'fp-ts/lib/Task.js';
import { runTrial, type ChildOutcome } from './child.js';
import { backendNames, type BackendName } from './faults.js';
import { probeWebgpu, type WebgpuProbe } from './probe.js';
import { hasWasm, wasmHasSimd } from './wasm/start.js';
import type { Adapter } from './webgpu.js';

/** What was found about one backend. */
export interface BackendReport {
  readonly usable: boolean;
  /** Why it is not usable, or why it has no GPU, with the remedy, as a sentence; empty when there is nothing to say. */
  readonly reason: string;
  readonly detail?: string;
  /** The median time of one 3×3 convolution, and its size: height, width, channels in and out. */
  readonly convolutionMilliseconds?: number;
  readonly convolutionSize?: readonly [height: number, width: number, channels: number];
}

/** The whole report; every part is plain data and survives JSON. */
export interface DoctorReport {
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly backends: {
    readonly native: BackendReport & { readonly libtensorflow?: string; readonly cuda?: boolean };
    readonly webgpu: BackendReport & { readonly adapter?: Adapter };
    readonly wasm: BackendReport & { readonly simd: boolean };
    readonly cpu: BackendReport;
  };
  /** Sentences, the most useful first. */
  readonly advice: readonly string[];
}

/** What doctor asks; tests give their own. */
export interface DoctorWorld {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly trial: (argument: string, milliseconds: number) => Promise<ChildOutcome>;
  readonly webgpu: () => Promise<WebgpuProbe>;
}

const thisWorld: DoctorWorld = {
  nodeVersion: process.version,
  platform: `${process.platform} ${process.arch}`,
  trial: runTrial,
  webgpu: probeWebgpu,
};

/** Tries every backend, one after the other, and says what to do. */
export const doctor =
  (world: DoctorWorld = thisWorld): T.Task<DoctorReport> =>
  async () => {
    const tried = new Map<BackendName, Tried>();
    const adapter = await world.webgpu();
    for (const name of backendNames) {
      tried.set(
        name,
        name === 'webgpu' && !adapter.usable
          ? { ...unusable(adapter.reason, adapter.fix), more: {} }
          : readTrial(await world.trial(`time-${name}`, 120_000)),
      );
    }
    const native = tried.get('native')!;
    const webgpu = tried.get('webgpu')!;
    const version = /libtensorflow ([\d.]+)/.exec(native.report.detail ?? '')?.[1];
    const backends = {
      native: {
        ...native.report,
        ...(version === undefined ? {} : { libtensorflow: version, cuda: native.more.gpu === true }),
      },
      webgpu: {
        ...webgpu.report,
        ...(adapter.adapter === undefined ? {} : { adapter: adapter.adapter }),
        ...(adapter.reason !== '' && webgpu.report.usable ? { reason: sentence(adapter.reason) } : {}),
      },
      wasm: { ...tried.get('wasm')!.report, simd: hasWasm() && wasmHasSimd() },
      cpu: tried.get('cpu')!.report,
    };
    const node = { version: world.nodeVersion, supported: isSupported(world.nodeVersion) };
    return { node, platform: world.platform, backends, advice: adviceOn(node, world.platform, backends) };
  };

/** Whether a Node version, `v20.19.1`, is one that the package runs on. */
export const isSupported = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
};

/** What to do about what was found, the most useful first. */
export const adviceOn = (
  node: DoctorReport['node'],
  platform: string,
  backends: DoctorReport['backends'],
): readonly string[] => {
  const { native, webgpu, wasm } = backends;
  const hardware = webgpu.usable && webgpu.adapter?.software === false;
  const all: readonly (readonly [boolean, string])[] = [
    [!node.supported, `Node ${node.version} is too old: install Node 20.19 or later.`],
    [
      !native.usable && platform === 'linux x64',
      'Run maskskip native install: the native backend trains about ten times as fast as wasm.',
    ],
    [
      !native.usable && platform !== 'linux x64' && !hardware,
      `The native backend is for Linux on x64 only; on ${platform} wasm is used.`,
    ],
    [
      native.usable && native.cuda === false && !hardware,
      'No GPU is used. With an NVIDIA GPU and its driver, run maskskip native install --gpu.',
    ],
    [!native.usable && hardware, 'WebGPU on the hardware adapter is used until the native backend is there.'],
    [wasm.usable && !wasm.simd, 'This Node has no WebAssembly SIMD: install a newer one for speed.'],
    [!wasm.usable && !native.usable, 'Run npm install again: not even the embedded wasm backend is usable.'],
  ];
  const advice = all.filter(([holds]) => holds).map(([, text]) => text);
  return advice.length === 0 ? ['Nothing to do.'] : advice;
};

/** The report as text for a terminal. */
export const renderDoctor = (report: DoctorReport): string => {
  const { node, platform, backends, advice } = report;
  const lines = backendNames.map((name) => {
    const one: BackendReport = backends[name];
    const time =
      one.convolutionMilliseconds === undefined
        ? ''
        : `; 3×3 convolution at ${one.convolutionSize?.join('×') ?? '?'}: ${one.convolutionMilliseconds} ms`;
    const said = one.reason === '' ? '' : ` ${one.reason}`;
    const state = one.usable ? `${one.detail ?? 'usable'}${time}.` : 'not usable.';
    return `  ${one.usable ? '✓' : '✗'} ${name.padEnd(7)} ${state}${said}`;
  });
  return [
    `Node ${node.version}${node.supported ? '' : ' (too old)'} on ${platform}`,
    'Backends',
    ...lines,
    'Advice',
    ...advice.map((one) => `  ${one}`),
    '',
  ].join('\n');
};

interface Tried {
  readonly report: BackendReport;
  readonly more: { readonly gpu?: boolean };
}

const unusable = (reason: string, fix: string): { readonly report: BackendReport } => ({
  report: { usable: false, reason: sentence(fix === '' ? reason : `${reason}; ${fix}`) },
});

const readTrial = (outcome: ChildOutcome): Tried => {
  if (outcome._tag === 'Failed') return { ...unusable(outcome.reason, 'choose another backend'), more: {} };
  const value = outcome.value as {
    readonly reason?: string;
    readonly fix?: string;
    readonly detail?: string;
    readonly gpu?: boolean;
    readonly convolutionMilliseconds?: number;
    readonly convolutionSize?: readonly [number, number, number];
  };
  if (value.convolutionMilliseconds === undefined) {
    const reason = (value.reason ?? 'its trial said nothing').replace(/^an unusable backend: /, '');
    return { ...unusable(reason, value.fix ?? ''), more: {} };
  }
  return {
    report: {
      usable: true,
      reason: '',
      convolutionMilliseconds: value.convolutionMilliseconds,
      ...(value.detail === undefined ? {} : { detail: value.detail }),
      ...(value.convolutionSize === undefined ? {} : { convolutionSize: value.convolutionSize }),
    },
    more: value.gpu === undefined ? {} : { gpu: value.gpu },
  };
};

const sentence = (clause: string): string =>
  clause === '' ? '' : `${clause[0]!.toUpperCase()}${clause.slice(1).replace(/\.+$/, '')}.`;
