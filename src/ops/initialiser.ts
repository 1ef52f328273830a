/**
 * Initialisers: how a parameter starts, as values.
 *
 * An initialiser draws from a random stream of its own (made from the seed and the parameter's path), so that adding
 * or removing a layer changes no other layer's start.
 */
import type { RandomStream } from '../base/random.js';

/** How a parameter starts. `fans` are the counts of inputs and outputs that one unit sees. */
export interface Initialiser {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
  readonly values: (shape: readonly number[], stream: RandomStream) => Float32Array;
}

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Fan-in and fan-out of a kernel: height × width × in × out, or in × out. */
const fans = (shape: readonly number[]): readonly [fanIn: number, fanOut: number] => {
  const field = size(shape.slice(0, -2));
  return [field * (shape[shape.length - 2] ?? 1), field * (shape[shape.length - 1] ?? 1)];
};

/** All entries the same. */
export const constant = (value: number): Initialiser => ({
  name: 'constant',
  options: { value },
  values: (shape) => new Float32Array(size(shape)).fill(value),
});

/** Normal with mean 0. */
export const normal = (deviation: number): Initialiser => ({
  name: 'normal',
  options: { deviation },
  values: (shape, stream) => stream.normals(size(shape)).map((one) => one * deviation),
});

/** Uniform in ±limit. */
export const uniform = (limit: number): Initialiser => ({
  name: 'uniform',
  options: { limit },
  values: (shape, stream) => stream.uniforms(size(shape)).map((one) => (2 * one - 1) * limit),
});

/** Xavier / Glorot uniform: ±√(6 / (fan in + fan out)). Glorot & Bengio, AISTATS 2010. */
export const glorotUniform: Initialiser = {
  name: 'glorotUniform',
  options: {},
  values: (shape, stream) => {
    const [fanIn, fanOut] = fans(shape);
    return uniform(Math.sqrt(6 / (fanIn + fanOut))).values(shape, stream);
  },
};

/** Uniform in ±1/√(fan in): how PyTorch's convolutions start unless told otherwise. Torch, `nn.Conv2d`, "Variables". */
export const fanInUniform: Initialiser = {
  name: 'fanInUniform',
  options: {},
  values: (shape, stream) => uniform(1 / Math.sqrt(fans(shape)[0])).values(shape, stream),
};

/** He / Kaiming normal: deviation √(2 / fan in), for layers followed by a relu. He et al., ICCV 2015. */
export const heNormal: Initialiser = {
  name: 'heNormal',
  options: {},
  values: (shape, stream) => normal(Math.sqrt(2 / fans(shape)[0])).values(shape, stream),
};
