/** Starting a backend: look at what is there, choose, start, and hand out tfjs-core with gradients registered. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { faultError, type Fault } from '../base/fault.js';
import { checkRequest, choose, type BackendRequest, type Probes } from './choose.js';
import type { Core } from './core.js';
import { failedStart, unusableBackend, type BackendName } from './faults.js';
import { registerGradients } from './gradients/register.js';
import {
  notTried,
  probeCpu,
  probeNative,
  probeWasm,
  probeWebgpu,
  type NativeProbe,
  type WebgpuProbe,
} from './probe.js';
import { unsafeStartWasm, wasmHasSimd } from './wasm/start.js';
import { unsafeStartWebgpu } from './webgpu.js';

/** A running backend. */
export interface Active {
  readonly name: BackendName;
  /** The one tfjs-core of the process; `tf.getBackend()` is this backend. */
  readonly tf: Core;
  /** The backend in words: `libtensorflow 2.21.0, CPU`. */
  readonly detail: string;
  readonly gpu: boolean;
}

/**
 * Starts a backend and hands out tfjs-core.
 *
 * Without a name the first usable one of native, webgpu on a hardware adapter, wasm and cpu is started. A named one
 * that cannot be used is a fault. `threads` and `deterministic` reach the native library only the first time that it
 * is loaded in a process.
 *
 * Errors: B01 to B05, see the room's README.
 *
 * @example
 * ```ts
 * const active = await activate({ backend: 'wasm' })();
 * if (active._tag === 'Right') active.right.tf.getBackend(); // 'wasm'
 * ```
 */
export const activate =
  (request: BackendRequest = {}): TE.TaskEither<readonly Fault[], Active> =>
  async () => {
    const wrong = checkRequest(request);
    if (wrong.length > 0) return E.left(wrong);
    const tf = await import('@tensorflow/tfjs-core');
    const probes = await look(request);
    const chosen = choose(probes, request);
    if (E.isLeft(chosen)) return chosen;
    if (chosen.right === 'webgpu' && request.deterministic === true) {
      return E.left([
        unusableBackend(
          'webgpu',
          'it does not promise equal results',
          'leave out deterministic or choose another',
        ),
      ]);
    }
    try {
      const detail = await start(tf, chosen.right, probes);
      registerGradients(tf);
      return E.right({ name: chosen.right, tf, detail, gpu: probes[chosen.right].gpu });
    } catch (caught) {
      const message = caught instanceof Error ? caught.message : String(caught);
      return E.left([failedStart(chosen.right, message.split('\n')[0]!)]);
    }
  };

/** `activate` for scripts: rejects with the faults as one error. */
export const unsafeActivate = async (request: BackendRequest = {}): Promise<Active> => {
  const result = await activate(request)();
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};

type Found = Probes & { readonly native: NativeProbe; readonly webgpu: WebgpuProbe };

/** Looks no further than the request needs: loading the native library and starting Dawn both take a while. */
const look = async (request: BackendRequest): Promise<Found> => {
  const wanted = (name: BackendName): boolean => request.backend === undefined || request.backend === name;
  const native = wanted('native') ? await probeNative(request) : notTried;
  const settled = native.usable && (request.gpu !== true || native.gpu);
  return {
    native,
    webgpu: wanted('webgpu') && !settled ? await probeWebgpu() : notTried,
    wasm: wanted('wasm') ? probeWasm() : notTried,
    cpu: wanted('cpu') ? probeCpu() : notTried,
  };
};

const start = async (tf: Core, name: BackendName, found: Found): Promise<string> => {
  switch (name) {
    case 'native':
      if (!(await tf.setBackend('tensorflow')))
        throw new Error('tfjs could not initialise its native backend');
      return `libtensorflow ${found.native.loaded?.libtensorflow ?? ''}, ${found.native.gpu ? 'CUDA' : 'CPU'}`;
    case 'webgpu': {
      await unsafeStartWebgpu(tf);
      const adapter = found.webgpu.adapter;
      const parts = [adapter?.vendor, adapter?.architecture].filter(
        (part) => part !== undefined && part !== '',
      );
      return `Dawn on ${parts.join(' ')}${adapter?.software === true ? ', software' : ''}`;
    }
    case 'wasm':
      await unsafeStartWasm(tf);
      return `WebAssembly${wasmHasSimd() ? ' with SIMD' : ''}, one thread`;
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      if (!(await tf.setBackend('cpu'))) throw new Error('tfjs could not initialise its cpu backend');
      // The backend greets its first tensor with an advertisement for tfjs-node.
      Object.assign(tf.backend(), { firstUse: false });
      return 'JavaScript, one thread';
  }
};
