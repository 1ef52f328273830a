/** Leaving at once what has nothing to tidy up. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';

/**
 * The result of some work, or fault U09 as soon as the person interrupts. For work that writes nothing; what writes
 * takes the signal itself. An interrupt that came before keeps the work from starting.
 */
export const unlessInterrupted = <A>(
  signal: AbortSignal,
  what: string,
  work: () => Promise<E.Either<readonly Fault[], A>>,
): Promise<E.Either<readonly Fault[], A>> => {
  const stopped = E.left([interrupted(what)]);
  if (signal.aborted) return Promise.resolve(stopped);
  return Promise.race([
    work(),
    new Promise<E.Either<readonly Fault[], A>>((settle) =>
      signal.addEventListener('abort', () => settle(stopped), { once: true }),
    ),
  ]);
};

/** Fault U09. */
export const interrupted = (what: string): Fault =>
  fault({ rule: 'U09', where: what, got: 'an interrupt', wanted: 'to finish', fix: 'run it again' });
