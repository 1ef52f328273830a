/**
 * WebGPU under Node, over Dawn (the npm package `webgpu`).
 *
 * A broken driver can end the whole process, so the adapter is looked at in a process of its own first.
 */
import type { Core } from './core.js';

/** What stands behind WebGPU on this machine. */
export interface Adapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** A rasteriser on the CPU, such as SwiftShader or llvmpipe, not a GPU. */
  readonly software: boolean;
}

interface AdapterLike {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
    readonly adapterType?: string;
  };
}

interface GpuLike {
  readonly requestAdapter: (options?: object) => Promise<AdapterLike | null>;
}

/** Which adapter this is, from what WebGPU says of it. */
export const describeAdapter = (adapter: AdapterLike): Adapter => {
  const info = adapter.info ?? {};
  const text = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return {
    vendor: info.vendor ?? '',
    architecture: info.architecture ?? '',
    description: info.description ?? info.device ?? '',
    software:
      adapter.isFallbackAdapter === true ||
      info.isFallbackAdapter === true ||
      /cpu/i.test(info.adapterType ?? '') ||
      /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(text),
  };
};

/** Puts Dawn's `navigator.gpu` and its constants where tfjs looks for them; throws when there is no Dawn. */
export const unsafeInstallDawn = async (): Promise<GpuLike> => {
  const held = (globalThis as { navigator?: { gpu?: GpuLike } }).navigator?.gpu;
  if (held !== undefined) return held;
  const dawn = await import('webgpu');
  const gpu = dawn.create([]) as GpuLike;
  Object.assign(globalThis, dawn.globals);
  const navigator = (globalThis as { navigator?: object }).navigator;
  if (navigator === undefined) {
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  } else {
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  }
  return gpu;
};

/** The adapter that WebGPU gives here, or undefined; may end the process with a broken driver. */
export const unsafeRequestAdapter = async (): Promise<Adapter | undefined> => {
  const gpu = await unsafeInstallDawn();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter === null ? undefined : describeAdapter(adapter);
};

/** Loads tfjs' webgpu backend over Dawn and makes it tfjs' backend; throws what it throws. */
export const unsafeStartWebgpu = async (tf: Core): Promise<void> => {
  await unsafeInstallDawn();
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not initialise its webgpu backend');
  await tf.ready();
};
