/**
 * Codecs: both ways between values and plain data, on io-ts. Nothing else imports it.
 *
 * What is decoded is plain already (`plain.ts`). Encoding never fails: a value that a codec is not for is written as
 * it is, and whoever checks the document finds it.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts/lib/index.js';
import type { Fault } from '../../base/fault.js';
import { pointerOf } from '../../base/pointer.js';
import type { Field } from '../form.js';
import { faultAt, firstFaults, isName, missingField, unknownField, wrongKind, type Wrong } from './faults.js';

/** A codec between a value and plain data. Its name says in words what is wanted. */
export type Codec<A> = t.Type<A, unknown, unknown>;

/** Where a value stands: the keys that lead to it. */
export type Place = t.Context;

/** A value, or mistakes. */
export type Decoded<A> = t.Validation<A>;

/** A mistake that knows its rule; the words are found when they are needed. */
interface Mistake extends t.ValidationError {
  readonly wrong: () => Wrong;
}

/** A codec of its parts. */
export const codec = <A>(parts: {
  readonly wanted: string;
  readonly is: (value: unknown) => value is A;
  readonly decode: (value: unknown, place: Place) => Decoded<A>;
  readonly encode: (value: A) => unknown;
}): Codec<A> => new t.Type<A, unknown, unknown>(parts.wanted, parts.is, parts.decode, parts.encode);

/** A value that was decoded. */
export const decoded: <A>(value: A) => Decoded<A> = t.success;

/** One mistake at a place. */
export const refuse = <A>(place: Place, wrong: () => Wrong): Decoded<A> =>
  t.failures([mistake(place, wrong)]);

const mistake = (context: Place, wrong: () => Wrong): Mistake => ({ value: undefined, context, wrong });

/** The place of a member of the value at a place. */
export const at = (place: Place, key: string): Place => t.appendContext(place, key, t.unknown);

/** The pointer of a place; its first entry is the document itself. */
export const pointerAt = (place: Place): string => pointerOf(place.slice(1).map(({ key }) => key));

/** The value of a document, or its faults. */
export const decode = <A>(whole: Codec<A>, document: unknown): E.Either<readonly Fault[], A> => {
  const read = whole.decode(document);
  return E.isRight(read)
    ? read
    : E.left(
        firstFaults(read.left.length, (index) => {
          // Every error is one that `refuse` made.
          const { context, wrong } = read.left[index] as Mistake;
          return faultAt(pointerAt(context), wrong());
        }),
      );
};

/** All values, or all mistakes. */
export const collect = <A>(all: readonly Decoded<A>[]): Decoded<A[]> => {
  const mistakes = all.flatMap((one) => (E.isLeft(one) ? one.left : []));
  return mistakes.length > 0
    ? t.failures(mistakes)
    : t.success(all.flatMap((one) => (E.isRight(one) ? [one.right] : [])));
};

/** An object of a document. */
export type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is written as it is. */
export const plainly = <A>(
  wanted: string,
  is: (value: unknown) => value is A,
  wrong: (value: A) => Wrong | undefined = () => undefined,
): Codec<A> =>
  codec<A>({
    wanted,
    is,
    decode: (value, place) => {
      if (!is(value)) return refuse(place, () => wrongKind(value, wanted));
      const bad = wrong(value);
      return bad === undefined ? decoded(value) : refuse(place, () => bad);
    },
    encode: (value) => value,
  });

/** One or the other. */
export const either = <A, B>(a: Codec<A>, b: Codec<B>): Codec<A | B> => {
  const wanted = `${a.name} or ${b.name}`;
  return codec<A | B>({
    wanted,
    is: (value): value is A | B => a.is(value) || b.is(value),
    decode: (value, place) => {
      const first = a.validate(value, place);
      if (E.isRight(first)) return first;
      const second = b.validate(value, place);
      if (E.isRight(second)) return second;
      // The one that got further into the value is the one that was meant.
      const into = (mistakes: t.Errors): boolean =>
        mistakes.some(({ context }) => context.length > place.length);
      return into(first.left)
        ? first
        : into(second.left)
          ? second
          : refuse(place, () => wrongKind(value, wanted));
    },
    encode: (value) => (a.is(value) ? a.encode(value) : b.is(value) ? b.encode(value) : value),
  });
};

/** Any number of one kind. */
export const list = <A>(item: Codec<A>): Codec<readonly A[]> => {
  const wanted = `a list of ${item.name}`;
  return codec<readonly A[]>({
    wanted,
    is: (value): value is readonly A[] => Array.isArray(value),
    decode: (value, place) =>
      Array.isArray(value)
        ? collect(value.map((one, index) => item.validate(one, at(place, String(index)))))
        : refuse(place, () => wrongKind(value, wanted)),
    encode: (value) => (Array.isArray(value) ? value.map((one: A) => item.encode(one)) : value),
  });
};

/** Exactly these. */
export const tuple = <Items extends readonly unknown[]>(items: readonly Codec<unknown>[]): Codec<Items> => {
  const wanted = `[${items.map(({ name }) => name).join(', ')}]`;
  const isLong = (value: unknown): value is readonly unknown[] =>
    Array.isArray(value) && value.length === items.length;
  return codec<Items>({
    wanted,
    is: (value): value is Items => isLong(value) && items.every((item, index) => item.is(value[index])),
    decode: (value, place) => {
      if (!isLong(value)) return refuse(place, () => wrongKind(value, wanted));
      const read = collect(items.map((item, index) => item.validate(value[index], at(place, String(index)))));
      // As many items as there are codecs, in their order.
      return E.isLeft(read) ? read : decoded(read.right as readonly unknown[] as Items);
    },
    encode: (value) =>
      isLong(value) ? items.map((item, index) => item.encode(value[index])) : (value as unknown),
  });
};

/** A field as it is behind the vocabulary: its codec, and what stands for it where it is left out. */
interface CodecField<A> extends Field<A> {
  readonly codec: Codec<A>;
  readonly absent?: Absent<A>;
}
interface Absent<A> {
  readonly value: A;
  /** The value as it would be written, as text: whatever is written so is left out. */
  readonly written?: () => string;
}

/** The field of a codec; the key of `Field` is phantom, so that nothing else passes for one. */
export const fieldOf = <A>(of: Codec<A>, absent?: Absent<A>): Field<A> =>
  ({ codec: of, ...(absent === undefined ? {} : { absent }) }) as CodecField<A>;
/** The codec of a field that `fieldOf` made. */
export const codecOf = <A>(field: Field<A>): Codec<A> => (field as CodecField<A>).codec;

/** Members by name; `others` are names that stand there too and are read elsewhere. */
export const members = <A extends object>(
  wanted: string,
  fields: { readonly [K in keyof A]-?: Field<A[K]> },
  others: readonly string[] = [],
): t.Type<A, Members, unknown> => {
  const entries = Object.entries(fields) as readonly (readonly [string, CodecField<unknown>])[];
  const names = [...others, ...entries.map(([name]) => name)];
  return new t.Type<A, Members, unknown>(
    wanted,
    (value): value is A => isMembers(value),
    (value, place) => {
      if (!isMembers(value)) return refuse(place, () => wrongKind(value, wanted));
      const mistakes: t.Errors = Object.keys(value)
        .filter((key) => !names.includes(key))
        .map((key) => mistake(isName(key) ? at(place, key) : place, () => unknownField(key, names)));
      const read: { [name: string]: unknown } = {};
      for (const [name, { codec: of, absent }] of entries) {
        if (Object.hasOwn(value, name)) {
          const one = of.validate(value[name], at(place, name));
          if (E.isLeft(one)) mistakes.push(...one.left);
          else read[name] = one.right;
        } else if (absent !== undefined) read[name] = absent.value;
        else mistakes.push(mistake(place, () => missingField(name)));
      }
      return mistakes.length > 0 ? t.failures(mistakes) : decoded(read as A);
    },
    (value) =>
      Object.fromEntries(
        entries.flatMap(([name, { codec: of, absent }]) => {
          const one = (value as Members)[name];
          if (absent !== undefined && absent.value === one) return [];
          const written = of.encode(one);
          return absent?.written?.() === JSON.stringify(written) ? [] : [[name, written]];
        }),
      ),
  );
};
