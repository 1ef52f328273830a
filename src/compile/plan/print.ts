/**
 * A plan as text, one line for each operation: for people to read, and for `parse` to read back.
 *
 * ```text
 * maskskip plan 1 infer
 * %0 = input {name="x" shape=["n",4,4,2]} : n×4×4×2 float32
 * %1 = parameter {path="conv1/kernel" shape=[3,3,2,8] role="weight"} : 3×3×2×8 float32 @ conv1
 * %2 = conv2d %0 %1 {strides=[1,1] padding=[[1,1],[1,1]] dilations=[1,1]} : n×4×4×8 float32 @ conv1
 * input x %0
 * parameter conv1/kernel %1 heNormal
 * output output %2
 * layer conv1 conv n×4×4×8 144 0
 * ```
 *
 * After the shape and the type comes the step that a node belongs to. Below the nodes stand, in the plan's order, its
 * inputs, parameters (how they start, and why no gradient reaches them), noise, scalars, outputs, the next state of
 * parameters and the rows of the layer table (entries of parameters, of these masks).
 */
import { showShape } from '../../ops/value.js';
import type { Plan, PlanNode } from './plan.js';
import { attributesText, dataText, nameText } from './text.js';

/** The version of the text; another is refused. */
export const textVersion = 1;

/**
 * The text of a plan; `parse` gives the same plan. A text cannot be longer than 2²⁹ characters: take `printedLines`
 * for a plan that holds more than 380 MB of constants.
 */
export const print = (plan: Plan): string => `${[...printedLines(plan)].join('\n')}\n`;

/** The lines of a plan's text, one by one. */
export function* printedLines(plan: Plan): Generator<string> {
  yield `maskskip plan ${textVersion} ${plan.mode}`;
  for (const node of plan.nodes) yield nodeText(node);
  for (const [name, { id }] of Object.entries(plan.inputs)) yield `input ${nameText(name)} %${id}`;
  for (const { path, id, initialiser, inert } of plan.parameters) {
    const start = `${nameText(initialiser.name)}${attributesText(initialiser.options)}`;
    yield `parameter ${nameText(path)} %${id} ${start}${inert === undefined ? '' : ` inert ${JSON.stringify(inert)}`}`;
  }
  for (const { path, id } of plan.noises) yield `noise ${nameText(path)} %${id}`;
  for (const { path, id } of plan.scalars) yield `scalar ${nameText(path)} %${id}`;
  for (const [name, id] of Object.entries(plan.outputs)) yield `output ${nameText(name)} %${id}`;
  for (const [path, id] of Object.entries(plan.nextState)) yield `next ${nameText(path)} %${id}`;
  for (const { path, op, output, parameters, maskParameters } of plan.layers)
    yield `layer ${nameText(path)} ${nameText(op)} ${showShape(output)} ${parameters} ${maskParameters}`;
}

const nodeText = ({ id, op, operands, attributes, shape, dtype, scope, data }: PlanNode): string =>
  [
    `%${id} = ${op}`,
    ...operands.map((operand) => ` %${operand}`),
    attributesText(attributes),
    data === undefined ? '' : ` ${dataText(data)}`,
    ` : ${showShape(shape)} ${dtype}`,
    scope === '' ? '' : ` @ ${nameText(scope)}`,
  ].join('');
