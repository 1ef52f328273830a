/**
 * Weights of a network that was trained elsewhere, from a file that names them as Keras does.
 *
 * Keras calls a weight `block1_conv1/kernel`, layer and weight; here the layer is a block (`named`) and the convolution
 * in it has a segment of its own, `block1_conv1/conv1/kernel`. Shapes agree: height × width × in × out, and out.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { buildPlan, type ParameterArray, type PlanParameter } from '../compile/index.js';
import { elaborate, type AnyModel } from '../dsl/index.js';
import { readSafetensors, type StoredTensor } from '../files/safetensors.js';
import { showShape } from '../ops/value.js';

/**
 * The weights of a model from a safetensors file of float32 tensors that are named `layer/kernel` and `layer/bias`, by the
 * model's own paths, after the name of the network in a system where one is given (`features/block1_conv1/conv1/kernel`).
 * Tensors that the model has no use for are passed over, so that one file of all of VGG-19 serves the
 * models that end early. Faults: those of the model; W01 … W14 of the file; L02 for each weight that is missing, twice
 * meant, of another shape or type, or not finite.
 *
 * @example
 * ```ts
 * const features = model(vgg19Features(128, 64, 64));
 * const weights = await loadFeatureWeights('vgg19.safetensors', features, 'features')();
 * ```
 */
export const loadFeatureWeights =
  (
    path: string,
    model: AnyModel,
    network = '',
  ): TE.TaskEither<readonly Fault[], Readonly<Record<string, ParameterArray>>> =>
  async () => {
    const elaborated = elaborate(model);
    if (E.isLeft(elaborated)) return elaborated;
    const planned = buildPlan(elaborated.right, { mode: 'infer' });
    if (E.isLeft(planned)) return planned;
    const read = await readSafetensors(path)();
    if (E.isLeft(read)) return read;
    const { parameters } = planned.right;
    const { tensors } = read.right;
    const meant = new Map<string, number>();
    for (const one of parameters) meant.set(nameInFile(one.path), (meant.get(nameInFile(one.path)) ?? 0) + 1);
    const faults: Fault[] = [];
    const weights: (readonly [string, ParameterArray])[] = [];
    for (const parameter of parameters) {
      const name = nameInFile(parameter.path);
      const found =
        meant.get(name) === 1
          ? arrayOf(parameter, Object.hasOwn(tensors, name) ? tensors[name] : undefined)
          : E.left(`a name that ${meant.get(name)} parameters share`);
      if (E.isLeft(found)) faults.push(wrong(path, name, found.left, parameter));
      else weights.push([`${network === '' ? '' : `${network}/`}${parameter.path}`, found.right]);
    }
    return faults.length > 0 ? E.left(faults) : E.right(Object.fromEntries(weights));
  };

/** `block1_conv1/conv1/kernel` is `block1_conv1/kernel` in the file: the layer within the block goes. */
const nameInFile = (path: string): string => {
  const segments = path.split('/');
  return [...segments.slice(0, -2), ...segments.slice(-1)].join('/');
};

/** The array of a parameter, or what was got in its place. */
const arrayOf = (
  { shape }: PlanParameter,
  tensor: StoredTensor | undefined,
): E.Either<string, ParameterArray> => {
  if (tensor === undefined) return E.left('nothing');
  if (tensor.dtype !== 'F32') return E.left(`${tensor.dtype} ${showShape(tensor.shape)}`);
  if (showShape(tensor.shape) !== showShape(shape)) return E.left(`F32 ${showShape(tensor.shape)}`);
  const odd = tensor.data.find((one) => !Number.isFinite(one));
  return odd === undefined ? E.right({ shape, data: tensor.data }) : E.left(`a number that is ${odd}`);
};

const wrong = (path: string, name: string, got: string, { shape }: PlanParameter): Fault =>
  fault({
    rule: 'L02',
    where: `${path}: ${name}`,
    got,
    wanted: `F32 ${showShape(shape)}, finite`,
    fix: 'write the file of the network that this model is, as docs/losses.md says',
  });
