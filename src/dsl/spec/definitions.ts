/** The forms that names in a spec stand for: ours, and those that the caller brings. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import type { Form, FormKind } from '../form.js';
import { ours } from './ours.js';
import { isName, shown, type Wrong } from './faults.js';

/** Forms by the name under which a spec has their parts. */
export interface Definitions {
  readonly layers?: Readonly<Record<string, Form>>;
  readonly psis?: Readonly<Record<string, Form>>;
  readonly joins?: Readonly<Record<string, Form>>;
  readonly surrogates?: Readonly<Record<string, Form>>;
  readonly initialisers?: Readonly<Record<string, Form>>;
}

/** The forms of each kind by name. */
export type FormsByName = Readonly<Record<FormKind, ReadonlyMap<string, Form>>>;

/** Where definitions hold the forms of a kind. */
export const collections = {
  layer: 'layers',
  psi: 'psis',
  join: 'joins',
  surrogate: 'surrogates',
  initialiser: 'initialisers',
} as const satisfies Record<FormKind, keyof Definitions>;
const kinds = Object.keys(collections) as readonly FormKind[];

/** Our forms and the caller's. Fault X17: what is no form, a form of another kind, a name of ours, a bad name. */
export const formsByName = (definitions: Definitions = {}): E.Either<readonly Fault[], FormsByName> => {
  const faults: Fault[] = [];
  const forms = {
    layer: new Map<string, Form>(Object.entries(ours.layers)),
    psi: new Map<string, Form>(Object.entries(ours.psis)),
    join: new Map<string, Form>(Object.entries(ours.joins)),
    surrogate: new Map<string, Form>(Object.entries(ours.surrogates)),
    initialiser: new Map<string, Form>(Object.entries(ours.initialisers)),
  } satisfies FormsByName;
  for (const kind of kinds) {
    const collection = collections[kind];
    for (const [name, form] of Object.entries(definitions[collection] ?? {})) {
      const wrong = wrongDefinition(kind, name, form, forms[kind].get(name));
      if (wrong === undefined) forms[kind].set(name, form);
      else faults.push(fault({ ...wrong, where: `definitions.${collection}` }));
    }
  }
  return faults.length > 0 ? E.left(faults) : E.right(forms);
};

const wrongDefinition = (
  kind: FormKind,
  name: string,
  form: unknown,
  known: Form | undefined,
): Wrong | undefined =>
  !isForm(form)
    ? { rule: 'X17', got: `${shown(form)} as ${shown(name)}`, wanted: 'a form', fix: 'make one with formOf' }
    : form.kind !== kind
      ? { rule: 'X17', got: `${shown(name)}, a form of a ${form.kind}`, wanted: `a form of a ${kind}`, fix: `pass it as ${collections[form.kind]}` } // prettier-ignore
      : known !== undefined && known !== form
        ? { rule: 'X17', got: `${shown(name)}, a name of ours`, wanted: 'another name', fix: 'give yours a name of its own' } // prettier-ignore
        : !isName(name)
          ? { rule: 'X17', got: `the name ${shown(name)}`, wanted: 'a name of 1 to 256 printable letters', fix: 'choose another name' } // prettier-ignore
          : undefined;

/** Whether a value is a form. */
export const isForm = (value: unknown): value is Form =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  kinds.some((kind) => kind === value.kind) &&
  ['fields', 'make', 'options'].every((key) => typeof (value as Record<string, unknown>)[key] === 'function');

/**
 * The forms among what a module exports, by the names of the exports without a last `Form`; everything else is left
 * aside. Of two forms of a kind that would have one name, each keeps the whole name of its export.
 *
 * @example
 * ```ts
 * const blurForm = formOf<Blur>({ fields: (f) => ({ sigma: f.number }), make: ({ sigma }) => blur(sigma) });
 * definitionsOf({ blur, blurForm, answer: 42 }); // { layers: { blur: blurForm } }
 * ```
 */
export const definitionsOf = (exports: Readonly<Record<string, unknown>>): Definitions => {
  const forms = Object.entries(exports).filter((entry): entry is [string, Form] => isForm(entry[1]));
  const named = forms.map(([whole, form]): readonly [string, Form] => {
    const name = shortName(whole);
    const meets = forms.some(
      ([other, one]) => one !== form && one.kind === form.kind && shortName(other) === name,
    );
    return [meets ? whole : name, form];
  });
  return Object.fromEntries(
    kinds
      .map((kind) => [collections[kind], named.filter(([, form]) => form.kind === kind)] as const)
      .filter(([, found]) => found.length > 0)
      .map(([collection, found]) => [collection, Object.fromEntries(found)]),
  );
};

const shortName = (name: string): string => name.replace(/(?<=.)Form$/s, '');
