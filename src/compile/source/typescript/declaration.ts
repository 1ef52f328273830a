/** A model as terms: what is called, with what, to declare it. Faults V30–V32. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../../base/fault.js';
import {
  featureOf,
  isFeature,
  isLayer,
  nodeOf,
  type AnyFeature,
  type FeatureNode,
} from '../../../dsl/feature.js';
import type { FieldVocabulary, Fields, FormKind } from '../../../dsl/form.js';
import { concatJoin } from '../../../dsl/joins/concat.js';
import type { AnyModel, PsiOverride } from '../../../dsl/model.js';
import { printable } from '../../../dsl/names.js';
import { formsByName } from '../../../dsl/spec/definitions.js';
import { kindNames } from '../../../dsl/spec/parts.js';
import { callsOf, type PartCall } from './part-call.js';
import { terms, type Term, type Terms } from './terms.js';
import { inPlace, membersOf, sizeTerm, textTerm, vocabularyOf, written, type Writing } from './vocabulary.js';

/** A model as terms. */
export interface Declaration {
  readonly terms: Terms;
  /** The call of `model`, within those of `withPsi`. */
  readonly model: Term;
  /** What each feature's term stands for, each after those that it stands on. */
  readonly features: ReadonlyMap<object, DeclaredFeature>;
  /** The outputs by name. */
  readonly outputs: readonly (readonly [name: string, feature: Term])[];
}

/** A feature as a term. */
export interface DeclaredFeature {
  readonly value: Term;
  readonly kind: 'input' | 'chain' | 'join';
  /** What a constant of it would be called. */
  readonly noun: string;
}

/** What a level of an encoder or a decoder gives, where it is known: `16×8×384`. */
export type LevelSizes = (kind: 'encoder' | 'decoder', name: string, level: number) => string | undefined;

/** The package that generated modules import. */
export const packageName = 'maskskip';

/** The terms of a model that elaboration found nothing wrong with. */
export const declarationOf = (
  model: AnyModel,
  levelSizes: LevelSizes,
): E.Either<readonly Fault[], Declaration> => {
  const forms = formsByName();
  if (E.isLeft(forms)) return forms;
  const faults: Fault[] = [];
  const store = terms();
  const declared = new Map<FeatureNode, DeclaredFeature>();
  const callOf = callsOf(forms.right);

  const exported = (path: string, module = packageName): Term => store.of({ kind: 'imported', module, path });
  const calling = (path: string, given: readonly Term[], noun = 'part'): Term =>
    store.of({ kind: 'call', callee: exported(path), given, noun });
  const nothing = (): Term => exported('undefined');
  const refuse = (one: Fault): Term => {
    faults.push(one);
    return nothing();
  };

  const partTerm = (kind: FormKind, part: unknown): Term => {
    const found = callOf(kind, part);
    if (E.isLeft(found)) return refuse(found.left);
    const { call, form } = found.right;
    const callee = exported(call.name, call.module);
    if (call.constant === true) return callee;
    try {
      const given = argumentsOf(found.right, form.options(part) as Readonly<Record<string, unknown>>);
      return store.of({ kind: 'call', callee, given, noun: nounOf(kind, part) });
    } catch (caught) {
      return refuse(formFails(kind, call.name, caught));
    }
  };

  const shapes = new Map<PartCall, CallShape>();
  const shapeOf = (found: PartCall): CallShape => {
    const shape = shapes.get(found) ?? callShape(found, vocabulary);
    shapes.set(found, shape);
    return shape;
  };

  const argumentsOf = (found: PartCall, options: Readonly<Record<string, unknown>>): readonly Term[] => {
    const { fields, others, positional, spread, within } = shapeOf(found);
    const members = membersOf(fields, options, others);
    const list = spread === undefined ? undefined : inPlace(writing, fields[spread]!, options[spread]);
    const last = list?.shape.kind === 'array' ? list.shape.elements : [];
    const mayBeLeftOut = members.length === 0 && last.length === 0;
    const present = positional.map((key) => written(fields[key]!, options[key]));
    const count = mayBeLeftOut ? present.findLastIndex((one) => one !== undefined) + 1 : positional.length;
    const first = positional.slice(0, count).map((key, at): Term => {
      const one = present[at] ?? inPlace(writing, fields[key]!, options[key]);
      const wrapper = within[key];
      return wrapper === undefined ? commentedLevels(found.own, key, options, one) : calling(wrapper, [one]);
    });
    return [...first, ...(members.length === 0 ? [] : [store.of({ kind: 'object', members })]), ...last];
  };

  /* The levels of our encoders and decoders say what they give. */
  const commentedLevels = (
    own: string | undefined,
    key: string,
    options: Readonly<Record<string, unknown>>,
    term: Term,
  ): Term => {
    // prettier-ignore
    if ((own !== 'encoder' && own !== 'decoder') || key !== 'levels' || term.shape.kind !== 'array') return term;
    const levels = options['levels'] as readonly unknown[];
    const comments = levels.map((level, at) => {
      const sizes = endsInStep(level) ? levelSizes(own, String(options['name']), at + 1) : undefined;
      return sizes === undefined ? undefined : `level ${at + 1}: ${sizes}`;
    });
    return store.of({ ...term.shape, comments });
  };

  const featureTerm = (feature: AnyFeature): Term => {
    const node = nodeOf(feature);
    declareAll(node);
    if (node.kind === 'chain' && node.from === undefined && !isFeature(node.layers[0])) asFeature(node);
    return store.of({ kind: 'feature', identity: node });
  };

  /* A feature passed on from `through` to `through` may be long; it is followed without a stack. */
  const declareAll = (node: FeatureNode): void => {
    const waiting: FeatureNode[] = [];
    for (let one: FeatureNode | undefined = node; one !== undefined && !declared.has(one);) {
      waiting.push(one);
      one = one.kind === 'chain' ? one.from : undefined;
    }
    for (const one of waiting.reverse()) declared.set(one, declaredOf(one));
  };

  const declaredOf = (node: FeatureNode): DeclaredFeature => {
    if (node.kind === 'input') {
      const { h, w, c } = node.level;
      const sizes = [h, w, c].map((size) => sizeTerm(store, size));
      return {
        kind: 'input',
        noun: node.name,
        value: calling('input', [textTerm(store, node.name), ...sizes]),
      };
    }
    if (node.kind === 'join') return { kind: 'join', noun: 'joined', value: joinedTerm(node) };
    if (node.kind === 'stray') return { kind: 'chain', noun: 'stray', value: refuse(strayFeature) };
    const { from, layers } = node;
    const given = layers.map((one) => (isFeature(one) ? featureTerm(one) : partTerm('layer', one)));
    const noun = chainNoun(layers);
    if (from !== undefined) {
      const value = calling('through', [featureTerm(featureOf<AnyFeature>(from)), ...given]);
      return { kind: 'chain', noun, value };
    }
    const [first] = given;
    const value =
      first !== undefined && isFeature(layers[0])
        ? calling('through', given)
        : given.length === 1
          ? first!
          : calling('seq', given);
    return { kind: 'chain', noun, value };
  };

  /* What began as layers alone and is read as a feature: its first layers are taken out of their groups. */
  const asFeature = (node: FeatureNode & { readonly kind: 'chain' }): void => {
    const layers = opened(node.layers);
    const value = isFeature(layers[0])
      ? calling(
          'through',
          layers.map((one) => (isFeature(one) ? featureTerm(one) : partTerm('layer', one))),
        )
      : refuse(notAFeature);
    declared.set(node, { kind: 'chain', noun: chainNoun(node.layers), value });
  };

  const joinedTerm = ({ join, branches }: FeatureNode & { readonly kind: 'join' }): Term => {
    const given = branches.map((branch) => featureTerm(featureOf<AnyFeature>(branch)));
    if (join === concatJoin || join.form === concatJoin.form) return calling('concat', given);
    const [first, ...others] = given;
    const by = partTerm('join', join);
    return calling('through', [first!, ...others.map((other) => calling('fuse', [by, other]))]);
  };

  const writing: Writing = {
    terms: store,
    part: partTerm,
    feature: featureTerm,
    refuse: (value, wanted) => refuse(unwritable(value, wanted)),
  };
  const vocabulary = vocabularyOf(writing);

  const overridden = (base: Term, { psi, ...where }: PsiOverride): Term => {
    const { text, list, number, flag, optional } = vocabulary;
    const fields = { encoder: optional(text), levels: optional(list(number)), after: optional(flag) };
    const members = membersOf<{ encoder: string | undefined; levels: readonly number[] | undefined; after: boolean | undefined }>(fields, { encoder: where.encoder, levels: where.levels, after: where.after === true ? true : undefined }); // prettier-ignore
    const place = members.length === 0 ? [] : [store.of({ kind: 'object', members })];
    return calling('withPsi', [base, partTerm('psi', psi), ...place]);
  };

  const outputs = Object.entries(model.outputs);
  const given = outputs.map(([output, node]) => {
    declareAll(node);
    return [output, store.of({ kind: 'feature', identity: node })] as const;
  });
  const [only] = given;
  const outputTerm =
    given.length === 1 && only![0] === 'output' ? only![1] : store.of({ kind: 'object', members: given });
  const whole = model.psis.reduce(overridden, calling('model', [outputTerm], 'declared'));
  return faults.length > 0
    ? E.left(faults)
    : E.right({ terms: store, model: whole, features: declared, outputs: given });
};

/* A call with the fields of its options. */
interface CallShape {
  readonly fields: Fields<Readonly<Record<string, unknown>>>;
  readonly positional: readonly string[];
  readonly spread: string | undefined;
  /** The options that go into the record. */
  readonly others: readonly string[];
  readonly within: Readonly<Record<string, string>>;
}
const callShape = ({ call, form }: PartCall, vocabulary: FieldVocabulary): CallShape => {
  const { positional = [], spread, within = {} } = call;
  const fields = form.fields(vocabulary);
  const others = Object.keys(fields).filter((key) => !positional.includes(key) && key !== spread);
  return { fields, positional, spread, others, within };
};

/* What a constant of a layer would be called: by the name that it gives itself. */
const nounOf = (kind: FormKind, part: unknown): string => {
  const named = (part as { readonly name?: unknown }).name;
  return kind === 'layer' ? (typeof named === 'string' ? named : 'block') : kind === 'psi' ? 'mask' : kind;
};

/* A chain is called after the last of its layers that has a name. */
const chainNoun = (layers: readonly unknown[]): string => {
  const last = layers.findLast(
    (one) => isLayer(one) && typeof (one as { readonly name?: unknown }).name === 'string',
  );
  return last === undefined ? 'features' : `${(last as { readonly name: string }).name} features`;
};

/* The layers of a group that only groups stand among the others. */
const opened = (layers: readonly unknown[]): readonly unknown[] => {
  const [first, ...rest] = layers;
  return isSeq(first) ? [...opened(first.layers), ...rest] : layers;
};
const isSeq = (one: unknown): one is { readonly layers: readonly unknown[] } =>
  isLayer(one) && 'op' in one && one.op === 'seq' && 'layers' in one;

/* Whether a level's last layer is a step of its own: what it gives is what the level gives. */
const endsInStep = (level: unknown): boolean =>
  isSeq(level) ? endsInStep(level.layers.at(-1)) : isLayer(level) && level.definition.group !== true;

const unwritable = (value: unknown, wanted: string): Fault =>
  fault({
    rule: 'V31',
    where: 'declaration',
    got: `an option that is ${printable(String(value)).slice(0, 60)}`,
    wanted,
    fix: 'declare it with plain options',
  });
const formFails = (kind: FormKind, called: string, caught: unknown): Fault =>
  fault({
    rule: 'V34',
    where: 'declaration',
    got: `${kindNames[kind]} ${printable(called)} whose form fails: ${printable(String(caught)).slice(0, 200)}`,
    wanted: 'a form that gives its options',
    fix: 'mend the form',
  });
const notAFeature: Fault = fault({
  rule: 'V32',
  where: 'declaration',
  got: 'layers that bring their own input, read as a feature',
  wanted: 'a chain that begins with a feature',
  fix: 'begin it with through(input(…), …)',
});
const strayFeature: Fault = fault({
  rule: 'V32',
  where: 'declaration',
  got: 'a value where a feature stands',
  wanted: 'a feature',
  fix: 'pass what input, through or concat give',
});
