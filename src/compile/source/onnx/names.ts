/** Names in an ONNX model: paths of letters and digits, each used once. */

/** Hands out names. */
export interface ValueNames {
  /** The name within the rules, with the first number that makes it new where it is taken. */
  readonly fresh: (wanted: string) => string;
}

/**
 * A name as segments of ASCII letters, digits, `_`, `.` and `-`, at most 200 long.
 *
 * ONNX asks for less, but runtimes take names as keys of objects and some tools as names of files: no segment is empty
 * or of nothing but dots, and no name is one that every JavaScript object knows. The model's metadata holds the names
 * as they were.
 *
 * @example
 * ```ts
 * plainName('../größe 1/conv'); // '_/gr__e_1/conv'
 * ```
 */
export const plainName = (name: string): string => {
  const safe = name
    .slice(0, 200)
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replace(/[^A-Za-z0-9_.-]/gu, '_').replace(/^\.+$/, '_'))
    .join('/');
  return safe === '' || safe in Object.prototype ? `n${safe}` : safe;
};

/** Names of which none is given out yet. */
export const valueNames = (): ValueNames => {
  const given = new Set<string>();
  const next = new Map<string, number>();
  return {
    fresh: (wanted) => {
      const base = plainName(wanted);
      let name = base;
      for (let nth = next.get(base) ?? 1; given.has(name); nth++) {
        name = `${base}_${nth}`;
        next.set(base, nth + 1);
      }
      given.add(name);
      return name;
    },
  };
};
