/** Names of nodes: paths of the plan within TensorFlow's rules for names, each used once. */

/** Hands out names. */
export interface Names {
  /** The name itself within the rules, or with the first number that makes it new. */
  readonly fresh: (wanted: string) => string;
}

/**
 * A name within TensorFlow's rules (`[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*`), and further ones: no empty segment and none
 * of nothing but dots, so that it is harmless where someone takes it for a path; and none of the names that every
 * JavaScript object knows, which the executor of tfjs takes for weights.
 *
 * @example
 * ```ts
 * sanitised('../größe 1/conv'); // 'n_/gr__e_1/conv'
 * ```
 */
export const sanitised = (name: string): string => {
  const safe = name
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => segment.replace(/[^A-Za-z0-9_.-]/gu, '_').replace(/^\.+$/, '_'))
    .join('/');
  return /^[A-Za-z0-9]/.test(safe) && !(safe in Object.prototype) ? safe : `n${safe}`;
};

/** Names that are not given out yet. */
export const uniqueNames = (): Names => {
  const given = new Set<string>();
  const next = new Map<string, number>();
  return {
    fresh: (wanted) => {
      const base = sanitised(wanted);
      let name = base;
      // Names that differ in case alone confuse what is stored by name on some systems.
      for (let i = next.get(base) ?? 1; given.has(name.toLowerCase()); i++) {
        name = `${base}_${i}`;
        next.set(base, i + 1);
      }
      given.add(name.toLowerCase());
      return name;
    },
  };
};
