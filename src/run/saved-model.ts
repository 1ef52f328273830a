/**
 * Looking into a `saved_model.pb` before TensorFlow does: which operations its graph holds, and which nodes are its ends.
 *
 * Only the tags of the protocol buffer that lead to them are followed: SavedModel 2 → MetaGraphDef 2 → GraphDef 1
 * → NodeDef 2, and MetaGraphDef 5 → SignatureDef 1 and 2 → TensorInfo 1 (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto; core/framework/graph.proto, node_def.proto).
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { notAnArtefact } from '../artefact/faults.js';
import type { ArtefactPort, ArtefactStage } from '../artefact/format.js';
import { nodeName, type Nodes } from './graph-model.js';
import { operations } from './operations.js';
import { quoted } from '../artefact/place.js';

/** The name of the file in a SavedModel's folder. */
export const savedModelFile = 'saved_model.pb';

/**
 * The nodes of each stage's ends. Faults: T02 for a SavedModel that the compiler would not have written, or of which
 * `artefact.json` says something else.
 */
export const parseSavedModel = (
  bytes: Uint8Array,
  where: string,
  stages: readonly ArtefactStage[],
): E.Either<readonly Fault[], readonly Nodes[]> => {
  const found = contents(bytes);
  if (E.isLeft(found)) return E.left([notAnArtefact(where, found.left, 'a SavedModel')]);
  const { used, signatures } = found.right;
  const faults = [...used]
    .filter((op) => !operations.has(op))
    .map((op) => notAnArtefact(where, `the operation ${quoted(op)}`, 'those that the compiler writes'));
  const nodes = stages.map(({ at, inputs, outputs }): Nodes => {
    const ends = (side: 'inputs' | 'outputs', ports: readonly ArtefactPort[]): ReadonlyMap<string, string> =>
      new Map(
        ports.map(({ name }) => {
          const node = signatures.get(at)?.[side].get(name)?.replace(/:0$/, '') ?? '';
          if (!nodeName.test(node)) faults.push(notAnArtefact(`${where}, signature ${quoted(at)}`, `the node ${quoted(node)}`, `the node of ${quoted(name)}`)); // prettier-ignore
          return [name, node];
        }),
      );
    return { inputs: ends('inputs', inputs), outputs: ends('outputs', outputs) };
  });
  return faults.length > 0 ? E.left(faults) : E.right(nodes);
};

interface Contents {
  readonly used: ReadonlySet<string>;
  readonly signatures: ReadonlyMap<string, Nodes>;
}

const contents = (bytes: Uint8Array): E.Either<string, Contents> =>
  E.flatMap((found: Contents | undefined) =>
    found === undefined ? E.left('functions of its own') : E.right(found),
  )(
    E.tryCatch(
      () => unsafeContents(bytes),
      () => 'no whole protocol buffer',
    ),
  );

/* A field that stands twice is one message to TensorFlow: all of them are followed. Throws what the reader throws. */
const unsafeContents = (bytes: Uint8Array): Contents | undefined => {
  const metas = unsafeFields([bytes], 2);
  const graphs = unsafeFields(metas, 2);
  if (unsafeFields(graphs, 2).some(({ length }) => length > 0)) return undefined;
  const used = unsafeFields(unsafeFields(graphs, 1), 2).map(decoded);
  const signatures = unsafeEntries(metas, 5).map(
    ([name, signature]) =>
      [name, { inputs: unsafeNames(signature, 1), outputs: unsafeNames(signature, 2) }] as const,
  );
  return { used: new Set(used), signatures: new Map(signatures) };
};

/** The names of the tensors that are a signature's inputs (1) or outputs (2). */
const unsafeNames = (signature: Uint8Array, field: 1 | 2): ReadonlyMap<string, string> =>
  new Map(
    unsafeEntries([signature], field).map(([key, info]) => [key, decoded(last(unsafeFields([info], 1)))]),
  );

/** The entries of a map from texts to messages; the last of equal keys holds, as for every reader. */
const unsafeEntries = (
  messages: readonly Uint8Array[],
  field: number,
): readonly (readonly [string, Uint8Array])[] =>
  unsafeFields(messages, field).map((entry) => [
    decoded(last(unsafeFields([entry], 1))),
    last(unsafeFields([entry], 2)),
  ]);

/** The contents of all fields of a number in messages: views of them, none copied. */
const unsafeFields = (messages: readonly Uint8Array[], field: number): readonly Uint8Array[] =>
  messages.flatMap((message) => {
    const found: Uint8Array[] = [];
    for (const reader = new BinaryReader(message); reader.pos < reader.len;) {
      const [number, type] = reader.tag();
      if (number !== field) reader.skip(type, number);
      else if (type === WireType.LengthDelimited) found.push(reader.bytes());
      else throw new Error('a field of another type');
    }
    return found;
  });

const last = (all: readonly Uint8Array[]): Uint8Array => all.at(-1) ?? new Uint8Array();
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
