/** Ids of features while a document is read: what stands before may be referred to. Rules X12–X15. */
import * as E from 'fp-ts/lib/Either.js';
import { featureOf, type AnyFeature } from '../feature.js';
import { limits } from './document.js';
import { closest, shown, type Wrong } from './faults.js';

/** The ids of one document. */
export interface References {
  /** Notes all ids of the document, in order. */
  readonly declare: (ids: readonly unknown[]) => void;
  /** The feature of an id that stands before; the feature that is being read now stands on it. */
  readonly find: (id: string) => E.Either<Wrong, AnyFeature>;
  /** Reads the feature at an index; others that need it are read on even where it is wrong. */
  readonly feature: <A extends E.Either<unknown, AnyFeature>>(index: number, read: () => A) => A;
  /** What is wrong with the id at an index. */
  readonly repeated: (index: number) => Wrong | undefined;
  /** What is wrong with how deep the feature at an index stands. */
  readonly tooDeep: (index: number) => Wrong | undefined;
}

/** Begins with no ids. */
export const references = (): References => {
  const read = new Map<unknown, { readonly feature: AnyFeature; readonly depth: number }>();
  const depths: number[] = [];
  let declared: readonly unknown[] = [];
  let first: ReadonlyMap<unknown, number> = new Map();
  let current = 0;
  let below = 0;
  return {
    declare: (ids) => {
      declared = ids;
      // Backwards, so that the first of two equal ids is the one that counts.
      first = new Map(ids.map((id, index) => [id, index] as const).reverse());
    },
    find: (id) => {
      const known = read.get(id);
      if (known !== undefined) {
        below = Math.max(below, known.depth);
        return E.right(known.feature);
      }
      return E.left(first.has(id) ? notBefore(id, declared[current] === id) : dangling(id, read));
    },
    feature: (index, reading) => {
      current = index;
      below = 0;
      const one = reading();
      depths[index] = below + 1;
      if (!read.has(declared[index])) {
        const feature = E.isRight(one) ? one.right : featureOf<AnyFeature>({ kind: 'stray' });
        read.set(declared[index], { feature, depth: below + 1 });
      }
      return one;
    },
    repeated: (index) => {
      const id = declared[index];
      return typeof id === 'string' && first.get(id) !== index ? twice(id) : undefined;
    },
    // The one that crosses the line is told, not all that stand on it.
    tooDeep: (index) => (depths[index] === limits.chain + 1 ? tooManyBelow : undefined),
  };
};

/** X12. */
const twice = (id: string): Wrong => ({
  rule: 'X12',
  got: `the id ${shown(id)} a second time`,
  wanted: 'one feature for one id',
  fix: 'choose another id',
});

/** X13. */
const dangling = (id: string, known: ReadonlyMap<unknown, unknown>): Wrong => {
  const ids = [...known.keys()].filter((one) => typeof one === 'string').slice(0, 100);
  return {
    rule: 'X13',
    got: `a dangling reference to ${shown(id)}`,
    wanted: 'the id of a feature that stands before',
    fix: `declare it first${orReferTo(id, ids)}`,
  };
};

/** X14. */
const notBefore = (id: string, itself: boolean): Wrong => ({
  rule: 'X14',
  got: itself ? `a cycle: ${shown(id)} refers to itself` : `a cycle or forward reference to ${shown(id)}`,
  wanted: 'the id of a feature that stands before',
  fix: itself ? 'refer to another feature' : `put ${shown(id)} before it`,
});

/** X15. */
export const tooManyBelow: Wrong = {
  rule: 'X15',
  got: `more than ${limits.chain} features that stand on each other`,
  wanted: `at most ${limits.chain}`,
  fix: 'put their layers into fewer features',
};

const orReferTo = (id: string, ids: readonly string[]): string => {
  const like = closest(id, ids);
  return like === undefined ? '' : `, or refer to ${shown(like)}`;
};
