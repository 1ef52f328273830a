/** Groups of channels, each given those before it: `autoregressive(groups, options)`. Rules S02, S10, S11, S37. */
import { concat, slice } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import { multiply, type Dimension, type Multiply, type Show, type Size } from '../dimensions/dimension.js';
import type { Feature, Inputs, Level, Sizes, Taps } from '../feature.js';
import { formOf } from '../form.js';
import type { Lowering } from '../lowering.js';
import {
  differs,
  notOptions,
  notPositive,
  optionsIn,
  showLevel,
  type Differs,
  type NotPositive,
  type ShowShape,
} from '../message.js';
import {
  flawed,
  layerOf,
  shaped,
  unknown,
  type Definition,
  type Flaw,
  type Flow,
  type Layer,
  type Outcome,
  type Rule,
  type State,
  type Step,
  type Walk,
  type Within,
} from '../rule.js';
import { outputsIn, type OutputsIn } from './output.js';
import { allNames, names, openIn, type Names } from './tap.js';

/** What is done for each group. */
export interface AutoregressiveOptions<Predict, Update, From extends string | undefined> {
  /** What gives a group from the trunk. */
  readonly predict: Predict;
  /** What brings the trunk to the next group; reads the group by `skip('group', psi, { join, level: 1 })`. */
  readonly update: Update;
  /** The encoder whose deepest level, cut into groups, is what `update` reads; the predictions by default. */
  readonly from?: From;
}

/** Groups of channels, one after another. */
export interface Autoregressive<
  Groups extends number,
  Predict,
  Update,
  From extends string | undefined = undefined,
> extends Layer<AutoregressiveRule<Groups, Predict, Update, From>> {
  readonly op: 'autoregressive';
  readonly groups: Groups;
  readonly predict: Predict;
  readonly update: Update;
  readonly from: From;
}
interface AutoregressiveRule<
  Groups extends number,
  Predict,
  Update,
  From extends string | undefined,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'autoregressive', [['groups', Groups]]> extends infer M
      ? [M] extends [never]
        ? Within<Step<Predict, Feature<H, W, C, {}, I>>, 'autoregressive predict'> extends infer P
          ? P extends Feature<infer H1, infer W1, infer C1, infer T1, infer I1>
            ? [keyof OutputsIn<T1>] extends [never]
              ? FedBack<From, T, Level<H, W, C>, Level<H1, W1, C1>, Groups> extends infer G
                ? G extends Level
                  ? Updated<Groups, Update, G, Level<H, W, C>, I1> extends infer I2
                    ? I2 extends Inputs
                      ? Feature<H1, W1, Multiply<C1, Groups>, T, I2>
                      : I2
                    : never
                  : G
                : never
              : OutputInside<T1>
            : P
          : never
        : M
      : never
    : never;
}

/** The level that `update` reads, or S10, S11, S37. */
type FedBack<
  From extends string | undefined,
  T extends Taps,
  Trunk extends Level,
  P extends Level,
  Groups extends number,
> = From extends string
  ? string extends keyof T
    ? P
    : From extends keyof T
      ? T[From] extends readonly [...unknown[], infer E extends Level]
        ? Grouped<From, E, Trunk['h'], Trunk['w'], P['c'], Groups>
        : number extends T[From]['length']
          ? P
          : `✗ S11 autoregressive '${From}': no encoder level left; take as many skips as the encoder has levels`
      : `✗ S10 autoregressive '${From}': no such encoder (open: ${Names<T>}); name one that is open, or open it with encoder or tap`
  : P;
type Grouped<
  From extends string,
  E extends Level,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  Groups extends number,
> =
  Differs<E['h'], E['w'], E['c'], H, W, Multiply<C, Groups>> extends infer D
    ? [D] extends [never]
      ? Level<E['h'], E['w'], C>
      : `✗ S37 autoregressive: '${From}' is ${ShowShape<E['h'], E['w'], E['c']>}, ${Show<Groups>} groups of ${Show<C>} channels are ${ShowShape<H, W, Multiply<C, Groups>>} (${D & string}); give both the same shape`
    : never;

/** The inputs after the update of the trunk, or what is wrong with it. The last group has no update. */
type Updated<
  Groups extends number,
  Update,
  G extends Level,
  Trunk extends Level,
  I extends Inputs,
> = Groups extends 1
  ? I
  : Within<
        Step<Update, Feature<Trunk['h'], Trunk['w'], Trunk['c'], { readonly group: readonly [G] }, I>>,
        'autoregressive update'
      > extends infer U
    ? U extends Feature<infer H, infer W, infer C, infer T, infer I2>
      ? [keyof OutputsIn<T>] extends [never]
        ? Differs<H, W, C, Trunk['h'], Trunk['w'], Trunk['c']> extends infer D
          ? [D] extends [never]
            ? I2
            : `✗ S37 autoregressive: update gives ${ShowShape<H, W, C>}, the trunk is ${ShowShape<Trunk['h'], Trunk['w'], Trunk['c']>} (${D & string}); give both the same shape`
          : never
        : OutputInside<T>
      : U
    : never;
type OutputInside<T extends Taps> =
  `✗ S37 autoregressive: an output is named inside (${Names<OutputsIn<T>>}), where there is one for each group; name it after the groups`;

/** More groups than this are surely meant as channels of fewer. */
const mostGroups = 64;

/**
 * Predicts channels group by group, each group from a trunk that has seen the groups before it.
 *
 * With the trunk h₁ = h: pₖ = predict(hₖ), hₖ₊₁ = update(hₖ, gₖ) for k = 1 … groups. The group gₖ is pₖ, or the k-th
 * of `groups` equal parts of the channels of the deepest open level of encoder `from`, which stays open and has the
 * trunk's height and width: teacher forcing. `update` reads it as level 1 of the encoder `'group'` and keeps the trunk's
 * shape. Encoder levels from outside are out of reach within.
 *
 * Shapes: h×w×c → h′×w′×(groups·c′) where predict gives h′×w′×c′; p₁ comes first. Parameters: every group has its own,
 * under `autoregressive1/group1/predict/…` and `…/group1/update/…`; the last group has no update. Source: the prior of
 * Esser et al., CVPR 2018.
 *
 * @example
 * ```ts
 * autoregressive(4, {
 *   predict: conv(128),
 *   update: residual(fuse(join.concat, skip('group', psi.none, { join: join.replace, level: 1 }), elu, conv(512, { kernel: 1 })), elu, conv(512)),
 *   from: 'posterior',
 * }); // 1×1×512 → 1×1×512
 * ```
 */
export const autoregressive = <
  const Groups extends number,
  const Predict,
  const Update,
  const From extends string | undefined = undefined,
>(
  groups: Groups,
  options: AutoregressiveOptions<Predict, Update, From>,
): Autoregressive<Groups, Predict, Update, From> => {
  const { predict, update, from } = optionsIn(options) as AutoregressiveOptions<Predict, Update, From> & {
    readonly from: From;
  };
  return layerOf<Autoregressive<Groups, Predict, Update, From>>({
    op: 'autoregressive',
    groups,
    predict,
    update,
    from,
    definition: define({ groups, predict, update, from }, options),
  });
};

/** How autoregressive groups stand in a spec. */
export const autoregressiveForm = formOf<DeclaredGroups>({
  builtIn: 'autoregressive',
  fields: (f) => ({ groups: f.number, predict: f.layer, update: f.layer, from: f.optional(f.text) }),
  make: ({ groups, ...options }) => autoregressive(groups, options),
});

/** What groups were declared with. */
export interface DeclaredGroups {
  readonly groups: number;
  readonly predict: unknown;
  readonly update: unknown;
  readonly from: string | undefined;
}

const define = (declared: DeclaredGroups, options: unknown): Definition => ({
  name: 'autoregressive',
  form: autoregressiveForm,
  shape: (state, walk) => {
    const bad = notPositive('autoregressive', [['groups', declared.groups]], state);
    if (bad !== undefined) return bad;
    const mistaken = notOptions('autoregressive', options);
    if (mistaken !== undefined) return flawed(mistaken, unknown(state));
    const tooMuch = amplified(declared);
    if (tooMuch !== undefined) return { state: unknown(state), flaws: [tooMuch] };
    const { predict, update, flaws } = group(declared, 1, state, walk);
    // All groups are alike: what is wrong is said of the first.
    for (let k = 2; flaws.length === 0 && k <= declared.groups; k++) group(declared, k, state, walk);
    const { h, w, c } = predict.state;
    return {
      state: { ...shaped(state, h, w, multiply(c, declared.groups)), inputs: update.state.inputs },
      flaws,
    };
  },
  lower: (flow, lowering) => lower(declared, flow, lowering),
});

const segment = (k: number, what: 'predict' | 'update'): string => `group${k}/${what}`;

/** One group's prediction and update, and what is wrong with them. */
const group = (
  { groups, predict, update, from }: DeclaredGroups,
  k: number,
  state: State,
  walk: Walk,
): { readonly predict: Outcome; readonly update: Outcome; readonly flaws: readonly Flaw[] } => {
  const within = (one: unknown, before: State, what: 'predict' | 'update'): Outcome =>
    walk.fold([one], before, { segment: segment(k, what), label: () => `autoregressive ${what}` });
  const predicted = within(predict, { ...state, taps: {} }, 'predict');
  const fed = fedBack(from, groups, state, predicted.state);
  const trunk: State = {
    ...state,
    inputs: predicted.state.inputs,
    taps: { group: [{ ...fed.level, origin: {} }] },
  };
  const said = [...predicted.flaws, ...outputFlaws(predicted.state), ...fed.flaws];
  if (k === groups) {
    return { predict: predicted, update: { state: trunk, flaws: [] }, flaws: said };
  }
  const updated = within(update, trunk, 'update');
  const pair = differs(updated.state, state);
  const moved: readonly Flaw[] =
    pair === undefined
      ? []
      : [
          misfit(
            `update gives ${showLevel(updated.state)}, the trunk is ${showLevel(state)} (${pair})`,
            showLevel(updated.state),
            showLevel(state),
          ),
        ];
  return {
    predict: predicted,
    update: updated,
    flaws: [...said, ...updated.flaws, ...outputFlaws(updated.state), ...moved],
  };
};

/** The run-time twin of `FedBack`. */
const fedBack = (
  from: string | undefined,
  groups: number,
  state: State,
  predicted: State,
): { readonly level: Sizes; readonly flaws: readonly Flaw[] } => {
  const sizes = ({ h, w, c }: Sizes): Sizes => ({ h, w, c });
  if (from === undefined) return { level: sizes(predicted), flaws: [] };
  const lost: Sizes = { h: '?', w: '?', c: '?' };
  if (!Object.hasOwn(state.taps, from)) {
    const open = names(state.taps);
    return { level: lost, flaws: [{ rule: 'S10', within: [], body: `autoregressive '${from}': no such encoder (open: ${open})`, got: from, wanted: allNames(state.taps), fix: 'name one that is open, or open it with encoder or tap' }] }; // prettier-ignore
  }
  const level = state.taps[from]!.at(-1);
  if (level === undefined) {
    return { level: lost, flaws: [{ rule: 'S11', within: [], body: `autoregressive '${from}': no encoder level left`, got: 'no level', wanted: 'a level', fix: 'take as many skips as the encoder has levels' }] }; // prettier-ignore
  }
  const channels: Size = multiply(predicted.c, groups);
  const wanted: Sizes = { h: state.h, w: state.w, c: channels };
  const pair = differs(level, wanted);
  return pair === undefined
    ? { level: { h: level.h, w: level.w, c: predicted.c }, flaws: [] }
    : {
        level: lost,
        flaws: [
          misfit(
            `'${from}' is ${showLevel(level)}, ${groups} groups of ${predicted.c} channels are ${showLevel(wanted)} (${pair})`,
            showLevel(level),
            showLevel(wanted),
          ),
        ],
      };
};

const misfit = (body: string, got: string, wanted: string): Flaw => ({
  rule: 'S37',
  within: [],
  body: `autoregressive: ${body}`,
  got,
  wanted,
  fix: 'give both the same shape',
});

const outputFlaws = ({ taps }: State): readonly Flaw[] => {
  const named = outputsIn(taps);
  return Object.keys(named).length === 0
    ? []
    : [
        {
          rule: 'S37',
          within: [],
          body: `autoregressive: an output is named inside (${names(named)}), where there is one for each group`,
          got: allNames(named),
          wanted: 'no output inside of the groups',
          fix: 'name it after the groups',
        },
      ];
};

/**
 * S37, at run time alone: layers written once stand for many, so that many groups, or groups within groups, would make
 * a small spec a network without bounds.
 */
const amplified = ({ groups, predict, update }: DeclaredGroups): Flaw | undefined => {
  const flaw = (body: string, got: string, wanted: string, fix: string): Flaw => ({ rule: 'S37', within: [], body: `autoregressive: ${body}`, got, wanted, fix }); // prettier-ignore
  return groups > mostGroups
    ? flaw(`${groups} groups are more than ${mostGroups}`, String(groups), `at most ${mostGroups}`, 'predict more channels in each group') // prettier-ignore
    : holdsGroups([predict, update])
      ? flaw(
          'groups within groups',
          'groups inside',
          'layers without groups',
          'predict them one after another',
        )
      : undefined;
};

/** Whether autoregressive groups stand anywhere in values; parts hold their layers as plain data. */
const holdsGroups = (values: readonly unknown[]): boolean => {
  const seen = new Set<unknown>();
  const waiting = [...values];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== 'object' || one === null || seen.has(one) || ArrayBuffer.isView(one)) continue;
    seen.add(one);
    if ('op' in one && one.op === 'autoregressive') return true;
    waiting.push(...Object.values(one));
  }
  return false;
};

const lower = ({ groups, predict, update, from }: DeclaredGroups, start: Flow, lowering: Lowering): Flow => {
  const level = from === undefined ? undefined : openIn(start.taps, from).at(-1);
  const predictions: Value[] = [];
  let trunk: Flow = { ...start, taps: {} };
  for (let k = 1; k <= groups; k++) {
    const predicted = lowering.fold([predict], trunk, { segment: segment(k, 'predict') });
    predictions.push(predicted.value);
    if (k === groups) break;
    const channels = Number(predicted.value.shape[3]);
    const fed = level === undefined ? predicted.value : slice(level, 3, (k - 1) * channels, channels);
    const before: Flow = { ...trunk, inputs: predicted.inputs, taps: { group: [fed] } };
    trunk = { ...lowering.fold([update], before, { segment: segment(k, 'update') }), taps: {} };
  }
  return { ...start, inputs: trunk.inputs, value: concat(predictions, 3) };
};
