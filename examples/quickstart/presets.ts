/** How large a quickstart is: the sizes are data, chosen so that two quiet cores take under 4 minutes on native, 6 on wasm. */
import { quickstartNetwork, type QuickstartNetwork } from './network.js';

/** One size of the quickstart. */
export interface Preset {
  readonly name: PresetName;
  readonly height: 64;
  readonly width: 32;
  /** All widths of the network are multiples of this. */
  readonly filters: number;
  readonly network: QuickstartNetwork;
  /** People to train on. */
  readonly identities: number;
  /** Other people, to test with. */
  readonly testIdentities: number;
  readonly imagesPerIdentity: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Adam's learning rate for the first three quarters of the steps; from there it falls to 0 in a line. */
  readonly rate: number;
  /** Test pairs, of two different views. */
  readonly pairs: number;
}

/** The presets' names. */
export const presetNames = ['native', 'wasm', 'smoke'] as const;

/** A preset's name. */
export type PresetName = (typeof presetNames)[number];

const size = { height: 64, width: 32 } as const;

/** The presets: `native` and `wasm` for people, `smoke` to see within seconds that everything runs. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  native: {
    name: 'native',
    ...size,
    filters: 6,
    network: quickstartNetwork(64, 32, 6),
    identities: 80,
    testIdentities: 20,
    imagesPerIdentity: 12,
    steps: 130,
    batchSize: 8,
    rate: 1.5e-3,
    pairs: 240,
  },
  wasm: {
    name: 'wasm',
    ...size,
    filters: 4,
    network: quickstartNetwork(64, 32, 4),
    identities: 60,
    testIdentities: 20,
    imagesPerIdentity: 16,
    steps: 200,
    batchSize: 4,
    rate: 1.5e-3,
    pairs: 200,
  },
  smoke: {
    name: 'smoke',
    ...size,
    filters: 2,
    network: quickstartNetwork(64, 32, 2),
    identities: 6,
    testIdentities: 2,
    imagesPerIdentity: 8,
    steps: 6,
    batchSize: 2,
    rate: 1e-3,
    pairs: 16,
  },
};

/** Adam's rate at a step, from 1. */
export const rateAt =
  ({ rate, steps }: Pick<Preset, 'rate' | 'steps'>) =>
  (step: number): number =>
    rate * Math.min(1, 4 * (1 - step / (steps + 1)));
