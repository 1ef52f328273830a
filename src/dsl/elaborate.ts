/**
 * Elaboration: a declaration checked at run time, by the rules' run-time twins.
 *
 * All faults are found, not the first; each has the text that the compiler shows, the path of the step, and its parts
 * as fields.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, faultError, type Fault } from '../base/fault.js';
import { mapValues, merge } from '../base/record.js';
import { isSize } from './dimensions/dimension.js';
import type { Sizes } from './feature.js';
import { outputsIn, outputTwice } from './layers/output.js';
import { inputFlaws, joined } from './merge.js';
import { notASize } from './message.js';
import { bounded, mostSteps, tooDeep, tooManySteps } from './limits.js';
import { nameFlaws } from './names.js';
import { isModel, notAModel, overrideFlaws, type AnyModel, type SkipPlace } from './model.js';
import { inPart } from './part-error.js';
import {
  discarded,
  flawText,
  flawed,
  nothingYet,
  notAFeature,
  notALayer,
  sharedClash,
  unknown,
  within,
  type Flaw,
  type Outcome,
  type State,
  type Tap,
} from './rule.js';
import { walk, type Rejection } from './walk.js';

/** A step of an elaborated model: one layer and the shapes around it. */
export interface ElaboratedStep {
  readonly path: string;
  readonly op: string;
  readonly input: Sizes;
  readonly output: Sizes;
}

/** A model that has no faults, with all that elaboration learned. */
export interface Elaborated<M extends AnyModel = AnyModel> {
  readonly model: M;
  readonly inputs: Readonly<Record<string, Sizes>>;
  readonly outputs: Readonly<Record<string, Sizes>>;
  readonly steps: readonly ElaboratedStep[];
  /** What is allowed but probably not meant, such as a mask that will never move. */
  readonly warnings: readonly Fault[];
}

/** What a caller may tell of a declaration. */
export interface ElaborateOptions {
  /** Where a layer stands in the document that the model was read from (a JSON pointer). */
  readonly pointer?: (part: object) => string | undefined;
}

/**
 * Checks a model; all faults at once, or the model with its shapes. What a part's own code throws is thrown on with
 * its path (`isPartError`).
 */
export const elaborate = <M extends AnyModel>(
  model: M,
  { pointer = () => undefined }: ElaborateOptions = {},
): E.Either<readonly Fault[], Elaborated<M>> => {
  if (!isModel(model)) return E.left(flawed(notAModel, start).flaws.map((flaw) => faultOf(flaw, pointer)));
  const steps: ElaboratedStep[] = [];
  const flaws: Flaw[] = [];
  const skips: SkipPlace[] = [];
  let visited = 0;
  const outcomes = walk<Outcome>(model, {
    start: { state: start, flaws: [] },
    isStart: ({ state }) => state.start === true,
    input: (name, level) => {
      const bad = [...nameFlaws('input', name), ...levelFlaws(name, level)].map((flaw) => ({
        ...flaw,
        part: level,
      }));
      const known = mapValues(sizes(level), (size) => (isSize(size) ? size : '?'));
      return bounded(`input '${name}'`, {
        state: { ...known, taps: {}, inputs: { [name]: known } },
        flaws: bad,
      });
    },
    layer: (layer, before, place) => {
      visited++;
      if (visited > mostSteps) {
        const more = visited === mostSteps + 1 ? [tooManySteps] : [];
        return { state: unknown(before.state), flaws: [...before.flaws, ...more] };
      }
      const after = bounded(
        layer.definition.name,
        inPart({ name: layer.definition.name, path: place.path, part: layer }, () =>
          layer.definition.shape(before.state, {
            start,
            psi: (encoder, level, declared) => {
              skips.push({ encoder, level });
              return place.psi(encoder, level, declared);
            },
            // Groups that repeat their layers are not followed further once there are too many steps.
            fold: (layers, state, options) =>
              visited > mostSteps
                ? { state: unknown(state), flaws: [] }
                : place.fold(layers, { state, flaws: [] }, options),
          }),
        ),
      );
      if (layer.definition.group !== true) {
        steps.push({
          path: place.path,
          op: layer.definition.name,
          input: sizes(before.state),
          output: sizes(after.state),
        });
      }
      return {
        state: after.state,
        flaws: [
          ...before.flaws,
          ...after.flaws.map((flaw) =>
            flaw.path === undefined
              ? { ...flaw, path: place.path, part: layer }
              : flaw.part === undefined || pointer(flaw.part) !== undefined
                ? flaw
                : { ...flaw, part: layer },
          ),
        ],
      };
    },
    join: (join, branches) =>
      branches.slice(1).reduce((left, right) => {
        const by = { name: `join '${join.name}'`, path: '', part: join };
        const both = bounded(
          join.name,
          inPart(by, () => joined(join.name, join, left.state, right.state)),
        );
        const flaws = both.flaws.map((flaw) => ({ ...flaw, part: join }));
        return { state: both.state, flaws: [...left.flaws, ...right.flaws, ...flaws] };
      }, branches[0]!),
    reject: (why, before, path, name = '') => {
      const after = flawed({ ...rejected[why](name), path }, unknown({ ...before.state, start: false }));
      return { state: after.state, flaws: [...before.flaws, ...after.flaws] };
    },
    // Told once, however often the feature is used; groups that use it do not label them.
    settled: (outcome) => {
      flaws.push(...outcome.flaws);
      return { state: outcome.state, flaws: [] };
    },
    labelled: (after, before, label) => ({
      state: after.state,
      flaws: [
        ...before.flaws,
        ...within({ state: after.state, flaws: after.flaws.slice(before.flaws.length) }, label).flaws,
      ],
    }),
  });
  const further = Object.values(outcomes).map(({ state }) => outputsIn(state.taps));
  flaws.push(...furtherFlaws(Object.keys(outcomes), further));
  // Where something is wrong, skips may not have been reached.
  if (flaws.every(({ severity }) => severity === 'warning')) flaws.push(...overrideFlaws(model, skips));
  let inputs: Readonly<Record<string, Sizes>> = {};
  for (const { state } of Object.values(outcomes)) {
    flaws.push(...inputFlaws({ inputs }, state));
    inputs = { ...inputs, ...state.inputs, ...inputs };
  }
  const faults = flaws.map((flaw) => faultOf(flaw, pointer));
  return faults.some(({ severity }) => severity === 'error')
    ? E.left(faults)
    : E.right({
        model,
        inputs,
        outputs: merge(
          mapValues(outcomes, ({ state }) => sizes(state)),
          ...further.map((levels) => mapValues(levels, sizes)),
        ),
        steps,
        warnings: faults,
      });
};

/** As `elaborate`, but throws the faults: for scripts. */
export const unsafeElaborate = <M extends AnyModel>(model: M): Elaborated<M> => {
  const elaborated = elaborate(model);
  if (E.isLeft(elaborated)) throw faultError(elaborated.left);
  return elaborated.right;
};

const rejected: Readonly<Record<Rejection, (name: string) => Omit<Flaw, 'within'>>> = {
  'not-a-layer': () => notALayer,
  'nothing-yet': () => nothingYet,
  discarded: () => discarded,
  'not-a-feature': () => notAFeature,
  'too-deep': () => tooDeep,
  clash: sharedClash,
};

/* S20: an output named within a chain meets another of its name. */
const furtherFlaws = (
  names: readonly string[],
  further: readonly Readonly<Record<string, Tap>>[],
): readonly Flaw[] => {
  const seen = new Map<string, object | undefined>(names.map((name) => [name, undefined]));
  return further.flatMap((levels) =>
    Object.entries(levels).flatMap(([name, { origin }]) => {
      const agrees = !seen.has(name) || seen.get(name) === origin;
      seen.set(name, origin);
      return agrees ? [] : [{ within: [], ...outputTwice(name) }];
    }),
  );
};

const start: State = { h: '?', w: '?', c: '?', taps: {}, inputs: {}, start: true };

const sizes = ({ h, w, c }: Sizes): Sizes => ({ h, w, c });

const levelFlaws = (name: string, level: Sizes): readonly Flaw[] => {
  const bad = (['h', 'w', 'c'] as const).find((axis) => !isSize(level[axis]));
  if (bad === undefined) return [];
  return [{ within: [], ...notASize(`input '${name}'`, bad, level[bad]) }];
};
const faultOf = (flaw: Flaw, pointer: (part: object) => string | undefined): Fault =>
  fault({
    rule: flaw.rule,
    severity: flaw.severity ?? 'error',
    where: flaw.path ?? '',
    got: flaw.got,
    wanted: flaw.wanted,
    fix: flaw.fix,
    text: flawText(flaw),
    pointer: flaw.part === undefined ? undefined : pointer(flaw.part),
  });
