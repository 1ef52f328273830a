/** The functions that several rows call, ψ among them. */
import { showShape } from '../../../../ops/value.js';
import type { Plan, PlanNode } from '../../../plan/plan.js';
import type { SharedFunction } from '../../listing.js';
import { identifiers, reservedInTypeScript } from '../../names.js';
import { argumentsOf } from '../../sizes.js';
import { name, type Expression } from '../expression.js';
import { bodyOf, tensorType } from './body.js';
import { hardOf } from './gate.js';
import { helperNames, type HelperName } from './helpers.js';
import { constantText, docText, headText, inComment, returnText } from './text.js';

/** What a module holds besides its functions, asked for while they are written. */
export interface Module {
  readonly helper: (name: HelperName) => void;
  readonly table: (data: Float32Array | Int32Array) => Expression;
}

/** A function and the plan that its unit is of. */
export interface Emitted {
  readonly plan: Plan;
  readonly shared: SharedFunction;
  /** Its name in the module. */
  readonly name: string;
  readonly doc: readonly string[];
  readonly exported: boolean;
}

/** Names that no constant of a module may take. */
export const takenNames: readonly string[] = [
  ...reservedInTypeScript,
  ...helperNames,
  ...['tf', 'inputs', 'weights', 'noise', 'scalars', 'shapes', 'forward', 'readWeights', 'disposeWeights'],
  ...['drawNoise', 'standardScalars', 'unread', 'Inputs', 'Outputs', 'Weights', 'Noise', 'Scalars', 'Ranks'],
  ...['Array', 'Error', 'Object', 'Uint8Array', 'Float32Array', 'DataView', 'JSON', 'Number', 'TextDecoder'],
];

/** The text of a function. */
export const functionText = ({ plan, shared, name: as, doc, exported }: Emitted, module: Module): string => {
  const { unit, sizes } = shared;
  const names = identifiers({ casing: 'camel', reserved: [...takenNames, as] });
  const count = new Map<string, number>();
  /* The second `product` is `product2`. */
  const nth = (word: string): string => {
    const seen = (count.get(word) ?? 0) + 1;
    count.set(word, seen);
    return seen === 1 ? word : `${word}${seen}`;
  };
  const operands = unit.op === 'psi' ? ['f', 'x', 'y', 'z'] : ['x', 'y', 'z'];
  const given = argumentsOf(unit).map((node, at) => {
    const path = String(node.attributes['path'] ?? '');
    const last = path.slice(path.lastIndexOf('/') + 1);
    const wanted = nth(last === '' ? (operands[at] ?? 'x') : last);
    return { node, as: names.of(`${node.id}`, wanted) };
  });
  const hard = new Set(unit.nodes.map((node) => hardOf(plan.nodes, node)));
  const wordOf = (node: PlanNode): string =>
    hard.has(node.id)
      ? 'hard'
      : hardOf(plan.nodes, node) === undefined
        ? (spoken[node.op] ?? node.op)
        : 'gate';
  const result = unit.results[0]!;
  const { lines, results } = bodyOf(
    unit,
    {
      plan,
      ...module,
      sizes,
      given: (node) => name(names.of(`${node.id}`)),
      fresh: (node) => names.of(`${node.id}`, nth(wordOf(node))),
    },
    { named: false },
  );
  const parameters = given.map(
    ({ node, as: parameter }) =>
      `${parameter}: ${node.op === 'scalar' ? 'number' : tensorType(node.shape.length)}`,
  );
  return [
    docText(doc),
    headText(as, parameters, tensorType(result.shape.length), { exported }),
    ...lines.map((one) => constantText(one, 2)),
    returnText(results[0]!.written, 2),
    '}',
  ].join('\n');
};

/* What the result of an operation is called. */
const spoken: Readonly<Record<string, string>> = {
  add: 'sum',
  subtract: 'difference',
  multiply: 'product',
  divide: 'quotient',
  negate: 'negative',
  sqrt: 'root',
  square: 'squared',
  reshape: 'reshaped',
  transpose: 'turned',
  concat: 'joined',
  slice: 'part',
  pad: 'padded',
  mirrorPad: 'padded',
  resizeNearest: 'resized',
  resizeBilinear: 'resized',
  tile: 'repeated',
  gather: 'rows',
  cast: 'numbers',
  select: 'chosen',
  greater: 'isGreater',
  greaterEqual: 'isAtLeast',
  reduceSum: 'total',
  reduceMean: 'mean',
  reduceMax: 'greatest',
  sigmoid: 'soft',
  stopGradient: 'constant',
  conv2d: 'convolved',
  conv2dTranspose: 'convolved',
  matMul: 'product',
  batchMatMul: 'product',
};

/** What a function is, and where it is called first. */
export const docOf = ({ unit, uses }: SharedFunction): readonly string[] => {
  const first = `${inComment(unit.scope)}: ${showShape(unit.results[0]!.shape)}`;
  const called = uses === 1 ? `Called at ${first}.` : `Called ${uses} times, first at ${first}.`;
  const isNormalised = unit.op.startsWith('conv') && unit.leaves.length > 2;
  const normalised = isNormalised ? ', its kernels scaled to unit length and a gain' : '';
  return [`${capital(aboutOf(unit.op))}${normalised}. ${called}`];
};
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const aboutOf = (op: string): string =>
  Object.hasOwn(about, op) ? about[op]! : `what the layer ${inComment(op)} computes`;
const about: Readonly<Record<string, string>> = {
  conv: 'a convolution and its bias',
  convTranspose: 'a transposed convolution and its bias',
  dense: 'a dense layer: each output reads all entries',
  batchNorm: 'batch normalisation',
  instanceNorm: "instance normalisation: by each example's own mean and variance",
  layerNorm: 'layer normalisation',
  weightNorm: 'a convolution whose kernels are normalised: direction and length apart',
  depthToSpace: 'channels laid out over blocks of pixels',
  spaceToDepth: 'blocks of pixels as channels',
  channelsFirst: 'entries in the order channels, height, width',
};
