/** `maskskip diagram`: a picture of a model. */
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import {
  depthNames,
  formatNames,
  type Depth,
  type DiagramFormat,
} from '../../compile/source/diagram/formats.js';
import {
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';

interface DiagramCommandOptions extends OutputOptions, VariationOptions {
  readonly format: DiagramFormat;
  readonly depth: Depth;
  readonly out?: string;
}

/** The command. */
export const diagramCommand = (world: World): Command =>
  new Command('diagram')
    .description('draw a model: encoders, fusion, decoder and skips with their ψ, with all shapes')
    .argument('<MODEL>', modelHelp)
    .addOption(
      new Option('--format <name>', 'a figure, a text that documents draw, or a page')
        .choices(formatNames)
        .default('svg' satisfies DiagramFormat),
    )
    .option('--out <file>', 'the file to write, in the place of an older one; else it is printed')
    .addOption(
      new Option('--depth <name>', 'a block for each level, or one for each layer')
        .choices(depthNames)
        .default('levels' satisfies Depth),
    )
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .option('--json', 'print one JSON document that says what was drawn')
    .addHelpText(
      'after',
      '\nThe width of a figure is given in points: text has 7 points where it fits a page (180 mm), as levels do.\n' +
        '\nExample:\n  maskskip diagram vdg-stage1+munet --out vdg.svg',
    )
    .action((model: string, options: DiagramCommandOptions) =>
      perform(world, options, () => diagram(model, options)),
    );

const diagram = async (
  argument: string,
  { format, depth, out, ...variation }: DiagramCommandOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, variation)();
  if (E.isLeft(named)) return named;
  const { diagramOf } = await import('../../compile/source/diagram/index.js');
  const drawn = diagramOf(named.right, { format, depth });
  if (E.isLeft(drawn)) return drawn;
  const said = { name: named.right.name, format, depth };
  if (out === undefined) return E.right({ json: { ...said, text: drawn.right }, text: drawn.right });
  const { writeFileAtomically } = await import('../../files/write.js');
  return E.map(() => ({ json: { ...said, out }, text: `Wrote ${out}` }))(
    await writeFileAtomically(out, drawn.right)(),
  );
};
