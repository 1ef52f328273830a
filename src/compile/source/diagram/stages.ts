/**
 * Stages: pieces that are drawn as one block.
 *
 * With a block for each level, a stage goes on as long as height and width stay and nothing else joins, leaves or
 * branches off; after a skip the step that leads to the next level belongs to it, so that a decoder's level is one
 * block. With a block for each layer, a stage is one layer and what has no parameters after it.
 */
import { reached } from '../../plan/live.js';
import type { PictureShape, Piece } from './pieces.js';

/** Pieces drawn as one, in order. */
export interface Stage {
  readonly pieces: readonly Piece[];
  readonly slabs: readonly PictureShape[];
  readonly note?: string;
}

/** The stages of a model's pieces; what no output reads is left out. */
export const stagesOf = (pieces: readonly Piece[], depth: 'levels' | 'layers'): readonly Stage[] => {
  const living = alive(pieces);
  const live = pieces.filter(({ id }) => living.has(id));
  const readers = readersOf(live);
  const stages: Piece[][] = [];
  const stageOf = new Map<number, number>();
  for (const piece of live) {
    const main = piece.reads[0];
    const at = main === undefined ? undefined : stageOf.get(main);
    const goesOn =
      at !== undefined &&
      (continues(stages[at]!, piece, { readers, pieces, depth }) || isSameJoin(stages[at]!, piece, readers));
    const place = goesOn ? at : stages.length;
    if (goesOn) stages[at]!.push(piece);
    else stages.push([piece]);
    stageOf.set(piece.id, place);
  }
  const whole = depth === 'levels' ? withTails(stages, stageOf, pieces, readers) : stages;
  return inOrder(whole).map((stage) => ({ pieces: stage, slabs: slabsOf(stage), ...noteOf(stage) }));
};

interface Reader {
  readonly id: number;
  readonly skip: boolean;
}
type Readers = ReadonlyMap<number, readonly Reader[]>;
interface Surroundings {
  readonly readers: Readers;
  readonly pieces: readonly Piece[];
  readonly depth: 'levels' | 'layers';
}

const alive = (pieces: readonly Piece[]): ReadonlySet<number> =>
  reached(
    pieces.map(({ id, reads }) => [id, reads] as const),
    pieces.filter(({ kind }) => kind === 'output').map(({ id }) => id),
  );

const readersOf = (pieces: readonly Piece[]): Readers => {
  const found = new Map<number, Reader[]>();
  for (const { id, reads, skips } of pieces)
    for (const read of reads)
      found.set(read, [
        ...(found.get(read) ?? []),
        { id, skip: skips.some(({ from }) => from.includes(read)) },
      ]);
  return found;
};

/* Whether a piece is of a stage or was computed from it: what a stage waits for must not wait for the stage. */
const comesFrom = (piece: number, stage: readonly Piece[], pieces: readonly Piece[]): boolean => {
  const inside = new Set(stage.map(({ id }) => id));
  const seen = new Set<number>();
  const waiting = [piece];
  while (waiting.length > 0) {
    const one = waiting.pop()!;
    if (inside.has(one)) return true;
    if (seen.has(one) || one < stage[0]!.id) continue;
    seen.add(one);
    waiting.push(...pieces[one]!.reads);
  }
  return false;
};

const continues = (
  stage: readonly Piece[],
  piece: Piece,
  { readers, pieces, depth }: Surroundings,
): boolean => {
  const last = stage.at(-1)!;
  if (piece.kind !== 'step' || last.kind !== 'step' || piece.reads[0] !== last.id) return false;
  if (depth === 'layers' && (piece.parameters > 0 || piece.skips.length > 0)) return false;
  const sameSize = piece.shape[0] === last.shape[0] && piece.shape[1] === last.shape[1];
  if (!sameSize && (depth === 'layers' || stage.some(({ parameters }) => parameters > 0))) return false;
  const others = readers.get(last.id)!.filter(({ id }) => id !== piece.id);
  if (others.some(({ skip }) => !skip)) return false;
  // Two levels of one segment are drawn together; `level1` and `level2` are not.
  if (others.length > 0 && segmentOf(last.name) !== segmentOf(piece.name)) return false;
  return piece.reads.slice(1).every((one) => !comesFrom(one, stage, pieces));
};

const segmentOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');

/* What is joined one after another in one way meets in one place. */
const isSameJoin = (stage: readonly Piece[], piece: Piece, readers: Readers): boolean => {
  const last = stage.at(-1)!;
  return (
    piece.kind === 'join' &&
    last.kind === 'join' &&
    piece.op === last.op &&
    ['concat', 'add'].includes(piece.op) &&
    piece.reads[0] === last.id &&
    readers.get(last.id)!.length === 1
  );
};

/** A stage after a join takes the short stage that leads from it to the next level. */
const withTails = (
  stages: readonly (readonly Piece[])[],
  stageOf: ReadonlyMap<number, number>,
  pieces: readonly Piece[],
  readers: Readers,
): readonly (readonly Piece[])[] => {
  const taken = new Set<number>();
  return stages
    .map((stage, at) => {
      const first = stage[0]!;
      const last = stage.at(-1)!;
      const begins =
        first.kind === 'step' && first.reads[0] !== undefined && pieces[first.reads[0]]!.kind === 'join';
      const next = readers.get(last.id) ?? [];
      const tail = begins && next.length === 1 ? stageOf.get(next[0]!.id)! : at;
      const after = stages[tail]!;
      const afterSkip = begins && pieces[first.reads[0]!]!.skips.length > 0;
      const short =
        tail !== at &&
        after[0]!.kind === 'step' &&
        after[0]!.reads.length === 1 &&
        new Set(stage.map(({ shape }) => shape.slice(0, 2).join())).size === 1 &&
        after.filter(({ parameters }) => parameters > 0).length <= (afterSkip ? 1 : 0);
      if (!short) return stage;
      taken.add(tail);
      return [...stage, ...after];
    })
    .filter((_, at) => !taken.has(at));
};

/* What a stage reads stands before it; where that leaves a choice, what was declared first. */
const inOrder = (stages: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] => {
  const stageOf = new Map(stages.flatMap((stage) => stage.map(({ id }) => [id, stage] as const)));
  const done = new Set<readonly Piece[]>();
  const begun = new Set<readonly Piece[]>();
  for (const root of [...stages].sort((a, b) => a.at(-1)!.id - b.at(-1)!.id)) {
    const waiting = [root];
    while (waiting.length > 0) {
      const stage = waiting.at(-1)!;
      begun.add(stage);
      const before = stage
        .flatMap(({ reads }) => reads.map((one) => stageOf.get(one)!))
        .find((one) => !begun.has(one));
      if (before !== undefined) {
        waiting.push(before);
        continue;
      }
      done.add(stage);
      waiting.pop();
    }
  }
  return [...done];
};

/* The first and the last two of the shapes that layers with parameters give, and what comes out. */
const slabsOf = (stage: readonly Piece[]): readonly PictureShape[] => {
  const shapes = stage
    .filter(({ parameters }, at) => parameters > 0 || at === stage.length - 1)
    .map(({ shape }) => shape);
  const distinct = shapes.filter((shape, at) => at === 0 || shape.join() !== shapes[at - 1]!.join());
  return distinct.length <= 3 ? distinct : [distinct[0]!, ...distinct.slice(-2)];
};

const noteOf = (stage: readonly Piece[]): Pick<Stage, 'note'> => {
  const counts = new Map<string, number>();
  for (const { op, parameters } of stage)
    if (parameters > 0 && !/^(?:conv|dense)/.test(op)) counts.set(op, (counts.get(op) ?? 0) + 1);
  const most = [...counts].filter(([, count]) => count > 2).sort(([, a], [, b]) => b - a)[0];
  return most === undefined ? {} : { note: `${most[1]}× ${most[0]}` };
};
