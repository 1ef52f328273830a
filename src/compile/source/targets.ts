/** The targets, by name; each is loaded when it is asked for, so that one does not wait for the packages of another. */
import type { SourceTarget } from './target.js';

/** A target before it is loaded. */
export interface TargetEntry {
  readonly load: () => Promise<SourceTarget>;
}

/** All targets: a new one is a line here. */
export const targets = {} as const satisfies Readonly<Record<string, TargetEntry>>;

/** The name of a target. */
export type TargetName = keyof typeof targets;
