/** Reading `artefact.json` as what it is, a stranger's file. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { notAnArtefact, outside } from './faults.js';
import {
  compileTargets,
  noiseDistributions,
  portTypes,
  type Artefact,
  type ArtefactEntry,
  type ArtefactPort,
  type ArtefactStage,
} from './format.js';
import { isCount, listOf, parseJson, recordOf, shown, textOf } from './json.js';
import { pathProblem, quoted } from './place.js';
import { unsealed } from './seal.js';

/**
 * Reads the bytes of an `artefact.json`; `where` names the file. Faults: T04 for a seal that does not hold, T02 for
 * what is not as written by the compiler, T03 for a path that leads out of the folder.
 */
export const readArtefact = async (
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): Promise<E.Either<readonly Fault[], Artefact>> =>
  E.flatMap((whole: Uint8Array) => artefactOf(new TextDecoder().decode(whole), where))(
    await unsealed(bytes, where),
  );

const artefactOf = (text: string, where: string): E.Either<readonly Fault[], Artefact> => {
  const json = parseJson(text, where);
  if (E.isLeft(json)) return json;
  const faults: Fault[] = [];
  const wrong = (place: string, got: unknown, wanted: string): undefined => {
    faults.push(notAnArtefact(`${where}${place === '' ? '' : `, ${place}`}`, shown(got), wanted));
    return undefined;
  };
  const top = recordOf(json.right) ?? wrong('', json.right, 'an object');
  if (top === undefined) return E.left(faults);
  if (top['maskskip'] !== 'artefact') wrong('maskskip', top['maskskip'], '"artefact"');
  if (top['version'] !== 1) wrong('version', top['version'], '1');
  // Another format, or one of later times, may differ in everything else.
  if (faults.length > 0) return E.left(faults);

  const target = compileTargets.find((one) => one === top['target']) ?? wrong('target', top['target'], 'tfjs-graph, saved-model or onnx'); // prettier-ignore
  const model = textOf(top['model']) ?? wrong('model', top['model'], 'a name');
  const ports = (value: unknown, place: string): readonly ArtefactPort[] => {
    const list = listOf(value) ?? wrong(place, value, 'a list');
    const read = (list ?? []).flatMap((one, at) => portOf(one, `${place} ${at}`, wrong) ?? []);
    const names = new Set<string>();
    const twice = read.find(({ name }) => names.size === names.add(name).size);
    if (twice !== undefined) wrong(place, twice.name, 'each name once');
    return read;
  };
  const inputs = ports(top['inputs'], 'inputs');
  const outputs = ports(top['outputs'], 'outputs');
  const stages = (listOf(top['stages']) ?? wrong('stages', top['stages'], 'a list') ?? []).map(
    (one, at): ArtefactStage => {
      const stage = recordOf(one) ?? {};
      const place = `stages ${at}`;
      const name = textOf(stage['name']) ?? wrong(`${place}, name`, stage['name'], 'a name') ?? '';
      const lies = textOf(stage['at']) ?? wrong(`${place}, at`, stage['at'], 'a folder or a signature') ?? '';
      // A SavedModel's stages are signatures of the one file.
      const problem = lies === '.' ? undefined : pathProblem(lies);
      if (problem !== undefined) faults.push(outside(`${where}, ${place}`, lies, problem));
      return {
        name,
        at: lies,
        inputs: ports(stage['inputs'], `${place}, inputs`),
        outputs: ports(stage['outputs'], `${place}, outputs`),
      };
    },
  );
  if (stages.length === 0) wrong('stages', [], 'at least one');
  faults.push(...chainFaults({ inputs, outputs, stages }, where));
  const files = filesOf(top['files'], where, faults, wrong);
  const spec = top['spec'] === undefined ? undefined : (digestOf(top['spec']) ?? wrong('spec', top['spec'], 'a checksum')); // prettier-ignore
  const sha256 = digestOf(top['sha256']) ?? wrong('sha256', top['sha256'], 'a checksum');
  if (faults.length > 0 || target === undefined || model === undefined || sha256 === undefined)
    return E.left(faults);
  const about = { maskskip: 'artefact', version: 1, target, model } as const;
  return E.right({
    ...about,
    ...(spec === undefined ? {} : { spec }),
    inputs,
    outputs,
    stages,
    files,
    sha256,
  });
};

type Wrong = (place: string, got: unknown, wanted: string) => undefined;

const portOf = (value: unknown, place: string, wrong: Wrong): ArtefactPort | undefined => {
  const port = recordOf(value);
  const name = textOf(port?.['name']);
  const dtype = portTypes.find((one) => one === port?.['dtype']);
  const shape = listOf(port?.['shape'])?.filter(isExtent);
  if (name === undefined || dtype === undefined || shape === undefined)
    return wrong(place, value, 'a name, a dtype and a shape');
  const [, ...inner] = shape;
  if (shape.length !== listOf(port?.['shape'])?.length || shape.length > 8 || inner.includes(-1))
    return wrong(`${place}, shape`, port?.['shape'], 'sizes, -1 for the batch alone');
  if (port?.['noise'] === undefined) return { name, dtype, shape };
  const noise = recordOf(port['noise']);
  const path = textOf(noise?.['path']);
  const distribution = noiseDistributions.find((one) => one === noise?.['distribution']);
  return path === undefined || distribution === undefined
    ? wrong(`${place}, noise`, port['noise'], 'a path and a distribution')
    : { name, dtype, shape, noise: { path, distribution } };
};

/* Every input comes from outside or from an earlier stage, in one shape, and every output from some stage. */
const chainFaults = (
  { inputs, outputs, stages }: Pick<Artefact, 'inputs' | 'outputs' | 'stages'>,
  where: string,
): readonly Fault[] => {
  const known = new Map(inputs.map((port) => [port.name, port]));
  const faults: Fault[] = [];
  const check = (port: ArtefactPort, place: string): void => {
    const source = known.get(port.name);
    if (source?.dtype !== port.dtype || source.shape.join() !== port.shape.join())
      faults.push(
        notAnArtefact(
          `${where}, ${place} ${quoted(port.name)}`,
          `${port.dtype} [${port.shape.join(', ')}]`,
          source === undefined ? 'the name of what is given or computed before' : `${source.dtype} [${source.shape.join(', ')}]`, // prettier-ignore
        ),
      );
  };
  for (const stage of stages) {
    for (const port of stage.inputs) check(port, `stage ${quoted(stage.name)}, input`);
    for (const port of stage.outputs) known.set(port.name, port);
  }
  for (const port of outputs) check(port, 'output');
  return faults;
};

const filesOf = (value: unknown, where: string, faults: Fault[], wrong: Wrong): readonly ArtefactEntry[] => {
  const seen = new Set<string>();
  return (listOf(value) ?? wrong('files', value, 'a list') ?? []).flatMap(
    (one, at): readonly ArtefactEntry[] => {
      const file = recordOf(one);
      const path = textOf(file?.['path']);
      const bytes = file?.['bytes'];
      const sha256 = digestOf(file?.['sha256']);
      if (path === undefined || !isCount(bytes) || sha256 === undefined)
        return wrong(`files ${at}`, one, 'path, bytes and sha256') ?? [];
      const problem = pathProblem(path);
      if (problem !== undefined) faults.push(outside(`${where}, files`, path, problem));
      if (seen.has(path.toLowerCase())) wrong('files', path, 'paths that differ in more than case');
      seen.add(path.toLowerCase());
      return [{ path, bytes, sha256 }];
    },
  );
};

const isExtent = (value: unknown): value is number => value === -1 || isCount(value);
const digestOf = (value: unknown): string | undefined => /^[0-9a-f]{64}$/.exec(textOf(value) ?? '')?.[0];
