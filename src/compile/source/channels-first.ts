/**
 * A plan in the layout that PyTorch and ONNX expect: images n×c×h×w, kernels filters×c×kh×kw, masks c×h×w.
 *
 * Every value has an *order*: the plan's axes in the order in which the value holds them. An operation that reads
 * images or kernels asks for its own order, an elementwise one for one order of all its operands, and one that counts
 * entries (reshape, matMul) for the plan's. Where a value has another order a `transpose` is put in between; leaves are
 * held in the order that their shape suggests, so that kernels, images and masks need none.
 */
import type { PrimitiveName } from '../../ops/alphabet.js';
import type { Attributes, DataType, Extent, Shape } from '../../ops/value.js';
import { liveNodes } from '../plan/live.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { renumbered } from '../plan/renumber.js';

/** The plan's axes in the order in which a value holds them: `[0, 3, 1, 2]` for an image n×c×h×w. */
export type AxisOrder = readonly number[];

/**
 * A plan whose nodes hold channels first.
 *
 * Nodes have the alphabet's operations; shapes and axes are those of the value as it is held. Six operations mean
 * another layout than in a plan: `conv2d`, `conv2dTranspose`, `maxPool`, `averagePool`, `resizeNearest` and
 * `resizeBilinear` read and give n×c×h×w; a kernel is filters×c×kh×kw, of a transpose c×filters×kh×kw. A `matMul` whose
 * attribute `transposed` is true reads its second operand as filters×inputs. Parameters, noises and inputs keep the
 * plan's own shape in their lists; `orders` says how each is held.
 */
export interface ChannelsFirstPlan extends Plan {
  /** The order of every node, by id. */
  readonly orders: readonly AxisOrder[];
}

/** The plan with channels first. */
export const channelsFirst = (plan: Plan): ChannelsFirstPlan => {
  const nodes: PlanNode[] = [];
  const orders: AxisOrder[] = [];
  const places: number[] = [];
  const reorders = new Map<string, number>();
  const weights = linearWeights(plan);

  const put = (node: Omit<PlanNode, 'id'>, order: AxisOrder): number => {
    nodes.push({ ...node, id: nodes.length });
    orders.push(order);
    return nodes.length - 1;
  };
  /* A node on what is already placed, remembered: two readers share it. */
  const once = (
    from: number,
    op: PrimitiveName,
    attributes: Attributes,
    shape: Shape,
    order: AxisOrder,
    scope: string,
  ): number => {
    const key = `${from} ${op} ${JSON.stringify(attributes)}`;
    const known = reorders.get(key);
    if (known !== undefined) return known;
    const id = put({ op, operands: [from], attributes, shape, dtype: nodes[from]!.dtype, scope }, order);
    reorders.set(key, id);
    return id;
  };
  /* A value in another order. A constant is written in that order; entries of extent 1 move by a reshape. */
  const held = (id: number, order: AxisOrder, scope: string): number => {
    const from = orders[id]!;
    if (sameOrder(from, order)) return id;
    const node = nodes[id]!;
    const permutation = order.map((axis) => from.indexOf(axis));
    const shape = permutation.map((axis) => node.shape[axis]!);
    if (node.op === 'constant') {
      const extents = node.shape as readonly number[];
      const key = `${id} constant ${order.join(',')}`;
      const known = reorders.get(key);
      if (known !== undefined) return known;
      const made = put({ ...node, shape, attributes: { ...node.attributes, shape: shape as readonly number[] }, data: permuted(node.data!, extents, permutation) }, order); // prettier-ignore
      reorders.set(key, made);
      return made;
    }
    const moves = (axis: number): boolean => node.shape[axis] !== 1;
    return sameOrder(permutation.filter(moves), from.map((_, axis) => axis).filter(moves))
      ? once(id, 'reshape', { shape }, shape, order, scope)
      : once(id, 'transpose', { permutation }, shape, order, scope);
  };
  /* An operand of lower rank, so that it broadcasts against a value in that order: c becomes c×1×1. */
  const broadcastable = (id: number, order: AxisOrder, scope: string): number => {
    const missing = order.length - orders[id]!.length;
    if (missing === 0) return held(id, order, scope);
    const wanted = order.filter((axis) => axis >= missing);
    const value = held(id, wanted.map((axis) => axis - missing), scope); // prettier-ignore
    const extents = new Map(wanted.map((axis, at) => [axis, nodes[value]!.shape[at]!]));
    const first = order.findIndex((axis) => axis >= missing);
    const shape = first < 0 ? [] : order.slice(first).map((axis): Extent => extents.get(axis) ?? 1);
    return shape.length === nodes[value]!.shape.length
      ? value
      : once(value, 'reshape', { shape }, shape, shape.map((_, axis) => axis), scope); // prettier-ignore
  };

  for (const node of plan.nodes) {
    const { op, attributes, scope, shape, dtype } = node;
    const operands = node.operands.map((operand) => places[operand]!);
    const own = identity(shape.length);
    const inOrder = (order: AxisOrder): Shape => order.map((axis) => shape[axis]!);
    const place = (given: readonly number[], order: AxisOrder, changed: Attributes = attributes): number =>
      put({ ...node, operands: given, attributes: changed, shape: inOrder(order), dtype: dtype as DataType }, order); // prettier-ignore
    const orderOf = (operand: number): AxisOrder => orders[operands[operand]!]!;

    const leaf = (): number => {
      const order = op === 'parameter' && weights.has(node.id) ? [1, 0] : natural(shape);
      if (op !== 'constant') return place([], order);
      return place([], own);
    };
    const images = (changed = attributes): number =>
      place(operands.map((id, at) => held(id, at === 0 ? imageOrder : kernelOrder, scope)), imageOrder, changed); // prettier-ignore
    const plain = (changed = attributes): number =>
      place(operands.map((id) => held(id, identity(orders[id]!.length), scope)), own, changed); // prettier-ignore
    const elementwise = (): number => {
      const full = operands.filter((id) => orders[id]!.length === shape.length).map((id) => orders[id]!);
      const wanted = natural(shape);
      const order =
        typeof shape[0] === 'string' || full.some((one) => sameOrder(one, wanted))
          ? wanted
          : (full.find((one) => !sameOrder(one, own)) ?? own);
      return place(operands.map((id) => broadcastable(id, order, scope)), order); // prettier-ignore
    };
    const along = (changed: (order: AxisOrder) => Attributes): number => {
      // One operand in the plan's order does not turn the others, and all that reads them, out of the natural one.
      const wanted = natural(shape);
      const order = operands.some((id) => sameOrder(orders[id]!, wanted)) ? wanted : orderOf(0);
      return place(operands.map((id) => held(id, order, scope)), order, changed(order)); // prettier-ignore
    };

    const lay = (): number => {
      switch (op) {
        case 'input':
        case 'parameter':
        case 'noise':
        case 'scalar':
        case 'constant':
          return leaf();
        case 'conv2d':
        case 'conv2dTranspose':
        case 'maxPool':
        case 'averagePool':
        case 'resizeNearest':
        case 'resizeBilinear':
          return images();
        case 'concat':
          return along((order) => ({ ...attributes, axis: order.indexOf(Number(attributes['axis'])) }));
        case 'slice':
          return along((order) => ({ ...attributes, axis: order.indexOf(Number(attributes['axis'])) }));
        case 'pad':
        case 'mirrorPad':
          return along((order) => ({ paddings: order.map((axis) => (attributes['paddings'] as readonly (readonly number[])[])[axis]!) })); // prettier-ignore
        case 'tile':
          return along((order) => ({ repetitions: order.map((axis) => (attributes['repetitions'] as readonly number[])[axis]!) })); // prettier-ignore
        case 'reduceSum':
        case 'reduceMean':
        case 'reduceMax': {
          const axes = attributes['axes'] as readonly number[];
          const order = orderOf(0);
          const left = order.filter((axis) => !axes.includes(axis));
          const kept =
            attributes['keepDims'] === true
              ? order
              : left.map((axis) => left.filter((other) => other < axis).length);
          return place(operands, kept, {
            ...attributes,
            axes: axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b),
          });
        }
        case 'reshape': {
          const order = reshapeOrder(shape);
          const from = nodes[operands[0]!]!;
          const moving = orderOf(0).filter((_, at) => from.shape[at] !== 1);
          const isInOrder = moving.every((axis, at) => at === 0 || moving[at - 1]! < axis);
          const value = isInOrder ? operands[0]! : held(operands[0]!, identity(orderOf(0).length), scope);
          const to = inOrder(order);
          const made = place([value], order, { shape: to });
          // Who reads it as an image finds it turned, in the step that makes it; what nobody reads goes in the end.
          if (typeof shape[0] === 'string') held(made, natural(shape), scope);
          return made;
        }
        case 'transpose': {
          const permutation = attributes['permutation'] as readonly number[];
          const from = orderOf(0);
          const order = natural(shape);
          const axes = order.map((axis) => from.indexOf(permutation[axis]!));
          if (!sameOrder(axes, own)) return place(operands, order, { permutation: axes });
          // The value is held in this order already; the plan's node is the same value under other axes.
          const id = operands[0]!;
          return put({ ...node, op: 'reshape', operands: [id], attributes: { shape: inOrder(order) }, shape: inOrder(order) }, order); // prettier-ignore
        }
        case 'matMul': {
          const weight = node.operands[1]!;
          if (!weights.has(weight)) return plain();
          return place([held(operands[0]!, [0, 1], scope), operands[1]!], own, { transposed: true });
        }
        case 'batchMatMul':
        case 'gather':
          return plain();
        default:
          return elementwise();
      }
    };
    places.push(lay());
  }

  const outputs = Object.fromEntries(
    Object.entries(plan.outputs).map(([name, id]) => {
      const { shape } = plan.nodes[id]!;
      return [name, held(places[id]!, natural(shape), '')];
    }),
  );
  const heldAs = new Map(plan.parameters.map(({ path, id }) => [path, orders[places[id]!]!]));
  const nextState = Object.fromEntries(
    Object.entries(plan.nextState).map(([path, id]) => [path, held(places[id]!, heldAs.get(path)!, path)]),
  );
  const moved = <A extends { readonly id: number }>(leaf: A): A => ({ ...leaf, id: places[leaf.id]! });
  return withoutUnread({
    ...plan,
    nodes,
    orders,
    inputs: Object.fromEntries(Object.entries(plan.inputs).map(([name, input]) => [name, moved(input)])),
    parameters: plan.parameters.map(moved),
    noises: plan.noises.map(moved),
    scalars: plan.scalars.map(moved),
    outputs,
    nextState,
  });
};

/* What only stood in the other order goes; what is fed or trained stays. */
const withoutUnread = (plan: ChannelsFirstPlan): ChannelsFirstPlan => {
  const { inputs, parameters, noises, scalars } = plan;
  const leaves = [...Object.values(inputs), ...parameters, ...noises, ...scalars].map(({ id }) => id);
  const read = liveNodes(plan, leaves);
  const kept = plan.nodes.filter(({ id }) => read.has(id));
  return { ...renumbered(plan, kept).plan, orders: kept.map(({ id }) => plan.orders[id]!) };
};

const imageOrder: AxisOrder = [0, 3, 1, 2];
const kernelOrder: AxisOrder = [3, 2, 0, 1];
const identity = (rank: number): AxisOrder => Array.from({ length: rank }, (_, axis) => axis);
const sameOrder = (a: AxisOrder, b: AxisOrder): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** How a value of that shape is held if nothing else is known: images, kernels, and masks h×w×c. */
export const natural = (shape: Shape): AxisOrder =>
  shape.length === 4
    ? typeof shape[0] === 'string'
      ? imageOrder
      : kernelOrder
    : shape.length === 3 && shape.every((extent) => typeof extent === 'number')
      ? [2, 0, 1]
      : identity(shape.length);

/* An image whose entries lie in one order either way (n×1×1×c) comes out of a reshape as an image at once. */
const reshapeOrder = (shape: Shape): AxisOrder => {
  const order = natural(shape);
  const moving = order.filter((axis) => shape[axis] !== 1);
  return moving.every((axis, at) => at === 0 || moving[at - 1]! < axis) ? order : identity(shape.length);
};

/* Parameters that are read as the second factor of products alone: weights of a dense layer, held filters×inputs. */
const linearWeights = (plan: Plan): ReadonlySet<number> => {
  const found = new Set<number>();
  const other = new Set<number>([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
  for (const node of plan.nodes)
    node.operands.forEach((operand, at) => {
      const isWeight = node.op === 'matMul' && at === 1 && plan.nodes[operand]!.op === 'parameter';
      (isWeight ? found : other).add(operand);
    });
  return new Set([...found].filter((id) => !other.has(id)));
};

/** Entries moved to another order of axes, row by row. */
export const permuted = <Data extends Float32Array | Int32Array>(
  data: Data,
  shape: readonly number[],
  permutation: readonly number[],
): Data => {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1)); // prettier-ignore
  const extents = permutation.map((axis) => shape[axis]!);
  const steps = permutation.map((axis) => strides[axis]!);
  const out = data.slice() as Data;
  const index = extents.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < extents[axis]!) break;
      from -= steps[axis]! * extents[axis]!;
      index[axis] = 0;
    }
  }
  return out;
};
