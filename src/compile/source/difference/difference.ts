/**
 * What differs between two models: layers, their options, shapes, parameters and costs.
 *
 * Layers are aligned by place and structure: first segments of one kind (`decoder/image/level1` and `…/level2`), then
 * the rows within them. A level that was added in the middle is one level added, and those after it are the same under
 * other names. Where all rows agree, the plans are compared line by line: two models are equal only if those are.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { Plan } from '../../plan/plan.js';
import { printedLines } from '../../plan/print.js';
import { factsOf, type LayerFacts, type Totals } from './layer-facts.js';
import { pairedRows } from './paired-rows.js';
import type { GivenModel } from '../named-models.js';

/** One thing that is not the same; `undefined` where one side has no such thing. */
export interface Change {
  /** `path`, `output`, `parameters`, `masks`, `FLOPs`, `bytes`, or an option by its name: `option kernel`. */
  readonly what: string;
  readonly a: string | number | undefined;
  readonly b: string | number | undefined;
}

/** What became of a layer. */
export type LayerDifference =
  | { readonly kind: 'removed'; readonly a: LayerFacts }
  | { readonly kind: 'added'; readonly b: LayerFacts }
  | {
      /** `renamed`: its path alone is another, so that trained weights do not fit by name. */
      readonly kind: 'changed' | 'renamed' | 'same';
      readonly a: LayerFacts;
      readonly b: LayerFacts;
      readonly changes: readonly Change[];
    };

/** An input or output that is not the same; a shape is height×width×channels, `undefined` where there is none. */
export interface PortDifference {
  readonly port: 'input' | 'output';
  readonly name: string;
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** What differs between two models. */
export interface Difference {
  readonly names: { readonly a: string; readonly b: string };
  /** Whether nothing at all differs: layers, inputs, outputs, the plans for inference and for training. */
  readonly equal: boolean;
  /** Whether layers, inputs and outputs are the same and yet the plans differ: other connections, or another order. */
  readonly rewired: boolean;
  readonly ports: readonly PortDifference[];
  /** All rows of both layer tables in one order. */
  readonly layers: readonly LayerDifference[];
  readonly totals: { readonly a: Totals; readonly b: Totals };
}

/**
 * What differs between two models. Faults: those of `buildPlan`, for a model whose sizes are no numbers.
 *
 * @example
 * ```ts
 * const difference = differenceOf(
 *   { name: 'unet', elaborated: unsafeElaborate(unet) },
 *   { name: 'munet', elaborated: unsafeElaborate(withPsi(unet, psi.dense())) },
 * ); // Right({ equal: false, layers: [… { kind: 'changed', changes: [{ what: 'option psi', a: 'none', b: 'dense' }, …] }], … })
 * ```
 */
export const differenceOf = (a: GivenModel, b: GivenModel): E.Either<readonly Fault[], Difference> => {
  const one = factsOf(a.elaborated);
  if (E.isLeft(one)) return one;
  const other = factsOf(b.elaborated);
  if (E.isLeft(other)) return other;
  const layers = pairedRows(one.right.rows, other.right.rows).map(layerDifference);
  const [planA, planB] = [one.right.plan, other.right.plan];
  const ports = [...portsOf('input', planA, planB), ...portsOf('output', planA, planB)];
  const alike = ports.length === 0 && layers.every(({ kind }) => kind === 'same');
  const sameText = alike && haveSameText(planA, planB) && haveSameText(one.right.trained, other.right.trained); // prettier-ignore
  return E.right({
    names: { a: a.name, b: b.name },
    equal: sameText,
    rewired: alike && !sameText,
    ports,
    layers,
    totals: { a: one.right.totals, b: other.right.totals },
  });
};

const layerDifference = ({ a, b }: ReturnType<typeof pairedRows>[number]): LayerDifference => {
  if (a === undefined) return { kind: 'added', b };
  if (b === undefined) return { kind: 'removed', a };
  const changes = changesOf(a, b);
  const onlyPath = changes.every(({ what }) => what === 'path');
  return { kind: changes.length === 0 ? 'same' : onlyPath ? 'renamed' : 'changed', a, b, changes };
};

const changesOf = (a: LayerFacts, b: LayerFacts): readonly Change[] => {
  const [one, other] = [comparedOf(a), comparedOf(b)];
  // An option of one side alone stands among the options.
  const order = (what: string): number => (what === 'path' ? 0 : what.startsWith('option ') ? 1 : 2);
  return [...new Set([...one.keys(), ...other.keys()])]
    .sort((first, second) => order(first) - order(second))
    .filter((what) => one.get(what) !== other.get(what))
    .map((what) => ({ what, a: one.get(what), b: other.get(what) }));
};

const comparedOf = (layer: LayerFacts): ReadonlyMap<string, string | number> =>
  new Map<string, string | number>([
    ['path', layer.path],
    ...Object.entries(layer.options).map(([name, text]) => [`option ${name}`, text] as const),
    ['output', layer.output.join('×')],
    ['parameters', layer.parameters],
    ['masks', layer.maskParameters],
    ['FLOPs', layer.flops],
    ['bytes', layer.bytes],
  ]);

const portsOf = (port: PortDifference['port'], a: Plan, b: Plan): readonly PortDifference[] => {
  const [one, other] = [shapesOf(port, a), shapesOf(port, b)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => one.get(name) !== other.get(name))
    .map((name) => ({ port, name, a: one.get(name), b: other.get(name) }));
};

const shapesOf = (port: PortDifference['port'], plan: Plan): ReadonlyMap<string, string> => {
  const ids =
    port === 'output'
      ? Object.entries(plan.outputs)
      : Object.entries(plan.inputs).map(([name, { id }]) => [name, id] as const);
  return new Map(ids.map(([name, id]) => [name, plan.nodes[id]!.shape.slice(1).join('×')]));
};

const haveSameText = (a: Plan | undefined, b: Plan | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b;
  const others = printedLines(b);
  for (const line of printedLines(a)) if (others.next().value !== line) return false;
  return others.next().done === true;
};
