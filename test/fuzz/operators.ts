/** ψ and joins: one entry each. */
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import type { Sizes } from '../../src/dsl/feature.js';
import type { Draw } from './draw.js';
import { call, name, type Expression, type Given } from './expression.js';
import { plain, type Entry } from './site.js';

/** What a ψ is drawn for. */
export interface PsiSite {
  readonly draw: Draw;
  /** The level; the deepest where several are read. */
  readonly level: Sizes;
  /** The channels of all levels that are read. */
  readonly channels: Size;
  readonly several: boolean;
  /** Brings an input of this shape before the skip and gives its name; absent where none may come in. */
  readonly input?: (stem: string, h: Size, w: Size, c: Size) => string;
}

const maskOptions = (draw: Draw): Given => ({
  init: draw.maybe(0.3, () => draw.one([name('init.open'), call('init.normal', 0.02)])),
  surrogate: draw.maybe(0.3, () => draw.one([name('surrogate.sigmoid'), name('surrogate.zero'), call('surrogate.soft', 2)])), // prettier-ignore
});

const one =
  (make: (at: PsiSite) => Expression | undefined) =>
  (at: PsiSite): Expression | undefined =>
    at.several ? undefined : make(at);

const divisors = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => i + 1).filter((each) => count % each === 0);

const drawnResize = ({ draw }: PsiSite): Expression =>
  call(
    'psi.resize',
    draw.maybe(0.6, () => draw.one(['nearest', 'bilinear'] as const)),
  );

const drawnWarp = ({ draw, input }: PsiSite): Expression | undefined => {
  if (input === undefined) return undefined;
  const parts = draw.whole(1, 3);
  const picture = (stem: string, c: number): Given =>
    draw.maybe(0.5, () => input(stem, draw.whole(1, 6), draw.whole(1, 6), c));
  return call('psi.warp', {
    affines: input('affines', 1, parts, 8),
    masks: picture('masks', parts),
    frame: picture('frame', 2),
  });
};

const start = (draw: Draw): Given => draw.maybe(0.3, () => call('init.normal', 0.02));
const drawnLevel = ({ draw, several }: PsiSite): Expression =>
  call('psi.maskConnectLevel', {
    fanIn: draw.maybe(0.5, () => 1),
    init: start(draw),
    method: several ? draw.maybe(0.5, () => draw.one(['nearest', 'bilinear'] as const)) : undefined,
  });
const drawnChannel = ({ draw, level }: PsiSite): Expression =>
  call('psi.maskConnectChannel', {
    fanIn: draw.maybe(0.6, () => draw.whole(1, plain(level.c))),
    init: start(draw),
  });
const looked = ({ draw, input }: PsiSite): Readonly<Record<string, Given>> => ({
  input: draw.maybe(0.4, () => input?.('attributes', draw.one([1, 3]), draw.one([1, 2]), draw.whole(1, 3))),
  decoder: draw.maybe(0.4, () => draw.chance(0.5)),
});
const drawnBlend = (at: PsiSite): Expression =>
  call('psi.modularBlend', { ...looked(at), blocks: at.draw.maybe(0.7, () => at.draw.whole(0, 2)) });

const drawnGrid = ({ draw, level }: PsiSite): Expression =>
  call('psi.grid', draw.whole(1, Math.min(4, plain(level.h))), draw.whole(1, Math.min(4, plain(level.w))), maskOptions(draw)); // prettier-ignore

export const psis: readonly Entry<PsiSite>[] = [
  { name: 'psi.none', weight: 2, draw: one(() => name('psi.none')) },
  { name: 'psi.closed', weight: 1.5, draw: one(() => name('psi.closed')) },
  { name: 'psi.dense', weight: 2, draw: one(({ draw }) => call('psi.dense', maskOptions(draw))) },
  { name: 'psi.one', weight: 2, draw: one(({ draw }) => call('psi.one', maskOptions(draw))) },
  {
    name: 'psi.grouped',
    weight: 2,
    draw: one(({ draw, level }) =>
      call('psi.grouped', draw.one(divisors(plain(level.c))), maskOptions(draw)),
    ),
  },
  { name: 'psi.grid', weight: 2, draw: one(drawnGrid) },
  { name: 'psi.maskConnectLevel', weight: 1.5, draw: drawnLevel },
  { name: 'psi.maskConnectChannel', weight: 2, draw: one(drawnChannel) },
  { name: 'psi.modularSoft', weight: 2, draw: one((at) => call('psi.modularSoft', { ...looked(at) })) },
  { name: 'psi.modularBlend', weight: 2, draw: one(drawnBlend) },
  { name: 'psi.resize', weight: 2, draw: drawnResize },
  { name: 'psi.warp', weight: 3, draw: one(drawnWarp) },
  {
    name: 'psi.chain',
    weight: 2,
    draw: (at) =>
      at.several
        ? call('psi.chain', drawnResize(at), drawnPsi({ ...at, several: false, level: { ...at.level, h: 1, w: 1, c: at.channels } }))
        : call('psi.chain', name('own.rowMask'), drawnPsi(at)),
  }, // prettier-ignore
  { name: 'own.rowMask', weight: 1.5, draw: one(() => name('own.rowMask')) },
];

/** A ψ that fits. */
export const drawnPsi = (at: PsiSite): Expression => {
  for (;;) {
    const drawn = at.draw.weighted(psis).draw(at);
    if (drawn !== undefined) return drawn;
  }
};

/** The channels of two sides. */
export interface JoinSite {
  readonly draw: Draw;
  readonly left: Size;
  readonly right: Size;
}

const alike =
  (join: string) =>
  ({ left, right }: JoinSite): Expression | undefined =>
    left === right && left !== '?' ? name(join) : undefined;

export const joins: readonly Entry<JoinSite>[] = [
  { name: 'join.concat', weight: 3, draw: () => name('join.concat') },
  { name: 'join.add', weight: 3, draw: alike('join.add') },
  { name: 'join.subtract', weight: 2, draw: alike('join.subtract') },
  { name: 'join.gated', weight: 3, draw: alike('join.gated') },
  { name: 'own.greater', weight: 2, draw: alike('own.greater') },
  {
    name: 'join.multiply',
    weight: 3,
    draw: ({ left, right }) =>
      left === right || left === 1 || right === 1 ? name('join.multiply') : undefined,
  },
  { name: 'join.replace', weight: 2, draw: () => name('join.replace') },
];

/** A join that fits. */
export const drawnJoin = (at: JoinSite): Expression =>
  at.draw.weighted(joins).draw(at) ?? name('join.concat');
