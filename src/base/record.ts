/** Records, entry by entry. */

/** The same keys with other values. */
export const mapValues = <K extends string, A, B>(
  record: Readonly<Record<K, A>>,
  map: (value: A, key: K) => B,
): Record<K, B> =>
  Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, map(value, key as K)])) as Record<
    K,
    B
  >;

/** All entries of several records; a later one wins. Any text may be a key, `__proto__` too. */
export const merge = <A>(...records: readonly Readonly<Record<string, A>>[]): Record<string, A> =>
  Object.fromEntries(records.flatMap((record) => Object.entries(record)));
