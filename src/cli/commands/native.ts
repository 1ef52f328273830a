/** `maskskip native install`: a current libtensorflow for the native backend. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { NativeReport } from '../../backend/native/install.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';

interface InstallOptions extends OutputOptions {
  readonly gpu?: boolean;
  readonly force?: boolean;
}

/** The command, with its one subcommand. */
export const nativeCommand = (world: World): Command =>
  new Command('native').description('the native backend, libtensorflow').addCommand(
    new Command('install')
      .description('download libtensorflow once for this user and build the addon for it (Linux on x64)')
      .option('--gpu', 'with CUDA: a much larger download')
      .option('--force', 'build and place the addon again even if one works')
      .option('--json', 'print one JSON document')
      .addHelpText('after', '\nExample:\n  maskskip native install --gpu')
      .action((options: InstallOptions) => perform(world, options, () => install(world, options))),
  );

const install = async (
  world: World,
  { gpu = false, force = false }: InstallOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const { nativeInstall } = await import('../../backend/native/install.js');
  const { workDisplay } = await import('../work-display.js');
  const display = workDisplay(world.messages);
  const installed = await nativeInstall({
    gpu,
    force,
    signal: world.interruption(),
    onProgress: ({ step, done, total }) => display.update(step, done, total),
  })();
  display.stop();
  return E.map((report: NativeReport) => ({ json: report, text: asText(report) }))(installed);
};

const asText = ({ status, libtensorflow, gpu, addon, seconds }: NativeReport): string =>
  [
    `${status === 'present' ? 'Already there' : 'Installed'}: libtensorflow ${libtensorflow}, ${gpu ? 'CUDA' : 'CPU'}`,
    `  ${addon}`,
    ...Object.entries(seconds).map(([step, taken]) => `  ${step} ${taken} s`),
  ].join('\n');
