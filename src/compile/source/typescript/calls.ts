/** How each of our layers, ψ, joins, surrogates and initialisers is called; a part of ours that is missing here does not compile. */
import type { FormCall } from '../../../dsl/form.js';
import type { ours } from '../../../dsl/spec/ours.js';

/** A call of ours. */
export interface OurCall extends FormCall {
  /** Options that are given as a call of another function: `crop` as `region({ … })`. */
  readonly within?: Readonly<Record<string, string>>;
}

type Calls = {
  readonly [Kind in keyof typeof ours]: { readonly [Name in keyof (typeof ours)[Kind]]: OurCall };
};

const constant = (name: string): OurCall => ({ name, constant: true });
const called = (name: string, ...positional: readonly string[]): OurCall => ({ name, positional });
/* The layers, or what else is repeated, as the last arguments. */
const spreading = (name: string, spread: string, ...positional: readonly string[]): OurCall => ({
  name,
  positional,
  spread,
});

/** By kind and by the name that specs have for the part. */
export const calls: Calls = {
  layers: {
    autoregressive: called('autoregressive', 'groups'),
    averagePool: called('averagePool', 'window'),
    batchNorm: called('batchNorm'),
    bring: spreading('bring', 'branch'),
    channelsFirst: constant('channelsFirst'),
    conv: called('conv', 'filters'),
    convTranspose: called('convTranspose', 'filters'),
    crop: called('crop', 'top', 'bottom', 'left', 'right'),
    cropTo: called('cropTo', 'name'),
    decoder: called('decoder', 'name', 'levels', 'psi'),
    dense: called('dense', 'units'),
    denseBlock: spreading('denseBlock', 'layers'),
    depthToSpace: called('depthToSpace', 'block'),
    dropout: called('dropout', 'rate'),
    elu: constant('elu'),
    encoder: called('encoder', 'name', 'levels'),
    flatten: constant('flatten'),
    fuse: spreading('fuse', 'branch', 'join'),
    globalAveragePool: constant('globalAveragePool'),
    instanceNorm: called('instanceNorm'),
    layerNorm: called('layerNorm'),
    leakyRelu: called('leakyRelu', 'slope'),
    maxPool: called('maxPool', 'window'),
    named: spreading('named', 'layers', 'name'),
    out: called('out', 'height', 'width', 'channels'),
    output: called('output', 'name'),
    pad: called('pad', 'top', 'bottom', 'left', 'right'),
    parts: { ...spreading('parts', 'layers', 'count', 'crop'), within: { crop: 'region' } },
    relu: constant('relu'),
    reshape: called('reshape', 'height', 'width', 'channels'),
    residual: spreading('residual', 'layers'),
    round: constant('round'),
    sample: called('sample'),
    seq: spreading('seq', 'layers'),
    shared: spreading('shared', 'layers', 'name'),
    sigmoid: constant('sigmoid'),
    skip: called('skip', 'name', 'psi'),
    spaceToDepth: called('spaceToDepth', 'block'),
    tanh: constant('tanh'),
    tap: called('tap', 'name'),
    tile: called('tile', 'height', 'width'),
    unused: spreading('unused', 'layers', 'reason'),
    upsample: called('upsample', 'factor'),
    weightNorm: called('weightNorm', 'layer'),
  },
  psis: {
    chain: called('psi.chain', 'first', 'then'),
    closed: constant('psi.closed'),
    dense: called('psi.dense'),
    grid: called('psi.grid', 'cellHeight', 'cellWidth'),
    grouped: called('psi.grouped', 'depth'),
    maskConnectChannel: called('psi.maskConnectChannel'),
    maskConnectLevel: called('psi.maskConnectLevel'),
    modularBlend: called('psi.modularBlend'),
    modularSoft: called('psi.modularSoft'),
    none: constant('psi.none'),
    one: called('psi.one'),
    resize: called('psi.resize', 'method'),
    warp: called('psi.warp'),
  },
  joins: {
    add: constant('join.add'),
    concat: constant('join.concat'),
    gated: constant('join.gated'),
    multiply: constant('join.multiply'),
    replace: constant('join.replace'),
    subtract: constant('join.subtract'),
  },
  surrogates: {
    sigmoid: constant('surrogate.sigmoid'),
    soft: called('surrogate.soft', 'temperature'),
    zero: constant('surrogate.zero'),
  },
  initialisers: {
    constant: called('constant', 'value'),
    fanInUniform: constant('fanInUniform'),
    glorotUniform: constant('glorotUniform'),
    heNormal: constant('heNormal'),
    normal: called('normal', 'deviation'),
    uniform: called('uniform', 'limit'),
  },
};
