/**
 * Whether a binding fits a model and a loss: every input fed, with the right channels and size. At both levels.
 */
import { fault, type Fault } from '../base/fault.js';
import type { Binding, ChannelsByName } from '../data/bind.js';
import type { Different, Dimension, Show } from '../dsl/dimensions/dimension.js';
import type { Inputs, Level, Model } from '../dsl/index.js';
import type { Plan } from '../compile/index.js';
import type { Loss, TargetChannels } from './losses.js';

/** The channels that a binding feeds, by name. */
export type ChannelsOf<B> = B extends Binding<infer C> ? C : ChannelsByName;
type InputsOf<M> = M extends Model<infer I, infer _O> ? I : Inputs;
type TargetsOf<L> = L extends Loss<infer T> ? T : TargetChannels;

/** L01 at compile time: the first input or target that is not fed as it should be; `never` if all are. */
export type Misfit<M, L, B> = string extends keyof ChannelsOf<B>
  ? never
  : MissingInput<InputsOf<M>, ChannelsOf<B>> | MissingTarget<TargetsOf<L>, ChannelsOf<B>, OutputChannels<M>>;
type MissingInput<I, C> = string extends keyof I
  ? never
  : {
      [K in keyof I]: I[K] extends Level<infer _H, infer _W, infer Channels>
        ? K extends keyof C
          ? C[K] extends number
            ? Different<Channels, C[K]> extends true
              ? `✗ L01 binding: input '${K & string}' is fed ${Show<C[K]>} channels, the model reads ${Show<Channels>}; bind a feed of ${Show<Channels>} channels`
              : never
            : never
          : `✗ L01 binding: input '${K & string}' is not fed; add ${K & string}: … to bind({ … })`
        : never;
    }[keyof I];
type MissingTarget<T, C, Output extends Dimension> = string extends keyof T
  ? never
  : {
      [K in keyof T]: K extends keyof C
        ? TargetMisfit<K & string, T[K] extends 0 ? Output : T[K] & number, C[K] & number>
        : `✗ L01 binding: target '${K & string}' is not fed; add ${K & string}: … to bind({ … })`;
    }[keyof T];
type TargetMisfit<Name extends string, Wanted extends Dimension, Got extends Dimension> =
  Different<Wanted, Got> extends true
    ? `✗ L01 binding: target '${Name}' is fed ${Show<Got>} channels, the loss reads ${Show<Wanted>}; bind a feed of ${Show<Wanted>} channels`
    : never;

/** The channels of a model's one output; of several, `number`: which of them a loss reads is known at run time. */
type OutputChannels<M> =
  M extends Model<infer _I, infer O> ? (IsUnion<keyof O> extends true ? number : O[keyof O]['c']) : number;
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
