/** `maskskip spec`: a model as a JSON document. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import {
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { perform, type Report, type World } from '../output.js';

/** The command. */
export const specCommand = (world: World): Command =>
  new Command('spec')
    .description('print a model as a versioned JSON document, which every command takes in its place')
    .argument('<MODEL>', modelHelp)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .addHelpText(
      'after',
      '\nA layer, ψ or join of your own is written under the name of the export that is its form, without a last\n' +
        "'Form': export const exciteForm = formOf(…) is 'excite' in the document. 'maskskip check FILE.json --with\n" +
        "FILE.ts' reads it back.\n" +
        '\nExample:\n  maskskip spec vdg-stage1+munet > vdg.json && maskskip check vdg.json',
    )
    .action((model: string, options: VariationOptions) => perform(world, {}, () => specOf(model, options)));

const specOf = async (
  argument: string,
  options: VariationOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const { definitionsOf, specText, toSpec } = await import('../../dsl/spec/index.js');
  const { elaborated, exports } = named.right;
  const spec = toSpec(elaborated.model, exports === undefined ? undefined : definitionsOf(exports));
  return E.map((found: Parameters<typeof specText>[0]) => ({ json: found, text: specText(found) }))(spec);
};
