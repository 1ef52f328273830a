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
import type { FoldOptions, Layer } from './rule.js';

/** Why an element of a chain cannot be interpreted. */
export type Rejection = 'not-a-layer' | 'nothing-yet' | 'discarded' | 'not-a-feature';

/** What inputs, layers and joins mean. `S` is what flows. */
export interface Interpretation<S> {
  readonly start: S;
  readonly isStart: (state: S) => boolean;
  readonly input: (name: string, level: Sizes) => S;
  readonly layer: (layer: Layer, state: S, place: Place<S>) => S;
  readonly join: (join: Join, states: readonly S[], place: Place<S>) => S;
  readonly reject: (why: Rejection, state: S, path: string) => S;
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
  const counters = { steps: new Map<string, number>(), segments: new Map<string, number>() };
  const count = (kind: keyof typeof counters, path: string): number => {
    const next = (counters[kind].get(path) ?? 0) + 1;
    counters[kind].set(path, next);
    return next;
  };
  const stepPath = (segment: string, name: string): string => {
    const path = under(segment, name);
    return `${path}${count('steps', path)}`;
  };
  const openSegment = (parent: string, name: string): string => {
    const path = under(parent, name);
    const uses = count('segments', path);
    return uses === 1 ? path : `${path}~${uses}`;
  };
  /* Every use of a shared segment numbers its steps afresh, so that the paths coincide. */
  const openShared = (name: string): string => {
    for (const counted of Object.values(counters))
      for (const path of counted.keys()) if (path.startsWith(`${name}/`)) counted.delete(path);
    return name;
  };

  const psi = (encoder: string, level: number, declared: Psi): Psi => psiAt(model, encoder, level, declared);

  const placeAt = (path: string, inert?: string): Place<S> => ({
    path,
    psi,
    inert,
    step: (name) => stepPath(path, name),
    fold: (layers, state, options = {}) => {
      const segment =
        options.segment === undefined
          ? path
          : options.shared === true
            ? openShared(options.segment)
            : openSegment(path, options.segment);
      return layers.reduce<S>((before, one, index) => {
        const after = step(one, before, segment, options.inert ?? inert);
        return options.label === undefined
          ? after
          : interpretation.labelled(after, before, options.label(index));
      }, state);
    },
  });

  const step = (one: unknown, state: S, segment: string, inert: string | undefined): S => {
    if (isLayer(one)) {
      const { name, group, begins } = one.definition;
      if (group === true && (begins === true || !interpretation.isStart(state)))
        return interpretation.layer(one, state, placeAt(segment, inert));
      const path = stepPath(segment, name);
      return interpretation.isStart(state)
        ? interpretation.reject('nothing-yet', state, path)
        : interpretation.layer(one, state, placeAt(path, inert));
    }
    if (isFeature(one)) {
      return interpretation.isStart(state)
        ? feature(nodeOf(one))
        : interpretation.reject('discarded', state, segment);
    }
    return interpretation.reject('not-a-layer', state, segment);
  };

  const feature = (node: FeatureNode): S => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const read = interpret(node);
    const made = interpretation.settled?.(read) ?? read;
    done.set(node, made);
    return made;
  };
  const interpret = (node: FeatureNode): S => {
    if (node.kind === 'input') return interpretation.input(node.name, node.level);
    if (node.kind === 'stray') return interpretation.reject('not-a-feature', interpretation.start, '');
    if (node.kind === 'join') return interpretation.join(node.join, node.branches.map(feature), placeAt(''));
    const from = node.from === undefined ? interpretation.start : feature(node.from);
    const read = placeAt('').fold(node.layers, from);
    return interpretation.isStart(read) ? interpretation.reject('nothing-yet', read, '') : read;
  };

  return Object.fromEntries(Object.entries(model.outputs).map(([name, node]) => [name, feature(node)]));
};

/** A path with one more segment. */
export const under = (segment: string, name: string): string =>
  segment === '' ? name : `${segment}/${name}`;
