/**
 * Generating: models × a target → files in a folder, and never a person's work undone.
 *
 * All texts are made, and checked where the target has a check, before anything is written. A file is replaced or removed
 * only if it is as it was generated, by the folder's record; where a person changed it, the new text goes beside it.
 * Links inside the folder are not followed. A run that is cut short leaves whole files and a record of them.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../../../base/fault.js';
import { writeFault, writeFileAtomically } from '../../../files/write.js';
import { planCost } from '../../plan/cost.js';
import { parameterCounts } from '../../plan/plan.js';
import { decide, digestAt, type Decided, type Writing } from './decide.js';
import { notInside, removeEmpty, standing } from './folder.js';
import { manifestText, readManifest, type Digests, type Manifest } from './manifest.js';
import { manifestName, pathKey, targetPathFlaw } from './paths.js';
import { inferencePlan, withInference } from '../named-models.js';
import { readmeText, type ReadmeRow } from './readme.js';
import type { NamedModel, SourceFile, SourceTarget, StartedCheck } from '../target.js';

/** What is generated, and where. */
export interface GenerateOptions {
  readonly target: SourceTarget;
  readonly models: readonly NamedModel[];
  /** The folder; it and those above it are made. */
  readonly out: string;
  /** The heading of the README. */
  readonly title: string;
  /**
   * The target's check, where it has begun already, or none; who began it stops it. Default: one that begins now, if the
   * target has one.
   */
  readonly check?: StartedCheck | 'none';
  /** Told how far a step is. */
  readonly progress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What became of the folder; paths within it, in order. */
export interface GenerateReport {
  readonly out: string;
  readonly target: string;
  readonly models: number;
  /** What the target's check said. */
  readonly checked?: string;
  readonly written: readonly string[];
  /** Files that held the same bytes already. */
  readonly unchanged: readonly string[];
  /** Files that no model makes any more. */
  readonly removed: readonly string[];
  /** Files that a person changed, and where the new text is. */
  readonly beside: readonly { readonly path: string; readonly beside: string }[];
  /** Files that no model makes any more, which a person changed and which stay. */
  readonly kept: readonly string[];
}

/**
 * Generates the files of models. The same models give the same bytes. Faults: those of plans and of the target (V30 and
 * on), V10 a target whose paths cannot be, V11 a folder of another target, V12 a record that cannot be read, V13 a link
 * or a file where a folder is needed, V14 an interrupt, F01 what the system refuses.
 *
 * @example
 * ```ts
 * const target = await targets['typescript-dsl'].load();
 * const models = namedModels([{ name: 'munet', elaborated }]);
 * const report = await generate({ target, models, out: 'generated', title: 'munet' })();
 * ```
 */
export const generate =
  (options: GenerateOptions): TE.TaskEither<readonly Fault[], GenerateReport> =>
  async () => {
    const { target, check } = options;
    const own = check === undefined ? target.check?.() : undefined;
    try {
      return await generated(options, check === 'none' ? undefined : (check ?? own));
    } finally {
      own?.stop();
    }
  };

const generated = async (
  options: GenerateOptions,
  check: StartedCheck | undefined,
): Promise<E.Either<readonly Fault[], GenerateReport>> => {
  const { target, models, out, signal } = options;
  const made = await filesOf(options, check);
  if (E.isLeft(made)) return made;
  const flaws = pathFaults(target, made.right);
  if (flaws.length > 0) return E.left(flaws);
  const checked = await check?.end();
  if (checked !== undefined && E.isLeft(checked)) return checked;
  const said = checked === undefined ? {} : { checked: checked.right };
  if (signal?.aborted === true) return E.left([interrupted(out)]);
  try {
    const before = await manifestIn(out, target);
    if (E.isLeft(before)) return before;
    const decided = await decide(out, made.right, before.right);
    if (E.isLeft(decided)) return decided;
    const written = await carryOut(options, before.right, decided.right);
    return E.map((report: Changes) => ({
      out,
      target: target.name,
      models: models.length,
      ...said,
      ...report,
    }))(written);
  } catch (caught) {
    return E.left([writeFault(out, caught)]);
  }
};

/* All files, each path with its bytes; the README last. */
const filesOf = async (
  { target, models, title, progress = () => undefined, signal, out }: GenerateOptions,
  check: StartedCheck | undefined,
): Promise<E.Either<readonly Fault[], readonly SourceFile[]>> => {
  const files: SourceFile[] = [];
  const rows: ReadmeRow[] = [];
  const faults: Fault[] = [];
  for (const [at, model] of models.entries()) {
    if (at % slice === 0) {
      progress('writing modules', at, models.length);
      await new Promise((next) => setImmediate(next));
      if (signal?.aborted === true) return E.left([interrupted(out)]);
    }
    const planned = withInference(model);
    const made = target.files(planned);
    const row = rowOf(planned, E.isRight(made) ? (made.right[0]?.path ?? '') : '');
    if (E.isLeft(made)) faults.push(...made.left.map((one) => within(model, one)));
    else if (E.isLeft(row)) faults.push(...row.left.map((one) => within(model, one)));
    else {
      check?.add(model, made.right);
      files.push(...made.right);
      rows.push({ ...row.right, model });
    }
  }
  if (faults.length > 0) return E.left(faults);
  const readme = readmeText({ title, target: target.name, description: target.description, rows });
  return E.right([...files, ...target.common(models), { path: 'README.md', text: readme }]);
};

/* So many models between two looks at the clock and the interrupt. */
const slice = 25;

const rowOf = (model: NamedModel, file: string): E.Either<readonly Fault[], ReadmeRow> =>
  E.map((plan: Parameters<typeof planCost>[0]) => ({
    model,
    file,
    ...parameterCounts(plan),
    flops: planCost(plan).total.flops,
  }))(inferencePlan(model));

/* A fault of one model of many says of which. */
const within = ({ name }: NamedModel, one: Fault): Fault => {
  const head = `✗ ${one.rule} `;
  return {
    ...one,
    where: `${name}: ${one.where}`,
    text: one.text.startsWith(head)
      ? `${head}${name}: ${one.text.slice(head.length)}`
      : `${name}: ${one.text}`,
  };
};

const pathFaults = (target: SourceTarget, files: readonly SourceFile[]): readonly Fault[] => {
  const wrong = (path: string, got: string, fix: string): Fault =>
    fault({
      rule: 'V10',
      where: `target ${target.name}: ${JSON.stringify(path.slice(0, 100))}`,
      got,
      wanted: 'a plain relative path that no other file has',
      fix,
    });
  const seen = new Set<string>();
  return files.flatMap(({ path }) => {
    const flaw = targetPathFlaw(path);
    if (flaw !== undefined)
      return [wrong(path, flaw, 'mend the target: make paths of the names of `namedModels`')];
    if (seen.has(pathKey(path)))
      return [wrong(path, 'the path of another file', 'mend the target, or name the models otherwise')];
    seen.add(pathKey(path));
    return [];
  });
};

const manifestIn = async (
  out: string,
  target: SourceTarget,
): Promise<E.Either<readonly Fault[], Manifest | undefined>> => {
  const path = join(out, manifestName);
  const there = await standing(path);
  if (there === 'nothing') return E.right(undefined);
  const read =
    there instanceof Uint8Array
      ? readManifest(new TextDecoder().decode(there), path)
      : E.left([notInside(path, there)]);
  if (E.isLeft(read) || read.right.target === target.name) return read;
  return E.left([
    fault({
      rule: 'V11',
      where: out,
      got: `files of the target ${read.right.target}`,
      wanted: `a folder for ${target.name}`,
      fix: 'name another folder',
    }),
  ]);
};

type Changes = Pick<GenerateReport, 'written' | 'unchanged' | 'removed' | 'beside' | 'kept'>;

/* Writes and removes, the record first and last. */
const carryOut = async (
  { out, target, progress = () => undefined, signal }: GenerateOptions,
  before: Manifest | undefined,
  { writing, same, removing, kept }: Decided,
): Promise<E.Either<readonly Fault[], Changes>> => {
  const digests = (files: readonly Writing[]): Digests =>
    Object.fromEntries(files.map(({ path, digest }) => [path, digest]));
  const paths = new Set([...writing, ...same].map(({ path }) => path));
  // Of a file that a person changed, what it held when it was generated: put back, it is ours again.
  const others = [...kept, ...[...writing, ...same].flatMap(({ instead }) => instead ?? [])]
    .filter((path) => !paths.has(path))
    .flatMap((path) => {
      const digest = digestAt(before?.files, path) ?? digestAt(before?.writing, path);
      return digest === undefined ? [] : [[path, digest] as const];
    });
  const after: Manifest = {
    target: target.name,
    files: { ...Object.fromEntries(others), ...digests(writing), ...digests(same) },
  };
  const record = join(out, manifestName);
  const saved = (manifest: Manifest) => writeFileAtomically(record, manifestText(manifest))();
  const isNews = before === undefined || manifestText(before) !== manifestText(after);
  if (isNews) {
    const files = { ...before?.writing, ...before?.files };
    const begun = await saved({ target: target.name, files, writing: after.files });
    if (E.isLeft(begun)) return begun;
  }
  let done = 0;
  const waiting = writing.values();
  const faults: Fault[] = [];
  const work = async (): Promise<void> => {
    for (const { path, text } of waiting) {
      if (faults.length > 0 || signal?.aborted === true) return;
      const written = await writeFileAtomically(join(out, path), text)();
      if (E.isLeft(written)) faults.push(...written.left);
      else progress('saving files', ++done, writing.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (faults.length > 0) return E.left(faults);
  if (signal?.aborted === true) return E.left([interrupted(out)]);
  for (const path of removing) await unlink(join(out, path));
  await removeEmpty(out, removing);
  if (isNews) {
    const ended = await saved(after);
    if (E.isLeft(ended)) return ended;
  }
  const plain = (files: readonly Writing[]): readonly string[] =>
    files.filter(({ instead }) => instead === undefined).map(({ path }) => path);
  return E.right({
    written: plain(writing),
    unchanged: plain(same),
    removed: removing,
    beside: [...writing, ...same].flatMap(({ path, instead }) =>
      instead === undefined ? [] : [{ path: instead, beside: path }],
    ),
    kept,
  });
};

/* Writes wait for the disk, not for each other. */
const atOnce = 16;

const interrupted = (out: string): Fault =>
  fault({
    rule: 'V14',
    where: out,
    got: 'an interrupt',
    wanted: 'the end of the work',
    fix: 'generate again: what is whole is kept',
  });
