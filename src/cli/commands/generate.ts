/** `maskskip generate`: models and grids of variants as source code that a person owns. */
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { targets, type TargetEntry, type TargetName } from '../../compile/source/targets.js';
import type { GivenModel } from '../../compile/source/named-models.js';
import type { GenerateOptions, GenerateReport } from '../../compile/source/folder/generate.js';
import type { LeftOut, Variants } from '../../dsl/variant-types.js';
import {
  asFile,
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { modelsOfFile, type TitledModels } from '../models-of-file.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { count } from '../table.js';
import { askedAxes, declaredVariants, listedVariants, variantsHelp } from '../variants-argument.js';
import { workDisplay } from '../work-display.js';

interface GenerateCommandOptions extends OutputOptions, VariationOptions {
  readonly variants?: string;
  readonly target: Entry['target'];
  readonly form: FormOf<Entry>;
  readonly out: string;
  readonly check: boolean;
}

type Entry = (typeof targets)[TargetName];
type FormOf<One> = One extends { readonly form: infer Form } ? Form : never;

const entries: readonly TargetEntry[] = Object.values(targets);
const kinds = [...new Set(entries.map(({ target }) => target))];
const forms = entries.flatMap(({ form }) => (form === undefined ? [] : [form]));

/** The command. */
export const generateCommand = (world: World): Command =>
  new Command('generate')
    .description(`write models, or a grid of variants, as source code: ${kinds.join(', ')}`)
    .argument('<MODEL>', `${modelHelp}; a FILE.ts may export several models, and grids made with variants(…)`)
    .option('--variants <SPEC>', variantsHelp)
    .addOption(
      new Option('--target <name>', 'what is written').choices(kinds).default('typescript' satisfies GenerateCommandOptions['target']), // prettier-ignore
    )
    .addOption(
      new Option('--form <name>', 'of TypeScript: dsl declares with maskskip, standalone asks for tfjs alone')
        .choices(forms)
        .default('dsl' satisfies GenerateCommandOptions['form']),
    )
    .requiredOption('--out <folder>', 'where the files go; files there that a person changed are kept')
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .option('--no-check', 'do not have a compiler check what is written')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nAxes of a listed model are psi (none, closed, dense, one, grid:HxW, grouped:N), filters, size and dataset; of a\n' +
        "file's model psi alone. A variant that does not fit is left out, and said so.\n" +
        '\nExample:\n  maskskip generate vdg-stage1 --variants "psi=none,dense,one,grid:4x4;filters=32,64" --out generated\n' +
        '  maskskip generate unet.ts --target pytorch --out generated',
    )
    .action((model: string, options: GenerateCommandOptions, command: Command) =>
      perform(world, options, () => generateSource(world, model, options, command)),
    );

const generateSource = async (
  world: World,
  argument: string,
  options: GenerateCommandOptions,
  command: Command,
): Promise<E.Either<readonly Fault[], Report>> => {
  const entry = entries.find(({ target, form }) => target === options.target && (form ?? options.form) === options.form); // prettier-ignore
  if (entry === undefined)
    return command.error(`error: --target ${options.target} has no form ${options.form}`);
  await refuseIdle(command, argument, entry);
  const target = await entry.load();
  // The compiler reads what it will need while models are declared.
  const check = options.check ? target.check?.() : undefined;
  try {
    return await generated(world, argument, options, command, { target, check: check ?? 'none' });
  } finally {
    check?.stop();
  }
};

const generated = async (
  world: World,
  argument: string,
  options: GenerateCommandOptions,
  command: Command,
  begun: Required<Pick<GenerateOptions, 'target' | 'check'>>,
): Promise<E.Either<readonly Fault[], Report>> => {
  const asked = await askedModels(argument, options, command);
  if (E.isLeft(asked)) return asked;
  const { title, models, leftOut } = asked.right;
  if (models.length === 0) return E.left([...leftOut.flatMap(faultsOf), nothingLeft(argument)]);
  const [{ generate }, { namedModels }] = await Promise.all([
    import('../../compile/source/folder/generate.js'),
    import('../../compile/source/named-models.js'),
  ]);
  const shown = workDisplay(world.messages);
  const written = await generate({
    ...begun,
    models: namedModels(models),
    out: options.out,
    title,
    progress: shown.update,
    signal: world.interruption(),
  })();
  shown.stop();
  return E.map((report: GenerateReport) => ({
    json: {
      ...report,
      leftOut: leftOut.map(({ name: variant, axes, faults }) => ({ name: variant, axes, faults })),
    },
    text: asText(report),
    warnings: leftOut.flatMap(faultsOf),
  }))(written);
};

/* Ends the command where an option was given that would be passed over in silence. */
const refuseIdle = async (command: Command, argument: string, entry: TargetEntry): Promise<void> => {
  if (isGiven(command, 'form') && entry.form === undefined)
    command.error(`error: option '--form' does not go with --target ${entry.target}, which has one form`);
  if (asFile(argument) !== undefined || argument.endsWith('.json'))
    for (const name of variation.filter((one) => isGiven(command, one)))
      command.error(
        `error: option '--${name}' goes with a listed model; a file's model is as it is declared`,
      );
  if (isGiven(command, 'check') && (await entry.load()).check === undefined)
    command.error(`error: option '--no-check' does not go with ${asAsked(entry)}, which no compiler checks`);
};

const variation = ['dataset', 'size', 'filters'] as const satisfies readonly (keyof VariationOptions)[];
const isGiven = (command: Command, option: string): boolean => command.getOptionValueSource(option) === 'cli';

const asAsked = ({ target, form }: TargetEntry): string =>
  form === undefined ? `--target ${target}` : `--target ${target} --form ${form}`;

/* The models that the arguments name. */
const askedModels = async (
  argument: string,
  { variants: spec, dataset, size, filters }: GenerateCommandOptions,
  command: Command,
): Promise<E.Either<readonly Fault[], TitledModels>> => {
  const file = asFile(argument);
  if (file !== undefined && spec === undefined) return modelsOfFile(file.file, file.name);
  if (spec === undefined) {
    const named = await modelOf(argument, { dataset, ...(size === undefined ? {} : { size }), ...(filters === undefined ? {} : { filters }) })(); // prettier-ignore
    return E.map(({ name, elaborated }: GivenModel) => ({ title: name, models: [{ name, elaborated }], leftOut: [] }))(named); // prettier-ignore
  }
  const axes = await askedAxes(spec);
  if (E.isLeft(axes)) return axes;
  const both = variation.find(
    (name) => isGiven(command, name) && axes.right.some(({ axis }) => axis === name),
  );
  if (both !== undefined)
    return command.error(`error: option '--${both}' does not go with an axis '${both}' of --variants`);
  const { models } = await import('../../models/index.js');
  const listed = models.find(({ name }) => name === argument);
  if (listed !== undefined) {
    const standing = { dataset, ...size, ...(filters === undefined ? {} : { filters }) };
    return E.map(askedOfGrid)(await listedVariants(listed, axes.right, standing));
  }
  const named = await modelOf(argument, { dataset })();
  if (E.isLeft(named)) return named;
  const { name, elaborated } = named.right;
  const short = name.replace(/^.*#/s, '').replace(/\.json$/, '');
  return E.map(askedOfGrid)(await declaredVariants(short, elaborated.model, axes.right));
};

const askedOfGrid = ({ name, all, leftOut }: Variants): TitledModels => ({
  title: name,
  models: all,
  leftOut,
});

/* Each fault of what was left out says of which variant it is. */
const faultsOf = ({ name, faults }: LeftOut): readonly Fault[] =>
  faults.map((one) => ({ ...one, text: `left out ${name}: ${one.text}` }));

const nothingLeft = (argument: string): Fault =>
  fault({
    rule: 'V09',
    where: argument,
    got: 'no variant that fits',
    wanted: 'one or more',
    fix: 'see the faults above',
  });

const asText = ({
  out,
  target,
  models,
  checked,
  written,
  unchanged,
  removed,
  beside,
  kept,
}: GenerateReport): string =>
  [
    `${count(models)} ${models === 1 ? 'model' : 'models'} as ${target} in ${out}`,
    `  ${count(written.length)} files written, ${count(unchanged.length)} unchanged, ${count(removed.length)} removed`,
    ...(checked === undefined ? [] : [`  ${checked}`]),
    ...beside.map((one) => `  ${one.path} was changed by hand and stays; the new text is in ${one.beside}`),
    ...kept.map((path) => `  ${path} was changed by hand and stays, though no model makes it any more`),
  ].join('\n');
