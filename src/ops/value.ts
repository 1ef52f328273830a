/**
 * Values: expressions over the primitives, as immutable graphs.
 *
 * A typed builder (`conv2d(x, kernel, …)`) makes a node that knows its shape; nothing is computed. A node whose
 * operands do not fit carries a *flaw*, and so does all that is built on it; a plan is never made from flawed nodes.
 * Two uses of one node are one computation.
 */

/** One extent of a shape: a number, the batch `'n'`, or a multiple of it such as `'7*n'`. */
export type Extent = number | 'n' | `${number}*n`;

/** Extents in order; images are batch, height, width, channels (NHWC). */
export type Shape = readonly Extent[];

/** What an entry is. */
export type DataType = 'float32' | 'int32' | 'bool';

/** Shape and type of entries. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DataType;
}

/** What a primitive's shape rule says when its operands do not fit. */
export interface Misfit {
  readonly flaw: string;
}

/** A number, a flag, a text or a list of them: what a primitive's attributes are made of, so that a plan can be printed. */
export type Attribute = number | boolean | string | readonly Attribute[];

/** The attributes of one node. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node: a primitive applied to operands. */
export interface Value extends TensorType {
  readonly op: string;
  readonly operands: readonly Value[];
  readonly attributes: Attributes;
  /** What is wrong with this node's operands; `undefined` when nothing is. */
  readonly flaw?: string;
  /** What a leaf carries that is not an attribute: a parameter's initialiser, a constant's data. */
  readonly payload?: unknown;
}

/** A primitive: the alphabet's letter. */
export interface Primitive<A extends Attributes = Attributes> {
  readonly name: string;
  /** Shape rule and legality rule in one: the result's type, or what does not fit. */
  readonly type: (operands: readonly TensorType[], attributes: A) => TensorType | Misfit;
}

/** Whether a shape rule refused. */
export const isMisfit = (type: TensorType | Misfit): type is Misfit =>
  'flaw' in type && typeof type.flaw === 'string';

/** Applies a primitive to operands. A flaw in an operand is passed on without being repeated. */
export const apply = <A extends Attributes>(
  primitive: Primitive<A>,
  operands: readonly Value[],
  attributes: A,
): Value => {
  const bad = operands.find((operand) => operand.flaw !== undefined);
  const op = primitive.name;
  const flawed = (flaw: string): Value => ({ op, operands, attributes, shape: [], dtype: 'float32', flaw });
  if (bad !== undefined) return flawed(bad.flaw ?? '');
  const type = primitive.type(operands, attributes);
  return isMisfit(type)
    ? flawed(`${op}: ${type.flaw}`)
    : { op, operands, attributes, shape: type.shape, dtype: type.dtype };
};

/** A shape as text: `n×64×32×128`. */
export const showShape = (shape: Shape): string => (shape.length === 0 ? 'scalar' : shape.join('×'));

/** Whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

/** The multiple of the batch that an extent holds; 0 for a plain number. */
export const batches = (extent: Extent): number =>
  typeof extent === 'number' ? 0 : extent === 'n' ? 1 : Number(extent.slice(0, -2));

/** The product of extents, as a coefficient and whether the batch is a factor; `undefined` if it is one twice. */
export const product = (shape: Shape): { readonly count: number; readonly batched: boolean } | undefined => {
  let count = 1;
  let batched = false;
  for (const extent of shape) {
    if (typeof extent === 'number') count *= extent;
    else if (batched) return undefined;
    else {
      batched = true;
      count *= batches(extent);
    }
  }
  return { count, batched };
};

/** An extent `count` times over: 7 times the batch `'n'` is `'7*n'`. */
export const repeated = (extent: Extent, count: number): Extent =>
  typeof extent === 'number'
    ? extent * count
    : batches(extent) * count === 1
      ? 'n'
      : `${batches(extent) * count}*n`;
