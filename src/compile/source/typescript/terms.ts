/**
 * Terms: what a declaration is made of, equal ones once.
 *
 * A term that stands in several places may become a constant with a name; whether it is worth one is the printer's
 * affair. Equal terms are one object, so that counting places is counting edges.
 */
import type { Expression } from './expression.js';

/** A term: its shape, and how many columns it takes on one line. */
export interface Term {
  readonly shape: TermShape;
  readonly width: number;
}

/** What a term is. */
export type TermShape =
  | { readonly kind: 'leaf'; readonly text: string; readonly expression: Expression }
  /** An export, or what lies below one: `psi.none`. */
  | { readonly kind: 'imported'; readonly module: string; readonly path: string }
  | {
      readonly kind: 'call';
      /** The function: what is imported, or a method of the package. */
      readonly callee: Term;
      readonly given: readonly Term[];
      /** What a constant of it would be called. */
      readonly noun: string;
    }
  | {
      readonly kind: 'array';
      readonly elements: readonly Term[];
      /** What is said of each, if anything. */
      readonly comments: readonly (string | undefined)[];
      readonly noun: string;
    }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Term])[] }
  /** A feature: the same only as itself, however it is declared. */
  | { readonly kind: 'feature'; readonly identity: object };

/** The terms of one module. */
export interface Terms {
  /** The term of a shape; equal shapes have one. */
  readonly of: (shape: TermShape) => Term;
}

/** No terms yet. */
export const terms = (): Terms => {
  const known = new Map<string, Term>();
  const ids = new Map<Term | object, number>();
  const idOf = (one: Term | object): number => {
    const id = ids.get(one) ?? ids.size;
    ids.set(one, id);
    return id;
  };
  const keyOf = (shape: TermShape): string => {
    switch (shape.kind) {
      case 'leaf':
        return `leaf ${shape.text}`;
      case 'imported':
        return `imported ${JSON.stringify([shape.module, shape.path])}`;
      case 'call':
        return `call ${idOf(shape.callee)} ${shape.given.map(idOf).join(' ')}`;
      case 'array':
        return `array ${shape.elements.map(idOf).join(' ')} ${JSON.stringify(shape.comments)}`;
      case 'object':
        return `object ${JSON.stringify(shape.members.map(([key, value]) => [key, idOf(value)]))}`;
      case 'feature':
        return `feature ${idOf(shape.identity)}`;
    }
  };
  return {
    of: (shape) => {
      const key = keyOf(shape);
      const one = known.get(key);
      if (one !== undefined) return one;
      const term = { shape, width: widthOf(shape) };
      known.set(key, term);
      return term;
    },
  };
};

/** The terms that a term is made of. */
export const partsOf = (shape: TermShape): readonly Term[] => {
  switch (shape.kind) {
    case 'call':
      return [shape.callee, ...shape.given];
    case 'array':
      return shape.elements;
    case 'object':
      return shape.members.map(([, value]) => value);
    default:
      return [];
  }
};

/* Columns on one line, roughly: two for what stands between two parts. */
const widthOf = (shape: TermShape): number => {
  const parts = partsOf(shape);
  const between = 2 * Math.max(parts.length - 1, 0);
  return parts.reduce((sum, { width }) => sum + width, ownWidth(shape) + between);
};
const ownWidth = (shape: TermShape): number => {
  switch (shape.kind) {
    case 'leaf':
      return shape.text.length;
    case 'imported':
      return shape.path.length;
    case 'object':
      return shape.members.reduce((sum, [key]) => sum + key.length + 2, 4);
    case 'call':
    case 'array':
      return 2;
    case 'feature':
      return 8;
  }
};
