/**
 * The options of `synthesise`, checked.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import type { SetOptions } from './set.js';

/** What `synthesise` is asked for. */
export interface SynthOptions {
  /** The folder to make; it must not exist yet. */
  readonly out: string;
  /** People to train on; 80 unless given. */
  readonly identities?: number | undefined;
  /** Other people, to test with, besides `identities`; 20 unless given. */
  readonly testIdentities?: number | undefined;
  /** 16 unless given; from 8 on, everybody is seen from all eight directions. */
  readonly imagesPerIdentity?: number | undefined;
  /** Pixels; 128 × 64 unless given. */
  readonly height?: number | undefined;
  readonly width?: number | undefined;
  /** 0 unless given. The same options and seed give the same bytes. */
  readonly seed?: number | undefined;
  /** Which pairs the test list holds: those that differ in the view direction (unless given), or all. */
  readonly testPairs?: TestPairs | undefined;
  /** Called again and again with the number of pictures on the disk, at last with all of them. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops the work; nothing stays on the disk. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether test pairs must show two different view directions. */
export type TestPairs = 'other views' | 'all';

/** Options with nothing left open. */
export interface Checked extends SetOptions {
  readonly testPairs: TestPairs;
}

/** Fills in and checks the options. Faults: Y01 sizes, Y02 counts, Y03 seed. */
export const checkOptions = (options: SynthOptions): E.Either<readonly Fault[], Checked> => {
  const checked: Checked = {
    identities: options.identities ?? 80,
    testIdentities: options.testIdentities ?? 20,
    imagesPerIdentity: options.imagesPerIdentity ?? 16,
    height: options.height ?? 128,
    width: options.width ?? 64,
    seed: options.seed ?? 0,
    testPairs: options.testPairs ?? 'other views',
  };
  const faults = [...sizeFaults(checked), ...countFaults(checked), ...seedFaults(checked)];
  return faults.length === 0 ? E.right(checked) : E.left(faults);
};

const sizeFaults = ({ height, width }: Checked): readonly Fault[] => {
  const fine =
    whole(height, 16, 1024) && whole(width, 8, 1024) && width >= 0.4 * height && width <= 2 * height;
  if (fine) return [];
  return [
    fault({
      rule: 'Y01',
      where: 'synthesise',
      got: `images of ${height} × ${width} pixels`,
      wanted: 'a height from 16 to 1024 and a width from 0.4 to 2 times the height, both whole',
      fix: 'use height 128 and width 64, as Market-1501 does',
    }),
  ];
};

const countFaults = ({ identities, testIdentities, imagesPerIdentity }: Checked): readonly Fault[] => {
  const asked: readonly (readonly [name: string, got: number, least: number, most: number])[] = [
    ['identities', identities, 1, 9999],
    ['testIdentities', testIdentities, 0, 9998],
    ['imagesPerIdentity', imagesPerIdentity, 2, 1000],
    ['identities + testIdentities', identities + testIdentities, 1, 9999],
  ];
  return asked
    .filter(([, got, least, most]) => !whole(got, least, most))
    .map(([name, got, least, most]) =>
      fault({
        rule: 'Y02',
        where: `synthesise ${name}`,
        got: String(got),
        wanted: `a whole number from ${least} to ${most}`,
        fix: 'a person has four digits in a file name, and a pair needs two images; choose another number',
      }),
    );
};

const seedFaults = ({ seed }: Checked): readonly Fault[] =>
  whole(seed, 0, Number.MAX_SAFE_INTEGER)
    ? []
    : [
        fault({
          rule: 'Y03',
          where: 'synthesise seed',
          got: String(seed),
          wanted: 'a whole number from 0 to 2⁵³ − 1',
          fix: 'choose such a number, for instance 0',
        }),
      ];

const whole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
