/**
 * Decoded pictures kept for their next use. The least recently used are dropped when the bytes run out.
 */

/** A cache whose values all cost the same number of bytes. */
export interface PictureCache<A> {
  /** The value under `key`; if it is not kept, `load` runs, once even if two ask meanwhile. */
  readonly get: (key: string, load: () => Promise<A>) => Promise<A>;
  /** How many values are kept. */
  readonly count: () => number;
}

/** A cache of at most `bytes` bytes for values of `each` bytes; one that has no room keeps nothing. */
export const pictureCache = <A>(bytes: number, each: number): PictureCache<A> => {
  const room = Math.floor(bytes / each);
  const kept = new Map<string, Promise<A>>();
  return {
    get: (key, load) => {
      const found = kept.get(key);
      // A Map iterates in the order of insertion: putting a used value back makes it the newest.
      if (found !== undefined) kept.delete(key);
      const value = found ?? load();
      if (room > 0) kept.set(key, value);
      if (kept.size > room) {
        const oldest = kept.keys().next();
        if (oldest.done !== true) kept.delete(oldest.value);
      }
      return value;
    },
    count: () => kept.size,
  };
};
