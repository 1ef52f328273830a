/** `compile()`: from a checked model and its weights to a folder that stock TensorFlow, tfjs or an ONNX runtime loads. */
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Artefact, ArtefactPort, CompileTarget } from '../artefact/format.js';
import { faultError, type Fault } from '../base/fault.js';
import type { Elaborated } from '../dsl/elaborate.js';
import { specText, toSpec } from '../dsl/spec/index.js';
import type { Definitions } from '../dsl/spec/index.js';
import type { ArtefactFile } from './graph/files.js';
import { withBiases, withFusedConvolutions } from './graph/fuse.js';
import type { Graph, Signature } from './graph/graph.js';
import { graphOf, servingDefault, type Stage } from './graph/nodes.js';
import { portsOf } from './graph/ports.js';
import { savedModelFiles } from './graph/saved-model.js';
import { tfjsFiles } from './graph/tfjs.js';
import { weightsFile, weightSizes, type WeightSizes } from './graph/weights.js';
import { buildPlan } from './plan/build.js';
import type { Plan } from './plan/plan.js';
import { frozen, rewritten, stages as stagesOf, type Weights } from './rewrite/index.js';
import { onnxFiles } from './source/onnx/encode.js';
import { heldShape, onnxOf } from './source/onnx/onnx.js';
import { writeArtefact, type Description } from './write.js';

/** How a model is compiled. */
export interface CompileOptions {
  readonly target: CompileTarget;
  /** Every parameter's numbers, by path. */
  readonly weights: Readonly<Record<string, Weights>>;
  /** Inputs in the order in which they are known: each group becomes a graph. One graph by default. */
  readonly stages?: readonly (readonly string[])[];
  /** Names of rewrites that are left out. */
  readonly without?: readonly string[];
  /** Whether `weights.safetensors` is written too: the weights for other programs, gates as bits. Nothing here reads it. */
  readonly safetensors?: boolean;
  /** The model's name, for the reader of `artefact.json`. */
  readonly name?: string;
  /** Layers, ψ and joins of the user's own, for the spec's hash; a model with unknown parts has none. */
  readonly definitions?: Definitions;
}

/** A compiled model before it is written. */
export interface Compiled {
  readonly files: readonly ArtefactFile[];
  /** All of `artefact.json` but the checksums. */
  readonly artefact: Description;
  readonly sizes: WeightSizes;
}

/** What was written. */
export interface CompileReport extends Artefact {
  readonly out: string;
  readonly sizes: WeightSizes;
}

/**
 * Compiles a model into a new folder: the graph in the form of the target, and `artefact.json`. The
 * folder is whole or absent; nothing that is there already is replaced.
 *
 * Faults: those of plans and rewrites (P…), G03 for a model too large for the target, F01 and F02 of writing.
 *
 * @example
 * ```ts
 * const report = await compile(elaborated, { target: 'tfjs-graph', weights, out: 'web/model' })();
 * // then, in a browser: tf.loadGraphModel('web/model/model.json')
 * ```
 */
export const compile =
  (
    elaborated: Elaborated,
    options: CompileOptions & { readonly out: string },
  ): TE.TaskEither<readonly Fault[], CompileReport> =>
  async () => {
    const compiled = compiledFiles(elaborated, options);
    if (E.isLeft(compiled)) return compiled;
    const { files, artefact, sizes } = compiled.right;
    const written = await writeArtefact(options.out, files, artefact)();
    return E.map((whole: Artefact): CompileReport => ({ ...whole, out: options.out, sizes }))(written);
  };

/** `compile` for scripts: rejects with the faults as one error. */
export const unsafeCompile = async (
  elaborated: Elaborated,
  options: CompileOptions & { readonly out: string },
): Promise<CompileReport> => {
  const report = await compile(elaborated, options)();
  if (E.isLeft(report)) throw faultError(report.left);
  return report.right;
};

/** The files of a compiled model, and what they are; nothing is written. Faults as `compile`, but F…. */
export const compiledFiles = (
  elaborated: Elaborated,
  {
    target,
    weights,
    stages: groups,
    without = [],
    safetensors = false,
    name = 'model',
    definitions,
  }: CompileOptions,
): E.Either<readonly Fault[], Compiled> => {
  const frozenPlan = E.flatMap((plan: Plan) => frozen(plan, weights))(
    buildPlan(elaborated, { mode: 'infer' }),
  );
  if (E.isLeft(frozenPlan)) return frozenPlan;
  const planned = optimised(frozenPlan.right, without, groups);
  if (E.isLeft(planned)) return planned;
  const stages = planned.right.map((plan, i): Stage => ({ name: groups === undefined ? servingDefault : `stage${i}`, plan })); // prettier-ignore
  const paths = new Map(Object.entries(weights).map(([path, { data }]) => [data as object, path]));
  const options = {
    nameOf: (data: object) => paths.get(data),
    outputs: Object.keys(frozenPlan.right.outputs),
  };
  const whole = E.map(withBiases)(graphOf(stages, options));
  if (E.isLeft(whole)) return whole;
  const spec = specHash(elaborated, definitions);
  const model = { name, ...(spec === undefined ? {} : { spec }) };
  const files = filesOf[target]({ whole: whole.right, stages, nameOf: options.nameOf, weights, ...model });
  if (E.isLeft(files)) return files;
  const numbers = safetensors ? weightsFile(whole.right) : undefined;
  if (numbers !== undefined && E.isLeft(numbers)) return numbers;
  const plans = stages.map(({ plan }) => plan);
  const ports = (signature: Signature): Pick<Artefact, 'inputs' | 'outputs'> => {
    const { inputs, outputs } = portsOf(signature, plans);
    const held = (port: ArtefactPort): ArtefactPort => ({ ...port, shape: heldShape(port.shape) });
    return target === 'onnx' ? { inputs: inputs.map(held), outputs: outputs.map(held) } : { inputs, outputs };
  };
  const [serving, ...parts] = whole.right.signatures;
  return E.right({
    files: numbers === undefined ? files.right : [...files.right, numbers.right],
    artefact: {
      maskskip: 'artefact',
      version: 1,
      target,
      model: name,
      ...(spec === undefined ? {} : { spec }),
      ...ports(serving!),
      stages: (parts.length === 0 ? [serving!] : parts).map((signature) => ({
        name: signature.name,
        at: target === 'saved-model' ? signature.name : folderOf(signature.name),
        ...ports(signature),
      })),
    },
    sizes: weightSizes(whole.right),
  });
};

/** The plan after its rewrites, cut into stages, which are rewritten once more: what a cut leaves may fold. */
const optimised = (
  plan: Plan,
  without: readonly string[],
  groups: CompileOptions['stages'],
): E.Either<readonly Fault[], readonly Plan[]> => {
  const done = rewritten(plan, { without });
  if (E.isLeft(done)) return done;
  if (groups === undefined) return E.right([done.right.plan]);
  const cut = stagesOf(done.right.plan, groups);
  if (E.isLeft(cut)) return cut;
  const plans: Plan[] = [];
  for (const one of cut.right) {
    const again = rewritten(one, { without });
    if (E.isLeft(again)) return again;
    plans.push(again.right.plan);
  }
  return E.right(plans);
};

/** What the files of a target are made of. */
interface Parts {
  readonly whole: Graph;
  readonly stages: readonly Stage[];
  readonly nameOf: (data: object) => string | undefined;
  readonly weights: CompileOptions['weights'];
  readonly name: string;
  readonly spec?: string;
}

const filesOf: Readonly<
  Record<CompileTarget, (parts: Parts) => E.Either<readonly Fault[], readonly ArtefactFile[]>>
> = {
  'tfjs-graph': (parts) => graphModels(parts),
  'saved-model': ({ whole }) => savedModelFiles(whole),
  onnx: ({ stages, name, weights }) =>
    E.right(
      stages.flatMap((stage) => {
        const model = onnxOf(stage.plan, { name, weights });
        return onnxFiles(model, { path: pathIn(stage.name, 'model.onnx') });
      }),
    ),
};

/** One graph model, or one for each stage in a folder of the stage's name. */
const graphModels = ({
  stages,
  nameOf,
  name,
  spec,
}: Parts): E.Either<readonly Fault[], readonly ArtefactFile[]> => {
  const files: ArtefactFile[] = [];
  for (const stage of stages) {
    const graph = graphOf([stage], { nameOf });
    if (E.isLeft(graph)) return graph;
    const fused: Graph = withFusedConvolutions(withBiases(graph.right));
    const metadata = {
      model: name,
      ...(spec === undefined ? {} : { spec }),
      ...(stages.length === 1 ? {} : { stage: stage.name, stages: stages.map((one) => one.name) }),
    };
    files.push(
      ...tfjsFiles(fused, { generatedBy: 'maskskip', metadata }).map(({ path, pieces }) => ({
        path: pathIn(stage.name, path),
        pieces,
      })),
    );
  }
  return E.right(files);
};

const folderOf = (stage: string): string => (stage === servingDefault ? '.' : stage);
const pathIn = (stage: string, path: string): string =>
  stage === servingDefault ? path : `${stage}/${path}`;

const specHash = ({ model }: Elaborated, definitions?: Definitions): string | undefined => {
  const spec = toSpec(model, definitions);
  return E.isLeft(spec) ? undefined : createHash('sha256').update(specText(spec.right)).digest('hex');
};
