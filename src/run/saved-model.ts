/**
 * Looking into a `saved_model.pb` before TensorFlow does: which operations its graph holds, and which nodes are its ends.
 *
 * Only the tags of the protocol buffer that lead to them are followed: SavedModel 2 → MetaGraphDef 2 → GraphDef 1
 * → NodeDef 2, and MetaGraphDef 5 → SignatureDef 1 and 2 → TensorInfo 1 (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto; core/framework/graph.proto, node_def.proto).
 */
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

const contents = (bytes: Uint8Array): E.Either<string, Contents> => {
  const metas = within(E.right([bytes]), 2);
  const graphs = within(metas, 2);
  const library = within(graphs, 2);
  if (E.isRight(library) && library.right.some(({ length }) => length > 0))
    return E.left('functions of its own');
  const names = within(within(graphs, 1), 2);
  if (E.isLeft(names)) return names;
  const entries = entriesOf(metas, 5);
  if (E.isLeft(entries)) return entries;
  const signatures = new Map<string, Nodes>();
  for (const [name, signature] of entries.right) {
    const inputs = tensorNames(signature, 1);
    if (E.isLeft(inputs)) return inputs;
    const outputs = tensorNames(signature, 2);
    if (E.isLeft(outputs)) return outputs;
    signatures.set(name, { inputs: inputs.right, outputs: outputs.right });
  }
  return E.right({ used: new Set(names.right.map(decoded)), signatures });
};

/** The entries of a map from texts to messages; the last of equal keys holds, as for every reader. */
const entriesOf = (
  messages: E.Either<string, readonly Uint8Array[]>,
  field: number,
): E.Either<string, readonly (readonly [string, Uint8Array])[]> => {
  const all = within(messages, field);
  if (E.isLeft(all)) return all;
  const entries: (readonly [string, Uint8Array])[] = [];
  for (const entry of all.right) {
    const key = within(E.right([entry]), 1);
    const value = within(E.right([entry]), 2);
    if (E.isLeft(key)) return key;
    if (E.isLeft(value)) return value;
    entries.push([decoded(key.right.at(-1) ?? new Uint8Array()), value.right.at(-1) ?? new Uint8Array()]);
  }
  return E.right(entries);
};

const tensorNames = (signature: Uint8Array, field: number): E.Either<string, ReadonlyMap<string, string>> => {
  const entries = entriesOf(E.right([signature]), field);
  if (E.isLeft(entries)) return entries;
  const names = new Map<string, string>();
  for (const [key, info] of entries.right) {
    const name = within(E.right([info]), 1);
    if (E.isLeft(name)) return name;
    names.set(key, decoded(name.right.at(-1) ?? new Uint8Array()));
  }
  return E.right(names);
};

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The contents of all fields of a number in messages. */
const within = (
  messages: E.Either<string, readonly Uint8Array[]>,
  field: number,
): E.Either<string, readonly Uint8Array[]> => {
  if (E.isLeft(messages)) return messages;
  const found: Uint8Array[] = [];
  for (const message of messages.right) {
    for (let at = 0; at < message.length;) {
      const tag = whole(message, at);
      if (tag === undefined) return E.left(broken);
      const wire = tag.value % 8;
      const length = wire === 2 ? whole(message, tag.next) : undefined;
      const next =
        wire === 0
          ? whole(message, tag.next)?.next
          : wire === 1
            ? tag.next + 8
            : wire === 5
              ? tag.next + 4
              : length === undefined
                ? undefined
                : length.next + length.value;
      if (next === undefined || next > message.length) return E.left(broken);
      if (Math.floor(tag.value / 8) === field) {
        if (length === undefined) return E.left(broken);
        found.push(message.subarray(length.next, next));
      }
      at = next;
    }
  }
  return E.right(found);
};

const broken = 'no whole protocol buffer';

/** A variable-length number of at most 53 bits; `undefined` for one that is cut off or larger. */
const whole = (
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly next: number } | undefined => {
  let value = 0;
  for (let i = 0; i < 10 && at + i < bytes.length; i++) {
    const byte = bytes[at + i]!;
    value += (byte % 128) * 128 ** i;
    if (byte < 128) return { value, next: at + i + 1 };
  }
  return undefined;
};
