/**
 * A plan with channels first as an ONNX graph.
 *
 * Nodes are named by the paths of the steps that they come from, weights by those of the parameters, so that a viewer
 * shows the model's layers. Inputs, outputs and noise (`noise/PATH`) have the model's names; a scalar is an input that
 * has its standard value where nothing is fed.
 */
import type { PrimitiveName } from '../../../ops/alphabet.js';
import { isLeaf, type Leaf } from '../../../ops/leaves.js';
import { batches, type Extent, type Shape, type TensorType } from '../../../ops/value.js';
import { reached } from '../../plan/live.js';
import type { PlanNode } from '../../plan/plan.js';
import type { AxisOrder, ChannelsFirstPlan } from '../channels-first.js';
import { fusedBiases } from './biases.js';
import { lowerings, type Draft } from './lowerings.js';
import type { OnnxGraph, OnnxInitialiser, OnnxNode, OnnxTensor, OnnxValue } from './model.js';
import { valueNames } from './names.js';

/** Where numbers come from: those of a parameter as it is held, or of a constant. */
export interface Numbers {
  readonly parameter: (path: string, order: AxisOrder) => Float32Array;
  /** The path of the parameter that a constant was, where it was one. */
  readonly pathOf: (constant: PlanNode) => string | undefined;
}

/** Something that has a name in the model and one in the graph. */
export interface Named {
  /** The model's name or path. */
  readonly name: string;
  /** The name of the value in the graph. */
  readonly value: string;
  /** As the plan has it: images n×h×w×c. */
  readonly shape: Shape;
  /** The plan's axes in the order in which the value holds them. */
  readonly order: AxisOrder;
}

/** A graph, and what its ends and weights are in the model. */
export interface Assembled {
  readonly graph: OnnxGraph;
  readonly inputs: readonly Named[];
  readonly noises: readonly Named[];
  readonly outputs: readonly Named[];
  readonly parameters: readonly Named[];
}

/** The graph of an inference plan, under a name. */
export const assembled = (plan: ChannelsFirstPlan, name: string, numbers: Numbers): Assembled => {
  const values = valueNames();
  const nodeNames = valueNames();
  const nodes: OnnxNode[] = [];
  const initialisers: OnnxInitialiser[] = [];
  const types: OnnxValue[] = [];
  const parameters: Named[] = [];

  // What a person looks for gets its name first.
  const shapeOf = (id: number): Shape => {
    const { shape } = plan.nodes[id]!;
    return plan.orders[id]!.reduce<Extent[]>((all, axis, at) => ((all[axis] = shape[at]!), all), []);
  };
  const named = (wanted: string, id: number, model = wanted): Named & { readonly id: number } => ({ name: model, value: values.fresh(wanted), shape: shapeOf(id), order: plan.orders[id]!, id }); // prettier-ignore
  const inputs = Object.entries(plan.inputs).map(([input, { id }]) => named(input, id));
  const outputs = Object.entries(plan.outputs).map(([output, id]) => named(output, id));
  const noises = plan.noises.map(({ path, id }) => named(`noise/${path}`, id, path));
  const scalars = plan.scalars.map(({ path, standard, id }) => ({ ...named(path, id), standard }));
  const fed = new Map([...inputs, ...noises, ...scalars].map(({ id, value }) => [id, value]));
  const reserved = new Map(plan.parameters.map(({ path }) => [path, values.fresh(path)]));

  const initialiser = (value: string, tensor: OnnxTensor): string => {
    initialisers.push({ name: value, tensor });
    return value;
  };
  for (const { value, standard } of scalars) initialiser(value, { dtype: 'float32', shape: [], data: Float32Array.of(standard) }); // prettier-ignore

  /* Numbers of a leaf in a shape, as an initialiser once something reads them so. */
  const numbered = (leaf: PlanNode, shape: readonly number[]): string => {
    const order = plan.orders[leaf.id]!;
    if (leaf.op === 'constant') {
      const path = numbers.pathOf(leaf);
      const value = values.fresh(path ?? inScope(leaf, 'constant'));
      if (path !== undefined) parameters.push({ name: path, value, shape: shapeOf(leaf.id), order });
      return initialiser(value, { dtype: leaf.dtype as OnnxTensor['dtype'], shape, data: leaf.data! });
    }
    const path = String(leaf.attributes['path']);
    const value = reserved.get(path) ?? values.fresh(path);
    reserved.delete(path);
    parameters.push({ name: path, value, shape: shapeOf(leaf.id), order });
    return initialiser(value, { dtype: 'float32', shape, data: numbers.parameter(path, order) });
  };

  const biases = fusedBiases(plan);
  const known = new Map<number, string>();
  /* The value of a node; leaves with numbers, and reshapes of them, are written when they are read first. */
  const read = (id: number): string => {
    const value = known.get(id) ?? fed.get(id) ?? numbered(numberedLeaf(plan, id)!, staticShape(plan.nodes[id]!)); // prettier-ignore
    known.set(id, value);
    return value;
  };

  const placed = (drafted: Draft, operands: readonly number[], wanted: string, output?: string): string => {
    const nodeName = nodeNames.fresh(wanted);
    const reads = drafted.inputs.map((input): string => {
      if (typeof input === 'number') return read(operands[input]!);
      if (input === 'absent') return '';
      return 'op' in input
        ? placed(input, operands, `${nodeName}/${input.op}`)
        : initialiser(values.fresh(`${nodeName}/${input.says}`), input.tensor);
    });
    const value = output ?? values.fresh(nodeName);
    nodes.push({
      name: nodeName,
      op: drafted.op,
      inputs: reads,
      output: value,
      attributes: drafted.attributes,
    });
    return value;
  };

  /* The first output of a computed value is that value; others are copies. */
  const ends = new Map(outputs.toReversed().map(({ id, value }) => [id, value]));
  for (const node of plan.nodes) {
    if (isLeaf(node) || biases.products.has(node.id)) continue;
    if (numberedLeaf(plan, node.id) !== undefined) continue;
    const bias = biases.sums.get(node.id);
    const lowered = bias === undefined ? loweredOf(node, plan) : bias.draft(loweredOf(bias.product, plan) as Draft); // prettier-ignore
    if (typeof lowered === 'number') {
      known.set(node.id, read(node.operands[lowered]!));
      ends.delete(node.id);
      continue;
    }
    const value = placed(lowered, bias?.operands ?? node.operands, inScope(bias?.product ?? node), ends.get(node.id)); // prettier-ignore
    known.set(node.id, value);
    if (!ends.has(node.id)) types.push({ name: value, ...typeOf(node) });
  }
  for (const { id, value } of outputs)
    if (read(id) !== value) placed({ op: 'Identity', inputs: [0], attributes: {} }, [id], `${value}/Identity`, value); // prettier-ignore

  const typed = ({ id, value }: { readonly id: number; readonly value: string }): OnnxValue => ({ name: value, ...typeOf(plan.nodes[id]!) }); // prettier-ignore
  const graph = withoutUnread({
    name,
    nodes,
    initialisers,
    inputs: [...inputs, ...noises, ...scalars].map(typed),
    outputs: outputs.map(typed),
    values: types,
  });
  const kept = new Set(graph.initialisers.map((one) => one.name));
  const plain = ({ name: model, value, shape, order }: Named): Named => ({
    name: model,
    value,
    shape,
    order,
  });
  return {
    graph,
    inputs: inputs.map(plain),
    noises: noises.map(plain),
    outputs: outputs.map(plain),
    parameters: parameters.filter(({ value }) => kept.has(value)),
  };
};

/* The parameter or constant that a node is, or is in another shape. */
const numberedLeaf = (plan: ChannelsFirstPlan, id: number): PlanNode | undefined => {
  let node = plan.nodes[id]!;
  while (node.op === 'reshape') node = plan.nodes[node.operands[0]!]!;
  return node.op === 'parameter' || node.op === 'constant' ? node : undefined;
};
const staticShape = ({ shape }: TensorType): readonly number[] => shape.map(Number);

const inScope = ({ scope, op }: PlanNode, as: string = op): string => (scope === '' ? as : `${scope}/${as}`);

const typeOf = ({ shape, dtype }: TensorType): Pick<OnnxValue, 'shape' | 'dtype'> => ({
  shape: shape.map(symbol),
  dtype,
});
/* ONNX names extents by identifiers. */
const symbol = (extent: Extent): number | string =>
  typeof extent === 'number' ? extent : extent === 'n' ? 'n' : `n_times_${batches(extent)}`;

const loweredOf = (node: PlanNode, plan: ChannelsFirstPlan): Draft | number => {
  // The table is typed per primitive; a node's attributes were checked against its primitive by `verify`.
  const lowering = lowerings[node.op as Exclude<PrimitiveName, Leaf>] as (
    attributes: unknown,
    operands: readonly TensorType[],
  ) => Draft | number;
  return lowering(node.attributes, node.operands.map((id) => plan.nodes[id]!)); // prettier-ignore
};

/* The graph without what no output needs; what is fed stays. */
const withoutUnread = (graph: OnnxGraph): OnnxGraph => {
  const needed = reached(
    graph.nodes.map(({ output, inputs }) => [output, inputs] as const),
    [...graph.outputs, ...graph.inputs].map(({ name }) => name),
  );
  return {
    ...graph,
    nodes: graph.nodes.filter(({ output }) => needed.has(output)),
    initialisers: graph.initialisers.filter(({ name }) => needed.has(name)),
    values: graph.values.filter(({ name }) => needed.has(name)),
  };
};
