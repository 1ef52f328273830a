/** ψ in words: a few for a skip, a sentence for the legend. What is not known by name says its own name. */
import type { Psi } from '../../../dsl/psi/psi.js';

/** Whether there is anything on the skip. */
export const hasPsi = (psi: Psi): boolean => psi.name !== 'none';

/** ψ in a few words: `dense`, `grid 2×2`, `warp, then dense`. */
export const describedPsi = ({ name, options }: Pick<Psi, 'name' | 'options'>): string => {
  if (name === 'grid' && typeof options['cellHeight'] === 'number')
    return `grid ${options['cellHeight']}×${String(options['cellWidth'])}`;
  if (name === 'grouped' && typeof options['groups'] === 'number') return `grouped ${options['groups']}`;
  if (name === 'chain') {
    const parts = [options['first'], options['then']].map(partOf).filter((one) => one !== 'none');
    return parts.length === 0 ? 'none' : parts.join(', then ');
  }
  return name;
};

const partOf = (options: unknown): string => {
  if (typeof options !== 'object' || options === null || !('name' in options)) return 'ψ';
  return describedPsi({ name: String(options.name), options: { ...options } });
};

const gate = 'ψ(f, M) = f·1[σ(f·M) ≥ ½]';
const known: Readonly<Record<string, string>> = {
  dense: `${gate}, M of one value per pixel and channel`,
  one: `${gate}, M of one value per pixel`,
  closed: 'ψ(f) = 0: nothing passes',
  warp: 'ψ moves the parts of f to the target pose',
  resize: "ψ brings levels to the decoder's size",
};

/** ψ as a legend says it. */
export const explainedPsi = (name: string, text: string): string =>
  Object.hasOwn(known, name)
    ? `${text}: ${known[name]!}`
    : name === 'grid'
      ? `${text}: ψ(f, M) = f where more than half of its cell has σ(f·M) ≥ ½, else 0`
      : name === 'chain'
        ? `${text}: ψ in two steps`
        : `${text}: a ψ of its own`;
