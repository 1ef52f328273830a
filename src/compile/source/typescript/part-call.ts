/** Which call makes a part: ours are known, others say it in their form. Fault V30. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../../base/fault.js';
import { isLayer } from '../../../dsl/feature.js';
import type { Form, FormKind } from '../../../dsl/form.js';
import { printable } from '../../../dsl/names.js';
import { collections, isForm, type FormsByName } from '../../../dsl/spec/definitions.js';
import { kindNames, namedForm } from '../../../dsl/spec/parts.js';
import { calls, type OurCall } from './calls.js';

/** The call of a part. */
export interface PartCall {
  readonly call: OurCall;
  readonly form: Form;
  /** The name of the part in specs, if it is one of ours. */
  readonly own: string | undefined;
}

/** Finds calls; parts of one form are looked up once. */
export const callsOf = (
  forms: FormsByName,
): ((kind: FormKind, part: unknown) => E.Either<Fault, PartCall>) => {
  const known = new Map<unknown, E.Either<Fault, PartCall>>();
  return (kind, part) => {
    // Initialisers have no form: each is looked up by what it draws.
    const key = formOfPart(part) ?? part;
    const found = known.get(key) ?? partCall(forms, kind, part);
    known.set(key, found);
    return found;
  };
};

const formOfPart = (part: unknown): Form | undefined => {
  const form: unknown = isLayer(part)
    ? part.definition.form
    : (part as { readonly form?: unknown } | null)?.form;
  return isForm(form) ? form : undefined;
};

const partCall = (forms: FormsByName, kind: FormKind, part: unknown): E.Either<Fault, PartCall> => {
  const named = namedForm(forms, kind, part);
  if (E.isRight(named)) {
    const [own, form] = named.right;
    const call = (calls[collections[kind]] as Readonly<Record<string, OurCall>>)[own];
    if (call !== undefined) return E.right({ call, form, own });
  }
  const form = formOfPart(part);
  if (form?.call === undefined) return E.left(unknownCall(kind, part));
  const { call } = form;
  return isPath.test(call.name) && typeof call.module === 'string' && call.module !== ''
    ? E.right({ call, form, own: undefined })
    : E.left(noCall(kind, `${String(call.name)} of ${String(call.module)}`));
};

const isPath = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;

const unknownCall = (kind: FormKind, part: unknown): Fault => {
  const named = (isLayer(part) ? part.definition : part) as { readonly name?: unknown } | null;
  return fault({
    rule: 'V30',
    where: 'declaration',
    got: `${kindNames[kind]} ${printable(JSON.stringify(String(named?.name).slice(0, 60)))} that does not say how it is called`,
    wanted: 'a form with a call',
    fix: "add call: { module: '…', name: '…' } to its form",
  });
};
const noCall = (kind: FormKind, called: string): Fault =>
  fault({
    rule: 'V30',
    where: 'declaration',
    got: `${kindNames[kind]} whose call is ${printable(called).slice(0, 100)}`,
    wanted: 'a module and the name of an export',
    fix: "give call: { module: './blur.js', name: 'blur' }",
  });
