/** Named inputs that hold something for each of several parts: in reach, and of the right shape. Rules S32, S33. */
import type { Dimension, Show } from '../dimensions/dimension.js';
import { show, type Size } from '../dimensions/dimension.js';
import type { Inputs, Level, Sizes } from '../feature.js';
import { differs, showLevel, type Differs, type ShowShape } from '../message.js';
import type { Flaw, State } from '../rule.js';
import { allNames, names, type Names } from './tap.js';

/** S32: a named input is certainly not in reach. `Fix` says what to do. */
export type NotInReach<
  Op extends string,
  Name extends string,
  Fix extends string,
  I extends Inputs,
> = string extends Name | keyof I
  ? never
  : Name extends keyof I
    ? never
    : I extends { readonly flaw: string }
      ? // What follows a fault is not measured against inputs that the fault may have lost.
        never
      : `✗ S32 ${Op}: no input '${Name}' in reach (in reach: ${Names<I>}); ${Fix}`;
/** The run-time twin of `NotInReach`. */
export const notInReach = (
  op: string,
  name: string,
  fix: string,
  inputs: State['inputs'],
): readonly Flaw[] =>
  Object.hasOwn(inputs, name)
    ? []
    : [
        {
          rule: 'S32',
          within: [],
          body: `${op}: no input '${name}' in reach (in reach: ${names(inputs)})`,
          got: allNames(inputs),
          wanted: `'${name}'`,
          fix,
        },
      ];

/** S32 or S33: the input is not in reach, or certainly not of 1×W×C, as that many parts need. */
export type Unfit<
  Op extends string,
  Name extends string,
  Count extends Dimension,
  W extends Dimension,
  C extends Dimension,
  I extends Inputs,
> = string extends Name | keyof I
  ? never
  : Name extends keyof I
    ? I[Name] extends Level<infer H1, infer W1, infer C1>
      ? Differs<H1, W1, C1, 1, W, C> extends infer D
        ? [D] extends [never]
          ? never
          : `✗ S33 ${Op}: input '${Name}' is ${ShowShape<H1, W1, C1>}, ${Show<Count>} parts need ${ShowShape<1, W, C>} (${D & string}); declare input('${Name}', 1, ${Show<W>}, ${Show<C>})`
        : never
      : never
    : NotInReach<Op, Name, `bring(input('${Name}', 1, ${Show<W>}, ${Show<C>})) first`, I>;
/** The run-time twin of `Unfit`. */
export const unfit = (
  op: string,
  name: string,
  count: Size,
  wanted: Sizes,
  inputs: State['inputs'],
): readonly Flaw[] => {
  const declaration = `input('${name}', ${show(wanted.h)}, ${show(wanted.w)}, ${show(wanted.c)})`;
  const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (given === undefined) return notInReach(op, name, `bring(${declaration}) first`, inputs);
  const pair = differs(given, wanted);
  return pair === undefined
    ? []
    : [
        {
          rule: 'S33',
          within: [],
          body: `${op}: input '${name}' is ${showLevel(given)}, ${show(count)} parts need ${showLevel(wanted)} (${pair})`,
          got: showLevel(given),
          wanted: showLevel(wanted),
          fix: `declare ${declaration}`,
        },
      ];
};
