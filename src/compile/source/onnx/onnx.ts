/**
 * Plans as ONNX models: images n×c×h×w, weights within, all that ONNX has no words for in the metadata.
 *
 * The metadata's values are JSON in ASCII but for `model` and `layout`: `inputs`, `outputs`, `noises` and `parameters`
 * list what each value is called in the model (`name`), its shape there, and the axes of that shape in the order in
 * which the value holds them (`order`: `[0, 3, 1, 2]` for an image).
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../../base/fault.js';
import type { Extent } from '../../../ops/value.js';
import type { Plan, PlanNode } from '../../plan/plan.js';
import { frozen, rewritten, type Weights } from '../../rewrite/index.js';
import { channelsFirst, natural, permuted, type AxisOrder } from '../channels-first.js';
import { commented } from '../names.js';
import { assembled, type Named } from './assemble.js';
import type { OnnxModel } from './model.js';
import { plainName } from './names.js';

/** What a model is made of besides its plan. */
export interface OnnxOptions {
  /** The model's name, for people. */
  readonly name: string;
  /** Every parameter's numbers, by path, in the plan's layout. */
  readonly weights: Readonly<Record<string, Weights>>;
  /** Where the weights are from, for people: `initial values of seed 1`. */
  readonly origin?: string;
  /** The variant's place in its grid. */
  readonly axes?: Readonly<Record<string, string>>;
}

/** How a plan is rewritten before it becomes a model. */
export interface RewriteOptions {
  /** Names of rewrites that are left out. */
  readonly without?: readonly string[];
}

/**
 * The ONNX model of an inference plan, one node or a few for each primitive, its weights named by their paths. ψ stands
 * there as in the plan: f · 1[f · M ≥ 0].
 *
 * Faults: V50 for a training plan, P11 for a parameter without numbers of its shape.
 */
export const onnxModel = (plan: Plan, options: OnnxOptions): E.Either<readonly Fault[], OnnxModel> => {
  if (plan.mode !== 'infer') return E.left([trainingPlan]);
  // Only for its faults: here weights keep their names.
  const complete = frozen(plan, options.weights);
  return E.isLeft(complete) ? complete : E.right(onnxOf(plan, options));
};

/**
 * The same after the exact rewrites: masks are constants of 0 and 1, frozen norms are part of their convolution.
 *
 * Faults: those of `onnxModel` and of rewrites (P23, P24).
 */
export const rewrittenOnnxModel = (
  plan: Plan,
  options: OnnxOptions,
  { without = [] }: RewriteOptions = {},
): E.Either<readonly Fault[], OnnxModel> => {
  if (plan.mode !== 'infer') return E.left([trainingPlan]);
  const complete = frozen(plan, options.weights);
  if (E.isLeft(complete)) return complete;
  const done = rewritten(complete.right, { without });
  return E.isLeft(done) ? done : E.right(onnxOf(done.right.plan, options));
};

/**
 * The model of an inference plan whose parameters all have numbers of their shape. Constants that share their data with
 * weights (`frozen`) are named by the paths of these.
 */
export const onnxOf = (
  plan: Plan,
  { name, weights, origin = 'given', axes = {} }: OnnxOptions,
): OnnxModel => {
  const paths = new Map(Object.entries(weights).map(([path, { data }]) => [data as object, path]));
  const known = plan.nodes.map((node): NamedNode => {
    const path = node.data === undefined ? undefined : paths.get(node.data);
    return path === undefined ? node : { ...node, path };
  });
  const { graph, inputs, noises, outputs, parameters } = assembled(
    channelsFirst({ ...plan, nodes: known }),
    plainName(name),
    {
      parameter: (path, order) => heldAs(weights[path]!, order),
      pathOf: (node: NamedNode) => node.path,
    },
  );
  const drawn = new Map(plan.noises.map(({ path, distribution }) => [path, distribution]));
  return {
    graph,
    about: `${commented(name)}: images n x c x h x w. Weights: ${commented(origin)}.`,
    metadata: [
      ['model', commented(name)],
      ['layout', layout],
      ['weights', commented(origin)],
      ...(Object.keys(axes).length === 0 ? [] : [['axes', asciiJson(Object.entries(axes))] as const]),
      ['inputs', endsOf(inputs)],
      ['outputs', endsOf(outputs)],
      ...(noises.length === 0
        ? []
        : [['noises', asciiJson(noises.map((one) => ({ ...one, distribution: drawn.get(one.name)! })))] as const]), // prettier-ignore
      ['parameters', endsOf(parameters)],
    ],
  };
};

/** A plan's node that knows which parameter it was; channels-first keeps what it does not know. */
interface NamedNode extends PlanNode {
  readonly path?: string;
}

const heldAs = ({ shape, data }: Weights, order: AxisOrder): Float32Array =>
  order.every((axis, at) => axis === at) ? data : permuted(data, shape, order);

const layout = 'images n x c x h x w; kernels filters x c x kh x kw; masks c x h x w';

const endsOf = (ends: readonly Named[]): string => asciiJson(ends);
/* The model's own names in JSON of printable ASCII. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`); // prettier-ignore

const trainingPlan: Fault = fault({
  rule: 'V50',
  where: 'ONNX',
  got: 'a training plan',
  wanted: 'a plan for inference',
  fix: "build the plan with mode 'infer'",
});

/** The shape of an input or output, −1 for what the batch decides, as a model holds it. */
export const heldShape = (shape: readonly number[]): readonly number[] =>
  natural(shape.map((extent): Extent => (extent < 0 ? 'n' : extent))).map((axis) => shape[axis]!);
