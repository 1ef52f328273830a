/** The targets, by name; each is loaded when it is asked for, so that one does not wait for the packages of another. */
import type { SourceTarget } from './target.js';

/** A target before it is loaded. */
export interface TargetEntry {
  /** What is written, as `--target` names it. */
  readonly target: string;
  /** In which form, as `--form` names it, where there are several. */
  readonly form?: string;
  readonly load: () => Promise<SourceTarget>;
}

/** All targets: a new one is a line here. */
export const targets = {
  'typescript-dsl': {
    target: 'typescript',
    form: 'dsl',
    load: async () => (await import('./typescript/dsl.js')).typescriptDsl,
  },
  'typescript-standalone': {
    target: 'typescript',
    form: 'standalone',
    load: async () => (await import('./typescript/standalone.js')).typescriptStandalone,
  },
  pytorch: { target: 'pytorch', load: async () => (await import('./pytorch/target.js')).pytorch },
  onnx: { target: 'onnx', load: async () => (await import('./onnx/target.js')).onnx },
} as const satisfies Readonly<Record<string, TargetEntry>>;

/** The name of a target. */
export type TargetName = keyof typeof targets;
