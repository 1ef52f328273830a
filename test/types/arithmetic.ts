/** Seeded operations on natural numbers, as a source file in which every one is compared with JavaScript's result. */
import { random } from '../../src/base/random.js';

/** How many operations the source holds. */
export const operationCount = 600;

/** The source text; `natural` is the path of the type-level functions. A wrong result is an error on its line. */
export const arithmeticSource = (natural: string): string => {
  const stream = random(14, 'arithmetic');
  const draw = (index: number, below: number): number => Math.floor(stream.at(index) * below);
  const cases = Array.from({ length: operationCount }, (_, i) => {
    const operation = operations[i % operations.length]!;
    const at = 4 * i;
    const bound = [10, 300, 5000, 200_000][draw(at, 4)]!;
    const a = draw(at + 1, bound);
    const b = draw(at + 2, draw(at + 3, 2) === 0 ? 12 : bound);
    return `export const case${i}: Equal<${expression(operation, a, b)}> = true;`;
  });
  return [
    `import type * as Natural from '${natural}';`,
    'type Equal<A, B> = [A, B] extends [B, A] ? true : false;',
    ...cases,
    ...edges.map(([type, value], i) => `export const edge${i}: Equal<${type}, ${value}> = true;`),
    '',
  ].join('\n');
};

type Operation = 'Add' | 'Subtract' | 'Multiply' | 'FloorDivide' | 'CeilDivide' | 'Modulo' | 'Less';
const operations: readonly Operation[] = [
  'Add',
  'Subtract',
  'Multiply',
  'FloorDivide',
  'CeilDivide',
  'Modulo',
  'Less',
];

const expression = (operation: Operation, a: number, b: number): string => {
  const divisor = Math.max(b, 1);
  const [large, small] = [Math.max(a, b), Math.min(a, b)];
  switch (operation) {
    case 'Add':
      return `Natural.Add<${a}, ${b}>, ${a + b}`;
    case 'Subtract':
      return `Natural.Subtract<${large}, ${small}>, ${large - small}`;
    case 'Multiply':
      return `Natural.Multiply<${a}, ${b}>, ${a * b}`;
    case 'FloorDivide':
      return `Natural.FloorDivide<${a}, ${divisor}>, ${Math.floor(a / divisor)}`;
    case 'CeilDivide':
      return `Natural.CeilDivide<${a}, ${divisor}>, ${Math.ceil(a / divisor)}`;
    case 'Modulo':
      return `Natural.Modulo<${a}, ${divisor}>, ${a % divisor}`;
    case 'Less':
      return `Natural.Less<${a}, ${b}>, ${a < b}`;
  }
};

/** What is no arithmetic on literals, and the corners. */
const edges: readonly (readonly [type: string, value: string])[] = [
  ['Natural.Add<number, 3>', 'number'],
  ['Natural.Add<3, number>', 'number'],
  ['Natural.Add<-1, 3>', 'number'],
  ['Natural.Add<0.5, 3>', 'number'],
  ['Natural.Subtract<3, 4>', 'never'],
  ['Natural.Subtract<4, 4>', '0'],
  ['Natural.Multiply<0, 99999>', '0'],
  ['Natural.Multiply<99999, 0>', '0'],
  ['Natural.Multiply<65536, 65536>', '4294967296'],
  ['Natural.FloorDivide<7, 0>', 'number'],
  ['Natural.CeilDivide<0, 7>', '0'],
  ['Natural.Modulo<7, 0>', 'number'],
  ['Natural.Less<number, 3>', 'boolean'],
  ['Natural.Add<1 | 2, 3>', '4 | 5'],
  ['Natural.IsPositive<0>', 'false'],
  ['Natural.IsPositive<-4>', 'false'],
  ['Natural.IsPositive<1e21>', 'false'],
  ['Natural.IsPositive<7>', 'true'],
  ['Natural.IsPositive<number>', 'boolean'],
];
