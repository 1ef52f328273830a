/** The command line as a function: arguments in, exit code out. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.js';
import { compileCommand } from './commands/compile.js';
import { dataCommand } from './commands/data.js';
import { diagramCommand } from './commands/diagram.js';
import { diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { generateCommand } from './commands/generate.js';
import { modelsCommand } from './commands/models.js';
import { nativeCommand } from './commands/native.js';
import { recipesCommand } from './commands/recipes.js';
import { specCommand } from './commands/spec.js';
import { summaryCommand } from './commands/summary.js';
import { synthesizeCommand } from './commands/synthesize.js';
import { trainCommand } from './commands/train.js';
import { exitCodes, say, troubleCode, type World } from './output.js';

/** What `run` is given: the world, without the place for the exit code that `run` returns itself. */
export type Surroundings = Omit<World, 'finish'>;

/**
 * Runs one command and gives its exit code: 0 fine, 1 faults, 2 a command line that means nothing, 130 interrupted;
 * of `diff` 1 two models that differ, 2 whatever else is wrong.
 *
 * @example
 * ```ts
 * process.exitCode = await run(['models', '--json'], surroundings);
 * ```
 */
export const run = async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
  let code: number = exitCodes.fine;
  let interruption: AbortSignal | undefined;
  const world: World = {
    ...surroundings,
    interruption: () => (interruption ??= surroundings.interruption()),
    finish: (given) => {
      code = given;
    },
  };
  try {
    await programOf(world).parseAsync([...argv], { from: 'user' });
  } catch (caught) {
    if (caught instanceof CommanderError) code = usage(world, caught);
    else {
      unexpected(world, caught);
      code = troubleCode(argv);
    }
  }
  return interruption?.aborted === true ? exitCodes.interrupted : code;
};

const programOf = (world: World): Command => {
  const program = new Command('maskskip')
    .description('U-Nets with masked skip connections: declare, check, train and run them')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText(
      'after',
      "\nExample:\n  maskskip models\n\n'maskskip COMMAND --help' says more, with an example each.",
    );
  for (const command of [
    modelsCommand(world),
    recipesCommand(world),
    summaryCommand(world),
    diffCommand(world),
    specCommand(world),
    explainCommand(world),
    checkCommand(world),
    compileCommand(world),
    generateCommand(world),
    diagramCommand(world),
    doctorCommand(world),
    nativeCommand(world),
    dataCommand(world),
    trainCommand(world),
    evaluateCommand(world),
    synthesizeCommand(world),
  ]) {
    program.addCommand(command);
  }
  return configured(program, world);
};

/** Settings that commander does not hand down to commands that were made apart. */
const configured = (command: Command, world: World): Command => {
  command
    .exitOverride()
    .configureOutput({
      writeOut: world.results,
      writeErr: (text) => void world.messages.write(text),
      // The one line is written below, where the exit code is decided.
      outputError: () => {},
    })
    .allowExcessArguments(false)
    .helpOption('-h, --help', 'print this help');
  if (command.commands.length > 0) command.helpCommand(false);
  command.commands.forEach((one) => void configured(one as Command, world));
  return command;
};

/** The code for what commander threw; its message as one line. */
const usage = (world: World, { code, exitCode, message }: CommanderError): number => {
  if (exitCode === 0) return exitCodes.fine;
  // Without a subcommand commander has printed the help already.
  if (code !== 'commander.help') say(world, message.replace(/^error: /, '✗ '));
  return exitCodes.usage;
};

/** A mistake of ours: it has no fault, so it is told with the place where it happened. */
const unexpected = (world: World, caught: unknown): void => {
  const text = caught instanceof Error ? (caught.stack ?? caught.message) : String(caught);
  say(world, `✗ unexpected error, please report it: ${text}`);
};

const version = (): string => {
  const described: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (described as { readonly version: string }).version;
};
