/** Convolutions and products with their biases, as calls that read like layers. */
import type { AttributesOf } from '../../../ops/alphabet.js';
import type { PlanNode } from '../../plan/plan.js';
import type { TwoModePlan } from './modes.js';
import { convolution, transposedConvolution } from './primitives.js';
import { atom, call, type Expression } from './text.js';

/** What is known around a node. */
export interface LayerScene {
  readonly plan: TwoModePlan;
  readonly named: ReadonlySet<number>;
  readonly group: (node: PlanNode) => { readonly text: string; readonly name: string } | undefined;
  readonly expression: (id: number) => Expression;
}

/** The convolution or product whose bias an addition adds, by its node. */
export const biased = (plan: TwoModePlan, node: PlanNode): number | undefined => {
  if (node.op !== 'add') return undefined;
  const [x, y] = node.operands.map((id) => plan.nodes[id]!) as [PlanNode, PlanNode];
  if (!isWeighted(x) || x.scope !== node.scope) return undefined;
  const isVector = x.op === 'matMul' || y.attributes['subscripts'] === '[:, None, None]';
  const bias = biasOf(plan, node);
  return isVector && bias.op === 'parameter' && bias.shape.length === 1 && bias.shape[0] === x.shape[1]
    ? x.id
    : undefined;
};

/**
 * A convolution or product as one call with its bias: `conv(x, layer, padding=1)` where one group holds both and calls
 * them kernel and bias, torch's own function else.
 */
export const asLayer = (
  node: PlanNode,
  { plan, named, group, expression }: LayerScene,
): Expression | undefined => {
  const sum = biased(plan, node);
  const from = sum === undefined || named.has(sum) ? undefined : sum;
  const weighted = from === undefined ? node : plan.nodes[from]!;
  const names = callsOf[weighted.op];
  if (names === undefined || !isWeighted(weighted)) return undefined;
  const bias = from === undefined ? undefined : biasOf(plan, node);
  const [image, kernel] = weighted.operands.map((id) => plan.nodes[id]!) as [PlanNode, PlanNode];
  const { x, options, cut } = called(weighted, image, kernel, expression(image.id));

  const place = kernel.op === 'parameter' ? group(kernel) : undefined;
  const ofBias = bias === undefined ? undefined : group(bias);
  const isLayer =
    place?.name === 'kernel' &&
    (bias === undefined
      ? // A group that holds a bias too would have it added.
        !plan.parameters.some(({ path }) => path === siblingOf(kernel, 'bias'))
      : ofBias?.text === place.text && ofBias.name === 'bias');
  const weights = bias === undefined ? [kernel] : [kernel, bias];
  const whole = isLayer
    ? call(names[0], [x.text, place.text, ...options])
    : call(names[1], [x.text, ...weights.map(({ id }) => expression(id).text), ...options]);
  return cut === '' ? whole : atom(`${whole.text}${cut}`);
};

const callsOf: Readonly<Partial<Record<string, readonly [ofGroup: string, ofTorch: string]>>> = {
  conv2d: ['conv', 'F.conv2d'],
  conv2dTranspose: ['conv_transpose', 'F.conv_transpose2d'],
  matMul: ['dense', 'F.linear'],
};

const isWeighted = ({ op, attributes }: PlanNode): boolean =>
  op === 'conv2d' || op === 'conv2dTranspose' || (op === 'matMul' && attributes['transposed'] === true);
const biasOf = (plan: TwoModePlan, addition: PlanNode): PlanNode => {
  const added = plan.nodes[addition.operands[1]!]!;
  return added.op === 'reshape' ? plan.nodes[added.operands[0]!]! : added;
};
const siblingOf = ({ attributes }: PlanNode, name: string): string =>
  `${String(attributes['path']).split('/').slice(0, -1).join('/')}/${name}`;

const called = (
  { op, attributes }: PlanNode,
  image: PlanNode,
  kernel: PlanNode,
  x: Expression,
): { readonly x: Expression; readonly options: readonly string[]; readonly cut: string } => {
  // A node's attributes were checked against its primitive by `verify`.
  if (op === 'conv2d') return { ...convolution(x, attributes as AttributesOf<'conv2d'>), cut: '' };
  if (op === 'matMul') return { x, options: [], cut: '' };
  return { x, ...transposedConvolution(attributes as AttributesOf<'conv2dTranspose'>, image, kernel) };
};
