/**
 * Text with choices of line breaks, after Wadler ("A prettier printer", 2003), in the algebra that prettier prints with.
 *
 * A *group* is laid on one line where it fits into the width and broken where it does not, from the outside inwards. What
 * is built of these pieces as prettier builds it comes out as prettier would print it, at a fraction of the cost, for
 * nothing is parsed.
 */

/** A piece of text whose line breaks are not chosen yet. */
export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: 'line'; readonly flat: '' | ' '; readonly hard: boolean }
  | { readonly kind: 'indent'; readonly contents: Layout }
  | Group
  | { readonly kind: 'fill'; readonly parts: readonly Layout[] }
  | {
      readonly kind: 'either';
      readonly broken: Layout;
      readonly flat: Layout;
      readonly of: symbol | undefined;
    }
  | { readonly kind: 'break' };

/** What is broken as a whole or not at all. */
interface Group {
  readonly kind: 'group';
  /** From the flattest to the most broken: the first that fits is laid; one state is the usual case. */
  readonly states: readonly [Layout, ...Layout[]];
  /** Whether something inside asks for a break. */
  readonly broken: boolean;
  readonly id: symbol | undefined;
}

/** A space, or a line break where the group around it is broken. */
export const line: Layout = { kind: 'line', flat: ' ', hard: false };
/** Nothing, or a line break where the group around it is broken. */
export const softline: Layout = { kind: 'line', flat: '', hard: false };
/** A line break, which breaks all groups around it. */
export const hardline: Layout = { kind: 'line', flat: '', hard: true };
/** Breaks all groups around it and is nothing itself. */
export const breakParent: Layout = { kind: 'break' };

/** Two spaces more after each line break inside. */
export const indent = (contents: Layout): Layout => ({ kind: 'indent', contents });

/** How a group is laid. */
export interface GroupOptions {
  /** Broken though it would fit. */
  readonly broken?: boolean;
  /** Under which `either` finds out what became of it. */
  readonly id?: symbol;
}

/** One line if it fits, else broken at its own lines. */
export const group = (contents: Layout, { broken = false, id }: GroupOptions = {}): Layout => ({
  kind: 'group',
  states: [contents],
  broken: broken || breaks(contents),
  id,
});

/** The first of these that fits, the last where none does. What breaks inside does not decide. */
export const firstThatFits = (...states: readonly [Layout, ...Layout[]]): Layout => ({
  kind: 'group',
  states,
  broken: false,
  id: undefined,
});

/** As many parts on each line as fit; parts and the lines between them take turns. */
export const fill = (parts: readonly Layout[]): Layout => ({ kind: 'fill', parts });

/** One or the other, as the group of that id (the group around it, without one) is broken or not. */
export const either = (broken: Layout, flat: Layout = '', of?: symbol): Layout => ({
  kind: 'either',
  broken,
  flat,
  of,
});

/** Indented if the group of that id is broken. */
export const indentIfBroken = (contents: Layout, of: symbol): Layout =>
  either(indent(contents), contents, of);

/** Layouts with something between each two. */
export const joined = (between: Layout, parts: readonly Layout[]): readonly Layout[] =>
  parts.flatMap((part, at) => (at === 0 ? [part] : [between, part]));

/** Whether a line break inside is certain. */
export const breaks = (layout: Layout): boolean => {
  if (typeof layout === 'string') return false;
  if (isList(layout)) return layout.some(breaks);
  switch (layout.kind) {
    case 'line':
      return layout.hard;
    case 'break':
      return true;
    case 'indent':
      return breaks(layout.contents);
    case 'fill':
      return layout.parts.some(breaks);
    case 'either':
      return breaks(layout.broken);
    case 'group':
      return layout.broken;
  }
};

const isList = (layout: Exclude<Layout, string>): layout is readonly Layout[] => Array.isArray(layout);

/* What is still to be laid: how far indented, broken or flat. */
interface Pending {
  readonly layout: Layout;
  readonly indentation: number;
  readonly broken: boolean;
}

/** The text of a layout whose lines are at most `width` long where that can be. Ends as the layout does. */
export const render = (layout: Layout, width = 80): string => {
  const pieces: string[] = [];
  const modes = new Map<symbol, boolean>();
  const pending: Pending[] = [{ layout, indentation: 0, broken: true }];
  let column = 0;
  /* A hard line among flat layouts: what was measured before it says nothing of what follows. */
  let remeasure = false;

  const isBroken = (of: symbol | undefined, around: boolean): boolean =>
    of === undefined ? around : (modes.get(of) ?? false);

  /* Whether what comes next, up to the first line break that can be, fits into the rest of the line. */
  const fits = (next: Pending, rest: readonly Pending[]): boolean => {
    let left = width - column;
    let after = rest.length;
    const stack: Pending[] = [next];
    while (left >= 0) {
      const top = stack.pop();
      if (top === undefined) {
        if (after === 0) return true;
        stack.push(rest[--after]!);
        continue;
      }
      const { layout: one, broken, indentation } = top;
      if (typeof one === 'string') {
        left -= one.length;
        continue;
      }
      if (isList(one)) {
        for (let at = one.length - 1; at >= 0; at--) stack.push({ layout: one[at]!, broken, indentation });
        continue;
      }
      switch (one.kind) {
        case 'line':
          if (broken || one.hard) return true;
          left -= one.flat.length;
          break;
        case 'indent':
          stack.push({ layout: one.contents, broken, indentation });
          break;
        case 'fill':
          for (let at = one.parts.length - 1; at >= 0; at--)
            stack.push({ layout: one.parts[at]!, broken, indentation });
          break;
        case 'either':
          stack.push({ layout: isBroken(one.of, broken) ? one.broken : one.flat, broken, indentation });
          break;
        case 'group': {
          const breaksHere = one.broken || broken;
          stack.push({
            layout: breaksHere ? one.states.at(-1)! : one.states[0],
            broken: breaksHere,
            indentation,
          });
          break;
        }
        case 'break':
          break;
      }
    }
    return false;
  };

  const layGroup = (one: Group, { indentation, broken }: Pending): Pending => {
    // Flat around it means that it was measured already.
    if (!broken && !remeasure) return { layout: one.states[0], indentation, broken: one.broken };
    remeasure = false;
    if (one.broken) return { layout: one.states.at(-1)!, indentation, broken: true };
    for (const state of one.states) {
      const flat = { layout: state, indentation, broken: false };
      if (fits(flat, pending)) return flat;
    }
    return { layout: one.states.at(-1)!, indentation, broken: true };
  };

  /* Every part of a fill decides for itself, and the line before it by whether it fits. */
  const layFill = (parts: readonly Layout[], { indentation, broken }: Pending): void => {
    const [content, between, next, ...rest] = parts;
    if (content === undefined) return;
    const laid = (one: Layout, breaking: boolean): Pending => ({
      layout: one,
      indentation,
      broken: breaking,
    });
    const fitsFlat = fits(laid(content, false), []);
    if (between === undefined) {
      pending.push(laid(content, !fitsFlat));
      return;
    }
    const fitsWithNext = next === undefined ? fitsFlat : fits(laid([content, between, next], false), []);
    if (next !== undefined) pending.push({ layout: fill([next, ...rest]), indentation, broken });
    pending.push(laid(between, !fitsWithNext), laid(content, !fitsFlat));
  };

  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { layout: one, indentation, broken } = top;
    if (typeof one === 'string') {
      pieces.push(one);
      column += one.length;
    } else if (isList(one)) {
      for (let at = one.length - 1; at >= 0; at--) pending.push({ layout: one[at]!, indentation, broken });
    } else if (one.kind === 'line') {
      if (broken || one.hard) {
        pieces.push(`\n${' '.repeat(indentation)}`);
        column = indentation;
        if (!broken) remeasure = true;
      } else {
        pieces.push(one.flat);
        column += one.flat.length;
      }
    } else if (one.kind === 'indent')
      pending.push({ layout: one.contents, indentation: indentation + 2, broken });
    else if (one.kind === 'group') {
      const laid = layGroup(one, top);
      if (one.id !== undefined) modes.set(one.id, laid.broken);
      pending.push(laid);
    } else if (one.kind === 'either')
      pending.push({ layout: isBroken(one.of, broken) ? one.broken : one.flat, indentation, broken });
    else if (one.kind === 'fill') layFill(one.parts, top);
  }
  return pieces.join('').replace(/[ \t]+$/gm, '');
};
