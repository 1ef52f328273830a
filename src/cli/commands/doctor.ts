/** `maskskip doctor`: which backends work on this machine, and what would help. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { DoctorReport } from '../../backend/doctor.js';
import { unlessInterrupted } from '../interrupt.js';
import { perform, type OutputOptions, type World } from '../output.js';

/** The command. */
export const doctorCommand = (world: World): Command =>
  new Command('doctor')
    .description('try every backend on this machine and say what would help')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip doctor')
    .action((options: OutputOptions) =>
      perform(world, options, async () => {
        const { doctor, renderDoctor } = await import('../../backend/doctor.js');
        const tried = await unlessInterrupted(world.interruption(), 'doctor', () => doctor()().then(E.right));
        return E.map((report: DoctorReport) => ({ json: report, text: renderDoctor(report) }))(tried);
      }),
    );
