/** `maskskip diff`: what differs between two models: layers, options, shapes, parameters, FLOPs. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Difference } from '../../compile/source/difference/difference.js';
import { formatOf, formatOption, jsonFormatOption, type FormatOptions } from '../format-option.js';
import {
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { exitCodes, perform, troubleCode, type World } from '../output.js';

const formats = ['text', 'markdown', 'json'] as const;
type Format = (typeof formats)[number];

interface DiffOptions extends FormatOptions<Format>, VariationOptions {}

/** The command. */
export const diffCommand = (world: World): Command =>
  new Command('diff')
    .description('print what differs between two models: layers, options, shapes, parameters, FLOPs')
    .argument('<A>', modelHelp)
    .argument('<B>', 'as A')
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .addOption(formatOption(formats))
    .addOption(jsonFormatOption())
    .addHelpText(
      'after',
      '\nLayers are aligned by their place and by what they are. A checkpoint of one model fits the other by name only\n' +
        'where no layer is under another name. Costs are for one example at inference.\n' +
        '\nLike diff(1), the exit code is 0 for two models that are the same, 1 for two that differ, 2 for trouble.\n' +
        '\nExample:\n  maskskip diff vdg-stage1 vdg-stage1+munet --dataset market-1501',
    )
    .action((a: string, b: string, options: DiffOptions) => {
      const format = formatOf(options);
      let differs = false;
      const finish = (code: number): void =>
        world.finish(code === exitCodes.fine ? Number(differs) : troubleCode(['diff']));
      return perform({ ...world, finish }, { json: format === 'json' }, async () => {
        const compared = await compare(a, b, options);
        if (E.isLeft(compared)) return compared;
        differs = !compared.right.equal;
        const { differenceMarkdown, differenceText } = await import('../difference-text.js');
        const text = format === 'markdown' ? differenceMarkdown : differenceText;
        return E.right({ json: compared.right, text: text(compared.right) });
      });
    });

const compare = async (
  a: string,
  b: string,
  options: VariationOptions,
): Promise<E.Either<readonly Fault[], Difference>> => {
  const one = await modelOf(a, options)();
  if (E.isLeft(one)) return one;
  const other = await modelOf(b, options)();
  if (E.isLeft(other)) return other;
  const { differenceOf } = await import('../../compile/source/difference/difference.js');
  return differenceOf(one.right, other.right);
};
