/** Finding out what can be used on this machine, each backend by itself. */
import { createRequire } from 'node:module';
import type { Probe } from './choose.js';
import { runTrial } from './child.js';
import { findBindings, findBuiltBinding, unsafeLoadBinding, type LoadedBinding } from './native/load.js';
import { nativeEnvironment } from './native/environment.js';
import type { BackendRequest } from './choose.js';
import { hasWasm } from './wasm/start.js';
import type { Adapter } from './webgpu.js';

/** A probe with what it learnt. */
export interface NativeProbe extends Probe {
  readonly loaded?: LoadedBinding;
}

export interface WebgpuProbe extends Probe {
  readonly adapter?: Adapter;
}

/** A probe of a backend that was not looked at because an earlier one was taken. */
export const notTried: Probe = { usable: false, gpu: false, reason: 'not tried', fix: '' };

const installFix = 'run maskskip native install, or choose --backend wasm';

/** Loads the native binding into this process, if it is there. */
export const probeNative = async (request: BackendRequest): Promise<NativeProbe> => {
  const found = findBuiltBinding();
  if (found === undefined) {
    const without = findBindings().length === 0 ? 'its package is not installed' : 'its addon was not built';
    return { usable: false, gpu: false, reason: without, fix: installFix };
  }
  try {
    for (const [name, value] of Object.entries(nativeEnvironment(request, process.env))) {
      process.env[name] = value;
    }
    const loaded = await unsafeLoadBinding(found);
    return {
      usable: true,
      gpu: loaded.gpu,
      reason: loaded.gpu ? '' : `libtensorflow ${loaded.libtensorflow} sees no CUDA device`,
      fix: loaded.gpu
        ? ''
        : 'run maskskip native install --gpu on a machine with an NVIDIA driver, or leave out --gpu',
      loaded,
    };
  } catch (caught) {
    return { usable: false, gpu: false, ...explainLoadFailure(caught) };
  }
};

/** Asks a process of its own for WebGPU's adapter. */
export const probeWebgpu = async (milliseconds = 30_000): Promise<WebgpuProbe> => {
  const fix = 'install a Vulkan, Metal or Direct3D 12 driver for your GPU, or choose another backend';
  const missing = ['webgpu', '@tensorflow/tfjs-backend-webgpu'].filter((name) => !resolves(name));
  if (missing.length > 0) {
    return {
      usable: false,
      gpu: false,
      reason: `${missing.join(' and ')} not installed`,
      fix: `npm install ${missing.join(' ')}`,
    };
  }
  const outcome = await runTrial('webgpu-adapter', milliseconds);
  if (outcome._tag === 'Failed') return { usable: false, gpu: false, reason: outcome.reason, fix };
  const answer = outcome.value as { readonly adapter?: Adapter; readonly reason?: string };
  if (answer.adapter === undefined) {
    return { usable: false, gpu: false, reason: answer.reason ?? 'WebGPU found no adapter', fix };
  }
  const { adapter } = answer;
  const named = [adapter.vendor, adapter.architecture, adapter.description].filter((part) => part !== '');
  return {
    usable: true,
    gpu: !adapter.software,
    reason: adapter.software ? `the adapter is software on the CPU (${named.join(', ')})` : '',
    fix: adapter.software ? fix : '',
    adapter,
  };
};

/** Whether the wasm backend's package is there and Node runs WebAssembly. */
export const probeWasm = (): Probe =>
  resolves('@tensorflow/tfjs-backend-wasm') && hasWasm()
    ? { usable: true, gpu: false, reason: 'wasm runs on the CPU', fix: 'choose --backend native or webgpu' }
    : {
        usable: false,
        gpu: false,
        reason: '@tensorflow/tfjs-backend-wasm is not installed',
        fix: 'npm install @tensorflow/tfjs-backend-wasm',
      };

/** Whether tfjs' JavaScript backend is there. */
export const probeCpu = (): Probe =>
  resolves('@tensorflow/tfjs-backend-cpu')
    ? { usable: true, gpu: false, reason: 'cpu runs in JavaScript', fix: 'choose --backend native or webgpu' }
    : {
        usable: false,
        gpu: false,
        reason: '@tensorflow/tfjs-backend-cpu is not installed',
        fix: 'npm install @tensorflow/tfjs-backend-cpu',
      };

/** Why an addon did not load, in words, and what helps. */
export const explainLoadFailure = (caught: unknown): { readonly reason: string; readonly fix: string } => {
  const message = caught instanceof Error ? caught.message : String(caught);
  const again = 'run maskskip native install --force';
  const known: readonly (readonly [RegExp, (match: RegExpExecArray) => string, string])[] = [
    [/NODE_MODULE_VERSION/, () => 'its addon was compiled for another version of Node', again],
    [
      /(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/,
      (match) => `the library ${match[1]} that its addon needs is not there`,
      again,
    ],
    [/GLIBC|GLIBCXX/, () => 'the C or C++ library of this system is too old for it', 'choose --backend wasm'],
    [
      /invalid ELF header|wrong ELF class|file too short/,
      () => 'its addon is damaged or for another machine',
      again,
    ],
    [/undefined symbol/, () => 'its addon and its library are of different versions', again],
  ];
  for (const [pattern, reason, fix] of known) {
    const match = pattern.exec(message);
    if (match !== null) return { reason: reason(match), fix };
  }
  return { reason: `its addon did not load: ${message.split('\n')[0]!.slice(0, 200)}`, fix: again };
};

const resolves = (name: string): boolean => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
};
