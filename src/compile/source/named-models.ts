/** Names for the models of one run: a file's and an identifier for each, no two the same. */
import type * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Elaborated } from '../../dsl/elaborate.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/plan.js';
import { isDevice } from './folder/paths.js';
import { identifiers, reservedInTypeScript } from './names.js';
import type { NamedModel } from './target.js';

/** A model and what a person calls it. */
export interface GivenModel {
  readonly name: string;
  readonly elaborated: Elaborated;
  readonly axes?: Readonly<Record<string, string>>;
}

/**
 * The models of one run with the names of their files and identifiers. The same models in the same order get the same
 * names.
 *
 * @example
 * ```ts
 * namedModels([{ name: 'VDG, Stage I', elaborated }])[0].file; // 'vdg-stage-i'
 * ```
 */
export const namedModels = (given: readonly GivenModel[]): readonly NamedModel[] => {
  const files = new Set<string>(sharedFiles);
  const names = identifiers({ casing: 'camel', reserved: [...reservedInTypeScript, ...sharedNames] });
  return given.map(({ name, elaborated, axes = {} }, at) => ({
    name,
    file: freshFile(name, files),
    identifier: names.of(String(at), name),
    elaborated,
    axes,
  }));
};

/** The plan for inference of a model; built once where `withInference` says so. */
export const inferencePlan = ({ inference, elaborated }: NamedModel): E.Either<readonly Fault[], Plan> =>
  inference?.() ?? buildPlan(elaborated, { mode: 'infer' });

/**
 * The same model with its plan for inference, built once, when it is first asked for. It lives as long as the value: of
 * many models one after another, no more than one plan is held.
 */
export const withInference = (model: NamedModel): NamedModel => ({
  ...model,
  inference: once(() => buildPlan(model.elaborated, { mode: 'infer' })),
});

const once = <A>(make: () => A): (() => A) => {
  let known: { readonly made: A } | undefined;
  return () => (known ??= { made: make() }).made;
};

/* Files that the targets write for all models of a run, and names that their modules hold. */
const sharedFiles =
  'index run readme manifest package psi losses train data network weights players shards checkpoints'.split(
    ' ',
  );
const sharedNames = 'model models variants psi main tf maskskip'.split(' ');

/* Long names are cut, for file systems and for readers; what they share is numbered. */
const longest = 100;

const freshFile = (name: string, taken: Set<string>): string => {
  const words = name
    .slice(0, 400)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/([-_])[-_]+/g, '$1')
    .slice(0, longest)
    .replace(/^[-_]+|[-_]+$/g, '');
  const base = words === '' ? 'model' : /^[0-9]/.test(words) ? `x${words}` : words;
  // Python reads `-` as `_`.
  const key = (file: string): string => file.replaceAll('-', '_');
  let file = base;
  for (let nth = 2; taken.has(key(file)) || isDevice(file); nth++) file = `${base}-${nth}`;
  taken.add(key(file));
  return file;
};
