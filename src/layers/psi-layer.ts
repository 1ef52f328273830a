/**
 * ψ as a layer of tf.layers, for a network that is written in tf.layers already.
 *
 * The classes of this file are those that tf.layers asks for: it knows layers by inheritance, builds them at their
 * first use and reports by throwing, and so does this one.
 */
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, type LayerVariable } from '@tensorflow/tfjs-layers';
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../base/fault.js';
import { random } from '../base/random.js';
import { tensorProgram, type TensorProgram } from '../compile/tensors/program.js';
import type { Definitions, Psi } from '../dsl/index.js';
import { declarationFromText, declarationOf, declarationText, type PsiDeclaration, type PsiLayerReads } from './declaration.js'; // prettier-ignore
import { badInputs } from './faults.js';
import { psiPlans, shapeText, type LayerShape, type PsiPlans } from './psi-plan.js';

/** Options of ψ as a layer: what it reads, and those of every layer of tf.layers. */
export interface PsiLayerOptions extends PsiLayerReads {
  readonly name?: string;
  readonly trainable?: boolean;
  /** Height, width and channels, where the layer is the first of a sequential network. */
  readonly inputShape?: readonly number[];
  /** Forms of ψ, surrogates and initialisers besides ours, for `getConfig`. */
  readonly definitions?: Definitions;
}

/** ψ as a layer of tf.layers. */
export interface PsiLayer extends layers.Layer {
  readonly psi: Psi;
}

/**
 * ψ as a layer of tf.layers: put it between an encoder's level and the decoder of a network that you have.
 *
 * The layer takes the level, `[batch, height, width, channels]` in float32; for a ψ that reads more, a list: the
 * levels, then the decoder's feature if `decoder`, then the named `inputs`. It gives what ψ gives. Its weights are ψ's
 * parameters under their paths (`mask`, of a chain `first/mask`); they start as ψ says and those that a gradient
 * reaches are trained, by the surrogate's gradient. As with dropout, `fit` trains; where you take gradients yourself,
 * pass `{ training: true }` to `apply`. A temperature keeps its first value.
 *
 * Throws, at the first use, as tf.layers does: K01 for options that make no sense, K02 for shapes that are not what
 * ψ reads, K03 for a ψ that reads the decoder's feature and was given none, K04 for one with noise or state, P10 for a
 * mask that no gradient reaches, and the faults of ψ itself. `getConfig` throws X18 for a ψ that has no form.
 *
 * @example
 * ```ts
 * const masked = psiLayer(psi.dense()).apply(encoded) as tf.SymbolicTensor;
 * const joined = tf.layers.concatenate().apply([decoded, masked]);
 * ```
 */
export const psiLayer = (psi: Psi, options: PsiLayerOptions = {}): PsiLayer => {
  const { name, trainable, inputShape, definitions = {}, ...reads } = options;
  const Layer = layerClass(definitions);
  return new Layer(declarationOf(psi, reads), {
    ...(name === undefined ? {} : { name }),
    ...(trainable === undefined ? {} : { trainable }),
    ...(inputShape === undefined ? {} : { inputShape: [...inputShape] }),
  });
};

/**
 * Tells tfjs how to read layers that `psiLayer` made; call it once before `tf.loadLayersModel`. `definitions` are
 * forms of ψ, surrogates and initialisers besides ours. Reading throws K05 for a configuration that is none, and the
 * faults of specs for its ψ.
 *
 * @example
 * ```ts
 * registerPsiLayer();
 * const network = await tf.loadLayersModel('file://network/model.json');
 * ```
 */
export const registerPsiLayer = (definitions: Definitions = {}): void => {
  tf.serialization.registerClass(layerClass(definitions));
};

type LayerArguments = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type Config = tf.serialization.ConfigDict;

/** What a layer has once it was built. */
interface Built {
  readonly plans: PsiPlans;
  readonly train: TensorProgram;
  readonly infer: TensorProgram;
  readonly weights: Readonly<Record<string, LayerVariable>>;
}

/* One class for each set of definitions: tfjs reads a layer by its class and gives it nothing but the configuration. */
const layerClass = (definitions: Definitions) =>
  class extends layers.Layer implements PsiLayer {
    static readonly className = 'PsiLayer';
    readonly psi: Psi;
    readonly #declared: PsiDeclaration;
    #parts: Built | undefined;

    constructor(declared: PsiDeclaration, options: LayerArguments) {
      super(options);
      this.psi = declared.psi;
      this.#declared = declared;
    }

    override computeOutputShape(inputShape: Shapes): (number | null)[] {
      const shapes = listOfShapes(inputShape);
      return [shapes[0]?.[0] ?? null, ...this.#plans(shapes).output];
    }

    override build(inputShape: Shapes): void {
      const plans = this.#plans(listOfShapes(inputShape));
      const weights = plans.parameters.map(({ path, shape, initialiser, inert }) => {
        const trained = inert === undefined;
        const weight = this.addWeight(path, [...shape], 'float32', initializers.zeros(), undefined, trained);
        const values = initialiser.values(shape, random(this.#declared.seed, 'parameter', `${this.name}/${path}`)); // prettier-ignore
        tf.tidy(() => void weight.write(tf.tensor(values, [...shape], 'float32')));
        return [path, weight] as const;
      });
      this.#parts = {
        plans,
        train: tensorProgram(plans.train),
        infer: tensorProgram(plans.infer),
        weights: Object.fromEntries(weights),
      };
      super.build(inputShape);
    }

    override call(given: tf.Tensor | tf.Tensor[], options: Readonly<Record<string, unknown>>): tf.Tensor {
      const tensors = Array.isArray(given) ? given : [given];
      const { plans, train, infer, weights } = this.#parts!;
      const faults = tensorFaults(this.name, plans, tensors);
      if (faults.length > 0) throw faultError(faults);
      const inputs = Object.fromEntries(plans.reads.map(({ name }, i) => [name, tensors[i]!]));
      // What ψ leaves alone has to be there all the same.
      for (const name of plans.unread) inputs[name] = tensors[this.#declared.levels - 1]!;
      const parameters = Object.fromEntries(Object.entries(weights).map(([path, one]) => [path, one.read()]));
      this.invokeCallHook(given, options);
      const program = options['training'] === true ? train : infer;
      return program.run({ inputs, parameters }).outputs['output']!;
    }

    override getConfig(): Config {
      const text = orThrow(declarationText(this.#declared, definitions));
      // tfjs rewrites the letters of every text of a configuration but that of a key `name`.
      return { ...super.getConfig(), psi: { name: text } };
    }

    static override fromConfig<T extends tf.serialization.Serializable>(
      Layer: tf.serialization.SerializableConstructor<T>,
      config: Config,
    ): T {
      const { psi, customObjects: _, ...rest } = config;
      const where = typeof rest['name'] === 'string' ? rest['name'] : 'PsiLayer';
      const text = (psi as { readonly name?: unknown } | null | undefined)?.name;
      return new Layer(orThrow(declarationFromText(where, text, definitions)), rest);
    }

    #plans(shapes: readonly LayerShape[]): PsiPlans {
      return orThrow(psiPlans(this.name, this.#declared, shapes));
    }
  };

type Shapes = (number | null)[] | (number | null)[][];
const listOfShapes = (shapes: Shapes): readonly LayerShape[] =>
  shapes.some((one) => Array.isArray(one))
    ? (shapes as readonly LayerShape[])
    : [shapes as readonly (number | null)[]];

const orThrow = <A>(result: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};

/** K02 for tensors of other shapes than the layer was built for: a mask would broadcast over some without a word. */
const tensorFaults = (
  where: string,
  { reads }: PsiPlans,
  tensors: readonly tf.Tensor[],
): readonly Fault[] => {
  if (tensors.length !== reads.length)
    return [badInputs(where, `${tensors.length} tensors`, `${reads.length}`)];
  const batch = tensors[0]!.shape[0]!;
  return reads.flatMap(({ name, size }, i) => {
    const { shape, dtype } = tensors[i]!;
    const wanted = [batch, ...size];
    return dtype === 'float32' && shape.length === 4 && wanted.every((one, axis) => one === shape[axis])
      ? []
      : [
          badInputs(
            `${where}, ${name}`,
            `${dtype} ${shapeText(shape)}`,
            `float32 ${shapeText(i === 0 ? [null, ...size] : wanted)}`,
          ),
        ];
  });
};
