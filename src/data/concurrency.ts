/** Running promises side by side, but not too many, and ahead of their use. */

/** A function that runs what it is given, at most `limit` at once, in the order asked. */
export const limited = (limit: number): (<A>(run: () => Promise<A>) => Promise<A>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= limit) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await run();
    } finally {
      // The place passes straight to the next in line, so a newcomer cannot take it in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
};

/**
 * The results of `load` for each key in order, with up to `depth` further ones under way. When the reader stops
 * early or a load fails, those under way are awaited, so that nothing runs on afterwards.
 */
export async function* ahead<Key, A>(
  keys: Iterable<Key>,
  depth: number,
  load: (key: Key) => Promise<A>,
): AsyncGenerator<A> {
  const underWay: Promise<A>[] = [];
  try {
    for (const key of keys) {
      const loading = load(key);
      // A failure is thrown when its turn comes, not as an unhandled rejection before.
      loading.catch(() => undefined);
      underWay.push(loading);
      if (underWay.length > depth) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}
