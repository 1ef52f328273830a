/** The vocabulary of forms, interpreted as terms: how an option's value is written in source. */
import type { AnyFeature } from '../../../dsl/feature.js';
import type { Field, Fields, FieldVocabulary, FormKind } from '../../../dsl/form.js';
import { isFeature } from '../../../dsl/feature.js';
import { isPart } from '../../../dsl/spec/parts.js';
import { flag, name, number, string, type Expression } from './expression.js';
import type { Term, Terms } from './terms.js';

/** What writing an option needs to know beyond numbers and texts. */
export interface Writing {
  readonly terms: Terms;
  readonly part: (kind: FormKind, part: unknown) => Term;
  readonly feature: (feature: AnyFeature) => Term;
  /** Notes a value that cannot be written and gives what stands in its place. */
  readonly refuse: (value: unknown, wanted: string) => Term;
}

/** A field as it is behind this vocabulary. */
interface TermField<A> extends Field<A> {
  readonly is: (value: unknown) => boolean;
  readonly term: (value: A) => Term;
  /** What stands for the value where it is left out. */
  readonly absent?: { readonly value: A };
}
/* The key of `Field` is phantom, so that nothing else passes for one. */
const fieldOf = <A>(parts: Omit<TermField<A>, '~field'>): Field<A> => parts as TermField<A>;
const termField = <A>(field: Field<A>): TermField<A> => field as TermField<A>;

/** The term of an option, or nothing where it can be left out. */
export const written = <A>(field: Field<A>, value: A): Term | undefined => {
  const { absent, term } = termField(field);
  if (absent === undefined) return term(value);
  if (absent.value === value) return undefined;
  const one = term(value);
  // Equal terms are one term; what stands for nothing is not written at all.
  return absent.value !== undefined && one === term(absent.value) ? undefined : one;
};

/** The term of an option in a place that cannot be left out. */
export const inPlace = <A>({ terms }: Writing, field: Field<A>, value: A): Term =>
  value === undefined ? leaf(terms, 'undefined', name('undefined')) : termField(field).term(value);

/** A term without parts. */
export const leaf = (terms: Terms, text: string, expression: Expression): Term =>
  terms.of({ kind: 'leaf', text, expression });

/** A text as a term. */
export const textTerm = (terms: Terms, text: string): Term => leaf(terms, JSON.stringify(text), string(text));

/** A number or a symbolic size as a term. */
export const sizeTerm = (terms: Terms, size: unknown): Term =>
  typeof size === 'number' ? leaf(terms, Object.is(size, -0) ? '-0' : String(size), number(size)) : textTerm(terms, String(size)); // prettier-ignore

/** The vocabulary that writes terms. */
export const vocabularyOf = (writing: Writing): FieldVocabulary => {
  const { terms, part, feature, refuse } = writing;
  const plain = <A>(
    wanted: string,
    is: (value: unknown) => value is A,
    write: (value: A) => Term,
  ): Field<A> => fieldOf<A>({ is, term: (value) => (is(value) ? write(value) : refuse(value, wanted)) });
  const listOf = <A>(wanted: string, item: (value: A) => Term, noun = 'list'): Field<readonly A[]> =>
    plain(
      wanted,
      (value): value is readonly A[] => Array.isArray(value),
      (items) =>
        terms.of({ kind: 'array', elements: items.map(item), comments: items.map(() => undefined), noun }),
    );
  const kindField = <P>(kind: FormKind): Field<P> =>
    fieldOf<P>({ is: isPart[kind], term: (value) => part(kind, value) });

  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const isText = (value: unknown): value is string => typeof value === 'string';
  const numberField = plain('a finite number', isNumber, (value) => sizeTerm(terms, value));
  return {
    number: numberField,
    size: plain(
      'a number or a symbolic size',
      (value): value is number | `${number}*${string}` => isNumber(value) || isText(value),
      (value) => sizeTerm(terms, value),
    ),
    flag: plain(
      'true or false',
      (value): value is boolean => typeof value === 'boolean',
      (value) => leaf(terms, String(value), flag(value)),
    ),
    text: plain('a text', isText, (value) => textTerm(terms, value)),
    word: <const Words extends readonly string[]>(...words: Words): Field<Words[number]> =>
      plain(
        words.join(' or '),
        (value): value is Words[number] => words.some((one) => one === value),
        (value) => textTerm(terms, value),
      ),
    either: <A, B>(a: Field<A>, b: Field<B>): Field<A | B> => {
      const [first, second] = [termField(a), termField(b)];
      return fieldOf<A | B>({
        is: (value) => first.is(value) || second.is(value),
        // Either field takes the values that it knows.
        term: (value) => (first.is(value) ? first.term(value as A) : second.term(value as B)),
      });
    },
    list: <A>(item: Field<A>) => listOf<A>('a list', (value) => termField(item).term(value)),
    tuple: <const Items extends readonly unknown[]>(
      ...items: { readonly [K in keyof Items]: Field<Items[K]> }
    ): Field<Items> => {
      const fields = items.map((item) => termField(item as Field<unknown>));
      return plain(
        `a list of ${items.length}`,
        (value): value is Items =>
          Array.isArray(value) &&
          value.length === fields.length &&
          fields.every((field, at) => field.is(value[at])),
        (values) =>
          terms.of({
            kind: 'array',
            elements: fields.map((field, at) => field.term(values[at])),
            comments: fields.map(() => undefined),
            noun: 'list',
          }),
      );
    },
    record: <A extends object>(fields: Fields<A>): Field<A> =>
      plain(
        'a record',
        (value): value is A => typeof value === 'object' && value !== null && !Array.isArray(value),
        (record) => terms.of({ kind: 'object', members: membersOf(fields, record) }),
      ),
    standard: <A>(item: Field<A>, value: A): Field<A> =>
      fieldOf<A>({ ...termField(item), absent: { value } }),
    optional: <A>(item: Field<A>): Field<A | undefined> => {
      const { is, term } = termField(item);
      return fieldOf<A | undefined>({
        is: (value) => value === undefined || is(value),
        // What is left out is never asked for its term.
        term: (value) => term(value as A),
        absent: { value: undefined },
      });
    },
    layers: listOf<unknown>(
      'a list of layers',
      (value) => (isFeature(value) ? feature(value) : part('layer', value)),
      'levels',
    ),
    layer: kindField('layer'),
    feature: plain('a feature', isFeature, feature),
    psi: kindField('psi'),
    join: kindField('join'),
    initialiser: kindField('initialiser'),
    surrogate: kindField('surrogate'),
  };
};

/** The members of a record that are not left out, in the order of its fields. */
export const membersOf = <A extends object>(
  fields: Fields<A>,
  record: A,
  keys: readonly string[] = Object.keys(fields),
): readonly (readonly [key: string, value: Term])[] =>
  keys.flatMap((key) => {
    const one = key as keyof A & string;
    const term = written<A[typeof one]>(fields[one], record[one]);
    return term === undefined ? [] : [[key, term] as const];
  });
