/** What is compared of a model: its plans, the rows of its layer table with their options and costs, the sums. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { Elaborated } from '../../../dsl/elaborate.js';
import { buildPlan } from '../../plan/build.js';
import { planCost, type LayerCost } from '../../plan/cost.js';
import { parameterCounts, type Plan } from '../../plan/plan.js';
import { shapesAt } from '../../plan/shapes.js';
import { declaredLayers } from './declared-layers.js';
import type { OptionTexts } from './option-texts.js';

/** A row of the layer table, and what is compared of it. Costs are for one example at inference. */
export interface LayerFacts {
  readonly path: string;
  readonly op: string;
  /** Height, width, channels. */
  readonly output: readonly (number | string)[];
  /** Trained entries, masks among them. */
  readonly parameters: number;
  readonly maskParameters: number;
  readonly flops: number;
  /** Read and written. */
  readonly bytes: number;
  readonly options: OptionTexts;
}

/** What is counted of a whole model; costs are for one example at inference. */
export interface Totals {
  readonly layers: number;
  readonly parameters: number;
  readonly maskParameters: number;
  readonly operations: number;
  readonly flops: number;
  readonly bytes: number;
  /** The most bytes of intermediate tensors that live at once. */
  readonly peakBytes: number;
}

/** A model, looked at for a comparison. */
export interface ModelFacts {
  /** For inference. */
  readonly plan: Plan;
  /** For training; a model may not be one to train. */
  readonly trained: Plan | undefined;
  readonly rows: readonly LayerFacts[];
  readonly totals: Totals;
}

/** What is compared of a model. Faults: those of `buildPlan`, for a model whose sizes are no numbers. */
export const factsOf = (elaborated: Elaborated): E.Either<readonly Fault[], ModelFacts> => {
  const built = buildPlan(elaborated, { mode: 'infer' });
  if (E.isLeft(built)) return built;
  const plan = built.right;
  const concrete = shapesAt(plan);
  if (E.isLeft(concrete)) return concrete;
  const trained = buildPlan(elaborated, { mode: 'train' });
  const cost = planCost(plan);
  const { operations, flops, bytesRead, bytesWritten } = cost.total;
  const rows = rowsOf(plan, elaborated, cost.layers);
  return E.right({
    plan,
    trained: E.isRight(trained) ? trained.right : undefined,
    rows,
    totals: {
      layers: rows.length,
      ...parameterCounts(plan),
      operations,
      flops,
      bytes: bytesRead + bytesWritten,
      peakBytes: concrete.right.peakBytes,
    },
  });
};

const rowsOf = (
  plan: Plan,
  elaborated: Elaborated,
  layerCosts: readonly LayerCost[],
): readonly LayerFacts[] => {
  const declared = inTurn(declaredLayers(elaborated), ({ path, op }) => `${op} ${path}`);
  // Rows of one path (a shared block's second use) have their cost in the first.
  const costs = inTurn(layerCosts, ({ path }) => path);
  return plan.layers.map(({ path, op, output, parameters, maskParameters }) => {
    const { flops, bytesRead, bytesWritten } = costs(path) ?? noCost;
    return {
      path,
      op,
      output: output.slice(1),
      parameters,
      maskParameters,
      flops,
      bytes: bytesRead + bytesWritten,
      options: declared(`${op} ${path}`)?.options ?? {},
    };
  });
};

const noCost: Pick<LayerCost, 'flops' | 'bytesRead' | 'bytesWritten'> = {
  flops: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

/* Values by a key that several may have: each is given once, in their order. */
const inTurn = <A>(all: readonly A[], keyOf: (one: A) => string): ((key: string) => A | undefined) => {
  const waiting = new Map<string, A[]>();
  for (const one of all.toReversed()) {
    const key = keyOf(one);
    const known = waiting.get(key);
    if (known === undefined) waiting.set(key, [one]);
    else known.push(one);
  }
  return (key) => waiting.get(key)?.pop();
};
