/** What a loaded model reads and gives, in the types that its declaration has. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { AnyModel, Dimension, Level, Model } from '../dsl/index.js';
import type { Artefact } from '../artefact/format.js';
import type { Draw } from './draw.js';

type Extent<Size extends Dimension> = Size extends number ? Size : number;

/** Batch, height, width, channels; sizes that the declaration leaves open are `number`. */
export type ShapeOf<At> =
  At extends Level<infer H, infer W, infer C>
    ? readonly [batch: number, height: Extent<H>, width: Extent<W>, channels: Extent<C>]
    : readonly number[];

/** Numbers in row-major order and their shape, the batch first. */
export interface ShapedArray<Shape extends readonly number[] = readonly number[]> {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** A tensor whose shape is known to the compiler. */
export type ShapedTensor<Shape extends readonly number[] = readonly number[]> = number extends Shape['length']
  ? Tensor
  : Tensor4D & { readonly shape: Shape };

/** What is fed: an array, or a tensor, which stays the caller's. */
export type Fed<Shape extends readonly number[] = readonly number[]> =
  ShapedArray<Shape> | (number extends Shape['length'] ? Tensor : Tensor4D);

type Levels = { readonly [name: string]: unknown };

/** Inputs by name. */
export type InputsOf<I extends Levels> = string extends keyof I
  ? Readonly<Record<string, Fed>>
  : { readonly [Name in keyof I]: Fed<ShapeOf<I[Name]>> };

/** Outputs by name, as tensors that the caller disposes of. */
export type TensorsOf<O extends Levels> = string extends keyof O
  ? Readonly<Record<string, Tensor>>
  : { readonly [Name in keyof O]: ShapedTensor<ShapeOf<O[Name]>> };

/** Outputs by name, as arrays. */
export type ArraysOf<O extends Levels> = string extends keyof O
  ? Readonly<Record<string, ShapedArray>>
  : { readonly [Name in keyof O]: ShapedArray<ShapeOf<O[Name]>> };

/** Inputs of one stage. */
export type Groups = readonly (readonly string[])[];

/** The tensors that a stage leaves for later ones. They live until `dispose`. */
export interface Features {
  /** The number of the stage that reads them. */
  readonly stage: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly dispose: () => void;
}

/** In which form outputs are wanted. */
export interface AsTensors extends Draw {
  readonly as?: 'tensors';
}
export interface AsArrays extends Draw {
  readonly as: 'arrays';
}

export interface AsFeatures extends Draw {
  readonly as: 'features';
}

/** A call that ends in outputs; `Before` are the parameters before the inputs. */
export interface Call<Before extends readonly unknown[], Inputs, O extends Levels> {
  (...given: [...Before, inputs: Inputs, options: AsArrays]): Promise<ArraysOf<O>>;
  (...given: [...Before, inputs: Inputs, options?: AsTensors]): Promise<TensorsOf<O>>;
}

type Some<I extends Levels, Names> = string extends keyof I
  ? InputsOf<I>
  : { readonly [Name in Extract<keyof I, Names>]: Fed<ShapeOf<I[Name]>> };
type Handed<Index> = Index extends 0 ? [] : [features: Features];
type IsLast<S extends Groups, Index extends number> = S extends readonly [unknown, ...infer Rest]
  ? Index extends Rest['length']
    ? true
    : false
  : boolean;

/**
 * Computes one stage: the first from its inputs, a later one from the features of the one before and its inputs. The
 * last gives outputs; any other gives features. Where the declaration of stages is not in the type, the result is
 * told apart by who knows the artefact.
 */
export type StageCall<
  I extends Levels,
  O extends Levels,
  S extends Groups,
  Index extends number,
> = number extends S['length']
  ? LooseStage<O>
  : IsLast<S, Index> extends true
    ? Call<Handed<Index>, Some<I, S[Index][number]>, O>
    : (...given: [...Handed<Index>, inputs: Some<I, S[Index][number]>, options?: Draw]) => Promise<Features>;

/** A stage of an artefact whose stages are not in the type; one in the middle is asked for features. */
export interface LooseStage<O extends Levels> {
  (inputs: Readonly<Record<string, Fed>>, options?: Draw): Promise<Features>;
  (features: Features, inputs: Readonly<Record<string, Fed>>, options: AsFeatures): Promise<Features>;
  (features: Features, inputs: Readonly<Record<string, Fed>>, options: AsArrays): Promise<ArraysOf<O>>;
  (features: Features, inputs: Readonly<Record<string, Fed>>, options?: AsTensors): Promise<TensorsOf<O>>;
}

/** A compiled model, ready to be called. */
export interface Loaded<
  I extends Levels = Levels,
  O extends Levels = Levels,
  S extends Groups = Groups,
> extends Call<[], InputsOf<I>, O> {
  readonly artefact: Artefact;
  /** One stage of a model that was compiled in stages, counted from 0. */
  readonly stage: <const Index extends number>(index: Index) => StageCall<I, O, S, Index>;
  /** Frees the weights. Calls after it reject. */
  readonly dispose: () => void;
}

/** What the caller knows of the artefact. */
export interface LoadOptions<S extends Groups = Groups> {
  /** The inputs of each stage, as given to the compiler; the artefact must have been compiled so. */
  readonly stages?: S;
}

/** The function that a model becomes. */
export type LoadedModel<M extends AnyModel, S extends Groups = Groups> =
  M extends Model<infer I, infer O> ? Loaded<I, O, S> : never;
