/** Soft masks of a small network: `psi.modularSoft`, `psi.modularBlend` (Zhao et al., ECCV 2018). Rules S02, S32, S38. */
import { conv2d } from '../../ops/convolution.js';
import * as ops from '../../ops/elementwise.js';
import { glorotUniform } from '../../ops/initialiser.js';
import { concat, resizeNearest } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import type { Inputs } from '../feature.js';
import { formOf, type FieldVocabulary, type Fields } from '../form.js';
import { conv } from '../layers/conv.js';
import { instanceNorm } from '../layers/norm.js';
import { notInReach, type NotInReach } from '../layers/part-input.js';
import type { Lowering } from '../lowering.js';
import { notInRange, notOptions, optionsIn, showGiven } from '../message.js';
import type { Flaw, Layer } from '../rule.js';
import { extents } from './gate.js';
import { psiOf, type Psi, type PsiFlow, type PsiRule, type PsiState } from './psi.js';

/** What a soft mask looks at besides the level. */
export interface ModularOptions<Input extends string | undefined = string | undefined> {
  /** The name of an input: an attribute vector of 1×1×n, or a picture. It is brought to the level's size. */
  readonly input?: Input;
  /** Whether it looks at the decoder's feature; false by default. */
  readonly decoder?: boolean;
}

/** Options of a soft mask with a transformer. */
export interface ModularBlendOptions<
  Input extends string | undefined = string | undefined,
> extends ModularOptions<Input> {
  /** Residual blocks of the transformer, 0 to 64; 6 by default. */
  readonly blocks?: number;
}

/** A soft mask of a small network. */
export interface ModularSoft<Input extends string | undefined = undefined> extends Psi<
  ModularRule<'psi.modularSoft', Input>
> {
  readonly name: 'modularSoft';
  readonly input: Input;
  readonly decoder: boolean;
}

/** A level and what a transformer makes of it, blended by a soft mask. */
export interface ModularBlend<Input extends string | undefined = undefined> extends Psi<
  ModularRule<'psi.modularBlend', Input>
> {
  readonly name: 'modularBlend';
  readonly input: Input;
  readonly decoder: boolean;
  readonly blocks: number;
}
interface ModularRule<Op extends string, Input extends string | undefined> extends PsiRule {
  readonly out: Input extends string
    ? this['inputs'] extends infer I extends Inputs
      ? NotInReach<Op, Input, 'bring it first', I> extends infer M
        ? [M] extends [never]
          ? this['feature']
          : M
        : never
      : never
    : this['feature'];
}

/**
 * A soft mask, one value per pixel: ψ(f) = g ⊙ f with g = (1 + tanh(k ∗ h)) / 2 in (0, 1) and h a trunk on f, a 3×3
 * convolution, instance normalisation and relu; k is 7×7 to one channel and has no bias, as the trunk has none.
 *
 * The mask of Modular-GAN's transformer (from two unofficial ports; no official code) without its transformer, on a
 * skip: our reading (inferred). The mask depends on the input and has a true gradient. Parameters for c channels of the
 * level and n beside it: 49·c of the mask, 9·(c + n)·c + 2·c of the trunk.
 *
 * @example
 * ```ts
 * skip('image', psi.modularSoft({ input: 'p_b', decoder: true })); // the target pose and the decoder choose what passes
 * ```
 */
export const modularSoft = <const Input extends string | undefined = undefined>(
  options: ModularOptions<Input> = {},
): ModularSoft<Input> => {
  const read = resolved(options);
  return psiOf<ModularSoft<Input>>({
    name: 'modularSoft',
    form: modularSoftForm,
    ...read,
    options: read,
    shape: (at) => ({ level: at.feature, flaws: flawsOf('psi.modularSoft', options, read, at) }),
    lower: (at, lowering) =>
      ops.multiply(at.feature, maskOf(trunkOf(at, read, lowering.under('trunk')), lowering.under('mask'))),
  });
};

/**
 * A level and what a transformer T makes of it, blended by a soft mask: ψ(f) = g ⊙ T(f) + (1 − g) ⊙ f with
 * g = (1 + tanh(k ∗ T(f))) / 2, one value per pixel.
 *
 * Modular-GAN's transformer module: T is `psi.modularSoft`'s trunk and residual blocks of conv, norm, relu, conv, norm
 * (3×3, instance normalisation with scale and offset, no biases, no relu after the sum); from two unofficial ports, as
 * there is no official code. That it stands on a skip is our reading (inferred). Parameters for c channels and n beside
 * them: as `psi.modularSoft`, and 18·c² + 4·c for each block.
 *
 * @example
 * ```ts
 * skip('image', psi.modularBlend({ input: 'attributes', blocks: 2 }));
 * ```
 */
export const modularBlend = <const Input extends string | undefined = undefined>(
  options: ModularBlendOptions<Input> = {},
): ModularBlend<Input> => {
  const read = { ...resolved(options), blocks: optionsIn(options).blocks ?? 6 };
  return psiOf<ModularBlend<Input>>({
    name: 'modularBlend',
    form: modularBlendForm,
    ...read,
    options: read,
    shape: (at) => ({
      level: at.feature,
      flaws: [
        ...flawsOf('psi.modularBlend', options, read, at),
        ...notInRange('psi.modularBlend', [['blocks', read.blocks, 'a whole number from 0 to 64']]),
      ],
    }),
    lower: (at, lowering) => {
      let transformed = trunkOf(at, read, lowering.under('trunk'));
      for (let block = 1; block <= read.blocks; block++)
        transformed = residualOf(transformed, lowering.under(`block${block}`));
      const mask = maskOf(transformed, lowering.under('mask'));
      return ops.add(at.feature, ops.multiply(mask, ops.subtract(transformed, at.feature)));
    },
  });
};

/** What forms give and take. */
export interface TrunkFields {
  readonly input: string | undefined;
  readonly decoder: boolean;
}
const fieldsOf = (f: FieldVocabulary): Fields<TrunkFields> => ({
  input: f.optional(f.text),
  decoder: f.standard(f.flag, false),
});

/** How soft masks stand in a spec. */
export const modularSoftForm = formOf<TrunkFields>({
  builtIn: 'modularSoft',
  kind: 'psi',
  fields: fieldsOf,
  make: (options) => modularSoft<string | undefined>(options as ModularOptions),
});
export const modularBlendForm = formOf<TrunkFields & { readonly blocks: number }>({
  builtIn: 'modularBlend',
  kind: 'psi',
  fields: (f) => ({ ...fieldsOf(f), blocks: f.standard(f.number, 6) }),
  make: (options) => modularBlend<string | undefined>(options as ModularBlendOptions),
});

const resolved = <Input extends string | undefined>(
  options: ModularOptions<Input>,
): { readonly input: Input; readonly decoder: boolean } => {
  const given = optionsIn(options);
  return { input: given.input as Input, decoder: given.decoder ?? false };
};

const flawsOf = (
  op: string,
  given: unknown,
  { input, decoder }: TrunkFields,
  { inputs }: PsiState,
): readonly Omit<Flaw, 'within'>[] => {
  const bad = notOptions(op, given);
  if (bad !== undefined) return [bad];
  if (typeof decoder !== 'boolean') return [notAFlag(op, decoder)];
  return input === undefined ? [] : notInReach(op, input, 'bring it first', inputs);
};
const notAFlag = (op: string, given: unknown): Omit<Flaw, 'within'> => ({
  rule: 'S02',
  body: `${op}: decoder ${showGiven(given)} is not true or false`,
  got: showGiven(given),
  wanted: 'true or false',
  fix: 'give one of them',
});

/** h: the level and what stands beside it, to as many channels as the level has. */
const trunkOf = (
  { feature, decoder, inputs }: PsiFlow,
  { input, decoder: looksAtDecoder }: TrunkFields,
  lowering: Lowering,
): Value => {
  const [height, width, channels] = extents(feature);
  const beside = [...(looksAtDecoder ? [decoder] : []), ...(input === undefined ? [] : [inputs[input]!])];
  // A vector of 1×1 is tiled by this.
  const sized = beside.map((one) => resizeNearest(one, height, width));
  const all = sized.length === 0 ? feature : concat([feature, ...sized], 3);
  return ops.relu(normalised(all, channels, '', lowering));
};

const residualOf = (x: Value, lowering: Lowering): Value => {
  const channels = extents(x)[2];
  const inner = ops.relu(normalised(x, channels, '1', lowering));
  return ops.add(x, normalised(inner, channels, '2', lowering));
};

const normalised = (x: Value, filters: number, number: string, lowering: Lowering): Value =>
  through(
    instanceNorm(),
    through(conv(filters, { bias: false }), x, lowering.under(`conv${number}`)),
    lowering.under(`norm${number}`),
  );
const through = (layer: Layer, value: Value, lowering: Lowering): Value =>
  layer.definition.lower({ value, taps: {}, inputs: {} }, lowering).value;

/** g: one soft value per pixel. */
const maskOf = (h: Value, lowering: Lowering): Value => {
  const channels = extents(h)[2];
  const kernel = lowering.parameter({
    name: 'kernel',
    shape: [7, 7, channels, 1],
    initialiser: glorotUniform,
  });
  const logits = conv2d(h, kernel, { strides: [1, 1], padding: [[3, 3], [3, 3]], dilations: [1, 1] }); // prettier-ignore
  return ops.multiply(ops.add(ops.tanh(logits), 1), 0.5);
};
