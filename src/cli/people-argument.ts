/** The data and the feeds of the commands that train and judge: `--data`, `--dataset`, `--size`, a file's `binding`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import type { Binding, ChannelsByName, Dataset, PeopleBinding, Size, Split } from '../data/index.js';
import type { ByDataset, DatasetName } from '../models/datasets.js';
import type { NamedModel } from './model-argument.js';

/** Where the pictures are and how large they are wanted. */
export interface PeopleOptions {
  readonly data: string;
  readonly dataset: DatasetName;
  readonly skipBad?: boolean;
  /** Each pair a second time, left and right exchanged. */
  readonly mirror?: boolean;
}

/** Opens a split at a size; at that of its pictures where none is said. */
export const openPeople =
  (size: Size | undefined, split: Split, options: PeopleOptions): TE.TaskEither<readonly Fault[], Dataset> =>
  async () => {
    const { deepfashion, market1501, openDataset } = await import('../data/index.js');
    const stored = await syntheticSize(options.data);
    const layouts: ByDataset<typeof market1501> = { 'market-1501': market1501, deepfashion };
    const layout = layouts[options.dataset](options.data, stored);
    return openDataset(layout, split, {
      skipBad: options.skipBad ?? false,
      mirror: options.mirror ?? false,
      ...(size === undefined ? {} : { size }),
    })();
  };

/** The size of a model's pictures: the one that is asked for, else its first input's. */
export const pictureSize = ({ elaborated }: NamedModel, asked: Size | undefined): Size | undefined => {
  if (asked !== undefined) return asked;
  const [first] = Object.values(elaborated.inputs);
  return typeof first?.h === 'number' && typeof first.w === 'number'
    ? { height: first.h, width: first.w }
    : undefined;
};

/**
 * What feeds a model: the `binding` that its file exports, else the paper's names: x_a and x_b the two views, p_a and
 * p_b the two poses as discs, mask_b the target's pose mask. Fault U10 for a `binding` that is none.
 */
export const bindingOf = async (
  named: NamedModel,
): Promise<E.Either<readonly Fault[], Binding<ChannelsByName>>> => {
  const { bind, discs, mask, pose, poseMask, view } = await import('../data/index.js');
  const own = named.exports?.['binding'];
  if (own !== undefined) return isBinding(own) ? E.right(own) : E.left([notABinding(named)]);
  return E.right(
    bind({
      x_a: view('source'),
      p_a: pose('source', discs(4)),
      p_b: pose('target', discs(4)),
      x_b: view('target'),
      mask_b: mask('target', poseMask(4)),
    }),
  );
};

/** As `bindingOf`, where pairs of pictures are needed. Fault U11 for a binding of arrays. */
export const peopleBindingOf = async (
  named: NamedModel,
): Promise<E.Either<readonly Fault[], PeopleBinding<ChannelsByName>>> => {
  const binding = await bindingOf(named);
  if (E.isLeft(binding)) return binding;
  return binding.right.tag === 'people' ? E.right(binding.right) : E.left([arraysBinding(named)]);
};

/** The size of a synthetic set's pictures, which need not be that of the set whose layout it has. */
const syntheticSize = async (root: string): Promise<Size | undefined> => {
  try {
    const described: unknown = JSON.parse(await readFile(join(root, 'synthetic.json'), 'utf8'));
    const { height, width } = described as { readonly height?: unknown; readonly width?: unknown };
    return Number.isSafeInteger(height) && Number.isSafeInteger(width)
      ? { height: Number(height), width: Number(width) }
      : undefined;
  } catch {
    // Not a synthetic set, or one whose description was lost: then the layout's own size counts, and pictures of
    // another size are a fault of theirs.
    return undefined;
  }
};

const isBinding = (value: unknown): value is Binding<ChannelsByName> => {
  if (typeof value !== 'object' || value === null || !('tag' in value)) return false;
  const isRecord = (part: unknown): boolean => typeof part === 'object' && part !== null;
  return value.tag === 'people'
    ? 'feeds' in value && isRecord(value.feeds)
    : value.tag === 'arrays' && 'shapes' in value && isRecord(value.shapes) && 'from' in value;
};

const notABinding = ({ name }: NamedModel): Fault =>
  fault({
    rule: 'U10',
    where: name,
    got: "an export 'binding' that is none",
    wanted: 'what bind({ … }) gives',
    fix: 'export const binding = bind({ … }), or rename it',
  });

const arraysBinding = ({ name }: NamedModel): Fault =>
  fault({
    rule: 'U11',
    where: name,
    got: 'a binding of arrays',
    wanted: 'feeds of pairs of pictures',
    fix: 'evaluate such a model in a program of your own',
  });
