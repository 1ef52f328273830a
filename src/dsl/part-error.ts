/**
 * What a part's own code throws, thrown on with the part's name and path.
 *
 * A part should return what is wrong. One that throws has a bug, which no rule describes; whoever catches it at the
 * edge can say at least whose it is. The first error is the `cause`.
 */

/** The part whose code threw. */
export interface ThrowingPart {
  /** `maxout`, `ψ 'mine'`. */
  readonly name: string;
  /** The path of its step; '' where it has none. */
  readonly path: string;
  readonly part: object;
}

/** An error that a part's own code threw. */
export interface PartError extends Error {
  readonly thrownBy: ThrowingPart;
}

/** Whether a caught value was thrown on by `inPart`. */
export const isPartError = (caught: unknown): caught is PartError =>
  caught instanceof Error && typeof (caught as { thrownBy?: unknown }).thrownBy === 'object';

/** Runs a part's code; the innermost part and path of what it throws are kept. */
export const inPart = <A>(by: ThrowingPart, work: () => A): A => {
  try {
    return work();
  } catch (caught) {
    if (!isPartError(caught)) throw partError(by, caught);
    throw caught.thrownBy.path === '' && by.path !== ''
      ? partError({ ...caught.thrownBy, path: by.path }, caught.cause)
      : caught;
  }
};

const partError = (thrownBy: ThrowingPart, cause: unknown): PartError => {
  const { name, path } = thrownBy;
  const said = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new Error(`${name}${path === '' ? '' : ` at ${path}`}: ${said}`, { cause }), {
    name: 'PartError',
    thrownBy,
  });
};
