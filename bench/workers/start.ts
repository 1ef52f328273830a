/** What workers on tfjs begin with. */
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../../src/base/fault.js';
import { unsafeActivate, type Active, type BackendName } from '../../src/backend/index.js';
import type { About } from '../harness/worker.js';

/** A running backend and what is said of it. Throws why it cannot be used. */
export const start = async ({
  backend,
  threads,
}: {
  readonly backend: BackendName;
  readonly threads: number;
}): Promise<{ readonly active: Active; readonly about: About }> => {
  const active = await unsafeActivate({ backend, ...(backend === 'native' ? { threads } : {}) });
  const library = /^libtensorflow ([\d.]+)/.exec(active.detail)?.[1];
  return {
    active,
    about: {
      backend: `${active.name}: ${active.detail}`,
      versions: library === undefined ? {} : { libtensorflow: library },
    },
  };
};

/** The value of a result; throws its faults, which the worker reports. */
export const unsafe = <A>(result: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};
