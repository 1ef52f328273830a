/** Where a run begins: afresh, or at the newest checkpoint of its folder. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../../base/fault.js';
import { initialParameters, type ParameterArray } from '../../compile/index.js';
import { loadCheckpoint, type Checkpoint } from '../checkpoint.js';
import { arrayFaults, restoredState, startingState, type TrainingState } from '../state.js';
import type { LoopRun } from './loop.js';
import type { Prepared } from './prepared.js';

/** Weights by path. */
export type StartWeights = Readonly<Record<string, ParameterArray>>;

/** The state that a run begins with. */
export interface Beginning {
  /** Steps done before. */
  readonly step: number;
  readonly state: TrainingState;
  /** What a fresh start has: masks are held against it. */
  readonly start: StartWeights;
  readonly warnings: readonly Fault[];
}

/**
 * The beginning of a run. Faults: L02 a checkpoint of another run, weights of another shape, or none for a network that
 * nobody moves; C05 a fresh start in a folder that holds a checkpoint; C03 and those of loading where there are
 * checkpoints but none can be used; those of weights that are to be made.
 */
export const begin =
  (prepared: Prepared, run: LoopRun): TE.TaskEither<readonly Fault[], Beginning> =>
  async () => {
    const { weights = {} } = run;
    const told = typeof weights === 'function' ? {} : weights;
    const wrong = misshapen(prepared, told);
    if (wrong.length > 0) return E.left(wrong);
    const drawn = initialParameters(prepared, run.seed);
    const afresh = async (): Promise<E.Either<readonly Fault[], Beginning>> => {
      const made = typeof weights === 'function' ? await weights() : E.right(told);
      if (E.isLeft(made)) return made;
      const faults = [...misshapen(prepared, made.right), ...notBrought(prepared, made.right)];
      if (faults.length > 0) return E.left(faults);
      const start = { ...drawn, ...ofTraining(prepared, made.right) };
      return E.right({ step: 0, state: startingState(prepared, start), start, warnings: [] });
    };
    if (run.out === undefined) return afresh();
    const loaded = await loadCheckpoint(run.out)();
    if (run.resume !== true) {
      // Said now: the record would be begun anew, and the first save refused when its steps are already spent.
      return E.isRight(loaded) ? E.left([occupied(run.out, loaded.right.checkpoint.step)]) : afresh();
    }
    // Other faults stand beside C03 where there are checkpoints of which none loads.
    if (E.isLeft(loaded)) return loaded.left.every(({ rule }) => rule === 'C03') ? afresh() : loaded;
    const { checkpoint, warnings } = loaded.right;
    const others = differences(run, prepared, checkpoint);
    if (others.length > 0) return E.left(others);
    const start = { ...drawn, ...ofTraining(prepared, told) };
    return E.map((state: TrainingState): Beginning => ({ step: checkpoint.step, state, start, warnings }))(
      restoredState(prepared, checkpoint),
    );
  };

const misshapen = ({ parameters }: Prepared, given: StartWeights): readonly Fault[] =>
  arrayFaults(
    parameters.filter(({ path }) => Object.hasOwn(given, path)),
    given,
  );

const ofTraining = ({ parameters }: Prepared, given: StartWeights): StartWeights =>
  Object.fromEntries(
    parameters.flatMap(({ path }) => (Object.hasOwn(given, path) ? [[path, given[path]!]] : [])),
  );

/** L02 for each thing that must be as it was, and is not. */
const differences = (run: LoopRun, { agreements }: Prepared, checkpoint: Checkpoint): readonly Fault[] =>
  (
    [
      ['model', checkpoint.model, run.name],
      ['seed', checkpoint.seed, run.seed],
      ...agreements.map(({ key, what, value }) => [what, checkpoint.extra[key] ?? 'nothing', value] as const),
    ] as const
  ).flatMap(([what, got, wanted]) =>
    got === wanted
      ? []
      : [
          fault({
            rule: 'L02',
            where: `checkpoint: ${what}`,
            got: String(got),
            wanted: String(wanted),
            fix: 'resume with the options of the first run, or choose another folder',
          }),
        ],
  );

/** L02 for each network that would look at the world through weights that are only drawn. */
const notBrought = ({ brought = [] }: Prepared, given: StartWeights): readonly Fault[] => {
  const missing = brought.filter(({ path }) => !Object.hasOwn(given, path));
  const networks = new Map<string, number>();
  for (const { path } of missing) {
    const name = path.split('/')[0]!;
    networks.set(name, (networks.get(name) ?? 0) + 1);
  }
  return [...networks].map(([name, count]) =>
    fault({
      rule: 'L02',
      where: `network '${name}'`,
      got: `no weights for ${count} of its parameters`,
      wanted: 'weights for all of them, as no player moves it',
      fix: 'give them in weights, as loadFeatureWeights reads them, or let a player move the network',
    }),
  );
};

const occupied = (folder: string, step: number): Fault =>
  fault({
    rule: 'C05',
    where: folder,
    got: `a fresh start where a checkpoint of step ${step} is`,
    wanted: 'a folder without checkpoints',
    fix: 'pass resume: true or choose another folder',
  });
