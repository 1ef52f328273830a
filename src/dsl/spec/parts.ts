/** Parts as values: what kind they are of, and the form that they bring. */
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../base/random.js';
import type { Initialiser } from '../../ops/initialiser.js';
import { isLayer } from '../feature.js';
import { isPsi } from '../psi/psi.js';
import { isForm, type FormsByName } from './definitions.js';
import type { Form, FormKind } from '../form.js';
import { shown, type Wrong } from './faults.js';

/** What a kind is called in messages. */
export const kindNames: Readonly<Record<FormKind, string>> = {
  layer: 'a layer',
  psi: 'a ψ',
  join: 'a join',
  surrogate: 'a surrogate',
  initialiser: 'an initialiser',
};

const has = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value);

/** Whether a value is a part of a kind. */
export const isPart: Readonly<Record<FormKind, (value: unknown) => boolean>> = {
  layer: isLayer,
  psi: isPsi,
  join: (value) => has(value, 'channels', 'lower'),
  surrogate: (value) => has(value, 'gate', 'trains'),
  initialiser: (value) => has(value, 'values', 'options'),
};

/** The form of a part and the name that the definitions have for it, or why there is none. Rule X18. */
export const namedForm = (
  forms: FormsByName,
  kind: FormKind,
  part: unknown,
): E.Either<Wrong, readonly [name: string, form: Form]> => {
  if (!isPart[kind](part)) {
    return E.left({ rule: 'X18', got: shown(part), wanted: kindNames[kind], fix: `pass ${kindNames[kind]}` });
  }
  const known = [...forms[kind]];
  if (kind === 'initialiser') {
    const found = known.find(([, form]) => makesSame(form, part as Initialiser));
    return found === undefined ? E.left(undefinedPart(kind, part)) : E.right(found);
  }
  const form: unknown = isLayer(part) ? part.definition.form : (part as { readonly form?: unknown }).form;
  if (!isForm(form)) return E.left(formless(kind, part));
  const found = known.find(([, one]) => one === form) ?? known.find(([name, one]) => isCopy(name, one, form));
  return found === undefined ? E.left(undefinedPart(kind, part)) : E.right(found);
};

/* A form of ours out of a second copy of the package. */
const isCopy = (name: string, known: Form, form: Form): boolean =>
  known.builtIn === name && form.builtIn === name && form.kind === known.kind;

/*
 * Initialisers are older than forms and know none: an initialiser is of the form that makes its like, by name, by
 * options and by the numbers that it draws.
 */
const makesSame = (form: Form, one: Initialiser): boolean => {
  try {
    const twin: unknown = form.make(form.options(one));
    return (
      isPart.initialiser(twin) &&
      (twin as Initialiser).name === one.name &&
      JSON.stringify((twin as Initialiser).options) === JSON.stringify(one.options) &&
      sample(twin as Initialiser).every((number, index) => Object.is(number, sample(one)[index]))
    );
  } catch {
    return false;
  }
};
const sample = (initialiser: Initialiser): Float32Array => initialiser.values([2, 3], random(0, 'sample'));

const nameOf = (part: unknown): string => {
  const named = (isLayer(part) ? part.definition : part) as { readonly name?: unknown };
  return shown(named.name);
};
const formless = (kind: FormKind, part: unknown): Wrong => ({
  rule: 'X18',
  got: `${kindNames[kind]} ${nameOf(part)} without a form`,
  wanted: `${kindNames[kind]} with one`,
  fix: 'give it a form (formOf)',
});
const undefinedPart = (kind: FormKind, part: unknown): Wrong => ({
  rule: 'X18',
  got: `${kindNames[kind]} ${nameOf(part)} that is not among the definitions`,
  wanted: 'one that is',
  fix: 'pass its form in the definitions, under a name of your choice',
});
