/** Architectures as values of the language. */
import * as language from '../../src/dsl/index.js';
import type { Expression } from './expression.js';
import * as own from './own.js';

/** What becomes of a number that the compiler has been told to forget: at run time it is what it is. */
type Remember = (value: number) => unknown;
const remembered: Remember = (value) => value;
/** The run time's sign for a size that is not known: so it knows no more than the compiler. */
export const forgotten: Remember = () => '?';

/** The value of an expression; `made` are the values of the statements before it. */
export const built = (
  expression: Expression,
  made: readonly unknown[],
  remember: Remember = remembered,
): unknown => {
  const inner = (one: Expression): unknown => built(one, made, remember);
  switch (expression.kind) {
    case 'name':
      return exported(expression.name);
    case 'call': {
      const callee = exported(expression.name);
      if (typeof callee !== 'function') throw new Error(`${expression.name} is not a function`);
      return (callee as (...given: readonly unknown[]) => unknown)(...expression.given.map(inner));
    }
    case 'literal':
      return expression.value;
    case 'widened':
      return remember(expression.value);
    case 'list':
      return expression.items.map(inner);
    case 'record':
      return Object.fromEntries(Object.entries(expression.entries).map(([key, one]) => [key, inner(one)]));
    case 'reference':
      return made[expression.statement];
  }
};

/** The values of statements, in order. */
export const builtAll = (statements: readonly Expression[], remember?: Remember): readonly unknown[] =>
  statements.reduce<readonly unknown[]>((made, statement) => [...made, built(statement, made, remember)], []);

const exported = (path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key))
      throw new Error(`nothing is exported as ${path}`);
    return (found as Readonly<Record<string, unknown>>)[key];
  }, scope);

const scope = { ...language, own };
