/** Gates: what masks share. A mask parameter, the threshold of a product, and the surrogate that stands in for its gradient. */
import * as ops from '../../ops/elementwise.js';
import type { Initialiser } from '../../ops/initialiser.js';
import type { Value } from '../../ops/value.js';
import type { FieldVocabulary, Fields } from '../form.js';
import type { Lowering } from '../lowering.js';
import { initialiserFlaws, notOptions, optionsIn, optionsNotInRange, showGiven } from '../message.js';
import type { Flaw } from '../rule.js';
import { init } from './init.js';
import { isSurrogate, surrogate, type Surrogate, type Threshold } from './surrogate.js';

/** Options of a mask. */
export interface MaskOptions {
  /** How the mask starts; `init.open` by default. */
  readonly init?: Initialiser;
  /** The gradient of its threshold; `surrogate.sigmoid` by default. */
  readonly surrogate?: Surrogate;
}

/** The options of a mask with their defaults. */
export type Resolved = Required<MaskOptions>;
export const resolved = (given: MaskOptions): Resolved => {
  const options = optionsIn(given);
  return { init: options.init ?? init.open, surrogate: options.surrogate ?? surrogate.sigmoid };
};

/** How a mask starts and, where it has one, the gradient of its threshold. */
interface Start {
  readonly init: Initialiser;
  readonly surrogate?: Surrogate | undefined;
}

/** The options of a mask in a form. */
export const maskFields = (f: FieldVocabulary): Fields<Resolved> => ({
  init: f.standard(f.initialiser, init.open),
  surrogate: f.standard(f.surrogate, surrogate.sigmoid),
});

/** The options as plain data. */
export const asData = ({
  init: start,
  surrogate: gradient,
}: Resolved): Readonly<Record<string, unknown>> => ({
  init: { name: start.name, ...start.options },
  surrogate: { name: gradient.name, ...gradient.options },
});

/** What is wrong with a mask's options: S02, S38, or S21's warning. */
export const maskFlaws = (
  name: string,
  given: unknown,
  options: Resolved,
): readonly Omit<Flaw, 'within'>[] => {
  const bad = notOptions(name, given);
  if (bad !== undefined) return [bad];
  const flaws = startFlaws(name, options);
  return flaws.length > 0 ? flaws : stillMask(name, options);
};

/** S38: numbers of a start and of a surrogate that are out of range, or what is no such thing. */
export const startFlaws = (
  name: string,
  { init: start, surrogate: gradient }: Start,
): readonly Omit<Flaw, 'within'>[] => [
  ...initialiserFlaws(name, start, 'init'),
  ...(gradient === undefined
    ? []
    : isSurrogate(gradient)
      ? optionsNotInRange(name, 'surrogate', gradient.options)
      : [
          {
            rule: 'S38',
            body: `${name}: surrogate ${showGiven(gradient)} is not a surrogate`,
            got: showGiven(gradient),
            wanted: 'a surrogate',
            fix: 'pass surrogate.sigmoid, surrogate.soft(4), … or your own',
          },
        ]),
];

/** S21: a mask that will never move is allowed and said. */
const stillMask = (name: string, { surrogate: gradient }: Resolved): readonly Omit<Flaw, 'within'>[] =>
  gradient.trains
    ? []
    : [
        {
          rule: 'S21',
          severity: 'warning',
          body: `${name}: surrogate.${gradient.name} passes no gradient, the mask stays as it starts`,
          got: `surrogate.${gradient.name}`,
          wanted: 'a surrogate that trains the mask',
          fix: 'use surrogate.sigmoid to train it',
        },
      ];

/** A mask parameter; without a surrogate nothing is said of why no gradient might reach it. */
export const maskOf = (
  shape: readonly number[],
  { init: start, surrogate: gradient }: Start,
  lowering: Lowering,
): Value =>
  lowering.parameter({
    name: 'mask',
    shape,
    initialiser: start,
    role: 'mask',
    ...(gradient?.trains === false ? { inert: `surrogate.${gradient.name} passes no gradient` } : {}),
  });

/** The gate of a threshold: hard at inference, the surrogate's in training. */
export const gateOf = (threshold: Threshold, gradient: Surrogate, lowering: Lowering): Value =>
  lowering.mode === 'train' ? gradient.gate(threshold, lowering) : threshold.hard;

/** 1 where a product is ≥ 0, else 0. */
export const opened = (product: Value): Value => ops.cast(ops.greaterEqual(product, 0), 'float32');

/** ψ(f, M) = f ⊙ 1[f·M ≥ 0] for a mask that broadcasts over the feature (the paper's equations 3–4). */
export const masked = (feature: Value, mask: Value, options: Resolved, lowering: Lowering): Value => {
  const product = ops.multiply(feature, mask);
  const threshold = { product, pool: (x: Value): Value => x, hard: opened(product) };
  return ops.multiply(feature, gateOf(threshold, options.surrogate, lowering));
};

/** Height, width and channels of a value. */
export const extents = (value: Value): readonly [height: number, width: number, channels: number] => [
  Number(value.shape[1]),
  Number(value.shape[2]),
  Number(value.shape[3]),
];
