/** What can be wrong with a spec: rules X01–X19; README.md has their table. */
import { printable, prints } from '../names.js';
import { fault, type Fault } from '../../base/fault.js';
import { limits, specVersion } from './document.js';

/** Something wrong, before its place is known. */
export interface Wrong {
  readonly rule: string;
  readonly got: string;
  readonly wanted: string;
  readonly fix: string;
}

/** At most so many faults are told of one document. */
export const mostFaults = 100;

/** A fault at a place in a document. */
export const faultAt = (pointer: string, wrong: Wrong): Fault =>
  fault({ ...wrong, where: pointer === '' ? 'spec' : printable(pointer), pointer });

/** The first faults; the last one says how many there are besides. */
export const firstFaults = (count: number, nth: (index: number) => Fault): readonly Fault[] => {
  const told = Array.from({ length: Math.min(count, mostFaults) }, (_, index) => nth(index));
  return count <= mostFaults
    ? told
    : [
        ...told,
        faultAt('', {
          rule: 'X19',
          got: `${count - mostFaults} more faults`,
          wanted: 'none',
          fix: 'mend those above first',
        }),
      ];
};

/** Whether a text can be a name: some letters, not too many, all of which can be printed. */
export const isName = prints;

/** A value in few words. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') {
    const some = value.length > 60 ? `${value.slice(0, 60)}…` : value;
    return printable(JSON.stringify(some));
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
};

/** X10. */
export const wrongKind = (value: unknown, wanted: string): Wrong => ({
  rule: 'X10',
  got: shown(value),
  wanted,
  fix: `write ${wanted}`,
});

/** X16. */
export const notAName = (text: string): Wrong => ({
  rule: 'X16',
  got: shown(text),
  wanted: 'a name of 1 to 256 printable letters',
  fix: 'choose another name',
});

/** X08. */
export const unknownField = (field: string, known: readonly string[]): Wrong => ({
  rule: 'X08',
  got: `the unknown field ${shown(field)}`,
  wanted: known.length === 0 ? 'no field' : known.join(', '),
  fix: `remove it${orWrite(field, known)}`,
});

/** X09. */
export const missingField = (field: string): Wrong => ({
  rule: 'X09',
  got: `no field ${shown(field)}`,
  wanted: shown(field),
  fix: `add ${shown(field)}`,
});

/** X01 for a document that is no object. */
export const noDocument = (value: unknown): Wrong => ({
  rule: 'X01',
  got: shown(value),
  wanted: 'an object {"maskskip": 1, "features": […], "outputs": {…}}',
  fix: 'pass what toSpec gives',
});

/** X04 for features. */
export const tooManyFeatures = (count: number): Wrong => ({
  rule: 'X04',
  got: `${count} features`,
  wanted: `at most ${limits.features}`,
  fix: 'put their layers into fewer features',
});

/** X07. */
export const otherVersion = (version: unknown): Wrong => ({
  rule: 'X07',
  got: `version ${shown(version)}`,
  wanted: `version ${specVersion}`,
  fix: 'use the version of maskskip that wrote it, or a later one',
});

/** X17 for a form that does not do its work. */
export const wrongForm = (name: string, got: string): Wrong => ({
  rule: 'X17',
  got: `the form of ${shown(name)} with ${printable(got)}`,
  wanted: 'fields, make and options that fit',
  fix: 'mend the form, or the options here',
});

/** X18 for what is no feature. */
export const strayFeature: Wrong = {
  rule: 'X18',
  got: 'a value that is not a feature',
  wanted: 'a feature',
  fix: 'pass what input, through or concat gives',
};

/** X11. */
export const unknownPart = (name: string, kind: string, known: readonly string[]): Wrong => ({
  rule: 'X11',
  got: shown(name),
  wanted: `the name of ${kind}`,
  fix: `${writeOr(name, known)}pass the definition of ${shown(name)}`,
});

/** The name that is most like another: the fewest letters to change, put in or take out; none if none is like it. */
export const closest = (name: string, known: readonly string[]): string | undefined => {
  const some = name.slice(0, 64);
  const most = Math.max(2, Math.floor(some.length / 2));
  return known
    .filter((one) => Math.abs(one.length - some.length) <= most)
    .map((one) => ({ one, far: distance(some, one.slice(0, 64)) }))
    .reduce<{ readonly one?: string; readonly far: number }>(
      (best, next) => (next.far < best.far ? next : best),
      { far: most + 1 },
    ).one;
};
const orWrite = (name: string, known: readonly string[]): string => {
  const like = closest(name, known);
  return like === undefined ? '' : `, or write ${shown(like)}`;
};
const writeOr = (name: string, known: readonly string[]): string => {
  const like = closest(name, known);
  return like === undefined ? '' : `write ${shown(like)}, or `;
};
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
};
