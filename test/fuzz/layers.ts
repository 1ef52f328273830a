/** The layers without layers inside: one entry each. A new layer of the language is a new entry here or in `groups.ts`. */
import type { Draw } from './draw.js';
import { call, literal, name, type Expression, type Given } from './expression.js';
import {
  factorTo,
  freshInput,
  isVector,
  lesser,
  openEncoders,
  plain,
  type Entry,
  type Site,
} from './site.js';

/** Few channels: everything is executed on a processor. */
export const filters = (draw: Draw): number => draw.one([1, 2, 2, 3, 4, 4, 5, 6, 8]);

const zeros = (draw: Draw): number => draw.whole(0, 2);

/** A padding that most likely fits. */
const padding = ({ draw, state }: Site): Given =>
  draw.one<() => Given>([
    () => undefined,
    () => undefined,
    () => 'same',
    () => 'valid',
    () => zeros(draw),
    () => [
      [zeros(draw), zeros(draw)],
      [zeros(draw), zeros(draw)],
    ],
    () => ({ reflect: draw.whole(0, Math.max(0, Math.min(2, lesser(state) - 1))) }),
  ])();

/** A convolution that most likely fits. */
export const drawnConv = (site: Site): Expression => {
  const { draw } = site;
  const stride = draw.maybe(0.3, () => draw.whole(1, 3));
  return call('conv', draw.chance(0.1) ? 'same' : filters(draw), {
    kernel: draw.maybe(0.5, () => draw.whole(1, 4)),
    stride,
    padding: padding(site),
    dilation: stride === undefined || stride === 1 ? draw.maybe(0.2, () => draw.whole(1, 3)) : undefined,
    bias: draw.maybe(0.2, () => draw.chance(0.5)),
  });
};

const drawnConvTranspose = ({ draw }: Site): Expression => {
  const stride = draw.maybe(0.5, () => draw.whole(1, 3));
  return call('convTranspose', filters(draw), {
    kernel: draw.maybe(0.5, () => draw.whole(1, 5)),
    stride,
    padding: draw.one<Given>([undefined, 'same', 'valid', zeros(draw)]),
    outputPadding: draw.maybe(0.25, () => draw.whole(0, (stride ?? 2) - 1)),
    bias: draw.maybe(0.2, () => draw.chance(0.5)),
  });
};

const drawnDense = ({ draw, state }: Site): Expression | undefined =>
  isVector(state)
    ? call('dense', filters(draw), { bias: draw.maybe(0.3, () => draw.chance(0.5)) })
    : undefined;

/** A layer with a kernel of its own. */
const kernelLayer = (site: Site): Expression =>
  site.draw.one([drawnConv, drawnConv, drawnConvTranspose, (at: Site) => drawnDense(at) ?? drawnConv(at)])(
    site,
  );

const pool =
  (op: string) =>
  ({ draw, state }: Site): Expression | undefined => {
    const window = draw.maybe(0.6, () => draw.whole(1, Math.max(1, Math.min(4, lesser(state)))));
    const options = {
      stride: draw.maybe(0.4, () => draw.whole(1, 3)),
      padding: draw.one<Given>([undefined, 'same', 'valid', draw.whole(0, (window ?? 2) - 1)]),
    };
    return call(op, ...(window === undefined ? [] : [window, options]));
  };

/** Factors of a count, by which a vector becomes an image. */
const factored = (draw: Draw, count: number): readonly [number, number, number] => {
  const divisors = (n: number): readonly number[] =>
    Array.from({ length: Math.min(n, 12) }, (_, i) => i + 1).filter((one) => n % one === 0);
  const h = draw.one(divisors(count));
  const w = draw.one(divisors(count / h));
  return [h, w, count / h / w];
};

const drawnBorder = (most: number, draw: Draw): readonly number[] =>
  draw.chance(0.4) ? [draw.whole(0, most)] : Array.from({ length: 4 }, () => draw.whole(0, most));

/** The entries; `constant` ones have no options. */
const constant = (op: string, weight: number): Entry => ({ name: op, weight, draw: () => name(op) });

export const layers: readonly Entry[] = [
  { name: 'conv', weight: 8, draw: drawnConv },
  { name: 'convTranspose', weight: 3, draw: drawnConvTranspose },
  { name: 'upsample', weight: 2, draw: ({ draw }) => call('upsample', ...(draw.chance(0.3) ? [] : [draw.whole(1, 3), { method: draw.maybe(0.4, () => draw.one(['nearest', 'bilinear'] as const)) }])) }, // prettier-ignore
  { name: 'maxPool', weight: 2, draw: pool('maxPool') },
  { name: 'averagePool', weight: 2, draw: pool('averagePool') },
  constant('globalAveragePool', 0.5),
  constant('channelsFirst', 0.5),
  { name: 'crop', weight: 1.5, draw: ({ draw, state }) => call('crop', ...drawnBorder(Math.max(0, Math.min(2, Math.floor((lesser(state) - 1) / 2))), draw)) }, // prettier-ignore
  { name: 'pad', weight: 1.5, draw: ({ draw, state }) => call('pad', ...drawnBorder(Math.max(0, Math.min(2, lesser(state) - 1)), draw), { mode: draw.maybe(0.5, () => draw.one(['zeros', 'reflect'] as const)) }) }, // prettier-ignore
  {
    name: 'cropTo',
    weight: 1,
    draw: (site) => {
      const open = openEncoders(site.state);
      if (open.length === 0) return undefined;
      const encoder = site.draw.one(open);
      const factor = factorTo(site.state, site.state.taps[encoder]!.at(-1)!);
      const crop = call('cropTo', encoder);
      return factor === 1 ? crop : call('seq', call('upsample', factor), crop);
    },
  },
  {
    name: 'depthToSpace',
    weight: 1.5,
    draw: ({ draw, state }) => {
      const block = draw.whole(1, 3);
      const spread = call('depthToSpace', block);
      return plain(state.c) % (block * block) === 0
        ? spread
        : call('seq', call('conv', block * block * draw.whole(1, 2), { kernel: 1 }), spread);
    },
  },
  {
    name: 'spaceToDepth',
    weight: 1.5,
    draw: ({ draw, state }) => {
      const fitting = [1, 2, 3].filter((one) => plain(state.h) % one === 0 && plain(state.w) % one === 0);
      return call('spaceToDepth', draw.one(fitting));
    },
  },
  constant('flatten', 0.8),
  { name: 'dense', weight: 3, draw: drawnDense },
  {
    name: 'reshape',
    weight: 1.5,
    draw: ({ draw, state }) => {
      const { h, w, c } = state;
      if (typeof h !== 'number' || typeof w !== 'number' || typeof c !== 'number') return undefined;
      return call('reshape', ...factored(draw, h * w * c));
    },
  },
  { name: 'tile', weight: 3, draw: ({ draw, state }) => (isVector(state) ? call('tile', draw.whole(1, 8), draw.whole(1, 8)) : undefined) }, // prettier-ignore
  { name: 'sample', weight: 0.8, draw: ({ draw }) => call('sample', { deviation: draw.maybe(0.3, () => draw.one([0, 0.5, 2])), when: draw.maybe(0.5, () => draw.one(['train', 'always', 'never'] as const)) }) }, // prettier-ignore
  { name: 'dropout', weight: 0.8, draw: ({ draw }) => call('dropout', draw.one([0, 0.25, 0.5])) },
  { name: 'instanceNorm', weight: 0.8, draw: ({ draw }) => call('instanceNorm', { over: draw.maybe(0.3, () => draw.one(['space', 'space-and-channels'] as const)), affine: draw.maybe(0.3, () => draw.chance(0.5)), epsilonTo: draw.maybe(0.3, () => 'deviation') }) }, // prettier-ignore
  { name: 'batchNorm', weight: 0.8, draw: ({ draw }) => call('batchNorm', { batchStatisticsAlways: draw.maybe(0.3, () => true) }) }, // prettier-ignore
  { name: 'layerNorm', weight: 0.8, draw: ({ draw }) => call('layerNorm', { affine: draw.maybe(0.3, () => draw.chance(0.5)) }) }, // prettier-ignore
  { name: 'weightNorm', weight: 1.2, draw: (site) => call('weightNorm', kernelLayer(site)) },
  ...['relu', 'elu', 'tanh', 'sigmoid', 'round', 'own.doubled'].map((op) => constant(op, 0.8)),
  { name: 'leakyRelu', weight: 0.8, draw: ({ draw }) => call('leakyRelu', draw.maybe(0.5, () => draw.one([0.1, 0.3]))) }, // prettier-ignore
  { name: 'tap', weight: 2, draw: (site) => call('tap', site.draw.one([...openEncoders(site.state), site.fresh('e')])) }, // prettier-ignore
  { name: 'output', weight: 0.8, draw: (site) => call('output', site.fresh('o')) },
  {
    name: 'out',
    weight: 0.8,
    draw: ({ state: { h, w, c } }) =>
      h === '?' || w === '?' || c === '?' ? undefined : call('out', ...[h, w, c].map(literal)),
  },
  {
    name: 'bring',
    weight: 0.8,
    draw: (site) =>
      site.draw.chance(0.5) && site.features.length > 0
        ? call('bring', site.draw.one(site.features).feature)
        : call('bring', freshInput(site, site.draw.whole(1, 4), site.draw.whole(1, 4), filters(site.draw))),
  },
];
