/** Names that are each given out once, made of names that may hold anything. */

/** Hands out names. */
export interface UniqueNames {
  /** The name within the rules, with the first number that makes it new where it is taken. */
  readonly fresh: (wanted: string) => string;
}

/** Names within the rules of `plain`, none given out yet; two of one `key` count as the same name. */
export const namesWithin = (
  plain: (wanted: string) => string,
  key: (name: string) => string = (name) => name,
): UniqueNames => {
  const given = new Set<string>();
  const next = new Map<string, number>();
  return {
    fresh: (wanted) => {
      const base = plain(wanted);
      let name = base;
      for (let nth = next.get(base) ?? 1; given.has(key(name)); nth++) {
        name = `${base}_${nth}`;
        next.set(base, nth + 1);
      }
      given.add(key(name));
      return name;
    },
  };
};

/** A path's segments of ASCII letters, digits, `_`, `.` and `-`; none is empty or of nothing but dots. */
export const plainSegments = (path: string): string =>
  path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replace(/[^A-Za-z0-9_.-]/gu, '_').replace(/^\.+$/, '_'))
    .join('/');
