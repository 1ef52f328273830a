/** The synthetic people: written once, read again as long as the options are the same; and what feeds the network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from 'maskskip';
import {
  bind,
  discs,
  market1501,
  mask,
  openDataset,
  pose,
  synthesise,
  view,
  type Dataset,
  type SynthOptions,
} from 'maskskip/data';
import { progress } from 'maskskip/learn';
import type { Preset } from './presets.js';

/** Both splits. */
export interface People {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Whether an earlier run's set was used. */
  readonly reused: boolean;
}

/** What feeds inputs and targets: two views, two poses as discs, and the target's exact person mask. */
export const binding = bind({
  x_a: view('source'),
  p_a: pose('source', discs(2)),
  p_b: pose('target', discs(2)),
  x_b: view('target'),
  mask_b: mask('target', 'annotated'),
});

/** Pictures are stored at Market-1501's size and read at the network's. */
const stored = { height: 128, width: 64 } as const;

/** Writes the set, or finds it. Faults: Q01 for a folder with another set, and those of writing and reading. */
export const people =
  (
    folder: string,
    preset: Preset,
    seed: number,
    signal: AbortSignal,
  ): TE.TaskEither<readonly Fault[], People> =>
  async () => {
    const wanted = { ...optionsOf(preset, seed), ...stored, testPairs: 'other views' } as const;
    const found = await foundIn(folder);
    if (found === undefined) {
      const total = (preset.identities + preset.testIdentities) * preset.imagesPerIdentity;
      const shown = progress({ total, stream: process.stderr, label: 'people', every: 10 });
      const written = await synthesise({
        out: folder,
        ...wanted,
        signal,
        onProgress: (done) => shown.update(done),
      })();
      shown.stop();
      if (E.isLeft(written)) return written;
    } else {
      const differences = Object.entries(wanted).filter(([key, value]) => found[key] !== value);
      if (differences.length > 0) return E.left([anotherSet(folder, differences, found)]);
    }
    const size = { height: preset.height, width: preset.width };
    const train = await openDataset(market1501(folder, stored), 'train', { size })();
    if (E.isLeft(train)) return train;
    const test = await openDataset(market1501(folder, stored), 'test', { size })();
    if (E.isLeft(test)) return test;
    return E.right({ train: train.right, test: test.right, reused: found !== undefined });
  };

const optionsOf = ({ identities, testIdentities, imagesPerIdentity }: Preset, seed: number) =>
  ({ identities, testIdentities, imagesPerIdentity, seed }) satisfies Partial<SynthOptions>;

/** The options of the set in a folder; `undefined` where there is no folder, nothing known for any other content. */
const foundIn = async (folder: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
  try {
    const described: unknown = JSON.parse(await readFile(join(folder, 'synthetic.json'), 'utf8'));
    if (typeof described !== 'object' || described === null) return {};
    // The file counts the people of each split where the options count those to train on.
    const { identities } = described as { readonly identities?: { readonly train?: unknown } | null };
    return { ...described, identities: identities?.train };
  } catch (caught) {
    // No description: either there is no folder, or `synthesise` refuses to replace what is there.
    return caught instanceof SyntaxError ? {} : undefined;
  }
};

const anotherSet = (
  folder: string,
  differences: readonly (readonly [key: string, value: unknown])[],
  found: Readonly<Record<string, unknown>>,
): Fault => {
  const listed = (value: (key: string, wanted: unknown) => unknown): string =>
    differences
      .map(([key, wanted]) => `${key} ${JSON.stringify(value(key, wanted)) ?? 'unknown'}`)
      .join(', ');
  return fault({
    rule: 'Q01',
    where: join(folder, 'synthetic.json'),
    got: `a set with ${listed((key) => found[key])}`,
    wanted: listed((_, wanted) => wanted),
    fix: `remove ${folder}, or choose another folder with --out`,
  });
};
