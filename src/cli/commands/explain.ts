/** `maskskip explain`: what each pass of the compiler does to a model, in operations, FLOPs, bytes and numbers held. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { RandomStream } from '../../base/random.js';
import type { Plan } from '../../compile/plan/plan.js';
import type { Weights } from '../../compile/rewrite/index.js';
import {
  datasetOption,
  filtersOption,
  modelHelp,
  modelOf,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { wholeNumber } from '../numbers.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { planOfElaborated } from '../plan-of.js';
import { count, table } from '../table.js';

interface ExplainOptions extends OutputOptions, VariationOptions {
  readonly weights?: string;
  readonly without: readonly string[];
  readonly batch: number;
}

/** The command. */
export const explainCommand = (world: World): Command =>
  new Command('explain')
    .description('print what each pass of the compiler saves: operations, FLOPs, bytes, numbers held')
    .argument('<MODEL>', modelHelp)
    .option('--weights <path>', 'a checkpoint, or a folder of which the newest is taken; else untrained ones')
    .option(
      '--without <pass>',
      'leave out a rewrite; may be repeated',
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .option('--batch <n>', 'how many examples at once', wholeNumber, 1)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip explain vdg-stage1+munet --without freeze-masks')
    .action((model: string, options: ExplainOptions) =>
      perform(world, options, () => explain(model, options)),
    );

/** What a plan costs at the batch. */
interface Figures {
  readonly operations: number;
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** The most bytes of intermediate tensors that live at once. */
  readonly peakBytes: number;
  /** Parameters and other constants: all numbers that the plan holds. */
  readonly parameters: number;
}

/** The JSON document. */
interface Document {
  readonly name: string;
  readonly batch: number;
  /** Where the weights are from; `null` for untrained ones. */
  readonly weights: { readonly path: string; readonly step: number } | null;
  readonly without: readonly string[];
  readonly before: Figures;
  readonly after: Figures;
  readonly passes: readonly {
    readonly name: string;
    readonly about: string;
    readonly before: Figures;
    readonly after: Figures;
  }[];
}

const explain = async (
  argument: string,
  { weights: path, without, batch, ...variation }: ExplainOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, variation)();
  if (E.isLeft(named)) return named;
  const built = await planOfElaborated(named.right.elaborated);
  if (E.isLeft(built)) return built;
  const given = path === undefined ? E.right(undefined) : await trained(path);
  if (E.isLeft(given)) return given;
  const { frozen, rewrites, rewritten } = await import('../../compile/rewrite/index.js');
  const start = frozen(built.right, given.right?.weights ?? (await untrained(built.right)));
  if (E.isLeft(start)) return start;
  const figuresOf = await counter(batch);
  const before = figuresOf(start.right);
  if (E.isLeft(before)) return before;
  const made = rewritten(start.right, { without });
  if (E.isLeft(made)) return made;
  const passes: Document['passes'][number][] = [];
  for (const step of made.right.trail) {
    const [from, to] = [figuresOf(step.before), figuresOf(step.after)];
    if (E.isLeft(from)) return from;
    if (E.isLeft(to)) return to;
    const about = rewrites.find(({ name }) => name === step.name)?.about ?? '';
    passes.push({ name: step.name, about, before: from.right, after: to.right });
  }
  const document: Document = {
    name: named.right.name,
    batch,
    weights: path === undefined ? null : { path, step: given.right?.step ?? 0 },
    without,
    before: before.right,
    after: passes.at(-1)?.after ?? before.right,
    passes,
  };
  return E.right({ json: document, text: asText(document) });
};

const trained = async (path: string) => {
  const { loadWeights } = await import('../../learn/predict.js');
  return loadWeights(path)();
};

/* More than any mask has; what a pass makes of a kernel does not depend on its numbers. */
const drawn = 2 ** 20;

/** The weights with which a training of seed 1 starts, but that the draws of a large kernel repeat: full ones take 20 s. */
const untrained = async (plan: Plan): Promise<Readonly<Record<string, Weights>>> => {
  const { random } = await import('../../base/random.js');
  const repeating = (stream: RandomStream): RandomStream => ({
    ...stream,
    uniforms: (wanted, from) => repeated(stream.uniforms(Math.min(wanted, drawn), from), wanted),
    normals: (wanted) => repeated(stream.normals(Math.min(wanted, drawn)), wanted),
  });
  return Object.fromEntries(
    plan.parameters.map(({ path, shape, role, initialiser }) => {
      const stream = random(1, 'parameter', path);
      return [path, { shape, data: initialiser.values(shape, role === 'mask' ? stream : repeating(stream)) }];
    }),
  );
};

const repeated = (numbers: Float32Array, wanted: number): Float32Array => {
  if (numbers.length >= wanted) return numbers;
  const all = new Float32Array(wanted);
  for (let from = 0; from < wanted; from += numbers.length) all.set(numbers.subarray(0, wanted - from), from);
  return all;
};

/** Counts plans, each once. */
const counter = async (batch: number): Promise<(plan: Plan) => E.Either<readonly Fault[], Figures>> => {
  const { planCost } = await import('../../compile/plan/cost.js');
  const { shapesAt } = await import('../../compile/plan/shapes.js');
  const known = new Map<Plan, E.Either<readonly Fault[], Figures>>();
  return (plan) => {
    const found =
      known.get(plan) ??
      E.map(({ peakBytes }: { readonly peakBytes: number }): Figures => {
        const { operations, flops, bytesRead, bytesWritten, parameters, constants } = planCost(plan, batch).total; // prettier-ignore
        return { operations, flops, bytesRead, bytesWritten, peakBytes, parameters: parameters + constants };
      })(shapesAt(plan, batch));
    known.set(plan, found);
    return found;
  };
};

const asText = ({ name, batch, weights, without, before, after, passes }: Document): string => {
  const [flops, moved] = [unitOf(before.flops), unitOf(Math.max(before.bytesRead, before.bytesWritten))];
  const columns: readonly (readonly [string, (figures: Figures) => string])[] = [
    ['operations', ({ operations }) => count(operations)],
    [`${flops.prefix}FLOP`, (one) => flops.text(one.flops)],
    [`${moved.prefix}B read`, (one) => moved.text(one.bytesRead)],
    [`${moved.prefix}B written`, (one) => moved.text(one.bytesWritten)],
    [`${moved.prefix}B peak`, (one) => moved.text(one.peakBytes)],
    ['parameters', ({ parameters }) => count(parameters)],
  ];
  const row = (label: string, from: Figures, to: Figures): readonly string[] => [
    label,
    ...columns.map(([, text]) => (text(from) === text(to) ? text(to) : `${text(from)} → ${text(to)}`)),
  ];
  const fired = passes.filter((one) => columns.some(([, text]) => text(one.before) !== text(one.after)));
  const abouts = new Map(fired.map((one) => [one.name, one.about]));
  return [
    `${name} at batch ${batch}, ${weights === null ? 'untrained weights (seed 1), whose masks may all be open; --weights takes trained ones' : `weights of step ${count(weights.step)}`}`,
    ...(without.length === 0 ? [] : [`without ${without.join(', ')}`]),
    '',
    table(
      [{ title: 'pass', align: 'left' }, ...columns.map(([title]) => ({ title, align: 'right' as const }))],
      [...passes.map((one) => row(one.name, one.before, one.after)), row('all', before, after)],
    ),
    '',
    ...[...abouts].map(([pass, about]) => `${pass}: ${about}`),
    'A multiplication and an addition are two FLOP. Peak: intermediate tensors that live at once. Parameters: all constants',
    'with them.',
  ].join('\n');
};

/** A unit in which a number has at most four places before the point, as a prefix and a writer. */
const unitOf = (most: number): { readonly prefix: string; readonly text: (value: number) => string } => {
  const power = most < 1e4 ? 0 : most < 1e7 ? 1 : most < 1e10 ? 2 : 3;
  const places = power === 0 ? 0 : 2;
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  return {
    prefix: ['', 'k', 'M', 'G'][power]!,
    text: (value) => (value / 1000 ** power).toLocaleString('en-US', digits),
  };
};
