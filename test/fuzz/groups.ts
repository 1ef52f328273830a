/** The layers that hold layers or read levels: one entry each. */
import { add, type Size } from '../../src/dsl/dimensions/dimension.js';
import type { State, Tap } from '../../src/dsl/rule.js';
import { call, literal, name, type Expression, type Given } from './expression.js';
import { filters } from './layers.js';
import { drawnJoin, drawnPsi, type JoinSite } from './operators.js';
import {
  factorTo,
  freshInput,
  isNumeric,
  openEncoders,
  plain,
  sameSpace,
  together,
  type Entry,
  type Site,
} from './site.js';

/** A 1×1 convolution that gives these channels, where they are not there already. */
const toChannels = (state: State, channels: Size): readonly Expression[] =>
  state.c === channels ? [] : [call('conv', plain(channels), { kernel: 1 })];

const block =
  (op: string, named: boolean) =>
  (site: Site): Expression | undefined =>
    site.depth === 0
      ? undefined
      : call(op, ...(named ? [site.fresh('n')] : []), ...site.chain(site.draw.whole(1, 3)).layers);

const drawnShared = (site: Site): Expression | undefined => {
  if (site.depth === 0) return undefined;
  const segment = site.fresh('s');
  if (site.draw.chance(0.5)) return call('shared', segment, ...site.chain(site.draw.whole(1, 2)).layers);
  const twice = call('shared', segment, call('conv', 'same'), name('elu'));
  return call('seq', twice, name('relu'), twice);
};

const drawnResidual = (site: Site): Expression | undefined => {
  if (site.depth === 0) return undefined;
  const branch = site.chain(site.draw.whole(1, 3), { keepsSize: true });
  return call('residual', ...branch.layers, ...toChannels(branch.state, site.state.c));
};

const drawnDenseBlock = (site: Site): Expression | undefined => {
  if (site.depth === 0) return undefined;
  let from = site.state;
  const layers: Expression[] = [];
  for (let left = site.draw.whole(1, 3); left > 0; left--) {
    const layer = site.chain(site.draw.whole(1, 2), { from, keepsSize: true });
    layers.push(together(layer.layers));
    from = { ...layer.state, h: from.h, w: from.w, c: add(from.c, layer.state.c) };
  }
  return call('denseBlock', ...layers);
};

/** A feature from elsewhere of the same height and width, or nothing: then the branch begins with the feature so far. */
const beginning = (site: Site): { readonly layers: readonly Expression[]; readonly from: State } => {
  const { draw, state } = site;
  const alike = site.features.filter((one) => sameSpace(one.state, state));
  if (alike.length > 0 && draw.chance(0.4)) {
    const { feature, state: from } = draw.one(alike);
    return { layers: [draw.chance(0.2) ? call('seq', feature) : feature], from };
  }
  if (draw.chance(0.3) && site.features.length > 0) {
    const opened = freshInput(site, state.h, state.w, filters(draw));
    return { layers: [opened], from: site.after([opened], { ...state, start: true }).state };
  }
  return { layers: [], from: state };
};

const drawnFuse = (site: Site): Expression | undefined => {
  if (site.depth === 0 || site.state.h === '?' || site.state.w === '?') return undefined;
  const begun = beginning(site);
  const branch = site.chain(site.draw.whole(begun.layers.length === 0 ? 1 : 0, 2), {
    from: begun.from,
    keepsSize: true,
  });
  const equal = site.draw.chance(0.6);
  const fitted = equal ? toChannels(branch.state, site.state.c) : [];
  const right = equal ? site.state.c : branch.state.c;
  const joined = drawnJoin({ draw: site.draw, left: site.state.c, right });
  return call('fuse', joined, ...begun.layers, ...branch.layers, ...fitted);
};

const total = (levels: readonly Tap[]): Size => levels.map(({ c }) => c).reduce(add, 0);

/** The levels that a skip may read: the option, and those levels. */
const drawnLevel = (
  { draw }: Site,
  open: readonly Tap[],
): { readonly option: Given; readonly read: readonly Tap[] } => {
  const number = draw.whole(1, open.length);
  const choice = draw.whole(0, 9);
  if (choice < 6) return { option: undefined, read: [open.at(-1)!] };
  if (choice < 8) return { option: number, read: [open[number - 1]!] };
  if (choice === 8) return { option: 'all', read: open };
  return { option: [1, number], read: [open[0]!, open[number - 1]!] };
};

const drawnSkip = (site: Site): Expression | undefined => {
  const { draw, state } = site;
  const encoders = openEncoders(state);
  if (encoders.length === 0) return undefined;
  const encoder = draw.one(encoders);
  const { option, read } = drawnLevel(site, state.taps[encoder]!);
  const level = read.at(-1)!;
  const several = read.length > 1;
  const fits = sameSpace(level, state);
  const channels = total(read);
  const before: Expression[] = [];
  if (!several && !fits && option === undefined && draw.chance(0.6)) {
    const factor = factorTo(state, level);
    if (factor > 1) before.push(call('upsample', factor));
    before.push(call('cropTo', encoder));
  }
  const input = (stem: string, h: Size, w: Size, c: Size): string => {
    const brought = site.fresh(stem);
    before.push(call('bring', call('input', brought, h, w, c)));
    return brought;
  };
  const resized = !several && !fits && before.length === 0;
  const operator = resized
    ? call(
        'psi.resize',
        draw.maybe(0.5, () => 'nearest'),
      )
    : drawnPsi({ draw, level, channels, several, ...(site.features.length === 0 ? {} : { input }) });
  const equal = draw.chance(0.5);
  if (equal) before.push(...toChannels(state, channels));
  const join = joinOption({ draw, left: equal ? channels : state.c, right: channels });
  const plainSkip = operator.kind === 'name' && operator.name === 'psi.none';
  const options = { join, level: option };
  const hasOptions = join !== undefined || option !== undefined;
  const skip = call(
    'skip',
    encoder,
    ...(plainSkip && !hasOptions && draw.chance(0.5) ? [] : [operator]),
    options,
  );
  return together([...before, skip]);
};

/** A join as an option; left out where it is the default, sometimes. */
const joinOption = (at: JoinSite): Expression | undefined =>
  at.draw.chance(0.3) ? undefined : drawnJoin(at);

const drawnEncoder = (site: Site): Expression | undefined => {
  if (site.depth === 0) return undefined;
  const { draw } = site;
  let from = site.state;
  const levels: Expression[] = [];
  for (let left = draw.whole(1, 3); left > 0; left--) {
    const level = site.chain(draw.whole(1, 2), { from });
    const strided =
      draw.chance(0.5) && plain(level.state.h) > 1 ? [call('conv', filters(draw), { stride: 2 })] : [];
    levels.push(together([...level.layers, ...strided]));
    from = site.after(strided, level.state).state;
  }
  return call('encoder', site.fresh('e'), levels);
};

const drawnDecoder = (site: Site): Expression | undefined => {
  const { draw, state } = site;
  const fitting = openEncoders(state).filter((encoder) => sameSpace(state.taps[encoder]!.at(-1)!, state));
  if (fitting.length === 0) return undefined;
  const encoder = draw.one(fitting);
  const open = state.taps[encoder]!;
  const count = draw.whole(1, open.length);
  const joined = draw.one(['concat', 'concat', 'replace', 'none']);
  const operators: Expression[] = [];
  const levels: Expression[] = [];
  for (let number = 0; number < count; number++) {
    const level = open[open.length - 1 - number]!;
    operators.push(drawnPsi({ draw, level, channels: level.c, several: false }));
    const next = number + 1 < count ? open[open.length - 2 - number] : undefined;
    const grow = next === undefined ? 1 : factorTo(level, next);
    const inside = draw.one([call('conv', filters(draw)), name('relu'), call('conv', filters(draw))]);
    const steps = [
      inside,
      ...(grow > 1 ? [call('upsample', grow)] : []),
      ...(next === undefined ? [] : [call('cropTo', encoder)]),
    ];
    levels.push(together(steps));
  }
  const many = draw.chance(0.5);
  // One ψ for all levels must fit each of them: a mask without options of size.
  const operator: Given = many ? operators : draw.one([name('psi.none'), call('psi.dense'), call('psi.one'), call('psi.resize')]); // prettier-ignore
  return call(
    'decoder',
    encoder,
    levels,
    operator,
    joined === 'none' ? undefined : { join: name(`join.${joined}`) },
  );
};

const drawnParts = (site: Site): Expression | undefined => {
  if (site.depth === 0 || !isNumeric(site.state) || site.features.length === 0) return undefined;
  const { draw } = site;
  const count = draw.whole(1, 3);
  const [boxes, seen] = [site.fresh('boxes'), draw.maybe(0.5, () => site.fresh('seen'))];
  const [height, width] = [draw.whole(1, 5), draw.whole(1, 5)];
  const inner = site.chain(draw.whole(1, 2), {
    from: { h: height, w: width, c: site.state.c, taps: {}, inputs: {} },
    sealed: true,
  });
  return call(
    'seq',
    call('bring', call('input', boxes, 1, count, 4)),
    ...(seen === undefined ? [] : [call('bring', call('input', seen, 1, 1, count))]),
    call('parts', count, call('region', { boxes, height, width, visibility: seen }), ...inner.layers),
  );
};

const drawnUnused = (site: Site): Expression | undefined =>
  site.depth === 0
    ? undefined
    : call('unused', 'nothing reads it', ...site.chain(site.draw.whole(1, 2)).layers);

const drawnAutoregressive = (site: Site): Expression | undefined => {
  const { draw, state } = site;
  if (site.depth === 0 || state.h === '?' || state.w === '?' || typeof state.c !== 'number') return undefined;
  const [count, channels] = [draw.whole(1, 3), draw.whole(1, 3)];
  const forced = draw.maybe(0.5, () => site.fresh('e'));
  const predict = together([
    ...(forced === undefined ? site.chain(1, { from: { ...state, taps: {} } }).layers : [name('elu')]),
    call('conv', channels, { kernel: 1 }),
  ]);
  const group = call('skip', 'group', call('psi.resize'), { join: name('join.replace'), level: 1 });
  const update = draw.one([
    call('residual', call('fuse', name('join.concat'), group), call('conv', state.c, { kernel: 1 })),
    call('seq', group, call('conv', state.c)),
    name('relu'),
  ]);
  const groupwise = call('autoregressive', count, { predict, update, from: forced });
  if (forced === undefined) return groupwise;
  const wide = call('bring', call('conv', count * channels, { kernel: 1 }), call('tap', forced));
  return call('seq', wide, groupwise);
};

export const groups: readonly Entry[] = [
  { name: 'seq', weight: 1, draw: block('seq', false) },
  { name: 'named', weight: 1, draw: block('named', true) },
  { name: 'shared', weight: 1, draw: drawnShared },
  { name: 'residual', weight: 1.5, draw: drawnResidual },
  { name: 'denseBlock', weight: 1.2, draw: drawnDenseBlock },
  { name: 'fuse', weight: 4, draw: drawnFuse },
  { name: 'skip', weight: 9, draw: drawnSkip },
  { name: 'encoder', weight: 3, draw: drawnEncoder },
  { name: 'decoder', weight: 6, draw: drawnDecoder },
  { name: 'parts', weight: 1, draw: drawnParts },
  { name: 'unused', weight: 0.8, draw: drawnUnused },
  { name: 'autoregressive', weight: 1.2, draw: drawnAutoregressive },
];

/** A plain layer for what follows a mistake: it brings no fault of its own. */
export const harmless: readonly Expression[] = [
  name('relu'),
  call('conv', literal(3)),
  call('upsample', literal(2)),
];
