/** Reading what a pair's feeds need: pictures and masks, decoded side by side and kept. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import type { Annotation } from './csv.js';
import { limited } from './concurrency.js';
import type { Dataset } from './dataset.js';
import type { Example, Need, Person, Who } from './feed.js';
import { mirrorExample } from './mirror.js';
import { maskName } from './names.js';
import { pictureCache } from './picture-cache.js';
import { readPicture, type PictureSet } from './picture.js';

/** A pair's example, or what is wrong with its files. */
export type Loader = (pair: number) => Promise<E.Either<readonly Fault[], Example>>;

/** How many files are read at once, and how many bytes of decoded pictures are kept. */
export interface LoadOptions {
  readonly concurrency: number;
  readonly cacheBytes: number;
}

type Bytes = E.Either<readonly Fault[], Uint8Array>;

/** A loader of a data set's pairs that reads what `needs` names. Fault D09 if masks are needed and there are none. */
export const loaderOf = (
  dataset: Dataset,
  needs: ReadonlySet<Need>,
  options: LoadOptions,
): E.Either<readonly Fault[], Loader> => {
  const wantsMasks = needs.has('source mask') || needs.has('target mask');
  if (wantsMasks && dataset.masks === undefined) return E.left([noMasks(dataset)]);
  const { stored, size } = dataset;
  const images: PictureSet = { folder: dataset.images, stored, size, kind: 'rgb' };
  const masks: PictureSet = { folder: dataset.masks ?? '', stored, size, kind: 'mask' };
  const turn = limited(options.concurrency);
  // A mask costs a third of its picture: both share the limit in proportion.
  const pixels = size.height * size.width;
  const imageBytes = wantsMasks ? options.cacheBytes * 0.75 : options.cacheBytes;
  const imageCache = pictureCache<Bytes>(imageBytes, pixels * 3);
  const maskCache = pictureCache<Bytes>(options.cacheBytes - imageBytes, pixels);

  const read = (who: Who, name: string): readonly [image: Promise<Bytes>, mask: Promise<Bytes>] => [
    needs.has(`${who} image`) ? imageCache.get(name, () => turn(readPicture(images, name))) : nothing,
    needs.has(`${who} mask`) ? maskCache.get(name, () => turn(readPicture(masks, maskName(name)))) : nothing,
  ];
  const person = async (who: Who, row: Annotation): Promise<E.Either<readonly Fault[], Person>> => {
    const [image, mask] = await Promise.all(read(who, row.name));
    const faults = [image, mask].flatMap((one) => (E.isLeft(one) ? one.left : []));
    if (E.isLeft(image) || E.isLeft(mask)) return E.left(faults);
    return E.right({ name: row.name, keypoints: row.keypoints, image: image.right, mask: mask.right });
  };
  return E.right(async (pair) => {
    const from = dataset.annotations[dataset.pairs.from[pair]!]!;
    const to = dataset.annotations[dataset.pairs.to[pair]!]!;
    const [source, target] = await Promise.all([person('source', from), person('target', to)]);
    const faults = [source, target].flatMap((one) => (E.isLeft(one) ? one.left : []));
    if (E.isLeft(source) || E.isLeft(target)) return E.left(faults);
    const example: Example = { size, source: source.right, target: target.right };
    return E.right(dataset.pairs.mirrored?.[pair] === 1 ? mirrorExample(example) : example);
  });
};

const nothing: Promise<Bytes> = Promise.resolve(E.right(new Uint8Array(0)));

const noMasks = (dataset: Dataset): Fault =>
  fault({
    rule: 'D09',
    where: `${dataset.name} ${dataset.split}`,
    got: 'no folder of person masks',
    wanted: "one, for mask(…, 'annotated')",
    fix: 'draw the mask from key points: mask(…, poseMask(4))',
  });
