/** JSON pointers (RFC 6901): where a value stands in a document. */

/**
 * The pointer of a path of keys and indices; `''` is the whole document.
 *
 * @example
 * ```ts
 * pointerOf(['outputs', 'a/b']); // '/outputs/a~1b'
 * ```
 */
export const pointerOf = (path: readonly string[]): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
