/**
 * Which data feeds which input of a network. A binding's type says each input's channels, and the whole shape of those
 * whose height and width are not the data set's, so that the compiler can hold it against the network's.
 */
import type { AnyFeed, Feed, SizedFeed } from './feed.js';

/** Input names and their channels; an input that states its own height and width has its whole shape here. */
export type ChannelsByName = Readonly<Record<string, number | readonly number[]>>;

/** Inputs fed from pairs of images. */
export interface PeopleBinding<Channels extends ChannelsByName> {
  readonly tag: 'people';
  readonly feeds: { readonly [Name in keyof Channels]: FeedFor<Channels[Name]> };
}
type FeedFor<Entry> = Entry extends number
  ? Feed<Entry>
  : Entry extends readonly [infer H extends number, infer W extends number, infer C extends number]
    ? SizedFeed<H, W, C>
    : SizedFeed<number, number, number>;

/** Inputs fed from arrays that come from anywhere. */
export interface ArraysBinding<Channels extends ChannelsByName> {
  readonly tag: 'arrays';
  /** An example's shape, channels last, without the batch's axis. */
  readonly shapes: { readonly [Name in keyof Channels]: ShapeFor<Channels[Name]> };
  readonly from: ArraySource;
}
type ShapeFor<Entry> = Entry extends readonly number[] ? Entry : readonly number[];

/** Where a network's inputs come from; `Channels` is the type-level table of names and channels. */
export type Binding<Channels extends ChannelsByName> = PeopleBinding<Channels> | ArraysBinding<Channels>;

/** One array of an example: its numbers, or its numbers and shape. */
export type ArrayLikeOfNumbers = ArrayLike<number>;

/** The arrays of one example by input name. */
export type ExampleArrays = Readonly<Record<string, ArrayLikeOfNumbers | ShapedNumbers>>;

/** Numbers with their shape, channels last. */
export interface ShapedNumbers {
  readonly data: ArrayLikeOfNumbers;
  readonly shape: readonly number[];
}

/** Starts an epoch (from 0) and gives its examples in order. The same epoch gives the same examples. */
export type ArraySource = (epoch: number) => AsyncIterable<ExampleArrays> | Iterable<ExampleArrays>;

/** The table of a record of feeds: channels, or the whole shape of a feed that states its size. */
export type ChannelsOfFeeds<Feeds extends Readonly<Record<string, AnyFeed>>> = {
  readonly [Name in keyof Feeds]: EntryOf<Feeds[Name]>;
};
type EntryOf<One> =
  One extends SizedFeed<infer H, infer W, infer C>
    ? readonly [H, W, C]
    : One extends Feed<infer C>
      ? C
      : never;

/**
 * Binds inputs to feeds, or to arrays that come from anywhere.
 *
 * @example
 * ```ts
 * bind({ x_a: view('source'), p_b: pose('target', discs(4)), x_b: view('target') }); // Binding<{ x_a: 3; p_b: 18; x_b: 3 }>
 * bind({ boxes: partBoxes('source') }); // Binding<{ boxes: readonly [1, 7, 4] }>
 * bind({ from: () => examples, shapes: { x: [8, 8, 3], y: [8, 8, 1] } }); // Binding<{ x: readonly [8, 8, 3]; y: … }>
 * ```
 */
export function bind<const Shapes extends Readonly<Record<string, readonly number[]>>>(arrays: {
  readonly from: ArraySource;
  readonly shapes: Shapes;
}): ArraysBinding<Shapes>;
export function bind<const Feeds extends Readonly<Record<string, AnyFeed>>>(
  feeds: Feeds,
): PeopleBinding<ChannelsOfFeeds<Feeds>>;
export function bind(
  given: Readonly<Record<string, AnyFeed>> | { readonly from: ArraySource; readonly shapes: Shapes },
): Binding<ChannelsByName> {
  return isArrays(given)
    ? { tag: 'arrays', shapes: given.shapes, from: given.from }
    : { tag: 'people', feeds: given };
}

/** The binding with the feeds of these names alone: nothing is read for the others. */
export const feedsNamed = (
  { tag, feeds }: PeopleBinding<ChannelsByName>,
  names: Iterable<string>,
): PeopleBinding<ChannelsByName> => {
  const wanted = new Set(names);
  return { tag, feeds: Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name))) };
};

type Shapes = Readonly<Record<string, readonly number[]>>;

const isArrays = (
  given: Readonly<Record<string, unknown>> | { readonly from: ArraySource },
): given is { readonly from: ArraySource; readonly shapes: Shapes } => typeof given.from === 'function';
