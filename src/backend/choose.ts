/** Which backend to start: a pure decision over what was found on the machine. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { badRequest, backendNames, noBackend, noGpu, unusableBackend, type BackendName } from './faults.js';

/** What a caller may ask for. */
export interface BackendRequest {
  /** A backend by name; without it the first usable one is taken. */
  readonly backend?: BackendName;
  /** The work needs a GPU: a backend on the CPU is then a fault. */
  readonly gpu?: boolean;
  /** The same numbers at every run on the same machine, at some cost in speed. */
  readonly deterministic?: boolean;
  /** Threads within one operation; the native backend only. */
  readonly threads?: number;
}

/** Whether a backend can be used here, and if not, why and what would help. */
export interface Probe {
  readonly usable: boolean;
  /** A GPU does the work, be it CUDA's or a hardware WebGPU adapter. */
  readonly gpu: boolean;
  /** Why it is not usable or, for a usable one, why it has no GPU. A clause without a full stop. */
  readonly reason: string;
  /** What to do about the reason, in the imperative. */
  readonly fix: string;
}

/** One probe for each backend. */
export type Probes = Readonly<Record<BackendName, Probe>>;

/**
 * The backend to start for a request.
 *
 * A named backend is taken or is a fault, never replaced by another. Without a name: native, else webgpu if a
 * hardware adapter does the work, else wasm, else cpu. Asking for a GPU passes over backends without one.
 *
 * Errors: B01 a named backend is unusable, B02 no GPU, B03 nothing is usable, B04 a request that means nothing.
 */
export const choose = (probes: Probes, request: BackendRequest): E.Either<readonly Fault[], BackendName> => {
  const wrong = checkRequest(request);
  if (wrong.length > 0) return E.left(wrong);
  if (request.backend !== undefined) return named(probes, request.backend, request.gpu === true);
  const candidates = backendNames.filter((name) => probes[name].usable && eligible(probes, name));
  if (request.gpu === true) {
    const withGpu = candidates.find((name) => probes[name].gpu);
    if (withGpu !== undefined) return E.right(withGpu);
    const { reason, fix } = probes.native;
    return E.left([noGpu('native', reason, fix), noGpu('webgpu', probes.webgpu.reason, probes.webgpu.fix)]);
  }
  const [first] = candidates;
  return first === undefined
    ? E.left([noBackend(backendNames.map((name) => `${name}: ${probes[name].reason}`))])
    : E.right(first);
};

/** The faults of the request itself. */
export const checkRequest = (request: BackendRequest): readonly Fault[] => {
  const { backend, threads } = request;
  const unknown =
    backend === undefined || backendNames.includes(backend)
      ? []
      : [badRequest('backend', `'${String(backend)}'`, `one of ${backendNames.join(', ')}`)];
  const uncountable =
    threads === undefined || (Number.isInteger(threads) && threads > 0)
      ? []
      : [badRequest('threads', String(threads), 'a whole number from 1')];
  return [...unknown, ...uncountable];
};

/** A software rasteriser behind WebGPU is hundreds of times slower than wasm: only by name. */
const eligible = (probes: Probes, name: BackendName): boolean => name !== 'webgpu' || probes.webgpu.gpu;

const named = (probes: Probes, name: BackendName, gpu: boolean): E.Either<readonly Fault[], BackendName> => {
  const probe = probes[name];
  if (!probe.usable) return E.left([unusableBackend(name, probe.reason, probe.fix)]);
  return gpu && !probe.gpu ? E.left([noGpu(name, probe.reason, probe.fix)]) : E.right(name);
};
