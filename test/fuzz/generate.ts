/**
 * Random architectures from (seed, index).
 *
 * Chains follow the shapes with the run-time rules while they are drawn, so that most of what is drawn fits; into about
 * two of five architectures one mistake of a drawn kind is put, at any depth.
 */
import type { Flaw, State } from '../../src/dsl/rule.js';
import { nodeOf, isFeature, type FeatureNode } from '../../src/dsl/feature.js';
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import { drawing, type Draw } from './draw.js';
import { built } from './build.js';
import { call, literal, name, reference, widened, type Expression } from './expression.js';
import { follow } from './follow.js';
import { groups, harmless } from './groups.js';
import { layers } from './layers.js';
import { mistakes, type Mistake } from './mistakes.js';
import {
  plain,
  sameSpace,
  type Chain,
  type ChainOptions,
  type Entry,
  type KnownFeature,
  type Site,
} from './site.js';

/** A declaration: statements of which each may refer to those before it; the last one is a model. */
export interface Architecture {
  readonly index: number;
  readonly statements: readonly Expression[];
}

/** The entries for layers, all of them. */
export const entries: readonly Entry[] = [...layers, ...groups];

/** The architecture of a seed and an index. */
export const architecture = (seed: number, index: number): Architecture => {
  const draw = drawing(seed, index);
  const session = opened(draw);
  return { index, statements: draw.chance(0.25) ? oneChain(session) : chains(session) };
};

/** The statements so far, and the mistake that is still to be made. */
interface Session {
  readonly draw: Draw;
  readonly symbolic: boolean;
  readonly statements: Expression[];
  readonly values: unknown[];
  readonly features: KnownFeature[];
  readonly states: Map<FeatureNode, State>;
  pending: Mistake | undefined;
  fresh: number;
}

const opened = (draw: Draw): Session => ({
  draw,
  symbolic: draw.chance(0.1),
  statements: [],
  values: [],
  features: [],
  states: new Map(),
  pending: draw.maybe(0.42, () => draw.weighted(mistakes)),
  fresh: 0,
});

/** Adds a statement; a feature's state is kept for the statements after it. */
const stated = (session: Session, statement: Expression, state: State | undefined): Expression => {
  const value = built(statement, session.values);
  const feature = reference(session.statements.length);
  session.statements.push(statement);
  session.values.push(value);
  if (state !== undefined && isFeature(value)) {
    session.states.set(nodeOf(value), state);
    session.features.push({ feature, state });
  }
  return feature;
};

const heights = [1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 12, 16];

/** One to three inputs, most of them of one size. */
const inputs = (session: Session): void => {
  const { draw, symbolic } = session;
  const size = (symbol: string): Size =>
    symbolic ? `${draw.one([4, 8, 8, 12, 6, 3])}*${symbol}` : draw.one(heights);
  let [h, w] = [size('h'), size('w')];
  for (let left = draw.one([1, 1, 2, 2, 3]); left > 0; left--) {
    const c = draw.one([1, 2, 3, 3, 4, 6, 8]);
    if (draw.chance(0.1)) [h, w] = [1, 1];
    const named = `in${left}`;
    const level = { h, w, c };
    stated(session, call('input', named, h, w, c), { ...level, taps: {}, inputs: { [named]: level } });
    if (draw.chance(0.3)) [h, w] = [size('h'), size('w')];
  }
};

/** Statements: inputs, chains over features before them, a concatenation, and a model of one or two features. */
const chains = (session: Session): readonly Expression[] => {
  const { draw } = session;
  inputs(session);
  const count = draw.whole(1, 3);
  for (let number = 1; number <= count; number++) {
    const from = draw.one(session.features.slice(-2));
    const chain = chained(session, from.state, { length: draw.whole(2, 7), last: number === count });
    const made = call('through', from.feature, ...chain.layers);
    stated(session, made, chain.state);
    if (chain.broken) break;
    if (draw.chance(0.3) && beside(session)) break;
  }
  const features = session.features.map(({ feature }) => feature);
  const last = features.at(-1)!;
  if (session.pending === undefined && draw.chance(0.04)) lostSizes(session, last);
  else if (draw.chance(0.05)) stated(session, call('known', last), session.features.at(-1)!.state);
  const [other] = draw.chance(0.2) ? [draw.one(features)] : [];
  const outcome = draw.chance(0.05)
    ? noFeature(session)
    : call('model', other === undefined ? last : { first: last, second: other });
  stated(session, outcome, undefined);
  return session.statements;
};

/** A model of one chain that begins with its input. */
const oneChain = (session: Session): readonly Expression[] => {
  const { draw } = session;
  inputs(session);
  const from = session.features.at(-1)!;
  const chain = chained(session, from.state, { length: draw.whole(2, 8), last: true });
  const [begun, ...rest] = [from.feature, ...chain.layers];
  const unbegun = session.pending === undefined && draw.chance(0.03);
  stated(session, call('model', call('seq', ...(unbegun ? rest : [begun!, ...rest]))), undefined);
  return session.statements;
};

/** Two features side by side, or, where the mistake allows, two that do not fit: whether they do not. */
const beside = (session: Session): boolean => {
  const { draw, features } = session;
  const left = features.at(-1)!;
  const wrong = session.pending !== undefined && draw.chance(0.15);
  const fitting = features.filter((one) => one !== left && sameSpace(one.state, left.state) !== wrong);
  if (fitting.length === 0) return false;
  const right = draw.one(fitting);
  const fused = built(call('fuse', name('join.concat'), right.feature), session.values);
  const joined = follow([fused], left.state, session.states);
  if (isBroken(joined.flaws) !== wrong) return false;
  if (wrong) session.pending = undefined;
  stated(session, call('concat', left.feature, right.feature), joined.state);
  return wrong;
};

/** S17: what the compiler does not know, though the run time does. */
const lostSizes = (session: Session, from: Expression): void => {
  const { draw, features } = session;
  const forgotten = call('through', from, call('conv', widened(draw.whole(1, 4))), ...(draw.chance(0.5) ? [name('relu')] : [])); // prettier-ignore
  const state = features.at(-1)!.state;
  const feature = stated(session, forgotten, { ...state, c: '?' });
  stated(session, call('known', feature), { ...state, c: '?' });
};

/** S25 and S18: what is no feature. */
const noFeature = ({ draw }: Session): Expression =>
  call('model', draw.one<Expression>([
    literal(3),
    name('conv'),
    call('conv', 4),
    call('seq', name('relu'), call('conv', 4)),
    call('encoder', 'e', [name('relu')]),
    { kind: 'list', items: [] },
    { kind: 'record', entries: {} },
    { kind: 'record', entries: { output: name('psi.none') } },
  ])); // prettier-ignore

/**
 * Whether the first thing wrong is what only the run time looks for: bounds on what a small spec may grow to. Types
 * accept it, so that it is no mistake for both.
 */
const isRunTimeOnly = (flaws: readonly Flaw[]): boolean =>
  /: (groups within groups|\d+ groups are more than)/.test(
    flaws.find(({ severity }) => severity !== 'warning')?.body ?? '',
  );

const isBroken = (flaws: readonly Pick<Flaw, 'severity'>[]): boolean =>
  flaws.some(({ severity }) => severity !== 'warning');

/** A chain of a session from a state. */
const chained = (
  session: Session,
  from: State,
  { length, last }: { readonly length: number; readonly last: boolean },
): Chain & { readonly broken: boolean } => {
  const chain = drawChain(session, { from, length, depth: 3, keepsSize: false, sealed: false });
  if (chain.broken || !last || session.pending === undefined) return chain;
  // The last chance to make the mistake: with any kind that can be made here.
  for (let attempt = 0; attempt < 8; attempt++) {
    const wrong = broken(session, siteAt(session, chain.state, 2, false), session.pending);
    if (wrong !== undefined) return { layers: [...chain.layers, ...wrong], state: chain.state, broken: true };
    session.pending = session.draw.weighted(mistakes);
  }
  session.pending = undefined;
  return chain;
};

interface Wish {
  readonly from: State;
  readonly length: number;
  readonly depth: number;
  readonly keepsSize: boolean;
  readonly sealed: boolean;
}

/** Draws layers one after another, each tried on the state; the pending mistake may be made on the way. */
const drawChain = (session: Session, wish: Wish): Chain & { readonly broken: boolean } => {
  const { draw } = session;
  const drawn: Expression[] = [];
  let state = wish.from;
  for (let number = 0; number < wish.length; number++) {
    const site = siteAt(session, state, wish.depth, wish.sealed);
    if (session.pending !== undefined && draw.chance(0.2)) {
      const wrong = broken(session, site, session.pending);
      if (wrong !== undefined) {
        const rest = draw.chance(0.4) ? [draw.one(harmless)] : [];
        session.pending = undefined;
        return { layers: [...drawn, ...wrong, ...rest], state, broken: true };
      }
    }
    for (let attempt = 0; attempt < 12; attempt++) {
      const pending = session.pending;
      const layer = draw.weighted(entries).draw(site);
      if (layer === undefined) {
        session.pending = pending;
        continue;
      }
      const after = site.after([layer]);
      if (isBroken(after.flaws)) {
        if (pending !== undefined && session.pending === undefined && !isRunTimeOnly(after.flaws))
          return { layers: [...drawn, layer], state, broken: true };
        session.pending = pending;
        continue;
      }
      // The layer left out what was drawn for it, the mistake included.
      session.pending = pending;
      if (isTooLarge(after.state) || (wish.keepsSize && !sameSpace(after.state, wish.from))) continue;
      drawn.push(layer);
      state = after.state;
      break;
    }
  }
  return { layers: drawn.length === 0 ? [name('relu')] : drawn, state, broken: false };
};

/** Everything accepted is executed: on a processor, at batch 2. */
const isTooLarge = ({ h, w, c }: State): boolean =>
  plain(h) > 24 || plain(w) > 24 || plain(c) > 32 || plain(h) * plain(w) * plain(c) > 4000;

/** The elements of a mistake that can be made at a place. */
const broken = (session: Session, site: Site, mistake: Mistake): readonly Expression[] | undefined => {
  session.pending = undefined;
  const wrong = mistake.draw(site);
  session.pending = mistake;
  if (wrong === undefined) return undefined;
  const { flaws } = site.after(wrong);
  const flaw = flaws.find(({ severity }) => severity !== 'warning');
  const made = flaw !== undefined && (mistake.rule === undefined || flaw.rule === mistake.rule);
  return made && !isRunTimeOnly(flaws) ? wrong : undefined;
};

const siteAt = (session: Session, state: State, depth: number, sealed: boolean): Site => ({
  draw: session.draw,
  state,
  depth,
  features: sealed ? [] : session.features,
  fresh: (stem) => `${stem}${++session.fresh}`,
  after: (chain, from = state) =>
    follow(
      chain.map((one) => built(one, session.values)),
      from,
      session.states,
    ),
  chain: (length, options: ChainOptions = {}) =>
    drawChain(session, {
      from: options.from ?? state,
      length,
      depth: depth - 1,
      keepsSize: options.keepsSize ?? false,
      sealed: sealed || options.sealed === true,
    }),
});
