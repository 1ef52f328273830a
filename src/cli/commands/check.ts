/** `maskskip check`: what is wrong with a file of models or a spec, and where. */
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { CheckReport } from '../../check/check-file.js';
import { exitCodes, perform, printable, type OutputOptions, type Report, type World } from '../output.js';

interface CheckOptions extends OutputOptions {
  readonly typesOnly?: boolean;
  readonly with?: string;
}

/** The command. */
export const checkCommand = (world: World): Command => {
  const command = new Command('check')
    .description(
      'report what is wrong with the models of FILE.ts, or with a spec FILE.json, with the lines around it. ' +
        'FILE.ts is type-checked and then run, as the program that it is, to check what it exports; ' +
        'with --types-only it is not run',
    )
    .argument('<FILE>', 'FILE.ts (or .mts, .js) or a spec, FILE.json')
    .option('--types-only', 'leave it at the types: FILE.ts is not run')
    .option('--with <FILE.ts>', "a file that exports a spec's own layers, ψ and joins; it is run")
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip check unet.ts');
  return command.action(async (file: string, options: CheckOptions) => {
    const isSpec = extname(file) === '.json';
    if (isSpec && options.typesOnly === true) command.error("error: --types-only is for FILE.ts: a spec has no types"); // prettier-ignore
    if (!isSpec && options.with !== undefined) command.error('error: --with is for a spec, FILE.json');
    let code: number = exitCodes.fine;
    await perform({ ...world, finish: (given) => world.finish(given || code) }, options, async () => {
      const checked = await check(file, isSpec, options);
      if (checked.faults.some(({ severity }) => severity === 'error')) code = exitCodes.faults;
      return E.right(report(file, checked, options));
    });
  });
};

const check = async (file: string, isSpec: boolean, options: CheckOptions): Promise<CheckReport> => {
  if (isSpec) {
    const { checkSpec } = await import('../../check/check-spec.js');
    return checkSpec(file, await import('../../dsl/spec/index.js'), options)();
  }
  const { checkFile } = await import('../../check/check-file.js');
  return checkFile(file, options)();
};

const report = (file: string, { models, faults }: CheckReport, { typesOnly }: CheckOptions): Report => ({
  json: { file, models, faults },
  text: [...faults.map(shown), summary(printable(basename(file)), models, faults, typesOnly === true)].join(
    '\n',
  ),
});

const shown = ({ severity, text, source }: Fault): string => {
  const message = `${severity === 'warning' ? 'warning: ' : ''}${printable(text)}`;
  return source === undefined
    ? `${message}\n`
    : `${printable(source.file)}:${source.line}:${source.column} ${message}\n\n${source.frame}\n`;
};

const summary = (
  name: string,
  models: readonly string[],
  faults: readonly Fault[],
  typesOnly: boolean,
): string => {
  const warnings = faults.filter(({ severity }) => severity === 'warning').length;
  const errors = faults.length - warnings;
  const counts = [
    ...(errors === 0 ? [] : [many(errors, 'error')]),
    ...(warnings === 0 ? [] : [many(warnings, 'warning')]),
  ];
  if (counts.length > 0) return `${counts.join(', ')} in ${name}`;
  return typesOnly
    ? `${name}: no faults in its types`
    : `${name}: ${many(models.length, 'model')}, no faults`;
};

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
