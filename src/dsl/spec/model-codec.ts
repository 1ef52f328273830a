/**
 * The codec of models: the forms' fields interpreted both ways, features by reference.
 *
 * A codec serves one reading or one writing, for it knows the features that it has met.
 */
import * as E from 'fp-ts/lib/Either.js';
import { featureOf, isFeature, nodeOf, type AnyFeature, type FeatureNode, type Sizes } from '../feature.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Field, FieldVocabulary, Fields, Form, FormKind } from '../form.js';
import type { Join } from '../joins/join.js';
import { modelOf, type AnyModel, type PsiOverride } from '../model.js';
import { at, codec, codecOf, collect, decoded, either, fieldOf, isMembers, list, members, plainly, pointerAt, refuse, tuple, type Codec, type Decoded, type Place } from './codec.js'; // prettier-ignore
import type { FormsByName } from './definitions.js';
import { limits, specVersion } from './document.js';
import {
  isName,
  missingField,
  noDocument,
  notAName,
  otherVersion,
  shown,
  strayFeature,
  tooManyFeatures,
  unknownPart,
  wrongForm,
  wrongKind,
  type Wrong,
} from './faults.js';
import { isPart, kindNames, namedForm } from './parts.js';
import { tooDeep, tooMany, type Unwritable } from './plain.js';
import { references, tooManyBelow } from './references.js';

/** A codec of models, what it learns while it reads, and what it could not write. */
export interface ModelCodec {
  readonly codec: Codec<AnyModel>;
  /** The pointer of a part that was read. */
  readonly pointer: (part: object) => string | undefined;
  readonly unwritable: Unwritable;
}

/** A codec for one reading or one writing. */
export const modelCodec = (forms: FormsByName): ModelCodec => {
  const places = new WeakMap<object, Place>();
  const unwritten = new WeakMap<object, Wrong>();

  /** One value that stands in several places (`relu`) becomes a part for each. */
  const placed = <P extends object>(part: P, place: Place): P => {
    const one = places.has(part) ? { ...part } : part;
    places.set(one, place);
    return one;
  };
  /** What stands for a part that cannot be written: whoever checks the document finds it there. */
  const mark = (wrong: Wrong): object => {
    const stand = {};
    unwritten.set(stand, wrong);
    return stand;
  };

  const options = new Map<Form, E.Either<Wrong, Codec<object>>>();
  const optionsOf = (form: Form, op: string): E.Either<Wrong, Codec<object>> => {
    const known = options.get(form);
    if (known !== undefined) return known;
    const made = E.tryCatch(
      () => members<object>('options', form.fields(vocabulary) as Fields<object>, ['op']),
      (caught) => wrongForm(op, `fields that fail: ${String(caught)}`),
    );
    options.set(form, made);
    return made;
  };

  const spent = { parts: 0, nesting: 0, features: 0 };
  const partOf = <P extends object>(kind: FormKind): Codec<P> => {
    const wanted = kindNames[kind];
    const made = (form: Form, op: string, from: object, place: Place): Decoded<P> => {
      try {
        const one: unknown = form.make(from);
        return isPart[kind](one)
          ? decoded(placed(one as P, place))
          : refuse(place, () => wrongForm(op, `${shown(one)} made of these options`));
      } catch (caught) {
        return refuse(place, () => wrongForm(op, `a failure: ${String(caught)}`));
      }
    };
    return codec<P>({
      wanted,
      is: (value): value is P => isPart[kind](value),
      decode: (value, place) => {
        if (!isMembers(value)) return refuse(place, () => wrongKind(value, `${wanted} {"op": …}`));
        if (!Object.hasOwn(value, 'op')) return refuse(place, () => missingField('op'));
        const op = value['op'];
        if (typeof op !== 'string')
          return refuse(at(place, 'op'), () => wrongKind(op, `the name of ${wanted}`));
        const form = forms[kind].get(op);
        if (form === undefined)
          return refuse(at(place, 'op'), () => unknownPart(op, wanted, [...forms[kind].keys()]));
        const of = optionsOf(form, op);
        if (E.isLeft(of)) return refuse(place, () => of.left);
        const read = of.right.validate(value, place);
        return E.isLeft(read) ? read : made(form, op, read.right, place);
      },
      encode: (value) => {
        const named = namedForm(forms, kind, value);
        if (E.isLeft(named)) return mark(named.left);
        spent.parts++;
        if (spent.parts > limits.values) return mark(tooMany);
        if (spent.nesting >= limits.depth) return mark(tooDeep);
        const [op, form] = named.right;
        spent.nesting++;
        try {
          const of = optionsOf(form, op);
          return E.isLeft(of)
            ? mark(of.left)
            : { op, ...(of.right.encode(form.options(value) as object) as object) };
        } catch (caught) {
          return mark(wrongForm(op, `a failure: ${String(caught)}`));
        } finally {
          spent.nesting--;
        }
      },
    });
  };

  const ids = references();
  const written = new Map<FeatureNode, string>();
  const open = new Set<FeatureNode>();
  const features: object[] = [];
  const idOf = (node: FeatureNode): string | object => {
    const known = written.get(node);
    if (known !== undefined) return known;
    if (node.kind === 'stray') return mark(strayFeature);
    if (spent.features >= limits.chain || open.has(node)) return mark(tooManyBelow);
    open.add(node);
    spent.features++;
    const nesting = spent.nesting;
    spent.nesting = 0;
    const body = featureBody.encode(node) as object;
    spent.nesting = nesting;
    spent.features--;
    open.delete(node);
    const id = `f${features.length + 1}`;
    features.push({ id, ...body });
    written.set(node, id);
    return id;
  };
  const reference = codec<AnyFeature>({
    wanted: 'the id of a feature',
    is: isFeature,
    decode: (value, place) => {
      if (typeof value !== 'string') return refuse(place, () => wrongKind(value, 'the id of a feature'));
      const found = ids.find(value);
      return E.isLeft(found) ? refuse(place, () => found.left) : decoded(found.right);
    },
    encode: (feature) => (isFeature(feature) ? idOf(nodeOf(feature)) : mark(strayFeature)),
  });

  const layer = partOf<object>('layer');
  const feature = members<{ readonly feature: AnyFeature }>('a feature', { feature: fieldOf(reference) });
  const element = codec<unknown>({
    wanted: 'a layer or {"feature": id}',
    is: (value): value is unknown => isFeature(value) || layer.is(value),
    decode: (value, place) => {
      if (!isMembers(value) || Object.hasOwn(value, 'op') || !Object.hasOwn(value, 'feature'))
        return layer.validate(value, place);
      const read = feature.validate(value, place);
      return E.isLeft(read) ? read : decoded(read.right.feature);
    },
    encode: (value) =>
      isFeature(value) ? feature.encode({ feature: value }) : layer.encode(value as object),
  });

  const standard = <A>(item: Field<A>, value: A): Field<A> => {
    let text: string | undefined;
    const of = codecOf(item);
    return fieldOf(of, { value, written: () => (text ??= JSON.stringify(of.encode(value))) });
  };
  const optional = <A>(item: Field<A>): Field<A | undefined> =>
    fieldOf(codecOf(item) as Codec<A | undefined>, { value: undefined });
  const vocabulary: FieldVocabulary = {
    number: fieldOf(number),
    size: fieldOf(size),
    flag: fieldOf(flag),
    text: fieldOf(text),
    word: (...words) => fieldOf(word(words)),
    either: (a, b) => fieldOf(either(codecOf(a), codecOf(b))),
    list: (item) => fieldOf(list(codecOf(item))),
    tuple: (...items) => fieldOf(tuple(items.map((item) => codecOf(item as Field<unknown>)))),
    record: (fields) => fieldOf(members(recordName(fields), fields)),
    standard,
    optional,
    layers: fieldOf(list(element)),
    layer: fieldOf(layer),
    feature: fieldOf(reference),
    psi: fieldOf(partOf('psi')),
    join: fieldOf(partOf<Join>('join')),
    initialiser: fieldOf(partOf('initialiser')),
    surrogate: fieldOf(partOf('surrogate')),
  };

  const { layers, join } = vocabulary;
  const inputBody = members<Input>('an input', { input: vocabulary.text, height: vocabulary.size, width: vocabulary.size, channels: vocabulary.size }, ['id']); // prettier-ignore
  const joinBody = members<Joined>('joined features', { join, of: fieldOf(branches(list(reference))) }, ['id']); // prettier-ignore
  const chainBody = members<Chained>('a chain', { from: optional(vocabulary.feature), through: layers }, ['id']); // prettier-ignore
  const featureBody = codec<FeatureNode>({
    wanted: 'a feature {"id": …}',
    is: (value): value is FeatureNode => isMembers(value),
    decode: (value, place) => {
      if (!isMembers(value)) return refuse(place, () => wrongKind(value, 'a feature {"id": …}'));
      if (Object.hasOwn(value, 'input')) {
        const read = inputBody.validate(value, place);
        if (E.isLeft(read)) return read;
        const { input: name, height, width, channels } = read.right;
        return decoded({ kind: 'input', name, level: placed({ h: height, w: width, c: channels }, place) });
      }
      if (Object.hasOwn(value, 'join')) {
        const read = joinBody.validate(value, place);
        if (E.isLeft(read)) return read;
        return decoded({ kind: 'join', join: read.right.join, branches: read.right.of.map(nodeOf) });
      }
      const read = chainBody.validate(value, place);
      if (E.isLeft(read)) return read;
      const { from, through } = read.right;
      return decoded({ kind: 'chain', from: from === undefined ? undefined : nodeOf(from), layers: through });
    },
    encode: (node) => {
      if (node.kind === 'input') {
        const { h, w, c } = node.level as { readonly [K in keyof Sizes]: Dimension };
        return inputBody.encode({ input: node.name, height: h, width: w, channels: c });
      }
      if (node.kind === 'join')
        return joinBody.encode({ join: node.join, of: node.branches.map((one) => featureOf(one)) });
      return node.kind === 'stray'
        ? mark(strayFeature)
        : chainBody.encode({ from: node.from && featureOf<AnyFeature>(node.from), through: node.layers });
    },
  });
  const psiOverride = members<Override>('another ψ {"psi": …}', { psi: vocabulary.psi, encoder: optional(vocabulary.text), levels: optional(fieldOf(list(number))), after: standard(vocabulary.flag, false) }); // prettier-ignore

  const readFeatures = (value: unknown, place: Place): Decoded<unknown> => {
    if (!Array.isArray(value)) return refuse(place, () => wrongKind(value, 'a list of features'));
    ids.declare(value.map((one: unknown) => (isMembers(one) && Object.hasOwn(one, 'id') ? one['id'] : undefined))); // prettier-ignore
    const all = value.map((one: unknown, index): Decoded<unknown> => {
      const here = at(place, String(index));
      const id = idAt(one, here);
      const read = ids.feature(index, () => {
        const body = featureBody.validate(one, here);
        return E.isLeft(body) ? body : decoded(featureOf<AnyFeature>(body.right));
      });
      const repeated = ids.repeated(index);
      const deep = ids.tooDeep(index);
      return collect<unknown>([
        id,
        ...(repeated === undefined ? [] : [refuse(at(here, 'id'), () => repeated)]),
        ...(deep === undefined ? [] : [refuse(here, () => deep)]),
        read,
      ]);
    });
    return collect(all);
  };
  const idAt = (one: unknown, place: Place): Decoded<unknown> =>
    !isMembers(one)
      ? decoded(undefined)
      : Object.hasOwn(one, 'id')
        ? text.validate(one['id'], at(place, 'id'))
        : refuse(place, () => missingField('id'));
  const readOutputs = (
    value: unknown,
    place: Place,
  ): Decoded<readonly (readonly [string, FeatureNode])[]> => {
    if (!isMembers(value) || Object.keys(value).length === 0)
      return refuse(place, () => wrongKind(value, 'an object of one or more outputs'));
    return collect(
      Object.keys(value).map((name) => {
        if (!isName(name)) return refuse(place, () => notAName(name));
        const found = reference.validate(value[name], at(place, name));
        return E.isLeft(found) ? found : decoded([name, nodeOf(found.right)] as const);
      }),
    );
  };

  const none = (): never[] => [];
  const part = <A>(wanted: string, decode: (value: unknown, place: Place) => Decoded<A>): Field<A> =>
    fieldOf(codec<A>({ wanted, is: (value): value is A => value !== undefined, decode, encode: none }));
  const top = members<Top>('a spec', {
    maskskip: part('the version', decoded),
    features: part('features', readFeatures),
    outputs: part('outputs', readOutputs),
    psis: standard(fieldOf(list(psiOverride)), []),
  });
  return {
    codec: codec<AnyModel>({
      wanted: 'a spec',
      is: (value): value is AnyModel => isMembers(value) && 'psis' in value,
      decode: (value, place) => {
        if (!isMembers(value)) return refuse(place, () => noDocument(value));
        const version = Object.hasOwn(value, 'maskskip') ? value['maskskip'] : specVersion;
        if (version !== specVersion) return refuse(at(place, 'maskskip'), () => otherVersion(version));
        const all = Object.hasOwn(value, 'features') ? value['features'] : [];
        if (Array.isArray(all) && all.length > limits.features)
          return refuse(at(place, 'features'), () => tooManyFeatures(all.length));
        const read = top.validate(value, place);
        if (E.isLeft(read)) return read;
        const { outputs, psis } = read.right;
        return decoded(modelOf({ outputs: Object.fromEntries(outputs), psis: psis.map(overrideOf) }));
      },
      encode: ({ outputs, psis }) => ({
        maskskip: specVersion,
        features,
        outputs: Object.fromEntries(Object.entries(outputs).map(([name, node]) => [name, idOf(node)])),
        ...(psis.length === 0
          ? {}
          : { psis: psis.map((one) => psiOverride.encode({ after: false, ...one } as Override)) }),
      }),
    }),
    pointer: (part) => {
      const place = places.get(part);
      return place && pointerAt(place);
    },
    unwritable: (value) => unwritten.get(value),
  };
};

/* What the parts of a document hold once they are read. */
interface Top {
  readonly maskskip: unknown;
  readonly features: unknown;
  readonly outputs: readonly (readonly [name: string, node: FeatureNode])[];
  readonly psis: readonly Override[];
}
interface Input {
  readonly input: string;
  readonly height: Dimension;
  readonly width: Dimension;
  readonly channels: Dimension;
}
interface Joined {
  readonly join: Join;
  readonly of: readonly AnyFeature[];
}
interface Chained {
  readonly from: AnyFeature | undefined;
  readonly through: readonly unknown[];
}
interface Override {
  readonly psi: PsiOverride['psi'];
  readonly encoder: string | undefined;
  readonly levels: readonly number[] | undefined;
  readonly after: boolean;
}
const overrideOf = ({ psi, encoder, levels, after }: Override): PsiOverride => ({
  psi,
  ...(encoder === undefined ? {} : { encoder }),
  ...(levels === undefined ? {} : { levels }),
  ...(after ? { after } : {}),
});

const number = plainly('a number', (value): value is number => typeof value === 'number');
const flag = plainly('true or false', (value): value is boolean => typeof value === 'boolean');
const text = plainly(
  'a text',
  (value): value is string => typeof value === 'string',
  (value) => (isName(value) ? undefined : notAName(value)),
);
const isSymbolic = (value: unknown): value is `${number}*${string}` =>
  typeof value === 'string' &&
  /^\d{1,5}\*\w{1,64}$/.test(value) &&
  Number(value.split('*')[0]) <= limits.number;
const size = plainly(
  'a number or a symbolic size such as "64*h"',
  (value): value is Dimension => typeof value === 'number' || isSymbolic(value),
);
const word = <Word extends string>(words: readonly Word[]): Codec<Word> =>
  plainly(words.map((one) => JSON.stringify(one)).join(' or '), (value): value is Word =>
    words.some((one) => one === value),
  );
const recordName = (fields: Readonly<Record<string, Field<unknown>>>): string =>
  `{${Object.entries(fields)
    .map(([name, field]) => `${JSON.stringify(name)}: ${codecOf(field).name}`)
    .join(', ')}}`;
/* A join of nothing is no feature. */
const branches = (all: Codec<readonly AnyFeature[]>): Codec<readonly AnyFeature[]> =>
  codec({
    wanted: all.name,
    is: (value): value is readonly AnyFeature[] => all.is(value),
    decode: (value, place) =>
      Array.isArray(value) && value.length === 0
        ? refuse(place, () => wrongKind(value, 'the ids of one or more features'))
        : all.validate(value, place),
    encode: (value) => all.encode(value),
  });
