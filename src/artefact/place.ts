/**
 * Which paths a compiled folder may name: plain segments with `/` between, below the folder.
 *
 * The grammar is narrower than any file system's, the same everywhere, and has nothing that a URL or a shell reads
 * in its own way. The compiler writes no other names.
 */

/** What is wrong with a path; `undefined` if nothing is. */
export const pathProblem = (path: string): string | undefined =>
  path.length > 255
    ? 'which is too long'
    : path.split('/').every((segment) => plain.test(segment) && !device.test(segment))
      ? undefined
      : 'which is no plain relative path';

/** Letters, digits, `_`, `-` and `.`, the last neither first nor last. */
const plain = /^[A-Za-z0-9_-](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;

/** Names that are devices in every folder of Windows. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A hostile text as one short printable line. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}…` : text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
