/**
 * From anything to plain data within the limits, before anything is built of it.
 *
 * What comes out is a copy: records without a prototype, so that `__proto__` and `constructor` are keys like others.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import { pointerOf } from '../../base/pointer.js';
import { limits } from './document.js';
import { faultAt, firstFaults, isName, shown, type Wrong } from './faults.js';

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stands for a part that cannot be written: why. */
export type Unwritable = (value: object) => Wrong | undefined;

/** The plain copy of a value, or what it has that JSON has not. Faults X01, X03, X04, X05 and those of `unwritable`. */
export const plainOf = (
  value: unknown,
  unwritable: Unwritable = () => undefined,
): E.Either<readonly Fault[], Json> => {
  const faults: Fault[] = [];
  const path: string[] = [];
  const open = new Set<object>();
  let values = 0;

  const refuse = (wrong: Wrong): null => {
    faults.push(faultAt(pointerOf(path), wrong));
    return null;
  };
  const inside = (one: object, copy: () => Json): Json => {
    if (open.has(one)) return refuse(containsItself);
    if (open.size >= limits.depth) return refuse(tooDeep);
    open.add(one);
    const copied = copy();
    open.delete(one);
    return copied;
  };
  const member = (one: object, key: string): Json => {
    // A name that cannot be printed has no pointer that could be: the fault stands at what holds it.
    const seen = isName(key);
    if (seen) path.push(key);
    const descriptor = Object.getOwnPropertyDescriptor(one, key);
    const copied =
      descriptor !== undefined && 'value' in descriptor
        ? copyOf(descriptor.value)
        : refuse(notJson('a computed property'));
    if (seen) path.pop();
    return copied;
  };
  const copyOf = (one: unknown): Json => {
    values++;
    if (values > limits.values) return values === limits.values + 1 ? refuse(tooMany) : null;
    if (one === null || typeof one === 'boolean' || typeof one === 'string') return one;
    if (typeof one === 'number') return numberOf(one);
    if (typeof one !== 'object') return refuse(notJson(shown(one)));
    const wrong = unwritable(one);
    if (wrong !== undefined) return refuse(wrong);
    if (Array.isArray(one)) {
      if (values + one.length > limits.values) {
        values = limits.values + 1;
        return refuse(tooMany);
      }
      return inside(one, () => Array.from({ length: one.length }, (_, index) => member(one, String(index))));
    }
    if (!isPlain(one)) return refuse(notJson('an instance of a class'));
    return inside(one, () => {
      const copy = Object.create(null) as Record<string, Json>;
      for (const key of Reflect.ownKeys(one)) {
        if (values > limits.values) break;
        if (typeof key === 'symbol') refuse(notJson('a symbol as a key'));
        else copy[key] = member(one, key);
      }
      return copy;
    });
  };
  const numberOf = (one: number): Json => {
    if (!Number.isFinite(one)) return refuse(notJson(String(one)));
    // -0 is written as 0, so it is 0.
    return Math.abs(one) > limits.number ? refuse(tooLarge(one)) : one === 0 ? 0 : one;
  };

  try {
    const copied = copyOf(value);
    return faults.length > 0
      ? E.left(firstFaults(faults.length, (index) => faults[index]!))
      : E.right(copied);
  } catch {
    // A proxy may throw whatever it likes, wherever it is touched.
    return E.left([faultAt(pointerOf(path), notJson('a value that cannot be read'))]);
  }
};

/* Another realm's plain objects are plain too. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** X01 for a value. */
const notJson = (got: string): Wrong => ({
  rule: 'X01',
  got,
  wanted: 'a value that JSON has',
  fix: 'pass what JSON.parse gives',
});
const containsItself: Wrong = {
  rule: 'X03',
  got: 'an object that contains itself',
  wanted: 'a tree',
  fix: 'refer to features by their ids',
};
/** X03. */
export const tooDeep: Wrong = {
  rule: 'X03',
  got: `lists and objects nested more than ${limits.depth} deep`,
  wanted: `at most ${limits.depth}`,
  fix: 'make features of the inner layers',
};
/** X04. */
export const tooMany: Wrong = {
  rule: 'X04',
  got: `more than ${limits.values} values`,
  wanted: `at most ${limits.values}`,
  fix: 'declare a smaller model',
};
const tooLarge = (got: number): Wrong => ({
  rule: 'X05',
  got: String(got),
  wanted: `a number of at most ${limits.number} either way`,
  fix: 'give a smaller one',
});
