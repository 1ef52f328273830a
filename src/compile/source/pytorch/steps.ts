/**
 * Statements in the order of a body, those of one mode gathered under `if training:`.
 *
 * A step gives names that later steps read. Steps of both modes come as early as they can; what only one mode needs
 * waits and goes into one block with the choices that it leads to.
 */
import { inInference, inTraining } from './modes.js';

/** A statement, or several that belong together. */
export interface Step {
  /** What it gives, by node; empty for what only has an effect. */
  readonly gives: readonly number[];
  readonly reads: readonly number[];
  /** Which modes need it. */
  readonly modes: number;
  /** Its lines; what is read and given is named by then. */
  readonly lines: (indent: number) => readonly string[];
}

/** A name whose value depends on the mode. */
export interface Choice {
  readonly gives: number;
  /** What each side reads. */
  readonly inTraining: readonly number[];
  readonly inInference: readonly number[];
  /** The lines of each side; empty where the name holds the value already. */
  readonly lines: (mode: number, indent: number) => readonly string[];
}

/** A run of statements: for both modes, or a branch for each. */
export type Block =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'modes'; readonly training: readonly Step[]; readonly inference: readonly Step[] };

const both = inTraining | inInference;

/** The blocks of a body. `given` is known before. */
export const scheduled = (
  given: Iterable<number>,
  steps: readonly Step[],
  choices: readonly Choice[],
): readonly Block[] => {
  const known = new Set(given);
  const blocks: Block[] = [];
  let waiting = [...steps];
  let choosing = [...choices];
  const has = (ids: readonly number[], also?: ReadonlySet<number>): boolean =>
    ids.every((id) => known.has(id) || also?.has(id) === true);
  while (waiting.length > 0 || choosing.length > 0) {
    const before = waiting.length + choosing.length;
    const plain: Step[] = [];
    for (const step of waiting) {
      if (step.modes !== both || !has(step.reads)) continue;
      plain.push(step);
      step.gives.forEach((id) => known.add(id));
    }
    waiting = waiting.filter((step) => !plain.includes(step));
    if (plain.length > 0) blocks.push({ kind: 'steps', steps: plain });

    const branch = (mode: number, inBranch: Set<number>): Step[] => {
      const taken = waiting.filter((step) => {
        if (step.modes !== mode || !has(step.reads, inBranch)) return false;
        step.gives.forEach((id) => inBranch.add(id));
        return true;
      });
      waiting = waiting.filter((step) => !taken.includes(step));
      return taken;
    };
    const [trained, inferred] = [new Set<number>(), new Set<number>()];
    const training = branch(inTraining, trained);
    const inference = branch(inInference, inferred);
    /* A choice may read another of the same block. */
    const chosen: Choice[] = [];
    for (const choice of choosing) {
      if (!has(choice.inTraining, trained) || !has(choice.inInference, inferred)) continue;
      chosen.push(choice);
      trained.add(choice.gives);
      inferred.add(choice.gives);
    }
    choosing = choosing.filter((choice) => !chosen.includes(choice));
    const side = (choice: Choice, mode: number): Step => ({
      gives: [choice.gives],
      reads: mode === inTraining ? choice.inTraining : choice.inInference,
      modes: mode,
      lines: (indent) => choice.lines(mode, indent),
    });
    training.push(...chosen.map((choice) => side(choice, inTraining)));
    inference.push(...chosen.map((choice) => side(choice, inInference)));
    if (training.length + inference.length > 0) blocks.push({ kind: 'modes', training, inference });
    [...trained, ...inferred].forEach((id) => known.add(id));
    if (waiting.length + choosing.length === before)
      throw new Error('a body reads what nothing gives: mend the emitter');
  }
  return blocks;
};

/** The lines of blocks; `flag` is what tells the modes apart. */
export const linesOf = (blocks: readonly Block[], flag: string, indent: number): readonly string[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'steps') return block.steps.flatMap((step) => step.lines(indent));
    const space = ' '.repeat(indent);
    const [training, inference] = [block.training, block.inference].map((steps) =>
      steps.flatMap((step) => step.lines(indent + 4)),
    ) as [string[], string[]];
    if (training.length === 0) return inference.length === 0 ? [] : [`${space}if not ${flag}:`, ...inference];
    return [
      `${space}if ${flag}:`,
      ...training,
      ...(inference.length === 0 ? [] : [`${space}else:`, ...inference]),
    ];
  });
