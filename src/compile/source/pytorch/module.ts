/**
 * PyTorch: a module for each model, and what all of them share.
 *
 * A folder holds NAME.py for each model and, once, `network.py` (the base class), `psi.py`, `losses.py` and `train.py`.
 * What they offer each other and a script:
 *
 * ```python
 * # NAME.py, the name in snake case: vdg_market_munet.py
 * class VdgMarketMunet(Network): ...
 * MODEL = VdgMarketMunet                  # what a script reads: importlib.import_module(name).MODEL
 *
 * # network.py
 * class Network(nn.Module):
 *     NAME: str                           # the model's name
 *     INPUTS: dict[str, Input]            # the model's name of each input -> (argument, (c, h, w))
 *     OUTPUTS: dict[str, tuple]           # the model's name of each output -> (c, h, w)
 *     PARAMETERS: tuple[Parameter, ...]   # path, name in state_dict, role, shape, axes, start, clip
 *     scalars: dict[str, float]           # numbers that may change during training, by path
 *
 *     def forward(self, <an argument for each input>, *, noise=None) -> dict[str, Tensor]
 *         # images n x c x h x w, float32; outputs by the model's names; `noise` gives tensors by path in the place of
 *         # torch's random numbers. train() and eval() choose the mode.
 *     def run(self, inputs: dict[str, Tensor], *, noise=None) -> dict[str, Tensor]
 *         # the same with inputs by the model's own names, which need not be identifiers
 *     def reset_parameters(self, generator=None) -> None     # starts all parameters anew, as maskskip starts them
 *     def weight_parameters(self) -> Iterator[nn.Parameter]  # trained, masks left out
 *     def mask_parameters(self) -> Iterator[nn.Parameter]    # the masks of psi
 *     def project(self) -> None                              # clips what has to be clipped; call after every update
 *     def load_maskskip(self, path) -> None                  # maskskip's weights file (safetensors); ValueError on
 *     def save_maskskip(self, path) -> None                  #   a wrong name, type or shape, before anything is set
 * ```
 *
 * `psi.py` and `losses.py` depend on torch alone, `network.py` on torch and safetensors. DistributedDataParallel wraps a
 * network as it is: call the wrapper with keyword arguments.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { Shape } from '../../../ops/value.js';
import { buildPlan } from '../../plan/build.js';
import { parameterCounts, type PlanNode } from '../../plan/plan.js';
import { channelsFirst } from '../channels-first.js';
import { inferencePlan } from '../named-models.js';
import { commented, identifier, quotedForPython } from '../names.js';
import type { NamedModel } from '../target.js';
import { constantLines, isWrittenAsBytes } from './constants.js';
import { computationOf, type Computation } from './forward.js';
import { bothModes, type TwoModePlan } from './modes.js';
import { attributesOf, parameterLines, startNames } from './parameters.js';
import { helpers, subscripts } from './primitives.js';
import { filled, literal, tuple } from './text.js';

/** The Python module of a model. Faults: those of its plans, V40. */
export const pythonModule = (model: NamedModel): E.Either<readonly Fault[], string> => {
  const { name } = model;
  const train = buildPlan(model.elaborated, { mode: 'train' });
  if (E.isLeft(train)) return train;
  const infer = inferencePlan(model);
  if (E.isLeft(infer)) return infer;
  const plan = withSubscripts(bothModes(channelsFirst(train.right), channelsFirst(infer.right)));
  const attributes = attributesOf(plan.parameters.map(({ path }) => path));
  const computation = computationOf(plan, attributes);
  const table = plan.parameters.map((parameter) =>
    parameterLines(parameter, plan.held[parameter.path]!, attributes.get(parameter.path)!),
  );
  const faults = table.flatMap((one) => (E.isLeft(one) ? [one.left] : []));
  if (faults.length > 0) return E.left(faults);
  const constants = [...computation.constants].map(([id, constant]) => constantLines(constant, plan.nodes[id]!)); // prettier-ignore
  const className = classNameOf(name);
  const body = [
    ...(constants.length === 0 ? [] : ['', '', ...constants.flat()]),
    ...computation.functions,
    '',
    '',
    `class ${className}(Network):`,
    ...docstring(name, plan),
    '',
    ...forwardLines(computation),
    '',
    `    NAME = ${quotedForPython(name)}`,
    ...dictionary('INPUTS', [...computation.inputs].map(([input, argument]) => [quotedForPython(input), `Input("${argument}", ${heldShape(plan.inputs[input]!.shape, plan.heldInputs[input]!)})`])), // prettier-ignore
    ...dictionary('OUTPUTS', Object.entries(plan.outputs).map(([output, id]) => [quotedForPython(output), tuple(plan.nodes[id]!.shape.slice(1).map(String))])), // prettier-ignore
    ...(plan.scalars.length === 0 ? [] : dictionary('SCALARS', plan.scalars.map(({ path, standard }) => [quotedForPython(path), literal(standard).text]))), // prettier-ignore
    '    PARAMETERS = (',
    ...table.flatMap((one) => (E.isRight(one) ? one.right : [])),
    '    )',
    '',
    '',
    `MODEL = ${className}`,
  ];
  const text = body.join('\n');
  return E.right([...header(name, text, constants.some(isWrittenAsBytes)), ...body, ''].join('\n'));
};

/** The class of a model: its name in words that begin with capitals. */
export const classNameOf = (name: string): string => {
  const given = identifier(name, 'pascal');
  return taken.has(given) ? `${given}Network` : given;
};
const taken: ReadonlySet<string> = new Set('F Input Layer MODEL Network Noise None Parameter Start Tensor True False'.split(' ')); // prettier-ignore

/*
 * Sizes that differ from layer to layer leave what only inserts and drops axes, so that layers share a function; of two
 * in a row, of two transposes, and of two joins, one is left.
 */
const withSubscripts = (plan: TwoModePlan): TwoModePlan => {
  const nodes: PlanNode[] = [];
  const reads = plan.nodes.flatMap(({ operands }) => operands);
  const kept = new Set([...Object.values(plan.outputs), ...Object.values(plan.updates)]);
  for (const node of plan.nodes) {
    if (node.op === 'concat') {
      const { axis } = node.attributes;
      const isPart = ({ id, op, attributes }: PlanNode): boolean =>
        op === 'concat' &&
        attributes['axis'] === axis &&
        !kept.has(id) &&
        reads.indexOf(id) === reads.lastIndexOf(id);
      const operands = node.operands.flatMap((id) => (isPart(nodes[id]!) ? nodes[id]!.operands : [id]));
      nodes.push({ ...node, operands });
      continue;
    }
    const source = nodes[node.operands[0] ?? -1];
    if (node.op === 'transpose' && source?.op === 'transpose') {
      const [outer, inner] = [node, source].map(({ attributes }) => attributes['permutation'] as readonly number[]) as [readonly number[], readonly number[]]; // prettier-ignore
      const permutation = outer.map((axis) => inner[axis]!);
      const isNone = permutation.every((axis, at) => axis === at);
      nodes.push({
        ...node,
        ...(isNone ? { op: 'reshape', attributes: { subscripts: '' } } : { attributes: { permutation } }),
        operands: source.operands,
      });
      continue;
    }
    if (node.op !== 'reshape' || source === undefined) {
      nodes.push(node);
      continue;
    }
    const isChain = source.op === 'reshape' && source.attributes['subscripts'] !== undefined;
    const from = isChain ? nodes[source.operands[0]!]! : source;
    const index = subscripts(from.shape, node.shape);
    nodes.push(
      index === undefined ? node : { ...node, operands: [from.id], attributes: { subscripts: index } },
    );
  }
  return { ...plan, nodes };
};

/* Imports: what the text mentions. */
const header = (name: string, text: string, hasBytes: boolean): readonly string[] => {
  const mentions = (word: string): boolean => new RegExp(`\\b${word.replace('.', '\\.')}\\b`).test(text);
  const calls = (word: string): boolean => new RegExp(`(^|[^.\\w"])${word}\\b`, 'm').test(text.replace(/"[^"\n]*"/g, '""')); // prettier-ignore
  const used = [...helpers, ...startNames].filter(calls);
  const imported = ['Input', 'Layer', 'Network', 'Noise', 'Parameter', ...used].filter((word) => word === 'Layer' ? calls('Layer') : true); // prettier-ignore
  const list = [...imported].sort();
  const one = `from network import ${list.join(', ')}`;
  return [
    ...filled('', `"""${commented(name).replaceAll('\\', '\\\\').trim()} as a module of PyTorch."""`), // prettier-ignore
    '',
    'from __future__ import annotations',
    '',
    ...(hasBytes ? ['import base64', ''] : []),
    ...(mentions('torch.') || calls('torch') ? ['import torch'] : []),
    ...(calls('F') ? ['import torch.nn.functional as F'] : []),
    ...(one.length <= 88 ? [one] : ['from network import (', ...list.map((word) => `    ${word},`), ')']),
    'from torch import Tensor',
  ];
};

const docstring = (name: string, plan: TwoModePlan): readonly string[] => {
  const { parameters, maskParameters } = parameterCounts(plan);
  const features = (of: readonly (readonly [string, Shape])[]): string =>
    of.map(([one, shape]) => `${plainly(one)} ${shape.join(' x ')}`).join(', ');
  const inputs = Object.entries(plan.inputs).map(([one, { shape }]) => [one, (plan.heldInputs[one] ?? []).map((axis) => shape[axis]!)] as const); // prettier-ignore
  const outputs = Object.entries(plan.outputs).map(([one, id]) => [one, plan.nodes[id]!.shape] as const);
  return [
    ...filled('    ', `"""${plainly(name)}.`),
    '',
    ...filled('    ', `Inputs: ${features(inputs)}. Outputs: ${features(outputs)}.`),
    ...filled('    ', `${parameters} parameters, ${maskParameters} of them of masks.`),
    '    """',
  ];
};
/* A name in a docstring: one line that neither ends it nor begins an escape. */
const plainly = (name: string): string => commented(name).replaceAll('\\', '\\\\').replaceAll('"', "'").trim(); // prettier-ignore

const forwardLines = ({ inputs, lines }: Computation): readonly string[] => {
  const given = [...inputs.values()].map((argument) => `${argument}: Tensor`);
  const parts = ['self', ...given, '*', 'noise: Noise = None'];
  const one = `    def forward(${parts.join(', ')}) -> dict[str, Tensor]:`;
  const inner = `        ${parts.join(', ')}`;
  if (one.length <= 88) return [one, ...lines];
  return inner.length <= 88
    ? ['    def forward(', inner, '    ) -> dict[str, Tensor]:', ...lines]
    : ['    def forward(', ...parts.map((part) => `        ${part},`), '    ) -> dict[str, Tensor]:', ...lines]; // prettier-ignore
};

const dictionary = (
  name: string,
  entries: readonly (readonly [key: string, value: string])[],
): readonly string[] => {
  // prettier-ignore
  const one = `    ${name} = {${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
  return one.length <= 88
    ? [one]
    : [`    ${name} = {`, ...entries.map(([key, value]) => `        ${key}: ${value},`), '    }'];
};

const heldShape = (shape: Shape, order: readonly number[]): string => tuple(order.slice(1).map((axis) => String(shape[axis]))); // prettier-ignore
