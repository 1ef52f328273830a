/** ψ alone as plans: a model of one skip level, for training and for inference. Faults K02 to K04 and those of ψ. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { buildPlan } from '../compile/plan/build.js';
import type { Plan, PlanParameter } from '../compile/plan/plan.js';
import { bring, elaborate, input, layerOf, type AnyModel, type Layer, type Sizes } from '../dsl/index.js';
import { nodeOf } from '../dsl/feature.js';
import { modelOf } from '../dsl/model.js';
import { declarationFaults, type PsiDeclaration } from './declaration.js';
import { badInputs, needsDecoder, notCarried } from './faults.js';

/** A tensor's shape as tf.layers has it: batch, height, width, channels; `null` where it is open. */
export type LayerShape = readonly (number | null)[];

/** ψ on features of known sizes. */
export interface PsiPlans {
  readonly train: Plan;
  readonly infer: Plan;
  /** The plans' inputs in the order in which the layer takes its tensors, with their sizes. */
  readonly reads: readonly Read[];
  /** Names of inputs that the plans list and ψ leaves alone. */
  readonly unread: readonly string[];
  /** Height, width and channels of what ψ gives. */
  readonly output: readonly number[];
  readonly parameters: readonly PlanParameter[];
}

/** One tensor that the layer takes. */
export interface Read {
  readonly name: string;
  /** Height, width, channels. */
  readonly size: readonly [number, number, number];
}

/** The plans of a declaration on tensors of these shapes; `where` is the layer's name. */
export const psiPlans = (
  where: string,
  declared: PsiDeclaration,
  shapes: readonly LayerShape[],
): E.Either<readonly Fault[], PsiPlans> => {
  const faults = declarationFaults(where, declared);
  if (faults.length > 0) return E.left(faults);
  const names = namesOf(declared);
  if (!fit(shapes, names.length))
    return E.left([badInputs(where, shapes.map(shapeText).join(', '), wantedText(names))]);
  const reads = names.map((name, i): Read => ({ name, size: [shapes[i]![1]!, shapes[i]![2]!, shapes[i]![3]!] })); // prettier-ignore
  const elaborated = elaborate(modelAround(where, declared, reads));
  if (E.isLeft(elaborated)) return elaborated;
  // Without a decoder's feature a size that ψ takes from it is unknown.
  if (Object.values(elaborated.right.outputs['output']!).some((one) => typeof one !== 'number'))
    return E.left([needsDecoder(where)]);
  const train = buildPlan(elaborated.right, { mode: 'train' });
  if (E.isLeft(train)) return train;
  const infer = buildPlan(elaborated.right, { mode: 'infer' });
  if (E.isLeft(infer)) return infer;
  return whole(where, declared, reads, train.right, infer.right);
};

/** The names of a layer's tensors in order; inputs of ψ cannot be taken for levels. */
const namesOf = ({ levels, decoder, inputs }: PsiDeclaration): readonly string[] => [
  ...Array.from({ length: levels }, (_, i) => levelName(i + 1)),
  ...(decoder ? [decoderName] : []),
  ...inputs.map(inputName),
];
const levelName = (number: number): string => `level ${number}`;
const decoderName = 'decoder';
const inputName = (name: string): string => `input ${name}`;

const fit = (shapes: readonly LayerShape[], count: number): boolean =>
  shapes.length === count &&
  shapes.every((shape) => shape.length === 4 && shape.slice(1).every((one) => typeof one === 'number'));
/** A shape as messages have it. */
export const shapeText = (shape: LayerShape): string => `[${shape.map((one) => one ?? '?').join(', ')}]`;
const wantedText = (names: readonly string[]): string =>
  `${names.map((name) => `${name} [batch, height, width, channels]`).join(', ')}, sizes as numbers`;

/** A model whose only step is ψ on inputs. */
const modelAround = (where: string, { psi, levels, decoder, inputs }: PsiDeclaration, reads: readonly Read[]): AnyModel => {
  const levelNames = Array.from({ length: levels }, (_, i) => levelName(i + 1));
  // ψ that do not look at the decoder's feature are lowered beside one of their own size; whether that holds is checked.
  const stand = decoder ? [] : [{ name: decoderName, size: reads[levels - 1]!.size }];
  const step = layerOf<Layer>({
    definition: {
      name: 'psi',
      group: true,
      shape: (state) => {
        const seen = (name: string): Sizes => state.inputs[name]!;
        const { level, flaws } = psi.shape({
          feature: seen(levelName(levels)),
          levels: levelNames.map(seen),
          decoder: decoder ? seen(decoderName) : { h: '?', w: '?', c: '?' },
          inputs: Object.fromEntries(inputs.map((name) => [name, seen(inputName(name))])),
          taps: {},
        });
        return { state: { ...state, ...level }, flaws: flaws.map((flaw) => ({ ...flaw, within: [where] })) };
      },
      lower: (flow, lowering) => {
        const seen = (name: string) => flow.inputs[name]!;
        const value = psi.lower(
          {
            feature: seen(levelName(levels)),
            levels: levelNames.map(seen),
            decoder: seen(decoderName),
            inputs: Object.fromEntries(inputs.map((name) => [name, seen(inputName(name))])),
            taps: {},
          },
          lowering,
        );
        return { ...flow, value };
      },
    },
  });
  const [first, ...others] = [...reads, ...stand].map(({ name, size }) => input(name, ...size));
  return modelOf<AnyModel>({
    outputs: { output: { kind: 'chain', from: nodeOf(first!), layers: [...others.map((one) => bring(one)), step] } },
    psis: [],
  });
}; // prettier-ignore

/** The plans, if ψ needs nothing that the layer does not have. */
const whole = (
  where: string,
  { decoder }: PsiDeclaration,
  reads: readonly Read[],
  train: Plan,
  infer: Plan,
): E.Either<readonly Fault[], PsiPlans> => {
  const plans = [train, infer];
  const { shape } = infer.nodes[infer.outputs['output']!]!;
  const faults = [
    ...(!decoder && plans.some((plan) => isRead(plan, decoderName)) ? [needsDecoder(where)] : []),
    ...(plans.some(({ noises }) => noises.length > 0) ? [notCarried(where, 'noise')] : []),
    ...(plans.some(({ parameters }) => parameters.some(({ role }) => role === 'state'))
      ? [notCarried(where, 'state')]
      : []),
    ...(plans.some(({ parameters }) => parameters.some(({ projection }) => projection !== undefined))
      ? [notCarried(where, 'a projection')]
      : []),
  ];
  if (faults.length > 0) return E.left(faults);
  const trained = new Set(train.parameters.map(({ path }) => path));
  return E.right({
    train,
    infer,
    reads,
    unread: decoder ? [] : [decoderName],
    output: shape.slice(1).map(Number),
    parameters: [...train.parameters, ...infer.parameters.filter(({ path }) => !trained.has(path))],
  });
};
const isRead = ({ nodes, inputs, outputs }: Plan, name: string): boolean => {
  const { id } = inputs[name]!;
  return nodes.some(({ operands }) => operands.includes(id)) || Object.values(outputs).includes(id);
};
