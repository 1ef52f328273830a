/** The source target `onnx`: a file for each model, with the weights that a training would start from. */
import * as E from 'fp-ts/lib/Either.js';
import { initialParameters } from '../../plan/initial.js';
import { inferencePlan } from '../named-models.js';
import type { SourceFile, SourceTarget } from '../target.js';
import { onnxFiles, type OnnxFile } from './encode.js';
import { onnxModel } from './onnx.js';

const seed = 1;

/** ONNX models for inference, with initial weights: trained ones come with `maskskip compile --target onnx`. */
export const onnx: SourceTarget = {
  name: 'onnx',
  description: 'a model for ONNX runtimes, opset 18, images n×c×h×w, with initial weights',
  files: (model) =>
    E.flatMap((plan: Parameters<typeof onnxModel>[0]) => {
      const { name, file, axes } = model;
      const options = { name, axes, weights: initialParameters(plan, seed), origin: `initial values of seed ${seed}` }; // prettier-ignore
      return E.map((made: Parameters<typeof onnxFiles>[0]) => onnxFiles(made, { path: `${file}.onnx` }).map(whole))(onnxModel(plan, options)); // prettier-ignore
    })(inferencePlan(model)),
  common: () => [],
};

const whole = ({ path, pieces }: OnnxFile): SourceFile => {
  const text = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    text.set(piece, at);
    at += piece.length;
  }
  return { path, text };
};
