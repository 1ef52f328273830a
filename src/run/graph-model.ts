/**
 * A tfjs graph model, checked before the loader sees it: `model.json`'s nodes and weights against each other and
 * against the lengths of the shards, all of it before a shard is read.
 *
 * Format: tfjs-core, `src/io/types.ts`; TensorFlow, `core/framework/graph.proto` as JSON.
 */
import type { io } from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { notAnArtefact, outside } from '../artefact/faults.js';
import type { ArtefactEntry, ArtefactPort, ArtefactStage } from '../artefact/format.js';
import { isCount, listOf, parseJson, recordOf, shown, textOf } from '../artefact/json.js';
import { operations } from './operations.js';
import { pathProblem, quoted } from '../artefact/place.js';

/** A graph model without its weights: what the loader needs, and the shards to read, in order. */
export interface GraphModelFile {
  readonly topology: io.ModelArtifacts;
  readonly shards: readonly string[];
  readonly nodes: Nodes;
}

/** The nodes that stand for a stage's ends, by the ends' names. */
export interface Nodes {
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** The files that `artefact.json` lists, by their paths. */
export type Files = ReadonlyMap<string, ArtefactEntry>;

/** More bytes than the `model.json` of any network that runs. */
export const modelLimit = 64 * 2 ** 20;

/**
 * Reads the text of a `model.json` that lies in `folder` (`''` or `stage1/`) among `files`. Faults: T02 for what the
 * compiler does not write, T03 for a shard outside of the folder, T05 for weights that are not what the shards hold.
 */
export const parseGraphModel = (
  text: string,
  where: string,
  folder: string,
  files: Files,
  stage: ArtefactStage,
): E.Either<readonly Fault[], GraphModelFile> => {
  const json = parseJson(text, where);
  if (E.isLeft(json)) return json;
  const top = recordOf(json.right);
  const topology = recordOf(top?.['modelTopology']);
  const nodes = listOf(topology?.['node']);
  const groups = listOf(top?.['weightsManifest']);
  if (topology === undefined || nodes === undefined || groups === undefined)
    return E.left([notAnArtefact(where, 'no nodes or no weights', 'modelTopology and weightsManifest')]);
  const faults: Fault[] = [];
  const weights = weightsOf(groups, where, folder, files, faults);
  const signature = recordOf(top?.['signature']);
  const ends = {
    inputs: endsOf(signature?.['inputs'], stage.inputs, where, faults),
    outputs: endsOf(signature?.['outputs'], stage.outputs, where, faults),
  };
  faults.push(...nodeFaults(nodes, weights.specs, ends, where));
  if (faults.length > 0) return E.left(faults);
  const { library: _, ...plain } = topology;
  return E.right({
    // Only what was checked is handed on: no initialiser, no metadata, no function library.
    topology: { modelTopology: { versions: { producer: 0 }, ...plain }, weightSpecs: [...weights.specs], format: 'graph-model' }, // prettier-ignore
    shards: weights.shards,
    nodes: ends,
  });
};

/** The nodes of a signature's ends, each. */
const endsOf = (
  value: unknown,
  ports: readonly ArtefactPort[],
  where: string,
  faults: Fault[],
): ReadonlyMap<string, string> => {
  const record = recordOf(value) ?? {};
  const ends = new Map(
    Object.entries(record).map(([name, end]) => [name, textOf(recordOf(end)?.['name'])?.replace(/:0$/, '')]),
  );
  return new Map(
    ports.flatMap(({ name }): readonly (readonly [string, string])[] => {
      const node = ends.get(name);
      if (node !== undefined && nodeName.test(node)) return [[name, node]];
      faults.push(
        notAnArtefact(`${where}, signature`, `the node ${shown(node)}`, `the node of ${quoted(name)}`),
      );
      return [];
    }),
  );
};

/** TensorFlow's rule for the names of nodes. */
export const nodeName = /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/;

interface Weights {
  readonly specs: readonly io.WeightsManifestEntry[];
  readonly shards: readonly string[];
}

const weightsOf = (
  groups: readonly unknown[],
  where: string,
  folder: string,
  files: Files,
  faults: Fault[],
): Weights => {
  const shards = new Set<string>();
  const specs = new Map<string, io.WeightsManifestEntry>();
  groups.forEach((one, at) => {
    const place = `${where}, weights group ${at + 1}`;
    const group = recordOf(one);
    const paths = listOf(group?.['paths'])?.map(textOf);
    const entries = listOf(group?.['weights']);
    if (paths === undefined || entries === undefined)
      return void faults.push(notAnArtefact(place, shown(one), 'paths and weights'));
    let held = 0;
    for (const path of paths) {
      const problem = path === undefined ? 'which is no text' : pathProblem(path);
      if (path === undefined || problem !== undefined) {
        faults.push(outside(place, path ?? '', problem ?? ''));
        continue;
      }
      const full = `${folder}${path}`;
      const seal = files.get(full);
      if (seal === undefined) faults.push(badWeights(place, `the shard ${quoted(path)}, of which artefact.json says nothing`, 'a file of artefact.json')); // prettier-ignore
      if (shards.has(full))
        faults.push(badWeights(place, `the shard ${quoted(path)} twice`, 'each shard once'));
      shards.add(full);
      held += seal?.bytes ?? 0;
    }
    let told = 0;
    for (const entry of entries) {
      const weight = weightOf(entry);
      if (typeof weight === 'string') {
        faults.push(badWeights(place, `${shown(entry)}, ${weight}`, 'a weight'));
        continue;
      }
      if (specs.has(weight.spec.name)) faults.push(badWeights(place, `${quoted(weight.spec.name)} twice`, 'each weight once')); // prettier-ignore
      specs.set(weight.spec.name, weight.spec);
      told += weight.bytes;
    }
    if (told !== held) faults.push(badWeights(place, `weights of ${told} bytes`, `the ${held} bytes of the shards`)); // prettier-ignore
  });
  return { specs: [...specs.values()], shards: [...shards] };
};

const widths: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 };
const quantizedWidths: Readonly<Record<string, number>> = { uint8: 1, uint16: 2 };

/** An entry of the manifest and its bytes, or what is wrong with it. */
const weightOf = (
  entry: unknown,
): string | { readonly spec: io.WeightsManifestEntry; readonly bytes: number } => {
  const weight = recordOf(entry) ?? {};
  const name = textOf(weight['name']);
  const dtype = textOf(weight['dtype']);
  const shape = listOf(weight['shape'])?.filter(isCount);
  if (name === undefined || name === '') return 'which has no name';
  if (dtype === undefined || !Object.hasOwn(widths, dtype)) return 'which has no dtype that is read';
  if (shape === undefined || shape.length !== listOf(weight['shape'])?.length || shape.length > 8)
    return 'which has no shape';
  const count = shape.reduce((product, extent) => product * extent, 1);
  // A product of sizes may leave the whole numbers on its way to a small one: 2⁵³ × 2⁵³ × 0.
  if (shape.some((extent) => extent > countLimit) || count > countLimit) return 'which is too large';
  const spec = { name, dtype: dtype as 'float32', shape };
  if (weight['quantization'] === undefined) return { spec, bytes: count * widths[dtype]! };
  const quantization = recordOf(weight['quantization']) ?? {};
  const { scale, min } = quantization;
  const stored = textOf(quantization['dtype']);
  if (stored === undefined || !Object.hasOwn(quantizedWidths, stored) || dtype !== 'float32')
    return 'whose quantisation is not read';
  if (typeof scale !== 'number' || typeof min !== 'number') return 'whose quantisation has no scale and min';
  return {
    spec: { ...spec, quantization: { dtype: stored as 'uint8', scale, min } },
    bytes: count * quantizedWidths[stored]!,
  };
};

/** More entries than a tensor of tfjs can have. */
const countLimit = 2 ** 31 - 1;

const dtypes: Readonly<Record<string, string>> = { DT_FLOAT: 'float32', DT_INT32: 'int32', DT_BOOL: 'bool' };

const nodeFaults = (
  nodes: readonly unknown[],
  specs: readonly io.WeightsManifestEntry[],
  ends: Nodes,
  where: string,
): readonly Fault[] => {
  const faults: Fault[] = [];
  const weights = new Map(specs.map((spec) => [spec.name, spec.dtype]));
  const seen = new Set<string>();
  for (const one of nodes) {
    const node = recordOf(one);
    const name = textOf(node?.['name']);
    const op = textOf(node?.['op']);
    const inputs = node?.['input'] === undefined ? [] : listOf(node['input']);
    if (name === undefined || op === undefined || inputs === undefined) {
      faults.push(notAnArtefact(where, shown(one), 'a node'));
      continue;
    }
    const place = `${where}, node ${quoted(name)}`;
    if (seen.has(name)) faults.push(notAnArtefact(place, 'it twice', 'each node once'));
    if (!operations.has(op)) faults.push(notAnArtefact(place, `the operation ${quoted(op)}`, 'one that the compiler writes')); // prettier-ignore
    const early = inputs.find((input) => typeof input !== 'string' || !seen.has(input.replace(/:0$/, '')));
    if (early !== undefined)
      faults.push(notAnArtefact(place, `the input ${shown(early)}`, 'nodes before it'));
    seen.add(name);
    if (op !== 'Const') continue;
    const wanted = dtypes[String(recordOf(recordOf(node?.['attr'])?.['dtype'])?.['type'])];
    const dtype = weights.get(name);
    if (dtype !== wanted) faults.push(badWeights(place, dtype === undefined ? 'no weight' : `a weight of ${dtype}`, wanted ?? 'a known dtype')); // prettier-ignore
    weights.delete(name);
  }
  for (const name of weights.keys()) faults.push(badWeights(where, `the weight ${quoted(name)}`, 'a constant of that name')); // prettier-ignore
  for (const [name, node] of [...ends.inputs, ...ends.outputs])
    if (!seen.has(node)) faults.push(notAnArtefact(where, `no node ${quoted(node)}`, `the node of ${quoted(name)}`)); // prettier-ignore
  return faults;
};

const badWeights = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'T05', where, got, wanted, fix: 'compile the model again, or take another copy' });
