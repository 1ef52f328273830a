/** Mistakes: for each rule that types can see, elements of a chain that break it. */
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import { call, literal, name, type Expression, type Given } from './expression.js';
import { filters, layers } from './layers.js';
import { groups } from './groups.js';
import { isNumeric, isVector, openEncoders, plain, type Site } from './site.js';
import { doesNotFit, wrongOption } from './wrong-options.js';

/** A mistake in a chain. */
export interface Mistake {
  /** The rule that it breaks; `undefined` for options drawn for another feature, which break any. */
  readonly rule: string | undefined;
  readonly weight: number;
  /** Elements of a chain of which the last is wrong; `undefined` where the mistake cannot be made. */
  readonly draw: (site: Site) => readonly Expression[] | undefined;
}

/** Another size than this one. */
const other = ({ draw }: Site, size: Size): Given => {
  const by = draw.whole(1, 3);
  return typeof size === 'number' ? size + by : `${plain(size) + by}${size.slice(size.indexOf('*'))}`;
};
/** A feature that is tapped, shrunk, and its encoder's name; `undefined` where nothing can shrink. */
const shrunk = (
  site: Site,
): { readonly encoder: string; readonly elements: readonly Expression[] } | undefined => {
  if (plain(site.state.h) < 2 || site.state.h === '?') return undefined;
  const encoder = site.fresh('e');
  return { encoder, elements: [call('tap', encoder), call('conv', filters(site.draw), { stride: 2 })] };
};

const notPsi = (site: Site): readonly Expression[] => {
  const { draw, state } = site;
  const encoder = site.fresh('e');
  const skip = (...given: readonly Given[]): readonly Expression[] => [call('tap', encoder), call('skip', encoder, ...given)]; // prettier-ignore
  const tooLarge = draw.one([
    call('psi.grid', plain(state.h) + draw.whole(1, 3), 1),
    call('psi.grid', 1, plain(state.w) + draw.whole(1, 3)),
  ]);
  const noDivisor = call('psi.grouped', plain(state.c) + draw.whole(1, 3));
  const tooMany = draw.one([
    call('psi.maskConnectChannel', { fanIn: plain(state.c) + draw.whole(1, 3) }),
    call('psi.maskConnectLevel', { fanIn: draw.whole(2, 4) }),
  ]);
  return draw.one<() => readonly Expression[]>([
    () => skip(draw.one<Given>(['dense', name('psi.dense'), 3, name('join.add')])),
    () => skip(tooLarge),
    () => skip(noDivisor),
    () => skip(tooMany),
    () => skip(call('psi.chain', name('own.rowMask'), draw.one([tooLarge, noDivisor]))),
    () => [
      call('tap', encoder),
      ...skip(call('psi.dense'), { level: draw.one<Given>(['all', [1, 2], [2, 1]]) }),
    ],
  ])();
};

const missing = (site: Site): readonly Expression[] => {
  const nowhere = site.fresh('nowhere');
  return [
    site.draw.one([
      call('skip', nowhere, name('psi.none')),
      call('skip', nowhere),
      call('cropTo', nowhere),
      call('decoder', nowhere, [name('relu')], call('psi.dense')),
    ]),
  ];
};

const used = (site: Site): readonly Expression[] => {
  const encoder = site.fresh('e');
  const last = site.draw.one([
    call('skip', encoder, call('psi.one')),
    call('cropTo', encoder),
    call('decoder', encoder, [name('relu')]),
    call('skip', encoder, call('psi.resize'), { level: 'all' }),
  ]);
  return site.draw.one([
    [call('tap', encoder), call('skip', encoder), last],
    [call('tap', encoder), call('decoder', encoder, [name('relu'), name('elu')])],
  ]);
};

const unequalJoin = (site: Site): readonly Expression[] | undefined => {
  const { draw, state } = site;
  if (typeof state.c !== 'number') return undefined;
  const joined = name(draw.one(['join.add', 'join.subtract', 'join.gated', 'join.multiply']));
  const encoder = site.fresh('e');
  const wide = call('conv', state.c + draw.whole(1, 3), { kernel: 1 });
  return draw.one([
    [call('fuse', joined, wide)],
    [call('tap', encoder), wide, call('skip', encoder, call('psi.dense'), { join: joined })],
    [
      call('tap', encoder),
      wide,
      call('decoder', encoder, [name('relu')], name('psi.none'), { join: joined }),
    ],
  ]);
};

const notAJoin = (site: Site): readonly Expression[] => {
  const { draw } = site;
  const encoder = site.fresh('e');
  const none = draw.one<Given>(['add', name('join'), name('psi.none'), 3]);
  return draw.one<() => readonly Expression[]>([
    () => [call('fuse', none, name('relu'))],
    () => [call('tap', encoder), call('skip', encoder, name('psi.none'), { join: none })],
    () => [call('fuse', name(draw.one(['join.concat', 'join.add', 'join.replace'])), call('upsample', 2))],
    () => [call('fuse', name('join.multiply'), call('pad', 1, 0, 0, 0))],
  ])();
};

const wrongGroups = (site: Site): readonly Expression[] | undefined => {
  const { draw, state } = site;
  if (typeof state.c !== 'number') return undefined;
  const encoder = site.fresh('e');
  const predict = call('conv', 2, { kernel: 1 });
  return draw.one([
    [call('autoregressive', draw.whole(2, 3), { predict, update: call('conv', state.c + 1) })],
    [call('tap', encoder), call('conv', state.c + 1), call('autoregressive', state.c + 1, { predict, update: name('elu'), from: encoder })], // prettier-ignore
    [call('autoregressive', 2, { predict: call('seq', call('output', site.fresh('o')), predict), update: name('elu') })], // prettier-ignore
  ]);
};

/** Options drawn for a feature of other sizes: whatever they break here. */
const forAnother = (site: Site): readonly Expression[] | undefined => {
  const { draw, state } = site;
  const h = draw.whole(1, 12);
  const elsewhere = {
    ...site,
    state: { ...state, h, w: draw.chance(0.5) ? h : draw.whole(1, 12), c: draw.whole(1, 12) },
  };
  const drawn = draw.weighted([...layers, ...groups.filter((one) => one.name !== 'bring')]).draw(elsewhere);
  return drawn === undefined ? undefined : [drawn];
};

/** What is wrong inside of a chain. */
export const mistakes: readonly Mistake[] = [
  { rule: undefined, weight: 8, draw: forAnother },
  { rule: 'S01', weight: 1.2, draw: ({ draw }) => [draw.one([...['conv', 'maxPool', 'psi.dense', 'psi', 'join.add', 'tap'].map(name), ...[3, 'relu', null].map(literal)])] }, // prettier-ignore
  { rule: 'S02', weight: 2, draw: wrongOption },
  { rule: 'S03', weight: 2, draw: doesNotFit },
  { rule: 'S04', weight: 1.5, draw: ({ draw }) => [call('conv', filters(draw), { stride: draw.whole(2, 3), dilation: draw.whole(2, 4) })] }, // prettier-ignore
  {
    rule: 'S05',
    weight: 1,
    draw: ({ draw, state }) =>
      isNumeric(state)
        ? [call('reshape', plain(state.h), plain(state.w), plain(state.c) + draw.whole(1, 4))]
        : undefined,
  },
  {
    rule: 'S06',
    weight: 1,
    draw: (site) => {
      const { h, w, c } = site.state;
      if (h === '?' || w === '?' || c === '?') return undefined;
      const sizes: Given[] = [h, w, c];
      const axis = site.draw.whole(0, 2);
      sizes[axis] = other(site, [h, w, c][axis]!);
      return [call('out', ...sizes)];
    },
  },
  {
    rule: 'S07',
    weight: 1,
    draw: (site) => {
      const { draw, state } = site;
      if (typeof state.c !== 'number') return undefined;
      return [call('residual', ...draw.one([[call('conv', state.c + draw.whole(1, 3))], [name('relu'), call('upsample', 2)], [call('conv', 'same'), call('conv', 2, { stride: 2 })], [call('pad', 1)]]))]; // prettier-ignore
    },
  },
  { rule: 'S08', weight: 1.5, draw: notAJoin },
  { rule: 'S09', weight: 1.3, draw: unequalJoin },
  { rule: 'S10', weight: 1.2, draw: missing },
  { rule: 'S11', weight: 1, draw: used },
  {
    rule: 'S12',
    weight: 2,
    draw: (site) => {
      const small = shrunk(site);
      if (small === undefined) return undefined;
      const grow = call('upsample', site.draw.whole(3, 6));
      const skip = site.draw.one([
        call(
          'skip',
          small.encoder,
          site.draw.one([name('psi.none'), call('psi.dense'), call('psi.grouped', 1)]),
        ),
        call('decoder', small.encoder, [name('relu')], call('psi.one')),
      ]);
      return site.draw.one([
        [...small.elements, skip],
        [...small.elements, grow, skip],
        [...small.elements, call('upsample', 2), skip],
      ]);
    },
  },
  { rule: 'S13', weight: 2, draw: notPsi },
  {
    rule: 'S14',
    weight: 2.5,
    draw: ({ draw, state }) => {
      const [named, level] = draw.one([...Object.entries(state.inputs), ['', undefined] as const]);
      if (level === undefined) return undefined;
      const { h, w, c } = state;
      const again = call('input', named, h, w, plain(level.c) + 1);
      return draw.chance(0.5) && h !== '?' && w !== '?' && c !== '?'
        ? [call('fuse', name('join.concat'), again)]
        : [call('bring', call('input', named, level.h, level.w, plain(level.c) + draw.whole(1, 4)))];
    },
  },
  {
    rule: 'S15',
    weight: 2,
    draw: (site) => {
      const { draw, state } = site;
      if (typeof state.c !== 'number' || site.features.length === 0) return undefined;
      const encoder = site.fresh('e');
      const again = [call('conv', state.c + draw.whole(1, 3)), call('tap', encoder)];
      return [
        call('tap', encoder),
        draw.one([
          call('bring', draw.one(site.features).feature, ...again),
          call('bring', ...again),
          call('fuse', name('join.concat'), ...again),
        ]),
      ];
    },
  },
  {
    rule: 'S16',
    weight: 1.5,
    draw: (site) => {
      const small = shrunk(site);
      return small === undefined ? undefined : [...small.elements, call('cropTo', small.encoder)];
    },
  },
  { rule: 'S18', weight: 1, draw: ({ draw, features }) => (features.length === 0 ? undefined : [draw.one(features).feature]) }, // prettier-ignore
  {
    rule: 'S19',
    weight: 1.3,
    draw: (site) => {
      const encoder = site.fresh('e');
      const count = site.draw.whole(1, 3);
      const operators = Array.from({ length: site.draw.one([0, 1, 2, 3, 4].filter((one) => one !== count)) }, () => site.draw.one([name('psi.none'), call('psi.dense')])); // prettier-ignore
      return [
        call(
          'encoder',
          encoder,
          Array.from({ length: count }, () => call('conv', filters(site.draw))),
        ),
        call(
          'decoder',
          encoder,
          Array.from({ length: count }, () => name('relu')),
          operators,
        ),
      ];
    },
  },
  {
    rule: 'S20',
    weight: 1.2,
    draw: (site) => {
      const twice = site.fresh('o');
      return site.draw.one([
        [call('output', 'output')],
        [call('output', twice), name('relu'), call('output', twice)],
        [call('output', twice), call('fuse', name('join.concat'), call('conv', 2), call('output', twice))],
      ]);
    },
  },
  {
    rule: 'S22',
    weight: 1,
    draw: (site) => {
      const { draw, state } = site;
      const [known] = openEncoders(state);
      const encoder = known ?? site.fresh('e');
      const count = known === undefined ? 1 : state.taps[known]!.length;
      const beyond = draw.one([0, count + 1, count + 2, -1, 1.5]);
      const skip = draw.one([
        call('skip', encoder, name('psi.none'), { level: beyond }),
        call('skip', encoder, call('psi.resize'), { level: [1, beyond] }),
        call('skip', encoder, call('psi.resize'), { level: [beyond] }),
      ]);
      return known === undefined ? [call('tap', encoder), skip] : [skip];
    },
  },
  {
    rule: 'S24',
    weight: 2,
    draw: ({ draw, state }) => (isVector(state) ? undefined : [call('dense', filters(draw))]),
  },
  {
    rule: 'S28',
    weight: 1,
    draw: ({ draw, state }) =>
      isNumeric(state)
        ? [draw.one([call('depthToSpace', draw.whole(2, 4)), call('spaceToDepth', draw.whole(2, 5))])]
        : undefined,
  },
  {
    rule: 'S29',
    weight: 1,
    draw: ({ draw, state }) => {
      if (!isNumeric(state)) return undefined;
      const [h, w] = [plain(state.h), plain(state.w)];
      return [draw.one([call('crop', h), call('crop', h - 1, 1, 0, 0), call('crop', 0, 0, draw.whole(0, 2), w), call('crop', Math.ceil(Math.min(h, w) / 2))])]; // prettier-ignore
    },
  },
  {
    rule: 'S30',
    weight: 2,
    draw: (site) => [
      call('denseBlock', ...site.draw.one([[], [call('conv', 2)], [name('relu'), call('conv', 1)]]), site.draw.one([call('upsample', 2), call('pad', 1), call('seq', name('relu'), call('pad', 0, 0, 1, 0))])), // prettier-ignore
    ],
  },
  { rule: 'S31', weight: 1.2, draw: ({ draw }) => [call('weightNorm', draw.one([name('relu'), call('maxPool', 2), call('seq', call('conv', 2)), call('tap', 'z')]))] }, // prettier-ignore
  {
    rule: 'S32',
    weight: 1.6,
    draw: (site) => {
      const z = site.fresh('z');
      return site.draw.one([
        [call('parts', 2, call('region', { boxes: site.fresh('boxes'), height: 2, width: 3 }), name('relu'))],
        [call('tap', z), call('skip', z, call('psi.warp', { affines: site.fresh('affines') }))],
        [call('tap', z), call('skip', z, call(site.draw.one(['psi.modularSoft', 'psi.modularBlend']), { input: site.fresh('a') }))], // prettier-ignore
      ]);
    },
  },
  {
    rule: 'S33',
    weight: 2,
    draw: (site) => {
      const [boxes, masks] = [site.fresh('boxes'), site.fresh('masks')];
      const count = site.draw.whole(1, 4);
      return site.draw.one([
        [call('bring', call('input', boxes, 1, count + 1, 4)), call('parts', count, call('region', { boxes, height: 2, width: 2 }), name('relu'))], // prettier-ignore
        [call('bring', call('input', boxes, 1, count, 4)), call('parts', count, call('region', { boxes, height: 2, width: 2, visibility: boxes }), name('relu'))], // prettier-ignore
        [call('parts', count, 'region', name('relu'))],
        [call('bring', call('input', boxes, 1, count + 1, 8)), call('bring', call('input', masks, 3, 2, count)), call('tap', masks), call('skip', masks, call('psi.warp', { affines: boxes, masks }))], // prettier-ignore
      ]);
    },
  },
  {
    rule: 'S34',
    weight: 1.6,
    draw: (site) => {
      const boxes = site.fresh('boxes');
      return [
        call('bring', call('input', boxes, 1, 2, 4)),
        call('parts', 2, call('region', { boxes, height: 2, width: 2 }), call('fuse', name('join.concat'), call('input', site.fresh('x'), 2, 2, 1))), // prettier-ignore
      ];
    },
  },
  { rule: 'S37', weight: 2, draw: wrongGroups },
  {
    rule: 'S35',
    weight: 1.5,
    draw: ({ draw, state }) => (isVector(state) ? undefined : [call('tile', draw.whole(1, 4), 2)]),
  },
];
