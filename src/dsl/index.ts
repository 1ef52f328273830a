/** The language: what an architecture is. */
export { ceilDivide, plus, times, widths, type Widths } from './arithmetic.js';
export type { Dimension, Size } from './dimensions/dimension.js';
/* How declaration files write the widths of an exported family. */
export type { Add, CeilDivide, Multiply } from './dimensions/natural.js';
export {
  elaborate,
  unsafeElaborate,
  type ElaborateOptions,
  type Elaborated,
  type ElaboratedStep,
} from './elaborate.js';
export type { AnyFeature, Feature, Inputs, Level, Sizes, Start, Taps } from './feature.js';
export {
  formOf,
  optionless,
  type Field,
  type FieldVocabulary,
  type Fields,
  type Form,
  type FormCall,
  type FormKind,
} from './form.js';
export { concat, input, join, through, type Input } from './input.js';
export { joinOf, type ApplyJoin, type Join, type JoinRule } from './joins/join.js';
export type { AddJoin } from './joins/add.js';
export type { ConcatJoin } from './joins/concat.js';
export type { GatedJoin } from './joins/gated.js';
export type { MultiplyJoin } from './joins/multiply.js';
export type { ReplaceJoin } from './joins/replace.js';
export type { SubtractJoin } from './joins/subtract.js';
export {
  elu,
  leakyRelu,
  relu,
  sigmoid,
  tanh,
  type Activation,
  type LeakyRelu,
  type SameShape,
} from './layers/activation.js';
export { autoregressive, type Autoregressive, type AutoregressiveOptions } from './layers/autoregressive.js'; // prettier-ignore
export { bring, type Bring } from './layers/bring.js';
export { channelsFirst, type ChannelsFirst } from './layers/channels-first.js';
export { conv, type Conv, type ConvOptions } from './layers/conv.js';
export {
  convTranspose,
  type ConvTranspose,
  type ConvTransposeOptions,
  type TransposePadding,
} from './layers/conv-transpose.js';
export { crop, type CropLayer } from './layers/crop.js';
export { cropTo, type CropTo } from './layers/crop-to.js';
export {
  dense,
  flatten,
  reshape,
  type Dense,
  type DenseOptions,
  type Flatten,
  type Reshape,
} from './layers/dense.js';
export { denseBlock, type DenseBlock } from './layers/dense-block.js';
export { depthToSpace, spaceToDepth, type DepthToSpace, type SpaceToDepth } from './layers/depth-space.js';
export { dropout, type Dropout } from './layers/dropout.js';
export { decoder, encoder, type Decoder, type Encoder } from './layers/encoder.js';
export { fuse, type Fuse } from './layers/fuse.js';
export {
  named,
  residual,
  seq,
  shared,
  type Named,
  type Residual,
  type Seq,
  type Shared,
} from './layers/group.js';
export type { HasKernel } from './layers/kernel.js';
export { layerNorm, type LayerNorm, type LayerNormOptions } from './layers/layer-norm.js';
export { batchNorm, instanceNorm, type BatchNorm, type BatchNormOptions, type InstanceNorm, type InstanceNormOptions } from './layers/norm.js'; // prettier-ignore
export { known, out, type Out } from './layers/out.js';
export { output, type OutputLayer } from './layers/output.js';
export { pad, type Pad, type PadMode, type PadOptions } from './layers/pad.js';
export type { PaddingOption } from './layers/padding.js';
export {
  averagePool,
  globalAveragePool,
  maxPool,
  type AveragePool,
  type GlobalAveragePool,
  type MaxPool,
  type PoolOptions,
  type PoolPadding,
} from './layers/pool.js';
export { round } from './layers/round.js';
export { parts, type Parts } from './layers/parts.js';
export { cropOf, region, type ApplyCrop, type Crop, type CropRule, type Region, type RegionOptions } from './layers/region.js'; // prettier-ignore
export { sample, type Sample, type SampleOptions, type SampleWhen } from './layers/sample.js';
export { skip, type LevelOption, type Skip, type SkipOptions } from './layers/skip.js';
export { tap, type TapLayer } from './layers/tap.js';
export { tile, type Tile } from './layers/tile.js';
export { unused, type Unused } from './layers/unused.js';
export { upsample, type Upsample } from './layers/upsample.js';
export { weightNorm, type WeightNorm } from './layers/weight-norm.js';
export type { Lowering, Mode, ParameterRequest } from './lowering.js';
export {
  model,
  withPsi,
  type AnyModel,
  type Model,
  type ModelOf,
  type Outputs,
  type PsiOverride,
} from './model.js';
export { init } from './psi/init.js';
export {
  psiOf,
  type ApplyPsi,
  type KeepsShape,
  type Psi,
  type PsiFlow,
  type PsiOutcome,
  type PsiRule,
  type PsiState,
} from './psi/psi.js';
export type { Chain, Closed, NoMask } from './psi/plain.js';
export type { MaskOptions } from './psi/gate.js';
export type { GroupedMask } from './psi/grouped.js';
export type {
  MaskConnectChannel,
  MaskConnectLevel,
  MaskConnectLevelOptions,
  MaskConnectOptions,
} from './psi/mask-connect.js';
export type { DenseMask, GridMask, OneMask } from './psi/masks.js';
export type { ModularBlend, ModularBlendOptions, ModularOptions, ModularSoft } from './psi/modular.js';
export type { Resize } from './psi/resize.js';
export type { Warp, WarpOptions } from './psi/warp.js';
export type { PsiParts, PsiTools } from './psi/define.js';
export { surrogate, type Surrogate, type Threshold } from './psi/surrogate.js';
export { layerOf, type Apply, type Checked, type Definition, type Fold, type Layer, type Outcome, type Recovered, type Rule, type Ruled, type State, type Step } from './rule.js'; // prettier-ignore
export {
  constant,
  fanInUniform,
  glorotUniform,
  heNormal,
  normal,
  uniform,
  type Initialiser,
} from '../ops/initialiser.js';
export { rules, type RuleId, type RuleStatement, type SeenBy } from './rules.js';
export { psi } from './psi/index.js';
export type { Axes, Axis, AxisWord, LeftOut, Variant, VariantNames, Variants } from './variant-types.js';
export { isVariants, unsafeVariants, variants } from './variants.js';
export {
  definitionsOf,
  fromSpec,
  fromSpecText,
  isForm,
  specText,
  specVersion,
  toSpec,
  unsafeFromSpec,
  type Definitions,
  type ReadModel,
  type Spec,
  type SpecElement,
  type SpecFeature,
  type SpecPart,
} from './spec/index.js';
