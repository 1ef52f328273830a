/** ψ in words: a few for a skip, a sentence for the legend. What is not known by name says its own name. */
import type { Psi } from '../../../dsl/psi/psi.js';

/** Whether there is anything on the skip. */
export const hasPsi = (psi: Psi): boolean => psi.name !== 'none';

/** ψ in a few words: `dense`, `grid 2×2`, `warp, then dense`. */
export const describedPsi = ({ name, options }: Pick<Psi, 'name' | 'options'>): string => {
  if (name === 'grid' && typeof options['cellHeight'] === 'number')
    return `grid ${options['cellHeight']}×${String(options['cellWidth'])}`;
  if (name === 'grouped' && typeof options['depth'] === 'number') return `grouped ${options['depth']}`;
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
  grouped: `${gate}, M of one value per pixel and group of channels`,
  grid: 'ψ(f, M) = f where more than half of its cell has σ(f·M) ≥ ½, else 0',
  maskConnectLevel: 'ψ passes a level whole or not at all, as its mask says',
  maskConnectChannel: 'ψ passes a channel whole or not at all, as its mask says',
  modularSoft: 'ψ(f) = g·f, a soft mask g of one value per pixel',
  modularBlend: 'ψ(f) = g·T(f) + (1 − g)·f, a soft mask g of one value per pixel',
  closed: 'ψ(f) = 0: nothing passes',
  warp: 'ψ moves the parts of f to the target pose',
  resize: "ψ brings levels to the decoder's size",
};

/* What is done in a step of a chain. */
const steps: Readonly<Record<string, string>> = {
  warp: 'the parts of f are moved to the target pose',
  resize: "levels are brought to the decoder's size",
  ...Object.fromEntries(['dense', 'one', 'grouped', 'grid'].map((name) => [name, 'then masked'])),
};

/** ψ as a legend says it. */
export const explainedPsi = (name: string, text: string): string => {
  if (Object.hasOwn(known, name)) return `${text}: ${known[name]!}`;
  if (name !== 'chain') return `${text}: a ψ of its own`;
  const said = text.split(', then ').map((step) => step.split(' ')[0]!);
  return said.every((step) => Object.hasOwn(steps, step))
    ? `${text}: ${said.map((step) => steps[step]!).join(', ')}`
    : `${text}: one ψ after another`;
};
