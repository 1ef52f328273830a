/** Small artefacts for tests: one made by hand, and models for the compiler. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { initialParameters, buildPlan, type ParameterArray } from '../../src/compile/index.js';
import {
  concat,
  conv,
  decoder,
  dense,
  encoder,
  flatten,
  fuse,
  input,
  join as joins,
  model,
  psi,
  relu,
  reshape,
  seq,
  tanh,
  unsafeElaborate,
  upsample,
  type AnyModel,
} from '../../src/index.js';

/** Files by path. */
export type Files = Readonly<Record<string, Uint8Array | string>>;

/** A new empty folder. */
export const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'maskskip-run-'));

/** Writes files into a new folder. */
export const written = async (files: Files): Promise<string> => {
  const place = await folder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), content);
  }
  return place;
};

/** What `artefact.json` says of a file. */
export const sealOf = (path: string, content: Uint8Array | string): object => {
  const bytes = Buffer.from(content);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** A text of an `artefact.json` with the seal that it should have: any stranger can compute it. */
export const resealed = (text: string): string => {
  const end = /[0-9a-f]{64}"\n\}\n$/;
  const open = text.replace(end, `${'0'.repeat(64)}"\n}\n`);
  return open.replace(end, `${createHash('sha256').update(open).digest('hex')}"\n}\n`);
};

/** Changes to the hand-made artefact before it is sealed. */
export interface Changes {
  readonly model?: (json: HandModel) => unknown;
  readonly shards?: Readonly<Record<string, Uint8Array | string>>;
  readonly artefact?: (json: HandArtefact) => unknown;
}

export type HandModel = ReturnType<typeof handModel>;
export type HandArtefact = ReturnType<typeof handArtefact>;

const type = (name: string): object => ({ type: name });
const float = { T: type('DT_FLOAT') };
const conv2d = {
  ...float,
  strides: { list: { i: ['1', '1', '1', '1'] } },
  dilations: { list: { i: ['1', '1', '1', '1'] } },
  padding: { s: Buffer.from('SAME').toString('base64') },
  data_format: { s: Buffer.from('NHWC').toString('base64') },
};
const dimensions = (...sizes: readonly number[]): object => ({ dim: sizes.map((size) => ({ size: String(size) })) }); // prettier-ignore

/** y = 2·x + gate, where the convolution's kernel is 2 and the gate is stored in bytes. */
const handModel = () => ({
  format: 'graph-model',
  signature: {
    inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT' } },
    outputs: { y: { name: 'y:0', dtype: 'DT_FLOAT' } },
  },
  modelTopology: {
    versions: { producer: 1087 },
    node: [
      { name: 'x', op: 'Placeholder', attr: { dtype: type('DT_FLOAT'), shape: { shape: dimensions(-1, 2, 3, 1) } } }, // prettier-ignore
      { name: 'kernel', op: 'Const', attr: { dtype: type('DT_FLOAT') } },
      { name: 'gate', op: 'Const', attr: { dtype: type('DT_FLOAT') } },
      { name: 'conv', op: 'Conv2D', input: ['x', 'kernel'], attr: conv2d },
      { name: 'y', op: 'AddV2', input: ['conv', 'gate'], attr: float },
    ] as object[],
  },
  weightsManifest: [
    {
      paths: ['group1-shard1of1.bin'],
      weights: [
        { name: 'kernel', shape: [1, 1, 1, 1], dtype: 'float32' },
        {
          name: 'gate',
          shape: [2, 3, 1],
          dtype: 'float32',
          quantization: { dtype: 'uint8', scale: 1, min: 0 },
        },
      ] as object[],
    },
  ],
});

const handArtefact = (files: readonly object[]) => {
  const ends = {
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2, 3, 1] }] as object[],
    outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 2, 3, 1] }] as object[],
  };
  const stages: object[] = [{ name: 'serving_default', at: '.', ...ends }];
  return { maskskip: 'artefact', version: 1, target: 'tfjs-graph', model: 'by hand', ...ends, stages, files };
};

/** The model that the hand-made artefact stands for. */
export const twice = model({ y: seq(input('x', 2, 3, 1), conv(1, { kernel: 1 })) });

/** The files of the hand-made artefact; all seals are of what was changed. */
export const handMade = ({ model: changeModel, shards, artefact }: Changes = {}): Files => {
  const shard = new Uint8Array(10);
  new DataView(shard.buffer).setFloat32(0, 2, true);
  shard.set([0, 1, 0, 1, 1, 0], 4);
  const json = handModel();
  const files: Files = {
    'model.json': JSON.stringify(changeModel?.(json) ?? json),
    'group1-shard1of1.bin': shard,
    ...shards,
  };
  const about = handArtefact(Object.entries(files).map(([path, content]) => sealOf(path, content)));
  const told = { ...((artefact?.(about) ?? about) as object), sha256: '0'.repeat(64) };
  return { ...files, 'artefact.json': resealed(`${JSON.stringify(told, null, 2)}\n`) };
};

/** A late-fusion network whose first stage is (x_a, p_a) and whose second is p_b. */
export const lateFusion = model(
  seq(
    concat(input('x_a', 16, 8, 3), input('p_a', 16, 8, 2)),
    encoder('image', [seq(conv(4, { stride: 2 }), relu), seq(conv(6, { stride: 2 }), relu)]),
    flatten,
    dense(8),
    fuse(joins.concat, input('p_b', 16, 8, 2), conv(3, { stride: 4 }), relu, flatten, dense(8)),
    dense(4 * 2 * 6),
    reshape(4, 2, 6),
    decoder('image', [seq(conv(4), relu, upsample(2)), seq(conv(4), relu, upsample(2))], psi.dense()),
    conv(3),
    tanh,
  ),
);

/** Weights of a model as training would begin with them. */
export const weightsOf = (declared: AnyModel, seed = 1): Readonly<Record<string, ParameterArray>> => {
  const plan = buildPlan(unsafeElaborate(declared), { mode: 'infer' });
  if (plan._tag === 'Left') throw new Error(plan.left[0]!.text);
  return initialParameters(plan.right, seed);
};
