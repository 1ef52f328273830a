/** Which part of a declaration can break which rules, from messages: a message ends its place with the part. */
import {
  autoregressive,
  batchNorm,
  convTranspose,
  dense,
  depthToSpace,
  flatten,
  input,
  instanceNorm,
  layerNorm,
  leakyRelu,
  out,
  psi,
  rules,
  seq,
  skip,
  surrogate,
  conv,
  tap,
  type RuleId,
} from '../../src/dsl/index.js';
import { normal } from '../../src/ops/initialiser.js';
import { ruleOf, saidOf } from './mistakes.js';

/** Parts by kind, each by the name under which it is exported. */
export const parts = {
  layers: [
    ...['conv', 'convTranspose', 'dense', 'reshape', 'flatten', 'upsample', 'maxPool', 'averagePool'],
    ...[
      'globalAveragePool',
      'channelsFirst',
      'crop',
      'pad',
      'tile',
      'depthToSpace',
      'spaceToDepth',
      'relu',
      'leakyRelu',
      'elu',
    ],
    ...['sigmoid', 'tanh', 'round', 'batchNorm', 'instanceNorm', 'layerNorm', 'dropout', 'sample'],
    ...['out', 'known', 'output', 'tap', 'skip', 'cropTo'],
  ],
  groups: [
    ...['seq', 'named', 'shared', 'unused', 'residual', 'denseBlock', 'weightNorm', 'encoder', 'decoder'],
    ...['fuse', 'bring', 'parts', 'region', 'autoregressive'],
  ],
  ψ: [
    ...['none', 'closed', 'dense', 'one', 'grouped', 'grid', 'maskConnectLevel', 'maskConnectChannel'],
    ...['modularSoft', 'modularBlend', 'resize', 'warp', 'chain'],
  ].map((name) => `psi.${name}`),
  joins: ['concat', 'add', 'subtract', 'multiply', 'gated', 'replace'].map((name) => `join.${name}`),
  features: ['input', 'concat', 'model'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/* What no example of the other files shows. */
const x = input('x', 8, 8, 3);
const still = { surrogate: surrogate.zero };
const lost = { initialiser: normal(NaN) };
const noStart = { init: normal(NaN) };
const groups = { predict: conv(3), update: conv(3) };
const further: readonly (readonly unknown[])[] = [
  [x, depthToSpace(0)],
  [x, out('0*h', 8, 3)],
  [x, autoregressive(0, groups)],
  [x, tap('e'), skip('e'), autoregressive(2, { ...groups, from: 'e' })],
  ...[conv(1, lost), convTranspose(1, lost), leakyRelu(NaN)].map((one) => [x, one]),
  ...[batchNorm({ epsilon: 0 }), instanceNorm({ epsilon: 0 }), layerNorm({ epsilon: 0 })].map((one) => [
    x,
    one,
  ]),
  [x, flatten, dense(1, lost)],
  ...[psi.dense(noStart), psi.one(noStart), psi.grid(2, 2, noStart), psi.grouped(3, noStart)].map((one) => [
    x,
    tap('e'),
    skip('e', one),
  ]),
  ...[psi.maskConnectLevel(noStart), psi.maskConnectChannel(noStart), psi.modularBlend({ blocks: NaN })].map(
    (one) => [x, tap('e'), skip('e', one)],
  ),
  [x, tap('e'), skip('e', psi.maskConnectLevel({ method: 'cubic' as never }))],
  [x, tap('e'), skip('e', psi.modularSoft({ decoder: 1 as never }))],
  [x, tap('e'), skip('e', psi.modularBlend({ decoder: 1 as never }))],
  ...[psi.one(still), psi.grid(2, 2, still), psi.grouped(3, still)].map((one) => [
    x,
    tap('e'),
    skip('e', one),
  ]),
];

/* Messages that name the thing rather than the part: they come where branches meet. */
const meeting: Readonly<Partial<Record<RuleId, readonly string[]>>> = {
  S14: ['concat', 'fuse', 'bring', 'model'],
  S15: ['concat', 'fuse', 'bring'],
  S20: ['output', 'concat', 'fuse', 'bring', 'model'],
};
/* Said of any chain or of any part. */
const ofAll: readonly RuleId[] = ['S01', 'S18', 'S27'];

/** The rules that each part can break, in order. */
export const rulesOfParts = (messages: readonly string[]): ReadonlyMap<string, readonly RuleId[]> => {
  const pairs = [...messages, ...further.flatMap((layers) => saidOf(seq(...layers)))].flatMap((message) => {
    const rule = ruleOf(message);
    if (ofAll.includes(rule)) return [];
    return (meeting[rule] ?? [partOf(message)]).map((part) => [part, rule] as const);
  });
  return new Map(
    Object.values(parts)
      .flat()
      .map((part) => [part, ids.filter((id) => pairs.some(([one, rule]) => one === part && rule === id))]),
  );
};
const ids = Object.keys(rules) as readonly RuleId[];

/** The part that a message's place ends with: `skip` of `✗ S12 decoder level 2 › skip 'image' 1: …`. */
export const partOf = (message: string): string => {
  const name = /^[\w.]+/.exec(message.slice(6).split(' › ').at(-1)!)?.[0] ?? '';
  return parts.joins.includes(`join.${name}`) && name !== 'concat' ? `join.${name}` : name;
};
