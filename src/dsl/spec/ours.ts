/** Our own forms, by the names that specs have for them. A name that was once here stays. */
import {
  constant,
  fanInUniform,
  glorotUniform,
  heNormal,
  normal,
  uniform,
  type Initialiser,
} from '../../ops/initialiser.js';
import { optionless, type Form } from '../form.js';
import { addForm } from '../joins/add.js';
import { concatForm } from '../joins/concat.js';
import { gatedForm } from '../joins/gated.js';
import { multiplyForm } from '../joins/multiply.js';
import { replaceForm } from '../joins/replace.js';
import { subtractForm } from '../joins/subtract.js';
import { eluForm, leakyReluForm, reluForm, sigmoidForm, tanhForm } from '../layers/activation.js';
import { autoregressiveForm } from '../layers/autoregressive.js';
import { bringForm } from '../layers/bring.js';
import { channelsFirstForm } from '../layers/channels-first.js';
import { convForm } from '../layers/conv.js';
import { convTransposeForm } from '../layers/conv-transpose.js';
import { cropForm } from '../layers/crop.js';
import { cropToForm } from '../layers/crop-to.js';
import { denseForm, flattenForm, reshapeForm } from '../layers/dense.js';
import { denseBlockForm } from '../layers/dense-block.js';
import { depthToSpaceForm, spaceToDepthForm } from '../layers/depth-space.js';
import { dropoutForm } from '../layers/dropout.js';
import { decoderForm, encoderForm } from '../layers/encoder.js';
import { fuseForm } from '../layers/fuse.js';
import { namedForm, residualForm, seqForm, sharedForm } from '../layers/group.js';
import { layerNormForm } from '../layers/layer-norm.js';
import { batchNormForm, instanceNormForm } from '../layers/norm.js';
import { outForm } from '../layers/out.js';
import { outputForm } from '../layers/output.js';
import { padForm } from '../layers/pad.js';
import { partsForm } from '../layers/parts.js';
import { averagePoolForm, globalAveragePoolForm, maxPoolForm } from '../layers/pool.js';
import { roundForm } from '../layers/round.js';
import { sampleForm } from '../layers/sample.js';
import { skipForm } from '../layers/skip.js';
import { tapForm } from '../layers/tap.js';
import { tileForm } from '../layers/tile.js';
import { unusedForm } from '../layers/unused.js';
import { upsampleForm } from '../layers/upsample.js';
import { weightNormForm } from '../layers/weight-norm.js';
import { groupedForm } from '../psi/grouped.js';
import { maskConnectChannelForm, maskConnectLevelForm } from '../psi/mask-connect.js';
import * as masks from '../psi/masks.js';
import { modularBlendForm, modularSoftForm } from '../psi/modular.js';
import { chainForm, closedForm, noneForm } from '../psi/plain.js';
import { resizeForm } from '../psi/resize.js';
import * as surrogates from '../psi/surrogate.js';
import { warpForm } from '../psi/warp.js';

const initialiserForm = <Name extends string>(
  name: Name,
  make: (value: number) => Initialiser,
): Form<Initialiser, Readonly<Record<Name, number>>> => ({
  kind: 'initialiser',
  fields: (f) => ({ [name]: f.number }) as never,
  make: (options) => make(options[name]),
  options: ({ options }) => ({ [name]: options[name] }) as Readonly<Record<Name, number>>,
});

const layers = {
  autoregressive: autoregressiveForm,
  averagePool: averagePoolForm,
  batchNorm: batchNormForm,
  bring: bringForm,
  channelsFirst: channelsFirstForm,
  conv: convForm,
  convTranspose: convTransposeForm,
  crop: cropForm,
  cropTo: cropToForm,
  decoder: decoderForm,
  dense: denseForm,
  denseBlock: denseBlockForm,
  depthToSpace: depthToSpaceForm,
  dropout: dropoutForm,
  elu: eluForm,
  encoder: encoderForm,
  flatten: flattenForm,
  fuse: fuseForm,
  globalAveragePool: globalAveragePoolForm,
  instanceNorm: instanceNormForm,
  layerNorm: layerNormForm,
  leakyRelu: leakyReluForm,
  maxPool: maxPoolForm,
  named: namedForm,
  out: outForm,
  output: outputForm,
  pad: padForm,
  parts: partsForm,
  relu: reluForm,
  reshape: reshapeForm,
  residual: residualForm,
  round: roundForm,
  sample: sampleForm,
  seq: seqForm,
  shared: sharedForm,
  sigmoid: sigmoidForm,
  skip: skipForm,
  spaceToDepth: spaceToDepthForm,
  tanh: tanhForm,
  tap: tapForm,
  tile: tileForm,
  unused: unusedForm,
  upsample: upsampleForm,
  weightNorm: weightNormForm,
};
const psis = {
  chain: chainForm,
  closed: closedForm,
  dense: masks.denseForm,
  grid: masks.gridForm,
  grouped: groupedForm,
  maskConnectChannel: maskConnectChannelForm,
  maskConnectLevel: maskConnectLevelForm,
  modularBlend: modularBlendForm,
  modularSoft: modularSoftForm,
  none: noneForm,
  one: masks.oneForm,
  resize: resizeForm,
  warp: warpForm,
};
const joins = {
  add: addForm,
  concat: concatForm,
  gated: gatedForm,
  multiply: multiplyForm,
  replace: replaceForm,
  subtract: subtractForm,
};
const surrogatesByName = {
  sigmoid: surrogates.sigmoidForm,
  soft: surrogates.softForm,
  zero: surrogates.zeroForm,
};
const initialisers = {
  constant: initialiserForm('value', constant),
  fanInUniform: optionless(() => fanInUniform, 'initialiser'),
  glorotUniform: optionless(() => glorotUniform, 'initialiser'),
  heNormal: optionless(() => heNormal, 'initialiser'),
  normal: initialiserForm('deviation', normal),
  uniform: initialiserForm('limit', uniform),
};

/** Layers, ψ, joins, surrogates and initialisers. */
export const ours = {
  layers,
  psis,
  joins,
  surrogates: surrogatesByName,
  initialisers,
} satisfies Readonly<Record<string, Readonly<Record<string, Form>>>>;
