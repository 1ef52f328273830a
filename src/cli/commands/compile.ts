/** `maskskip compile`: a trained model as a folder that stock tfjs, TensorFlow or an ONNX runtime loads. */
import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { compileTargets, type ArtefactPort, type CompileTarget } from '../../artefact/format.js';
import type { Fault } from '../../base/fault.js';
import type { CompileReport } from '../../compile/compile.js';
import {
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { count, table } from '../table.js';

interface CompileCommandOptions extends OutputOptions, VariationOptions {
  readonly weights: string;
  readonly target: CompileTarget;
  readonly out: string;
  readonly stages?: readonly (readonly string[])[];
  readonly without: readonly string[];
  readonly safetensors?: boolean;
}

/** The command. */
export const compileCommand = (world: World): Command =>
  new Command('compile')
    .description(
      'write a trained model as a graph that stock tf.loadGraphModel, TensorFlow or an ONNX runtime loads',
    )
    .argument('<MODEL>', modelHelp)
    .requiredOption('--weights <path>', 'a checkpoint, or a folder of which the newest is taken')
    .addOption(
      new Option(
        '--target <name>',
        'tfjs-graph: model.json and shards; saved-model: saved_model.pb; onnx: model.onnx, images n×c×h×w',
      )
        .choices(compileTargets)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'the folder to make; it must not exist yet')
    .option(
      '--stages <groups>',
      'inputs in the order in which they are known, a graph each: x_a,p_a/p_b',
      groupsOf,
    )
    .option(
      '--without <pass>',
      'leave out a rewrite; may be repeated',
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .option('--safetensors', 'write weights.safetensors too: the weights for other programs, masks as bits')
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  maskskip compile vdg-stage1+munet --weights runs/vdg --target tfjs-graph --out web/model',
    )
    .action((model: string, options: CompileCommandOptions) =>
      perform(world, options, () => compileModel(model, options)),
    );

/** `x_a,p_a/p_b` as groups of names. */
const groupsOf = (argument: string): readonly (readonly string[])[] => {
  const groups = argument.split('/').map((group) => group.split(',').map((name) => name.trim()));
  if (groups.flat().includes('')) throw new InvalidArgumentError('name inputs, as in x_a,p_a/p_b.');
  return groups;
};

const compileModel = async (
  argument: string,
  { weights: path, target, out, stages, without, safetensors = false, ...variation }: CompileCommandOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, variation)();
  if (E.isLeft(named)) return named;
  const { loadWeights } = await import('../../learn/predict.js');
  const loaded = await loadWeights(path)();
  if (E.isLeft(loaded)) return loaded;
  const { compile } = await import('../../compile/compile.js');
  const { definitionsOf } = await import('../../dsl/spec/index.js');
  const { name, elaborated, exports } = named.right;
  const report = await compile(elaborated, {
    target,
    out,
    without,
    safetensors,
    name,
    weights: loaded.right.weights,
    ...(stages === undefined ? {} : { stages }),
    ...(exports === undefined ? {} : { definitions: definitionsOf(exports) }),
  })();
  return E.map((made: CompileReport) => ({ json: made, text: asText(made) }))(report);
};

const asText = ({ out, target, stages, files, sizes }: CompileReport): string => {
  const ends = (ports: readonly ArtefactPort[]): string =>
    ports
      .map(({ name, shape }) => `${name} ${shape.map((one) => (one < 0 ? 'n' : one)).join('×')}`)
      .join(', ');
  return [
    `${target} in ${out}`,
    '',
    ...stages.flatMap(({ name, inputs, outputs }) => [
      name,
      `  inputs   ${ends(inputs)}`,
      `  outputs  ${ends(outputs)}`,
    ]),
    '',
    table(
      [
        { title: 'file', align: 'left' },
        { title: 'bytes', align: 'right' },
      ],
      files.map(({ path, bytes }) => [path, count(bytes)]),
    ),
    '',
    `${count(sizes.entries)} weights, of these ${count(sizes.gateEntries)} gates: ${count(sizes.float32)} bytes as floats,`,
    `${count(sizes.gatesAsBytes)} with gates as bytes, ${count(sizes.gatesAsBits)} with gates as bits`,
  ].join('\n');
};
