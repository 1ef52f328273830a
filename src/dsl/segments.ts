/**
 * The paths of a walk: how steps are numbered and which block a segment belongs to.
 *
 * A path is where parameters lie, so two blocks that opened one segment would have each other's weights without a
 * word. Blocks of one name in one place are numbered apart (`head`, `head~2`); a shared block is meant to be the same
 * wherever it stands, and any other block of its name is refused (S39).
 */

/** A segment that was opened. */
export interface Opened {
  readonly path: string;
  /** The shared block that it lies in, if any. */
  readonly root: string | undefined;
  /** The name that a shared block and another one both have. */
  readonly clash?: string;
}

/** The bookkeeping of one walk. */
export interface Segments {
  /** A numbered step: `conv2`. */
  readonly step: (segment: string, name: string) => string;
  readonly open: (parent: string, name: string, root: string | undefined) => Opened;
  /** A shared segment; every use numbers its steps afresh, so that the paths coincide. */
  readonly openShared: (name: string) => Opened;
}

/** A path with one more segment. */
export const under = (segment: string, name: string): string =>
  segment === '' ? name : `${segment}/${name}`;

/** Paths for one walk, none opened yet. */
export const segments = (): Segments => {
  const steps = new Map<string, number>();
  const opened = new Map<string, number>();
  /* The first segments of what is not shared: a shared block of such a name would lie among it. */
  const own = new Set<string>();
  /* What lies in a shared block, so that another use finds its counters without looking at all of them. */
  const within = new Map<string, Set<string>>();
  const count = (counters: Map<string, number>, path: string, root: string | undefined): number => {
    const next = (counters.get(path) ?? 0) + 1;
    counters.set(path, next);
    if (root !== undefined) within.get(root)?.add(path);
    return next;
  };
  const rootOf = (path: string): string | undefined => {
    if (within.size === 0) return undefined;
    const first = firstOf(path);
    return within.has(first) ? first : undefined;
  };
  return {
    step: (segment, name) => {
      const path = under(segment, name);
      return `${path}${count(steps, path, rootOf(path))}`;
    },
    open: (parent, name, root) => {
      const path = under(parent, name);
      const uses = count(opened, path, root);
      const numbered = uses === 1 ? path : `${path}~${uses}`;
      if (rootOf(numbered) !== root) return { path: numbered, root, clash: firstOf(numbered) };
      if (root === undefined) own.add(firstOf(numbered));
      return { path: numbered, root };
    },
    openShared: (name) => {
      const mine = within.get(name);
      if (mine === undefined) {
        within.set(name, new Set());
        return { path: name, root: name, ...(own.has(name) ? { clash: name } : {}) };
      }
      for (const path of mine) {
        steps.delete(path);
        opened.delete(path);
      }
      mine.clear();
      return { path: name, root: name };
    },
  };
};

const firstOf = (path: string): string => {
  const at = path.indexOf('/');
  return at < 0 ? path : path.slice(0, at);
};
