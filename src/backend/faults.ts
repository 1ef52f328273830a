/** The faults of this room: B… for choosing and starting a backend, N… for installing the native one. */
import { fault, type Fault } from '../base/fault.js';

/** The backends, in the order in which they are tried. */
export const backendNames = ['native', 'webgpu', 'wasm', 'cpu'] as const;

/** A backend's name. */
export type BackendName = (typeof backendNames)[number];

/** B01: a backend that was asked for by name cannot be used. */
export const unusableBackend = (name: BackendName, reason: string, fix: string): Fault =>
  fault({
    rule: 'B01',
    where: `backend ${name}`,
    got: `an unusable backend: ${reason}`,
    wanted: 'a backend that starts on this machine',
    fix,
  });

/** B02: a GPU was asked for and the backend has none. */
export const noGpu = (name: BackendName, reason: string, fix: string): Fault =>
  fault({ rule: 'B02', where: `backend ${name}`, got: reason, wanted: 'a GPU', fix });

/** B03: no backend at all can be used. */
export const noBackend = (reasons: readonly string[]): Fault =>
  fault({
    rule: 'B03',
    where: 'backend',
    got: `no usable backend (${reasons.join('; ')})`,
    wanted: 'one of native, webgpu, wasm, cpu',
    fix: 'reinstall the package with npm install',
  });

/** B04: a request that means nothing, such as zero threads. */
export const badRequest = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'B04', where, got, wanted, fix: `give ${wanted}` });

/** B05: the backend loaded but did not start. */
export const failedStart = (name: BackendName, reason: string): Fault =>
  fault({
    rule: 'B05',
    where: `backend ${name}`,
    got: reason,
    wanted: 'a backend that starts',
    fix: 'run maskskip doctor, or choose another with --backend',
  });

/** A fault of the native installation: N01 … N09, see the room's README. */
export const installFault = (rule: string, where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule, where, got, wanted, fix });
