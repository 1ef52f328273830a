/**
 * Which operands and attributes each primitive takes, for plans that come from a file: shape rules take the attributes
 * of their primitive for granted.
 */
import { alphabet, type AttributesOf, type PrimitiveName } from '../../ops/alphabet.js';
import type { Attribute, Attributes } from '../../ops/value.js';
import { isBatch } from './text.js';

/** What an attribute must be. */
interface Kind {
  readonly name: string;
  readonly holds: (value: Attribute) => boolean;
  /** Whether it may be left out. */
  readonly optional?: boolean;
}

/** How a primitive is written. */
interface Form<Name extends PrimitiveName> {
  /** How many operands; −1 for one or more. */
  readonly operands: number;
  readonly attributes: { readonly [Key in keyof AttributesOf<Name>]-?: Kind };
}

const kind = (name: string, holds: Kind['holds']): Kind => ({ name, holds });
const isWhole = (value: Attribute, from: number): boolean => Number.isSafeInteger(value) && Number(value) >= from; // prettier-ignore
const text = kind('a text', (value) => typeof value === 'string');
const number = kind('a number', (value) => typeof value === 'number');
const flag = kind('true or false', (value) => typeof value === 'boolean');
const whole = kind('a whole number', (value) => isWhole(value, 0));
const count = kind('a whole number from 1', (value) => isWhole(value, 1));
const extent = kind(
  'an extent',
  (value) => isWhole(value, 0) || (typeof value === 'string' && isBatch(value)),
);
const list = (of: Kind): Kind => kind(`a list, each ${of.name}`, (value) => typeof value === 'object' && value.every(of.holds)); // prettier-ignore
const pair = (of: Kind): Kind => kind(`a pair, each ${of.name}`, (value) => typeof value === 'object' && value.length === 2 && value.every(of.holds)); // prettier-ignore
const oneOf = (...values: readonly string[]): Kind => kind(values.join(' or '), (value) => typeof value === 'string' && values.includes(value)); // prettier-ignore

const optional = (of: Kind): Kind => ({ ...of, optional: true });

const sides = pair(whole);
const unary = { operands: 1, attributes: {} } as const;
const binary = { operands: 2, attributes: {} } as const;
const resize = { operands: 1, attributes: { height: count, width: count } } as const;
const pool = { operands: 1, attributes: { window: pair(count), strides: pair(count), padding: pair(sides) } } as const; // prettier-ignore
const reduction = { operands: 1, attributes: { axes: list(whole), keepDims: flag } } as const;

/** Every primitive; the type checker holds this list to the alphabet. */
const forms: { readonly [Name in PrimitiveName]: Form<Name> } = {
  input: { operands: 0, attributes: { name: text, shape: list(extent) } },
  parameter: { operands: 0, attributes: { path: text, shape: list(whole), role: oneOf('weight', 'mask', 'state'), clip: optional(pair(number)) } }, // prettier-ignore
  noise: { operands: 0, attributes: { path: text, shape: list(extent), distribution: oneOf('uniform', 'normal') } }, // prettier-ignore
  scalar: { operands: 0, attributes: { path: text, standard: number } },
  constant: { operands: 0, attributes: { shape: list(whole), dtype: oneOf('float32', 'int32') } },
  relu: unary,
  elu: unary,
  tanh: unary,
  sigmoid: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  square: unary,
  abs: unary,
  negate: unary,
  floor: unary,
  stopGradient: unary,
  add: binary,
  subtract: binary,
  multiply: binary,
  divide: binary,
  maximum: binary,
  minimum: binary,
  greaterEqual: binary,
  greater: binary,
  leakyRelu: { operands: 1, attributes: { slope: number } },
  cast: { operands: 1, attributes: { dtype: oneOf('float32', 'int32', 'bool') } },
  select: { operands: 3, attributes: {} },
  conv2d: { operands: 2, attributes: { strides: pair(count), padding: pair(sides), dilations: pair(count) } },
  conv2dTranspose: { operands: 2, attributes: { strides: pair(count), padding: pair(sides), size: pair(count) } }, // prettier-ignore
  matMul: binary,
  batchMatMul: binary,
  concat: { operands: -1, attributes: { axis: whole } },
  slice: { operands: 1, attributes: { axis: whole, begin: whole, size: count } },
  pad: { operands: 1, attributes: { paddings: list(sides) } },
  mirrorPad: { operands: 1, attributes: { paddings: list(sides) } },
  reshape: { operands: 1, attributes: { shape: list(extent) } },
  transpose: { operands: 1, attributes: { permutation: list(whole) } },
  resizeNearest: resize,
  resizeBilinear: resize,
  tile: { operands: 1, attributes: { repetitions: list(count) } },
  gather: binary,
  maxPool: pool,
  averagePool: pool,
  reduceSum: reduction,
  reduceMean: reduction,
  reduceMax: reduction,
};

/** Whether a text names a primitive. */
export const isPrimitive = (op: string): op is PrimitiveName => Object.hasOwn(alphabet, op);

/** What is wrong with a primitive's operands or attributes as they are written; `undefined` if nothing is. */
export const misuse = (
  op: PrimitiveName,
  operands: number,
  attributes: Attributes,
): { readonly got: string; readonly wanted: string } | undefined => {
  const form: { readonly operands: number; readonly attributes: Readonly<Record<string, Kind>> } = forms[op];
  const enough = form.operands < 0 ? operands > 0 : operands === form.operands;
  if (!enough)
    return {
      got: `${operands} operands`,
      wanted: form.operands < 0 ? 'one or more' : String(form.operands),
    };
  const surplus = Object.keys(attributes).find((key) => !Object.hasOwn(form.attributes, key));
  if (surplus !== undefined)
    return { got: `${surplus}`, wanted: Object.keys(form.attributes).join(', ') || 'no attributes' };
  for (const [key, { name, holds, optional: mayLack = false }] of Object.entries(form.attributes)) {
    if (!Object.hasOwn(attributes, key) && mayLack) continue;
    if (!Object.hasOwn(attributes, key)) return { got: `no ${key}`, wanted: `${key}, ${name}` };
    if (!holds(attributes[key]!)) return { got: `${key} ${JSON.stringify(attributes[key])}`, wanted: name };
  }
  return undefined;
};
