/**
 * Walking a declaration: the one traversal behind elaboration and lowering.
 *
 * An *interpretation* says what an input, a layer and a join mean (shapes, or primitives); the walk gives every step
 * its path. A feature that is used twice is interpreted once. Paths: `named`, `encoder`, `decoder` and `shared` open
 * segments; every other step is its op and index within its segment (`image/level2/residual1/conv2`); groups without
 * a segment are not seen.
 */
import { isFeature, isLayer, nodeOf, type FeatureNode, type Sizes } from './feature.js';
import type { Join } from './joins/join.js';
import { psiAt, type AnyModel } from './model.js';
import type { Psi } from './psi/psi.js';
import { segments } from './segments.js';
import type { FoldOptions, Layer } from './rule.js';

/** Why an element of a chain cannot be interpreted. */
export type Rejection =
  | 'not-a-layer'
  | 'nothing-yet'
  | 'discarded'
  | 'not-a-feature'
  | 'too-deep'
  /** A shared block and another one of its name. */
  | 'clash';

/** What inputs, layers and joins mean. `S` is what flows. */
export interface Interpretation<S> {
  readonly start: S;
  readonly isStart: (state: S) => boolean;
  readonly input: (name: string, level: Sizes) => S;
  readonly layer: (layer: Layer, state: S, place: Place<S>) => S;
  readonly join: (join: Join, states: readonly S[], place: Place<S>) => S;
  readonly reject: (why: Rejection, state: S, path: string, name?: string) => S;
  /** Told when a layer of a group has been folded: where a message says that it stands. */
  readonly labelled: (state: S, before: S, label: string) => S;
  /** Told when a feature is finished; other chains may use it from here on. */
  readonly settled?: (state: S) => S;
}

/** Where a step stands. */
export interface Place<S> {
  readonly path: string;
  /** Why no gradient reaches the parameters here, where that is meant. */
  readonly inert: string | undefined;
  /** The path of a numbered step here. */
  readonly step: (name: string) => string;
  readonly fold: (layers: readonly unknown[], state: S, options?: FoldOptions) => S;
  readonly psi: (encoder: string, level: number, declared: Psi) => Psi;
}

/** Interprets all outputs of a model. */
export const walk = <S>(model: AnyModel, interpretation: Interpretation<S>): Readonly<Record<string, S>> => {
  const done = new Map<FeatureNode, S>();
  const paths = segments();
  /* Groups within groups and features within features: beyond this a program's stack would not hold. */
  let deep = 0;

  const psi = (encoder: string, level: number, declared: Psi): Psi => psiAt(model, encoder, level, declared);

  interface Within {
    readonly inert?: string | undefined;
    readonly root?: string | undefined;
  }
  const placeAt = (path: string, { inert, root }: Within = {}): Place<S> => ({
    path,
    psi,
    inert,
    step: (name) => paths.step(path, name),
    fold: (layers, state, options = {}) => {
      const opened =
        options.segment === undefined
          ? { path, root }
          : options.shared === true
            ? paths.openShared(options.segment)
            : paths.open(path, options.segment, root);
      const begun =
        'clash' in opened ? interpretation.reject('clash', state, opened.path, opened.clash) : state;
      if (deep >= mostDeep) return interpretation.reject('too-deep', begun, opened.path);
      deep++;
      const after = layers.reduce<S>((before, one, index) => {
        const next = step(one, before, opened.path, { inert: options.inert ?? inert, root: opened.root });
        return options.label === undefined
          ? next
          : interpretation.labelled(next, before, options.label(index));
      }, begun);
      deep--;
      return after;
    },
  });

  const step = (one: unknown, state: S, segment: string, within: Within): S => {
    if (isLayer(one)) {
      const { name, group, begins } = one.definition;
      if (group === true && (begins === true || !interpretation.isStart(state)))
        return interpretation.layer(one, state, placeAt(segment, within));
      const path = paths.step(segment, name);
      return interpretation.isStart(state)
        ? interpretation.reject('nothing-yet', state, path)
        : interpretation.layer(one, state, placeAt(path, within));
    }
    if (isFeature(one)) {
      return interpretation.isStart(state)
        ? feature(nodeOf(one))
        : interpretation.reject('discarded', state, segment);
    }
    return interpretation.reject('not-a-layer', state, segment);
  };

  const feature = (node: FeatureNode): S => {
    // A feature passed on from `through` to `through` may be long; it is followed without a stack.
    const waiting: FeatureNode[] = [];
    for (let one: FeatureNode | undefined = node; one !== undefined && !done.has(one);) {
      waiting.push(one);
      one = one.kind === 'chain' ? one.from : undefined;
    }
    for (const one of waiting.reverse()) {
      const read = interpret(one);
      done.set(one, interpretation.settled?.(read) ?? read);
    }
    return done.get(node)!;
  };
  const interpret = (node: FeatureNode): S => {
    if (node.kind === 'input') return interpretation.input(node.name, node.level);
    if (node.kind === 'stray') return interpretation.reject('not-a-feature', interpretation.start, '');
    if (node.kind === 'join') {
      if (deep >= mostDeep) return interpretation.reject('too-deep', interpretation.start, '');
      deep++;
      const branches = node.branches.map(feature);
      deep--;
      return interpretation.join(node.join, branches, placeAt(''));
    }
    const from = node.from === undefined ? interpretation.start : feature(node.from);
    const read = placeAt('').fold(node.layers, from);
    return interpretation.isStart(read) ? interpretation.reject('nothing-yet', read, '') : read;
  };

  return Object.fromEntries(Object.entries(model.outputs).map(([name, node]) => [name, feature(node)]));
};

/** How deep groups and joined features may stand in each other. */
const mostDeep = 256;
