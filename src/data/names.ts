/**
 * Which image names a CSV file may use, and where they lead.
 *
 * A name is a relative path with `/` between its parts that stays under its folder: it comes from a file that
 * somebody else wrote. The rule is the same on every system, so a set checked on one opens on the others.
 */

/** Why a name is refused, in the parts of a fault. */
export interface NameProblem {
  readonly got: string;
  readonly wanted: string;
  readonly fix: string;
}

/** What is wrong with an image's name; `undefined` if nothing is. */
export const nameProblem = (name: string): NameProblem | undefined => {
  const reason = reasons.find(([matches]) => matches(name))?.[1];
  if (reason === undefined) return undefined;
  return {
    got: `${quoted(name)}, ${reason}`,
    wanted: 'the name of an image under its folder',
    fix: 'rename the image or remove the row',
  };
};

/** A hostile name as one short printable line. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}…` : text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const reasons: readonly (readonly [matches: (name: string) => boolean, reason: string])[] = [
  [(name) => name === '', 'an empty name'],
  [(name) => /\p{Cc}/u.test(name), 'which holds a control character'],
  [(name) => name.includes('\ufffd'), 'which is not UTF-8'],
  [(name) => name.includes('\\'), 'which holds a backslash'],
  [(name) => /[:,"]/.test(name), 'which holds a colon, a comma or a quote'],
  [(name) => name.startsWith('/'), 'an absolute path'],
  [(name) => name.trim() !== name, 'which begins or ends with a blank'],
  [
    (name) => name.split('/').some((part) => part === '' || part === '.' || part === '..'),
    'which leaves its folder',
  ],
  [
    (name) => name.split('/').some((part) => Buffer.byteLength(part) > 255),
    'which is too long for a file name',
  ],
  [(name) => name.length > 1024, 'which is too long'],
];

/** The file of an image's mask under the masks' folder: the image's name with the extension `.png`. */
export const maskName = (name: string): string => `${name.replace(/\.[^./]*$/, '')}.png`;
