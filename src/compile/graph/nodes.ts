/**
 * A plan, or the plans of stages, as a TensorFlow graph.
 *
 * Nodes are named by the paths of the steps that they come from, so that a viewer shows the model's layers. Inputs and
 * noise (`noise/PATH`) are placeholders; scalars are placeholders that have their standard value where nothing is fed.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import type { PrimitiveName } from '../../ops/alphabet.js';
import { isLeaf, type Leaf } from '../../ops/leaves.js';
import type { TensorType } from '../../ops/value.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { assembly, type Assembly, type NameOf } from './assembly.js';
import type { Graph, GraphTensor, Port, Signature } from './graph.js';
import { lowerings, staticExtent, type Draft } from './lowerings.js';

/** A part of a model that is computed at once; later stages read outputs of earlier ones as inputs of that name. */
export interface Stage {
  readonly name: string;
  readonly plan: Plan;
}

/** The name of the signature that computes the whole model. */
export const servingDefault = 'serving_default';

/** What a graph is made of besides the stages. */
export interface GraphOptions {
  readonly nameOf?: NameOf;
  /** The outputs of the whole model; by default what no stage reads. */
  readonly outputs?: readonly string[];
}

/**
 * The graph of a model's stages, one after another. Its signatures: the whole, and, if there are several stages, each.
 * Faults: G01 for a parameter that has no numbers yet, G02 for a training plan.
 */
export const graphOf = (
  stages: readonly Stage[],
  { nameOf = () => undefined, outputs }: GraphOptions = {},
): E.Either<readonly Fault[], Graph> => {
  const faults = stages.flatMap(({ plan }) => planFaults(plan));
  if (faults.length > 0) return E.left(faults);
  const graph = assembly(nameOf);
  const ports = portsOf(graph, stages);
  const signatures = stages.map((stage) => placed(graph, ports, stage));
  const [only] = signatures;
  return E.right({
    nodes: graph.nodes,
    signatures:
      only !== undefined && signatures.length === 1
        ? [{ ...only, name: servingDefault }]
        : [wholeOf(signatures, outputs), ...signatures],
  });
};

/** Stages as one call: what no stage makes is fed. */
const wholeOf = (stages: readonly Signature[], wanted?: readonly string[]): Signature => {
  const once = (ports: readonly Port[]): readonly Port[] => [
    ...new Map(ports.map((port) => [port.name, port])).values(),
  ];
  const inputs = once(stages.flatMap((stage) => stage.inputs));
  const outputs = once(stages.flatMap((stage) => stage.outputs));
  const named = (ports: readonly Port[], name: string): boolean => ports.some((port) => port.name === name);
  return {
    name: servingDefault,
    inputs: inputs.filter(({ name }) => !named(outputs, name)),
    outputs: outputs.filter(({ name }) => wanted?.includes(name) ?? !named(inputs, name)),
  };
};

/** The ends of a graph, each placed once. */
interface Ports {
  /** What is fed: one placeholder for all stages that read it, which has an earlier stage's output where nothing is fed. */
  readonly input: (kind: 'input' | 'noise', port: Omit<Port, 'node'>) => Port;
  readonly scalar: (path: string, standard: number) => string;
  readonly output: (port: Omit<Port, 'node'>, from: string) => Port;
}

const portsOf = (graph: Assembly, stages: readonly Stage[]): Ports => {
  const reserved = new Map<string, string>();
  const reserve = (kind: string, name: string): void => {
    if (!reserved.has(`${kind} ${name}`)) reserved.set(`${kind} ${name}`, graph.reserve(name));
  };
  // What a person looks for gets its name first.
  for (const { plan } of stages) {
    Object.keys(plan.inputs).forEach((name) => reserve('input', name));
    Object.keys(plan.outputs).forEach((name) => reserve('output', name));
  }
  const fed = new Map<string, Port>();
  const made = new Map<string, Port>();
  const scalars = new Map<string, string>();
  return {
    input: (kind, port) => {
      const key = `${kind} ${port.name}`;
      const known = fed.get(key);
      if (known !== undefined) return known;
      const before = kind === 'input' ? made.get(port.name) : undefined;
      const [op, inputs] =
        before === undefined ? ['Placeholder', []] as const : ['PlaceholderWithDefault', [before.node]] as const; // prettier-ignore
      const node = graph.node(reserved.get(key) ?? graph.reserve(port.name), op, inputs, {
        dtype: { kind: 'type', value: port.dtype },
        shape: { kind: 'shape', value: port.shape },
      });
      const full = { ...port, node };
      fed.set(key, full);
      return full;
    },
    scalar: (path, standard) => {
      const known = scalars.get(path);
      if (known !== undefined) return known;
      const tensor: GraphTensor = { dtype: 'float32', shape: [], data: Float32Array.of(standard) };
      const name = graph.reserve(path);
      const node = graph.node(name, 'PlaceholderWithDefault', [graph.constant(tensor, `${path}/standard`)], {
        dtype: { kind: 'type', value: 'float32' },
        shape: { kind: 'shape', value: [] },
      });
      scalars.set(path, node);
      return node;
    },
    output: (port, from) => {
      const name = made.has(port.name) ? graph.reserve(port.name) : reserved.get(`output ${port.name}`)!;
      const full = { ...port, node: graph.node(name, 'Identity', [from], { T: { kind: 'type', value: port.dtype } }) }; // prettier-ignore
      made.set(port.name, full);
      return full;
    },
  };
};

/** Places the nodes of a stage. */
const placed = (graph: Assembly, ports: Ports, { name, plan }: Stage): Signature => {
  const inputs: Port[] = [];
  const asked = (kind: 'input' | 'noise', port: Omit<Port, 'node'>): string => {
    const full = ports.input(kind, port);
    inputs.push(full);
    return full.node;
  };
  const leafOf = (node: LeafNode, wanted: string): string => {
    const path = String(node.attributes['path'] ?? node.attributes['name']);
    const type = typeOf(node);
    switch (node.op) {
      case 'input':
        return asked('input', { name: path, ...type });
      case 'noise':
        return asked('noise', { name: `noise/${path}`, ...type });
      case 'scalar':
        return ports.scalar(path, Number(node.attributes['standard']));
      case 'constant':
      case 'parameter':
        return graph.constant(
          { dtype: node.dtype as GraphTensor['dtype'], shape: type.shape, data: node.data! },
          wanted,
        );
    }
  };
  const names: string[] = [];
  for (const node of plan.nodes) {
    const wanted = node.scope === '' ? node.op : `${node.scope}/${node.op}`;
    const read = node.operands.map((id) => names[id]!);
    names.push(isLeaf(node) ? leafOf(node, wanted) : graph.draft(draftOf(node, plan), read, wanted));
  }
  return {
    name,
    inputs,
    outputs: Object.entries(plan.outputs).map(([output, id]) =>
      ports.output({ name: output, ...typeOf(plan.nodes[id]!) }, names[id]!),
    ),
  };
};

type LeafNode = PlanNode & { readonly op: Leaf };

const typeOf = ({ shape, dtype }: TensorType): Pick<Port, 'shape' | 'dtype'> => ({
  shape: shape.map(staticExtent),
  dtype,
});

const draftOf = (node: PlanNode, plan: Plan): Draft => {
  // The table is typed per primitive; a node's attributes were checked against its primitive by `verify`.
  const lowering = lowerings[node.op as Exclude<PrimitiveName, Leaf>] as (
    attributes: unknown,
    operands: readonly TensorType[],
    result: TensorType,
  ) => Draft;
  return lowering(node.attributes, node.operands.map((id) => plan.nodes[id]!), node); // prettier-ignore
};

const planFaults = (plan: Plan): readonly Fault[] => [
  ...plan.parameters.map(({ path, shape }) =>
    fault({
      rule: 'G01',
      where: path,
      got: 'a parameter without numbers',
      wanted: `${shape.join('×')} numbers`,
      fix: 'freeze the plan with weights first',
    }),
  ),
  ...(plan.mode === 'infer'
    ? []
    : [
        fault({
          rule: 'G02',
          where: 'plan',
          got: 'a training plan',
          wanted: 'a plan for inference',
          fix: "build the plan with mode 'infer'",
        }),
      ]),
];
