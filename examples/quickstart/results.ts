/** What a quickstart found, as plain data: `results.json` is this, and table and page are written from it alone. */
import type { BootstrapInterval, Scores, SsimVariant } from 'maskskip/learn';
import type { Machine } from './machine.js';
import type { Preset } from './presets.js';

/** The mask of one level of the image encoder. */
export interface LevelGates {
  /** The encoder's level from 1, the shallowest. */
  readonly level: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Open gates (M ≥ 0) of each channel, at the start and after training: 0 … height · width. */
  readonly start: readonly number[];
  readonly trained: readonly number[];
  /** The share of gates on another side of 0 than at the start. */
  readonly changed: number;
}

/** The mean difference of each figure, with its 95 % interval; for L1 less is better. */
export type Differences = Readonly<Record<keyof Scores, BootstrapInterval>>;

/** What was found of one network. */
export interface NetworkResults {
  readonly name: string;
  readonly title: string;
  readonly psi: string;
  readonly parameters: number;
  readonly maskParameters: number;
  /** Of the training. */
  readonly seconds: number;
  /** The loss of every step. */
  readonly losses: readonly number[];
  readonly scores: Scores;
  readonly secondsPerSample: number;
  /** This network minus the other, over the same pairs. */
  readonly minus: {
    readonly copy: Differences;
    readonly mean: Differences;
    readonly noMask?: Differences;
    /** The same network with the entries of each mask in random order. */
    readonly shuffled?: Differences;
  };
  /** Shallowest level first; none for a network without masks. */
  readonly gates: readonly LevelGates[];
}

/** A whole run. */
export interface Results {
  readonly format: 'maskskip quickstart';
  readonly preset: Omit<Preset, 'network'>;
  readonly seed: number;
  readonly machine: Machine;
  readonly data: {
    readonly trainImages: number;
    readonly trainPairs: number;
    readonly testImages: number;
    readonly testPairs: number;
    readonly reused: boolean;
  };
  readonly evaluation: { readonly pairs: number; readonly variant: SsimVariant };
  /** Seconds of each part, in order. */
  readonly seconds: Readonly<Record<'people' | 'training' | 'evaluation' | 'pictures' | 'all', number>>;
  readonly baselines: { readonly copy: Scores; readonly mean: Scores };
  readonly networks: readonly NetworkResults[];
}
