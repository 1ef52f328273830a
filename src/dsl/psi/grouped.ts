/** Masks of a depth of their own: `psi.grouped(depth)`. Rules S02, S13, S21, S38. */
import * as layout from '../../ops/layout.js';
import type * as Natural from '../dimensions/natural.js';
import { show, type Dimension } from '../dimensions/dimension.js';
import type { Level, Sizes } from '../feature.js';
import type { Form } from '../form.js';
import { notPositive, type NotPositive } from '../message.js';
import type { Flaw } from '../rule.js';
import {
  asData,
  extents,
  masked,
  maskFields,
  maskFlaws,
  maskOf,
  resolved,
  type MaskOptions,
  type Resolved,
} from './gate.js';
import { psiOf, type Psi, type PsiRule } from './psi.js';

/** One mask value per pixel and group of channels. */
export interface GroupedMask<Depth extends number> extends Psi<GroupedRule<Depth>> {
  readonly name: 'grouped';
  readonly depth: Depth;
  readonly mask: Resolved;
}
interface GroupedRule<Depth extends number> extends PsiRule {
  readonly out: GroupedOut<Depth, this['feature']>;
}
type GroupedOut<Depth extends number, E extends Level> =
  NotPositive<'psi.grouped', [['depth', Depth]]> extends infer M
    ? [M] extends [never]
      ? Divides<Depth, E['c']> extends false
        ? `✗ S13 psi.grouped: depth ${Depth} does not divide ${E['c']} channels; use a depth that does`
        : E
      : M
    : never;
type Divides<Depth extends number, C extends Dimension> = C extends number
  ? number extends C | Depth
    ? boolean
    : Natural.Modulo<C, Depth> extends 0
      ? true
      : false
  : boolean;

/**
 * One mask value per pixel and group of channels / depth consecutive channels; between `psi.one` (depth 1) and
 * `psi.dense` (depth = channels). ψ(f, M) = f ⊙ 1[f·M ≥ 0]. Parameters: h·w·depth.
 */
export const grouped = <const Depth extends number>(
  depth: Depth,
  options: MaskOptions = {},
): GroupedMask<Depth> => {
  const full = resolved(options);
  return psiOf<GroupedMask<Depth>>({
    name: 'grouped',
    form: groupedForm,
    depth,
    mask: full,
    options: { depth, ...asData(full) },
    shape: ({ feature }) => ({
      level: feature,
      flaws: [...depthFlaws(feature, depth), ...maskFlaws('psi.grouped', options, full)],
    }),
    lower: ({ feature }, lowering) => {
      const [height, width, channels] = extents(feature);
      const mask = maskOf([height, width, depth], full, lowering);
      const spread = layout.tile(layout.reshape(mask, [height, width, depth, 1]), [
        1,
        1,
        1,
        channels / depth,
      ]);
      return masked(feature, layout.reshape(spread, [height, width, channels]), full, lowering);
    },
  });
};

/** How `psi.grouped` stands in a spec. */
export const groupedForm: Form<
  Pick<GroupedMask<number>, 'depth' | 'mask'>,
  { readonly depth: number } & Resolved
> = {
  builtIn: 'grouped',
  kind: 'psi',
  fields: (f) => ({ depth: f.number, ...maskFields(f) }),
  make: ({ depth, ...options }) => grouped(depth, options),
  options: ({ depth, mask }) => ({ depth, ...mask }),
};

const depthFlaws = (feature: Sizes, depth: number): readonly Omit<Flaw, 'within'>[] => {
  const bad = notPositive('psi.grouped', [['depth', depth]], { ...feature, taps: {}, inputs: {} });
  if (bad !== undefined) return bad.flaws;
  return typeof feature.c === 'number' && feature.c % depth !== 0
    ? [
        {
          rule: 'S13',
          body: `psi.grouped: depth ${depth} does not divide ${show(feature.c)} channels`,
          got: String(depth),
          wanted: `a divisor of ${feature.c}`,
          fix: 'use a depth that does',
        },
      ]
    : [];
};
