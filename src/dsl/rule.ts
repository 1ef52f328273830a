/**
 * Rules: what a layer does to a feature, as a type-level function and as its run-time twin.
 *
 * A layer is plain data. Its type carries a *rule* under the phantom key `'~rule'`: given the feature that comes in
 * (`this['in']`) the rule's `out` is the feature that goes out, or a string literal that says what is wrong. At run
 * time its `definition` carries the same rule as a function on `State`, and its lowering into primitives. There is no
 * list of layers anywhere; a layer written by a user differs in nothing from ours.
 */
import type { Value } from '../ops/value.js';
import type { Size } from './dimensions/dimension.js';
import type { AnyFeature, Feature, Sizes, Start } from './feature.js';
import type { Form } from './form.js';
import type { Lowering } from './lowering.js';
import type { Psi } from './psi/psi.js';

/** A type-level function from the feature `in` to a feature or a message `out`. */
export interface Rule {
  readonly in: unknown;
  readonly out: unknown;
}

/** A value whose type carries a rule. The key is a string, so that two copies of the package understand each other. */
export interface Ruled<R extends Rule> {
  readonly '~rule': R;
}

/** Applies a rule to a feature. */
export type Apply<R extends Rule, X> = (R & { readonly in: X })['out'];

/** A layer: its options (in the interfaces that extend this), its rule, and its definition at run time. */
export interface Layer<R extends Rule = Rule> extends Ruled<R> {
  readonly definition: Definition;
}

/**
 * A layer of its parts. The rule is phantom: it exists for the type checker alone, so this is the one place where a
 * layer's type is asserted rather than built.
 */
export const layerOf = <L extends Layer>(parts: Omit<L, '~rule'>): L => parts as unknown as L;

/** What any layer may be asked at run time. */
export interface Definition {
  /** The layer's name as it stands in parameter paths and tables: `conv`, `instanceNorm`. */
  readonly name: string;
  /** The rule: the state after the layer, and what is wrong. The twin of the type-level rule, same messages. */
  readonly shape: (state: State, walk: Walk) => Outcome;
  /** The layer in primitives. Called only on what `shape` found no fault in. */
  readonly lower: (flow: Flow, lowering: Lowering) => Flow;
  /**
   * Whether the layer only groups others: a step takes an index (`conv2`) within its segment, a group takes none and
   * opens the segments that it names itself.
   */
  readonly group?: boolean;
  /** Whether the group has a row in the layer table, though it may ask for no parameters: what a skip joins is a shape. */
  readonly row?: boolean;
  /** Whether a chain may begin with this group: it passes on what has not begun. The twin of a rule that takes `Start`. */
  readonly begins?: boolean;
  /** How the layer stands in a spec; a layer without one works in every other way. */
  readonly form?: Form;
}

/** What is known of a feature at run time: the twin of `Feature`. */
export interface State extends Sizes {
  readonly taps: Readonly<Record<string, readonly Tap[]>>;
  readonly inputs: Readonly<Record<string, Sizes>>;
  /** Whether nothing has come in yet: the twin of `Start`. */
  readonly start?: boolean;
}

/** A tapped level; `origin` tells two encoders of one name apart. */
export interface Tap extends Sizes {
  readonly origin: object;
}

/** Something wrong with a declaration, before its place is known. */
export interface Flaw {
  /** The rule's id, `S12`. */
  readonly rule: string;
  /** The groups that the layer stands in, outermost first: `decoder level 1`, `block[0]`. */
  readonly within: readonly string[];
  /** What stands after the id and the groups, up to the fix: `skip 'image' 2: encoder gives …`. */
  readonly body: string;
  readonly got: string;
  readonly wanted: string;
  readonly fix: string;
  /** The parameter path of the step, filled in by the walk. */
  readonly path?: string;
  /** The layer that it was found in, filled in by the walk. */
  readonly part?: object;
  readonly severity?: 'error' | 'warning';
}

/** The state after a layer and the flaws found in it. After a flaw, sizes may be `'?'`. */
export interface Outcome {
  readonly state: State;
  readonly flaws: readonly Flaw[];
}

/** What a group's `shape` may ask of the walk: to fold its layers, each under its own path. */
export interface Walk {
  /** Folds layers over a state; `segment` opens a named segment of the path, `label(k)` is what messages say. */
  readonly fold: (layers: readonly unknown[], state: State, options?: FoldOptions) => Outcome;
  /** The ψ that stands on a level: the declared one, unless the model puts another there (`withPsi`). */
  readonly psi: (encoder: string, level: number, declared: Psi) => Psi;
  /** The state before anything came in: where a branch begins that brings its own input. */
  readonly start: State;
}

/** How a group folds its layers. */
export interface FoldOptions {
  /** Opens a segment of parameter paths with this name. */
  readonly segment?: string;
  /** What a message says of layer k of the group: `block[0]`. */
  readonly label?: (index: number) => string;
  /** The segment is shared: every use has the same parameters. */
  readonly shared?: boolean;
  /** Why no gradient reaches the parameters of these layers, where that is meant. */
  readonly inert?: string;
}

/** What flows while a model is lowered: the primitives' value, the tapped ones, and the inputs in reach. */
export interface Flow {
  readonly value: Value;
  readonly taps: Readonly<Record<string, readonly Value[]>>;
  readonly inputs: Readonly<Record<string, Value>>;
}

/** An outcome without flaws. */
export const fine = (state: State): Outcome => ({ state, flaws: [] });

/** An outcome with one flaw; the sizes after it are unknown unless `state` says more. */
export const flawed = (flaw: Omit<Flaw, 'within'>, state: State): Outcome => ({
  state,
  flaws: [{ within: [], ...flaw }],
});

/** The same state with another shape. */
export const shaped = (state: State, h: Size, w: Size, c: Size): State => ({ ...state, h, w, c });

/** The same state, its shape unknown. */
export const unknown = (state: State): State => shaped(state, '?', '?', '?');

/** The text of a flaw: `✗ S12 decoder level 1 › skip 'image' 2: …; fix`. */
export const flawText = (flaw: Flaw): string =>
  `✗ ${flaw.rule} ${[...flaw.within, flaw.body].join(' › ')}${flaw.fix === '' ? '' : `; ${flaw.fix}`}`;

/** Puts the group's label between the id and the rest of a message. */
export type Within<M, Label extends string> = M extends `✗ ${infer Id} ${infer Rest}`
  ? `✗ ${Id} ${Label} › ${Rest}`
  : M;
export const within = (outcome: Outcome, label: string): Outcome => ({
  state: outcome.state,
  flaws: outcome.flaws.map((flaw) => ({ ...flaw, within: [label, ...flaw.within] })),
});

/* S01 and S18 are the rules of chains themselves. */
type NotALayer = '✗ S01 not a layer (a combinator left uncalled?); call it, or pass a layer';
type NothingYet = '✗ S18 chain: no feature to work on; begin the chain with input(…)';
type Discarded =
  '✗ S18 chain: a feature in the middle of a chain discards what came before; fuse(join.concat, …) the two';

/** One step: the feature after layer `L`, or a message. A message that comes in is passed on. */
export type Step<L, F> = F extends AnyFeature
  ? L extends Ruled<infer R>
    ? Apply<R, F>
    : L extends AnyFeature
      ? Discarded
      : NotALayer
  : F extends Start
    ? L extends Ruled<infer R>
      ? Apply<R, F> extends infer G
        ? [G] extends [never]
          ? NothingYet
          : G
        : never
      : L extends AnyFeature
        ? L
        : NotALayer
    : F;
/** The twin of `Step`'s own messages. */
export const notALayer: Omit<Flaw, 'within'> = {
  rule: 'S01',
  body: 'not a layer (a combinator left uncalled?)',
  got: 'a value that is not a layer',
  wanted: 'a layer',
  fix: 'call it, or pass a layer',
};
export const nothingYet: Omit<Flaw, 'within'> = {
  rule: 'S18',
  body: 'chain: no feature to work on',
  got: 'a chain without an input',
  wanted: 'a feature',
  fix: 'begin the chain with input(…)',
};
export const discarded: Omit<Flaw, 'within'> = {
  rule: 'S18',
  body: 'chain: a feature in the middle of a chain discards what came before',
  got: 'a feature',
  wanted: 'a layer',
  fix: 'fuse(join.concat, …) the two',
};

/** S39: a shared block and another one of its name. */
export const sharedClash = (name: string): Omit<Flaw, 'within'> => ({
  rule: 'S39',
  body: `shared '${name}': another block or encoder of this name is not shared`,
  got: 'a shared block and another one',
  wanted: 'one of them for one name',
  fix: 'rename one',
});

/** S25, of `model`. */
export const notAFeature: Omit<Flaw, 'within'> = {
  rule: 'S25',
  body: 'model: not a feature',
  got: 'a value that is not a feature',
  wanted: 'a feature',
  fix: 'pass a feature, a chain that begins with an input, or a record of features',
};

type Scan<
  Layers extends readonly unknown[],
  F,
  Seen extends readonly unknown[] = [],
> = Layers extends readonly [infer L, ...infer Rest]
  ? Step<L, F> extends infer G
    ? Scan<Rest, G, readonly [...Seen, F extends string ? never : G extends string ? G : never]>
    : never
  : Seen;
type At<T, K> = K extends keyof T ? T[K] : never;

/** The parameter type of a chain: each layer itself, or, for the first wrong one, the message. */
export type Checked<Layers extends readonly unknown[], F> = {
  [K in keyof Layers]: [At<Scan<Layers, F>, K>] extends [never] ? Layers[K] : At<Scan<Layers, F>, K>;
};

/** The feature after all layers, or the first message. Layers of unknown count lose all shapes. */
export type Fold<Layers extends readonly unknown[], F> = number extends Layers['length']
  ? Lost<F>
  : Layers extends readonly [infer L, ...infer Rest]
    ? Fold<Rest, Step<L, F>>
    : F;

/** The feature after layers that the compiler cannot count. */
export type Lost<F> =
  F extends Feature<infer _H, infer _W, infer _C, infer _T, infer I>
    ? // eslint-disable-next-line @typescript-eslint/no-explicit-any
      Feature<number, number, number, any, I>
    : F;

/** After a message: a feature of unknown shape whose flaw `model` repeats. `any` taps keep later lines quiet. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Recovered<F> = F extends string ? Feature<number, number, number, any, { readonly flaw: F }> : F;

/** Folds layers and says where in the group the first message came from. `Label` is written before `[k]`. */
export type FoldWithin<
  Layers extends readonly unknown[],
  F,
  Label extends string,
  Seen extends readonly unknown[] = [],
> = number extends Layers['length']
  ? Lost<F>
  : Layers extends readonly [infer L, ...infer Rest]
    ? Step<L, F> extends infer G
      ? G extends string
        ? Within<G, `${Label}[${Seen['length']}]`>
        : FoldWithin<Rest, G, Label, readonly [...Seen, 0]>
      : never
    : F;
