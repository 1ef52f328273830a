/** What runs an artefact's stages: tfjs' graph executor, or TensorFlow itself through the native backend. */
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import type { Artefact, ArtefactStage } from '../artefact/format.js';
import { modelLimit, parseGraphModel, type Files, type Nodes } from './graph-model.js';
import { badSize, missingFile } from './faults.js';
import { parseSavedModel, savedModelFile } from './saved-model.js';
import { readSealed, type Bytes, type Source } from './source.js';

/** Tensors by the names of ends. */
export type Named = Readonly<Record<string, tf.Tensor>>;

/** The stages of an artefact on a backend. */
export interface Engine {
  /** Outputs of a stage, by name, of all its inputs; the caller's to dispose of. */
  readonly run: (stage: number, inputs: Named) => Named;
  readonly dispose: () => void;
}

/** Reads, checks and loads what an artefact lists. Faults: T02 to T05, T07 for a target that does not run here. */
export const engineOf = (source: Source, artefact: Artefact): Promise<E.Either<readonly Fault[], Engine>> =>
  engines[artefact.target](source, artefact, new Map(artefact.files.map((one) => [one.path, one])));

const sealed = async (
  source: Source,
  files: Files,
  path: string,
  most?: number,
): Promise<E.Either<readonly Fault[], Bytes>> => {
  const seal = files.get(path);
  if (seal === undefined) return E.left([missingFile(source.where, path)]);
  if (most !== undefined && seal.bytes > most) return E.left([badSize(source.where, path, seal.bytes, most)]);
  return readSealed(source, seal);
};

const graphModelEngine = async (
  source: Source,
  { stages }: Artefact,
  files: Files,
): Promise<E.Either<readonly Fault[], Engine>> => {
  const parts: GraphModelPart[] = [];
  const dispose = (): void => parts.forEach(({ model }) => model.dispose());
  for (const stage of stages) {
    const part = await graphModelPart(source, stage, files);
    if (E.isLeft(part)) {
      dispose();
      return part;
    }
    parts.push(part.right);
  }
  const run: Engine['run'] = (index, inputs) => {
    const { model, nodes, weights } = parts[index]!;
    const fed = Object.fromEntries([...nodes.inputs].map(([name, node]) => [node, inputs[name]!]));
    const names = [...nodes.outputs.keys()];
    const made = model.execute(fed, [...nodes.outputs.values()]);
    const tensors = Array.isArray(made) ? made : [made];
    // The executor hands out a tensor that it was fed, or holds, where a node only passes it on.
    const fedTensors = new Set(Object.values(inputs));
    const seen = new Set<tf.Tensor>();
    return Object.fromEntries(
      names.map((name, i) => {
        const tensor = tensors[i]!;
        const own =
          fedTensors.has(tensor) || weights.has(tensor) || seen.has(tensor) ? tf.clone(tensor) : tensor;
        seen.add(own);
        return [name, own];
      }),
    );
  };
  return E.right({ run, dispose });
};

/** A stage that tfjs' executor has loaded. */
interface GraphModelPart {
  readonly model: Awaited<ReturnType<typeof loadGraphModel>>;
  readonly nodes: Nodes;
  readonly weights: ReadonlySet<tf.Tensor>;
}

const graphModelPart = async (
  source: Source,
  stage: ArtefactStage,
  files: Files,
): Promise<E.Either<readonly Fault[], GraphModelPart>> => {
  const folder = stage.at === '.' ? '' : `${stage.at}/`;
  const path = `${folder}model.json`;
  const bytes = await sealed(source, files, path, modelLimit);
  if (E.isLeft(bytes)) return bytes;
  const where = `${source.where}/${path}`;
  const parsed = parseGraphModel(new TextDecoder().decode(bytes.right), where, folder, files, stage);
  if (E.isLeft(parsed)) return parsed;
  const weightData: ArrayBuffer[] = [];
  for (const shard of parsed.right.shards) {
    const read = await sealed(source, files, shard);
    if (E.isLeft(read)) return read;
    weightData.push(read.right.buffer);
  }
  const artifacts = { ...parsed.right.topology, weightData };
  try {
    const model = await loadGraphModel({ load: () => Promise.resolve(artifacts) });
    return E.right({
      model,
      nodes: parsed.right.nodes,
      weights: new Set(Object.values(model.weights).flat()),
    });
  } catch (caught) {
    return E.left([refused(where, caught)]);
  }
};

/** What the native backend of tfjs-node offers for SavedModels; tfjs-node's own loader is made of it. */
interface NativeSessions {
  readonly loadSavedModelMetaGraph: (folder: string, tags: string) => number;
  readonly deleteSavedModel: (session: number) => void;
  readonly runSavedModel: (
    session: number,
    inputs: readonly tf.Tensor[],
    infos: readonly { readonly name: string; readonly tfDtype: string }[],
    outputs: readonly string[],
  ) => readonly tf.Tensor[];
}

const savedModelEngine = async (
  source: Source,
  { stages }: Artefact,
  files: Files,
): Promise<E.Either<readonly Fault[], Engine>> => {
  const backend =
    (tf.getBackend() as string | undefined) === undefined ? undefined : (tf.backend() as object);
  const { folder } = source;
  if (backend === undefined || !isNative(backend) || folder === undefined)
    return E.left([
      fault({
        rule: 'T07',
        where: source.where,
        got: `a SavedModel ${folder === undefined ? 'behind a URL' : `on the backend ${tf.getBackend()}`}`,
        wanted: 'a folder, and the native backend',
        fix: "start the backend 'native' first, or compile for 'tfjs-graph'",
      }),
    ]);
  const bytes = await sealed(source, files, savedModelFile);
  if (E.isLeft(bytes)) return bytes;
  const where = `${source.where}/${savedModelFile}`;
  const nodes = parseSavedModel(bytes.right, where, stages);
  if (E.isLeft(nodes)) return nodes;
  try {
    const session = backend.loadSavedModelMetaGraph(folder, 'serve');
    const run: Engine['run'] = (index, inputs) => {
      const { inputs: fed, outputs } = nodes.right[index]!;
      const made = backend.runSavedModel(
        session,
        [...fed.keys()].map((name) => inputs[name]!),
        [...fed.values()].map((node) => ({ name: `${node}:0`, tfDtype: 'DT_FLOAT' })),
        [...outputs.values()].map((node) => `${node}:0`),
      );
      return Object.fromEntries([...outputs.keys()].map((name, i) => [name, made[i]!]));
    };
    return E.right({ run, dispose: () => backend.deleteSavedModel(session) });
  } catch (caught) {
    return E.left([refused(where, caught)]);
  }
};

/* What other programs run. */
const onnxEngine = async ({ where }: Source): Promise<E.Either<readonly Fault[], Engine>> =>
  E.left([
    fault({
      rule: 'T07',
      where,
      got: 'an ONNX model',
      wanted: 'tfjs-graph or saved-model',
      fix: "give it to an ONNX runtime, or compile for 'tfjs-graph'",
    }),
  ]);

const engines = { 'tfjs-graph': graphModelEngine, 'saved-model': savedModelEngine, onnx: onnxEngine } as const; // prettier-ignore

const isNative = (backend: object): backend is NativeSessions =>
  'loadSavedModelMetaGraph' in backend && 'runSavedModel' in backend && 'deleteSavedModel' in backend;

/** T02: a graph that passed all checks and that the loader does not take. */
const refused = (where: string, caught: unknown): Fault =>
  fault({
    rule: 'T02',
    where,
    got: `a graph that the loader refuses (${(caught instanceof Error ? caught.message : String(caught)).split('\n')[0]})`,
    wanted: 'a graph that the compiler wrote',
    fix: 'compile the model again',
  });
