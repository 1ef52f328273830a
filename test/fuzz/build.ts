/** Architectures as values of the language. */
import * as language from '../../src/dsl/index.js';
import type { Layer } from '../../src/dsl/index.js';
import type { Expression } from './expression.js';
import * as own from './own.js';

/** Whether a number that the compiler has been told to forget is known: at run time it is what it is. */
type Memory = 'remembered' | 'forgotten';

/** A layer whose count of channels the run time knows no more than the compiler does. */
const withoutChannels = (layer: Layer): Layer => ({
  ...layer,
  definition: {
    ...layer.definition,
    shape: (state, walk) => {
      const { state: after, flaws } = layer.definition.shape(state, walk);
      return { state: { ...after, c: '?' }, flaws };
    },
  },
});

/** The value of an expression; `made` are the values of the statements before it. */
export const built = (
  expression: Expression,
  made: readonly unknown[],
  memory: Memory = 'remembered',
): unknown => {
  const inner = (one: Expression): unknown => built(one, made, memory);
  switch (expression.kind) {
    case 'name':
      return exported(expression.name);
    case 'call': {
      const callee = exported(expression.name);
      if (typeof callee !== 'function') throw new Error(`${expression.name} is not a function`);
      const value = (callee as (...given: readonly unknown[]) => unknown)(...expression.given.map(inner));
      return memory === 'forgotten' && expression.given.some(({ kind }) => kind === 'widened')
        ? withoutChannels(value as Layer)
        : value;
    }
    case 'literal':
      return expression.value;
    case 'widened':
      return expression.value;
    case 'list':
      return expression.items.map(inner);
    case 'record':
      return Object.fromEntries(Object.entries(expression.entries).map(([key, one]) => [key, inner(one)]));
    case 'reference':
      return made[expression.statement];
  }
};

/** The values of statements, in order. */
export const builtAll = (statements: readonly Expression[], memory?: Memory): readonly unknown[] =>
  statements.reduce<readonly unknown[]>((made, statement) => [...made, built(statement, made, memory)], []);

const exported = (path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key))
      throw new Error(`nothing is exported as ${path}`);
    return (found as Readonly<Record<string, unknown>>)[key];
  }, scope);

const scope = { ...language, own };
