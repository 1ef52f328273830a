/**
 * The alphabet: all primitives by name.
 *
 * This is the one closed list of the project: a target lowers exactly these, and the type checker holds it to that.
 */
import * as convolution from './convolution.js';
import * as elementwise from './elementwise.js';
import * as layout from './layout.js';
import { leafPrimitives } from './leaves.js';
import * as pooling from './pooling.js';
import * as reduction from './reduction.js';

export const alphabet = {
  ...leafPrimitives,
  ...elementwise.unaryPrimitives,
  ...elementwise.binaryPrimitives,
  leakyRelu: elementwise.leakyReluPrimitive,
  cast: elementwise.castPrimitive,
  select: elementwise.selectPrimitive,
  conv2d: convolution.conv2dPrimitive,
  conv2dTranspose: convolution.conv2dTransposePrimitive,
  matMul: convolution.matMulPrimitive,
  batchMatMul: convolution.batchMatMulPrimitive,
  concat: layout.concatPrimitive,
  slice: layout.slicePrimitive,
  pad: layout.padPrimitive,
  mirrorPad: layout.mirrorPadPrimitive,
  reshape: layout.reshapePrimitive,
  transpose: layout.transposePrimitive,
  resizeNearest: layout.resizeNearestPrimitive,
  resizeBilinear: layout.resizeBilinearPrimitive,
  tile: layout.tilePrimitive,
  gather: layout.gatherPrimitive,
  ...pooling.poolingPrimitives,
  ...reduction.reductionPrimitives,
} as const;

/** The name of a primitive. */
export type PrimitiveName = keyof typeof alphabet;

/** The attributes of the primitive of that name. */
export type AttributesOf<Name extends PrimitiveName> = (typeof alphabet)[Name] extends {
  readonly type: (operands: never, attributes: infer A) => unknown;
}
  ? A
  : never;

/** Whether a primitive passes no gradient although it gives numbers. */
export const blocksGradient = (op: PrimitiveName): boolean => op === 'stopGradient' || op === 'floor';
