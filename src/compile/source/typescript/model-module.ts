/** A declaration printed as a module: imports, constants for what stands twice, the model. */
import { identifiers, reservedInTypeScript, type Identifiers } from '../names.js';
import { packageName, type Declaration } from './declaration.js';
import {
  array,
  call,
  commentedBy,
  constantArray,
  member,
  name,
  object,
  type Expression,
} from './expression.js';
import { constant, imported, moduleText, type Statement } from './statement.js';
import { partsOf, type Term, type TermShape } from './terms.js';

/** What a module says besides its declaration. */
export interface ModuleTexts {
  /** The name of the exported model. */
  readonly identifier: string;
  /** The lines of its doc comment. */
  readonly doc: readonly string[];
}

/** The text of the module that declares a model. */
export const modelModule = (declaration: Declaration, { identifier, doc }: ModuleTexts): string => {
  const { terms, features, outputs } = declaration;
  const places = placesOf(declaration);
  const names = identifiers({ casing: 'camel', reserved: [...reservedInTypeScript, identifier] });
  const imports = importsOf([...places.keys()], names);
  const statements: Statement[] = [];
  const constants = new Map<Term, Expression>();
  const printed = new Map<Term, Expression>();
  const outputNames = new Map(
    outputs.map(([output, term]) => [term, output === 'output' ? 'network' : output]),
  );

  const declare = (term: Term, noun: string, value: () => Expression): Expression => {
    const known = constants.get(term);
    if (known !== undefined) return known;
    const expression = value();
    const fresh = names.of(`constant ${constants.size}`, noun);
    statements.push(constant(fresh, expression));
    const read = name(fresh);
    constants.set(term, read);
    return read;
  };

  const expressionOf = (term: Term): Expression => {
    const known = printed.get(term);
    if (known !== undefined) return known;
    const { shape } = term;
    const expression =
      shape.kind === 'feature'
        ? featureOf(term, shape.identity)
        : isWorthAName(term, places.get(term)!)
          ? declare(term, nounOf(shape), () => inside(shape, true))
          : inside(shape, false);
    printed.set(term, expression);
    return expression;
  };

  const featureOf = (term: Term, identity: object): Expression => {
    const { value, kind, noun } = features.get(identity)!;
    const isShort = kind === 'input' || (kind === 'join' && value.width < widest);
    return isShort && places.get(term)! < 2
      ? expressionOf(value)
      : declare(term, outputNames.get(term) ?? noun, () => expressionOf(value));
  };

  const inside = (
    shape: Exclude<TermShape, { readonly kind: 'feature' }>,
    isConstant: boolean,
  ): Expression => {
    switch (shape.kind) {
      case 'leaf':
        return shape.expression;
      case 'imported':
        return imports.expressionOf(shape.module, shape.path);
      case 'call':
        return call(expressionOf(shape.callee), ...shape.given.map(expressionOf));
      case 'array': {
        const elements = shape.elements.map((element, at) => {
          const comment = shape.comments[at];
          return comment === undefined ? expressionOf(element) : commentedBy(comment, expressionOf(element));
        });
        return isConstant ? constantArray(elements) : array(elements);
      }
      case 'object':
        return object(shape.members.map(([key, value]) => [key, expressionOf(value)]));
    }
  };

  // In the order of their declarations, each after those that it stands on.
  for (const identity of features.keys()) expressionOf(terms.of({ kind: 'feature', identity }));
  const value = expressionOf(declaration.model);
  return moduleText([
    ...imports.statements,
    ...statements,
    constant(identifier, value, { exported: true, doc }),
  ]);
};

/* What is so long and stands twice is a constant. */
const widest = 56;
const isWorthAName = ({ shape, width }: Term, places: number): boolean =>
  places > 1 && width >= widest && (shape.kind === 'call' || shape.kind === 'array');
const nounOf = (shape: TermShape): string =>
  shape.kind === 'call' || shape.kind === 'array' ? shape.noun : 'part';

/* The imports of a module, and how what is imported is read in it. */
interface Imports {
  readonly statements: readonly Statement[];
  readonly expressionOf: (module: string, path: string) => Expression;
}

const importsOf = (written: readonly Term[], names: Identifiers): Imports => {
  const roots = new Map<string, Set<string>>();
  for (const { shape } of written) {
    if (shape.kind !== 'imported') continue;
    const known = roots.get(shape.module) ?? new Set<string>();
    roots.set(shape.module, known.add(rootOf(shape.path)));
  }
  const local = (module: string, root: string): string =>
    names.of(`import ${JSON.stringify([module, root])}`, root);
  // The package first, so that its names stay as they are.
  const modules = [...roots.keys()].sort((a, b) => Number(b === packageName) - Number(a === packageName) || (a < b ? -1 : 1)); // prettier-ignore
  const statements = modules.map((module) => {
    const sorted = [...roots.get(module)!].sort();
    return imported(
      sorted.map((root) => ({ name: root, as: local(module, root) })),
      module,
    );
  });
  return {
    statements,
    expressionOf: (module, path) => {
      const [root, ...keys] = path.split('.');
      return keys.reduce(member, name(local(module, root!)));
    },
  };
};

const rootOf = (path: string): string => path.split('.', 1)[0]!;

/* Every term that a module writes, and in how many places of others it stands. */
const placesOf = ({ model, features }: Declaration): ReadonlyMap<Term, number> => {
  const places = new Map<Term, number>();
  const waiting = [model];
  for (let term = waiting.pop(); term !== undefined; term = waiting.pop()) {
    const before = places.get(term) ?? 0;
    places.set(term, before + 1);
    if (before > 0) continue;
    const { shape } = term;
    if (shape.kind === 'feature') waiting.push(features.get(shape.identity)!.value);
    else waiting.push(...partsOf(shape));
  }
  return places;
};
