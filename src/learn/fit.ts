/**
 * Whether a binding fits a model and a loss: every input fed, with the right channels and size. At both levels.
 */
import { fault, type Fault } from '../base/fault.js';
import type { Binding, ChannelsByName } from '../data/bind.js';
import type { Different, Dimension, Show } from '../dsl/dimensions/dimension.js';
import type { Inputs, Level, Model } from '../dsl/index.js';
import type { Plan } from '../compile/index.js';
import type { Loss, TargetChannels } from './losses/index.js';

/** What a binding feeds, by name: channels, or whole shapes. */
export type ChannelsOf<B> = B extends Binding<infer C> ? C : ChannelsByName;
type InputsOf<M> = M extends Model<infer I, infer _O> ? I : Inputs;
type TargetsOf<L> = L extends Loss<infer T> ? T : TargetChannels;

/** L01 at compile time: the first input or target that is not fed as it should be; `never` if all are. */
export type Misfit<M, L, B> = string extends keyof ChannelsOf<B>
  ? never
  : MissingInput<InputsOf<M>, ChannelsOf<B>> | MissingTarget<TargetsOf<L>, ChannelsOf<B>, OutputLevel<M>>;
type MissingInput<I, C> = string extends keyof I
  ? never
  : {
      [K in keyof I]: I[K] extends Level<infer H, infer W, infer Channels>
        ? K extends keyof C
          ? FedMisfit<`input '${K & string}'`, 'model', C[K], H, W, Channels>
          : `✗ L01 binding: input '${K & string}' is not fed; add ${K & string}: … to bind({ … })`
        : never;
    }[keyof I];
type MissingTarget<T, C, Output extends Level> = string extends keyof T
  ? never
  : {
      [K in keyof T]: K extends keyof C
        ? FedMisfit<
            `target '${K & string}'`,
            'loss',
            C[K],
            Output['h'],
            Output['w'],
            T[K] extends 0 ? Output['c'] : T[K] & number
          >
        : `✗ L01 binding: target '${K & string}' is not fed; add ${K & string}: … to bind({ … })`;
    }[keyof T];

/** What is fed against what is read: channels first, then, where the binding's type states them, the sizes. */
type FedMisfit<
  What extends string,
  Reader extends string,
  Entry,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
> =
  Different<C, ChannelsIn<Entry>> extends true
    ? `✗ L01 binding: ${What} is fed ${Show<ChannelsIn<Entry>>} channels, the ${Reader} reads ${Show<C>}; bind a feed of ${Show<C>} channels`
    : Entry extends readonly number[]
      ? Unlike<Entry, H, W> extends true
        ? `✗ L01 binding: ${What} is fed ${ShowEntry<Entry>}, the ${Reader} reads ${Show<H>}×${Show<W>}×${Show<C>}; give the data the size of the model, or declare the model at the size of the data`
        : never
      : never;
type ChannelsIn<Entry> = Entry extends number
  ? Entry
  : Entry extends readonly [...number[], infer Last extends number]
    ? Last
    : number;
type Unlike<
  Entry extends readonly number[],
  H extends Dimension,
  W extends Dimension,
> = number extends Entry['length']
  ? false
  : Entry extends readonly [infer EntryH extends number, infer EntryW extends number, number]
    ? true extends Different<H, EntryH> | Different<W, EntryW>
      ? true
      : false
    : true;
type ShowEntry<Entry extends readonly number[]> = Entry extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? Rest extends readonly []
    ? Show<First>
    : `${Show<First>}×${ShowEntry<Rest>}`
  : '';

/** The level of a model's one output; of several, an unknown one: which of them a loss reads is known at run time. */
type OutputLevel<M> =
  M extends Model<infer _I, infer O> ? (IsUnion<keyof O> extends true ? AnyLevel : O[keyof O]) : AnyLevel;
type AnyLevel = Level<number, number, number>;
type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never;

/** A binding that fits, or the message. */
export type Fitting<M, L, B> = [Misfit<M, L, B>] extends [never] ? B : Misfit<M, L, B>;

/** The run-time check, with sizes: fault L01 for each input or target of a plan that is not fed as it reads it. */
export const misfits = (
  plan: Plan,
  targets: readonly string[],
  fed: Readonly<Record<string, readonly number[]>>,
): readonly Fault[] =>
  Object.entries(plan.inputs).flatMap(([name, { shape }]) => {
    const wanted = shape.slice(1);
    const got = Object.hasOwn(fed, name) ? fed[name]! : undefined;
    const what = targets.includes(name) ? 'target' : 'input';
    const reader = what === 'target' ? 'the loss' : 'the model';
    const message = (body: string, fix: string): Fault =>
      fault({
        rule: 'L01',
        where: `binding: ${what} '${name}'`,
        got: got?.join('×') ?? 'nothing',
        wanted: wanted.join('×'),
        fix,
        text: `✗ L01 binding: ${what} '${name}' ${body}; ${fix}`,
      });
    if (got === undefined) return [message('is not fed', `add ${name}: … to bind({ … })`)];
    const channels = [got.at(-1), wanted.at(-1)];
    if (channels[0] !== channels[1]) {
      return [
        message(
          `is fed ${channels[0]} channels, ${reader} reads ${channels[1]}`,
          `bind a feed of ${channels[1]} channels`,
        ),
      ];
    }
    return got.length === wanted.length && got.every((extent, axis) => extent === wanted[axis])
      ? []
      : [
          message(
            `is fed ${got.join('×')}, ${reader} reads ${wanted.join('×')}`,
            'give the data the size of the model, or declare the model at the size of the data',
          ),
        ];
  });
