/**
 * What the compiler knows of a grid of variants: names, the model's type, and whether the axes fit the family.
 *
 * Whether they fit is said twice. Values of the wrong kind are refused where they stand. An axis that the family does not
 * know, or one that it misses, makes the grid itself a message: nothing that the arguments' own types mention may depend
 * on the axes, or functions along an axis would lose the type of their argument.
 */
import type { Fault } from '../base/fault.js';
import type { Elaborated } from './elaborate.js';
import type { AnyModel } from './model.js';

/** A value that is its own label. */
export type AxisWord = string | number | boolean;

/** The values along one axis: each its own label, or each under one. */
export type Axis = readonly AxisWord[] | Readonly<Record<string, unknown>>;

/** One or several axes by name. */
export type Axes = Readonly<Record<string, Axis>>;

/** A model of a grid: without faults, with its place on every axis. */
export interface Variant<
  M extends AnyModel = AnyModel,
  Name extends string = string,
  At extends string = string,
> {
  readonly name: Name;
  /** Its label on each axis, in the axes' order. */
  readonly axes: Readonly<Record<At, string>>;
  readonly elaborated: Elaborated<M>;
}

/** A model that does not fit, and why. */
export interface LeftOut {
  readonly name: string;
  readonly axes: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
}

/** A grid of models. */
export interface Variants<
  Names extends string = string,
  M extends AnyModel = AnyModel,
  At extends string = string,
> {
  readonly tag: 'variants';
  readonly name: string;
  /** The labels along each axis. */
  readonly axes: Readonly<Record<At, readonly string[]>>;
  /** By name; one that was left out is absent. */
  readonly variants: { readonly [Name in Names]?: Variant<M, Name, At> };
  /** The same as a list: the last axis moves first. */
  readonly all: readonly Variant<M, Names, At>[];
  readonly leftOut: readonly LeftOut[];
}

/** A function of named hyper-parameters. */
export type Family = (options: never) => AnyModel;
type OptionsOf<F> = F extends (options: infer Options) => unknown ? (unknown extends Options ? {} : Options) : never; // prettier-ignore
export type MadeBy<F> = F extends (...given: never) => infer M ? (M extends AnyModel ? M : never) : never;

/* What may stand on the axis of a hyper-parameter, and on any other. */
type ValuesOf<Value> = readonly (Value & AxisWord)[] | Readonly<Record<string, Value>>;
type Changes<M> = Readonly<Record<string, (declared: M) => M>>;
/* Axes that may fit a family; `Misfit` says what is still wrong with them. */
type AxesOf<Options, M> = {
  readonly [K in keyof Options]?: ValuesOf<Exclude<Options[K], undefined>>;
} & Readonly<Record<string, ValuesOf<Options[keyof Options]> | Changes<M>>>;
/** One record of axes, or a list of them. */
export type AxesFor<F> = AxesOf<OptionsOf<F>, MadeBy<F>> | readonly AxesOf<OptionsOf<F>, MadeBy<F>>[];

type ListOf<A> = A extends readonly unknown[] ? A : readonly [A];
export type KeysOf<A> = A extends readonly unknown[]
  ? KeysOf<A[number]>
  : A extends unknown
    ? keyof A & string
    : never;
type LabelOf<A> = A extends readonly (infer Word extends AxisWord)[] ? `${Word}` : keyof A & string;
type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never;

/** The names of a grid; where one record holds several axes, whose order no type knows, a pattern of names. */
export type VariantNames<Name extends string, A> = NamesAlong<Name, ListOf<A>>;
type NamesAlong<Name extends string, List> = List extends readonly [infer First, ...infer Rest]
  ? NamesAlong<WithAxis<Name, First>, Rest>
  : List extends readonly []
    ? Name
    : `${Name}-${string}`;
type WithAxis<Name extends string, Of> = [keyof Of] extends [never]
  ? Name
  : IsUnion<keyof Of> extends true
    ? `${Name}-${string}`
    : `${Name}-${keyof Of & string}_${LabelOf<Of[keyof Of]>}`;

/* What does not fit the family, as a message; `never` if all does. */
type Misfit<Options, M, A> =
  | { [K in KeysOf<A>]: AxisMisfit<Options, M, K, AxisAt<A, K>> }[KeysOf<A>]
  | (RequiredIn<Options> extends infer Required
      ? Required extends KeysOf<A>
        ? never
        : `✗ V16 variants: the family asks for '${Required & string}', which has no axis; add one, or give it a standard value`
      : never);
type RequiredIn<Options> = {
  [K in keyof Options]-?: object extends Pick<Options, K> ? never : K;
}[keyof Options];
type AxisAt<A, K> = A extends readonly unknown[]
  ? AxisAt<A[number], K>
  : A extends unknown
    ? K extends keyof A
      ? A[K]
      : never
    : never;
type AxisMisfit<Options, M, K, Values> = K extends keyof Options
  ? Values extends ValuesOf<Exclude<Options[K], undefined>>
    ? never
    : `✗ V06 variants: axis '${K & string}' has a value that the family does not take; give values of its type`
  : Values extends Changes<M>
    ? never
    : `✗ V15 variants: the family knows no '${K & string}'; name one of its hyper-parameters, or give functions from model to model`;

/** The grid of a family and its axes, or a message where they do not fit. */
export type GridOf<Name extends string, F, A> =
  Misfit<OptionsOf<F>, MadeBy<F>, A> extends infer Message
    ? [Message] extends [never]
      ? Variants<VariantNames<Name, A>, MadeBy<F>, KeysOf<A>>
      : Message
    : never;
