/** Which paths a generated file may have: relative, plain, on every system the same, and no two alike. */

/** The folder's own record of what was generated. */
export const manifestName = 'maskskip.generated.json';

/** What is wrong with the path of a generated file; `undefined` if nothing is. */
export const pathFlaw = (path: string): string | undefined => {
  const segments = path.split('/');
  if (path.length > longest || segments.length > deepest) return 'too long or too deep';
  if (!segments.every((one) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(one) && !one.endsWith('.')))
    return 'other than letters, digits, `_`, `-` and `.` in its names';
  const device = segments.find((one) => isDevice(one.split('.')[0]!));
  if (device !== undefined) return `'${device}', which Windows keeps for a device`;
  return path.toLowerCase() === manifestName ? 'the name of the record' : undefined;
};

/** What is wrong with the path that a target gives a file: beside it there must be room for `besidePath`. */
export const targetPathFlaw = (path: string): string | undefined =>
  path.length > longest - roomBeside ? 'too long or too deep' : pathFlaw(path);

/** Paths that differ in nothing but capitals are one file on some systems. */
export const pathKey = (path: string): string => path.toLowerCase();

/** `dir/name.new.ts`, the place beside `dir/name.ts`; with a number from the second on. */
export const besidePath = (path: string, nth: number): string => {
  const [, stem, extension] = /^(.*?)(\.[^./]*)?$/.exec(path)!;
  return `${stem}.new${nth === 1 ? '' : String(nth)}${extension ?? ''}`;
};

/** Whether Windows keeps a name for a device, in whatever case and with whatever extension. */
export const isDevice = (name: string): boolean => /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i.test(name);

const longest = 240;
/* `.new` and a number. */
const roomBeside = 20;
const deepest = 8;
