/** The public names of `maskskip/backend`. */
export { activate, unsafeActivate, type Active } from './activate.js';
export { choose, type BackendRequest, type Probe, type Probes } from './choose.js';
export { doctor, renderDoctor, type BackendReport, type DoctorReport } from './doctor.js';
export { backendNames, type BackendName } from './faults.js';
export { registerGradients } from './gradients/register.js';
export { nativeInstall, type NativeInstallOptions, type NativeReport } from './native/install.js';
export type { InstallProgress } from './native/step.js';
export type { Adapter } from './webgpu.js';
