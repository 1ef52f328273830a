/** Architectures as TypeScript source: each statement's arguments stand on lines of their own, so that a line tells which one is meant. */
import { namesIn, type Expression } from './expression.js';
import type { Architecture } from './generate.js';

/** An expression in one line; `prefix` begins the names of statements. */
export const printed = (expression: Expression, prefix: string): string => {
  const inner = (one: Expression): string => printed(one, prefix);
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'call':
      return `${expression.name}(${expression.given.map(inner).join(', ')})`;
    case 'literal':
      return JSON.stringify(expression.value);
    case 'widened':
      return `${expression.value} as number`;
    case 'list':
      return `[${expression.items.map(inner).join(', ')}]`;
    case 'record':
      return `{ ${Object.entries(expression.entries)
        .map(([key, one]) => `${key}: ${inner(one)}`)
        .join(', ')} }`;
    case 'reference':
      return `${prefix}_${expression.statement}`;
  }
};

/** Source lines, and where the arguments of statements stand in them. */
export interface Source {
  readonly lines: readonly string[];
  /** For each line, the architecture, its statement and the statement's argument; `argument` −1 for the line of its name. */
  readonly places: readonly (Place | undefined)[];
}

/** What a line holds. */
export interface Place {
  readonly index: number;
  readonly statement: number;
  readonly argument: number;
}

/** The lines of one architecture, and what each holds. */
export const declaration = ({ index, statements }: Architecture): Source => {
  const prefix = `a${index}`;
  const rows = statements.flatMap((statement, number) => {
    const place = (argument: number): Place => ({ index, statement: number, argument });
    const begun = `export const ${prefix}_${number} = `;
    if (statement.kind !== 'call' || statement.name === 'input')
      return [{ line: `${begun}${printed(statement, prefix)};`, place: place(-1) }];
    return [
      { line: `${begun}${statement.name}(`, place: place(-1) },
      ...statement.given.map((one, argument) => ({
        line: `  ${printed(one, prefix)},`,
        place: place(argument),
      })),
      { line: ');', place: place(-1) },
    ];
  });
  return { lines: rows.map(({ line }) => line), places: rows.map(({ place }) => place) };
};

/** The import lines that a set of architectures needs. `src` and `own` are the modules' paths. */
export const imports = (
  architectures: readonly Architecture[],
  paths: { readonly dsl: string; readonly own: string },
): readonly string[] => {
  const used = new Set(
    architectures.flatMap(({ statements }) => statements.flatMap(namesIn)).map((one) => one.split('.')[0]!),
  );
  return [
    `import { ${[...used]
      .filter((one) => one !== 'own')
      .sort()
      .join(', ')} } from '${paths.dsl}';`,
    ...(used.has('own') ? [`import * as own from '${paths.own}';`] : []),
  ];
};
