/**
 * Tensors in a safetensors file: written deterministically, read only after every check of the header.
 *
 * The same tensors and metadata give the same bytes, laid out as the format's own library does (larger elements
 * first, then by name), so that every array is aligned. Bytes are little-endian, as are all machines tfjs runs on;
 * the bits of floats, NaN payloads included, pass through untouched.
 * Source: https://huggingface.co/docs/safetensors, "Format".
 */
import { open, type FileHandle } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, faultError, type Fault } from '../base/fault.js';
import {
  dtypeBytes,
  elementsOf,
  headerLength,
  headerLimit,
  nameFault,
  parseHeader,
  type Dtype,
  type SafetensorsHeader,
} from './safetensors-header.js';
import { writeFileAtomically } from './write.js';

export { headerLimit, type Dtype } from './safetensors-header.js';

/** The typed array that holds each dtype; half floats and truth values as their bits. */
export interface DtypeArrays {
  readonly BOOL: Uint8Array;
  readonly U8: Uint8Array;
  readonly I8: Int8Array;
  readonly U16: Uint16Array;
  readonly I16: Int16Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly U32: Uint32Array;
  readonly I32: Int32Array;
  readonly F32: Float32Array;
  readonly U64: BigUint64Array;
  readonly I64: BigInt64Array;
  readonly F64: Float64Array;
}

/** A tensor of one dtype: its sizes and its elements in row-major order. */
export interface StoredTensorOf<D extends Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DtypeArrays[D];
}

/** A tensor of any dtype; `dtype` tells which array `data` is. */
export type StoredTensor = { [D in Dtype]: StoredTensorOf<D> }[Dtype];

/** What a file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of a safetensors file. Faults: W05 for a reserved name, W13 for data unlike its dtype or shape.
 *
 * @example
 * ```ts
 * const bytes = encodeSafetensors({ a: { dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) } });
 * // Right(Uint8Array) of 8 + 56 + 8 bytes
 * ```
 */
export const encodeSafetensors = (
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): E.Either<readonly Fault[], Uint8Array<ArrayBuffer>> => {
  const faults = Object.entries(tensors).flatMap(([name, tensor]) => tensorFaults(name, tensor));
  if (Object.hasOwn(metadata, '__proto__')) faults.push(...reservedMetadata());
  if (faults.length > 0) return E.left(faults);
  const sorted = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) =>
      dtypeOrder.indexOf(a.dtype) - dtypeOrder.indexOf(b.dtype) || compare(nameA, nameB),
  );
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) {
    const texts = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
    fields.push(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
  }
  let offset = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const entry = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > headerLimit) {
    return E.left([
      fault({
        rule: 'W02',
        where: 'safetensors',
        got: `names and metadata of ${length} bytes`,
        wanted: `at most ${headerLimit} bytes`,
        fix: 'save fewer tensors in one file',
      }),
    ]);
  }
  const bytes = new Uint8Array(8 + length + offset);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(json, 8);
  let position = 8 + length;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return E.right(bytes);
};

/** As `encodeSafetensors`, but throws its faults. */
export const unsafeEncodeSafetensors = (
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> => {
  const encoded = encodeSafetensors(tensors, metadata);
  if (E.isLeft(encoded)) throw faultError(encoded.left);
  return encoded.right;
};

/**
 * Tensors and metadata of a file's bytes; the arrays share memory with `bytes` where the alignment allows. `where`
 * names the source in faults. Faults: W01 … W12, all found before anything is allocated for a tensor.
 */
export const decodeSafetensors = (
  bytes: Uint8Array<ArrayBuffer>,
  where = 'safetensors',
): E.Either<readonly Fault[], Safetensors> => {
  const length = headerLength(bytes, bytes.length, where);
  if (E.isLeft(length)) return length;
  const start = 8 + length.right;
  const header = parseHeader(bytes.subarray(8, start), bytes.length - start, where);
  return E.isLeft(header) ? header : E.right(cut(bytes, start, header.right));
};

/**
 * Reads a safetensors file. The header is checked against the file's size before the data is read. Faults: those of
 * `decodeSafetensors`, and W14 for a file that cannot be read.
 */
export const readSafetensors =
  (path: string): TE.TaskEither<readonly Fault[], Safetensors> =>
  async () => {
    const bytes = await readSafetensorsBytes(path)();
    return E.isLeft(bytes) ? bytes : decodeSafetensors(bytes.right, path);
  };

/** The bytes of a safetensors file whose header has been found sound against its size. Faults as `readSafetensors`. */
export const readSafetensorsBytes =
  (path: string, openFile: OpenToRead = open): TE.TaskEither<readonly Fault[], Uint8Array<ArrayBuffer>> =>
  async () => {
    try {
      const file = await openFile(path, 'r');
      try {
        return await readChecked(file, path);
      } finally {
        await file.close();
      }
    } catch (caught) {
      return E.left([readFault(path, caught)]);
    }
  };

/** The part of `open` of `node:fs/promises` that reading needs. */
export type OpenToRead = (path: string, flags: 'r') => Promise<Pick<FileHandle, 'read' | 'stat' | 'close'>>;

/** Writes a safetensors file atomically. Faults: W05 and W13 of the tensors, F01 of the file system. */
export const writeSafetensors = (
  path: string,
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): TE.TaskEither<readonly Fault[], void> => {
  const encoded = encodeSafetensors(tensors, metadata);
  return E.isLeft(encoded) ? TE.left(encoded.left) : writeFileAtomically(path, encoded.right);
};

/** The order of dtypes in the data: larger elements first, as the format's own library sorts them. */
const dtypeOrder: readonly Dtype[] = [
  'U64',
  'I64',
  'F64',
  'F32',
  'U32',
  'I32',
  'BF16',
  'F16',
  'U16',
  'I16',
  'I8',
  'U8',
  'BOOL',
];

const arrayOf: {
  readonly [D in Dtype]: new (buffer: ArrayBuffer, offset: number, length: number) => DtypeArrays[D];
} = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
};

/** By code unit of UTF-8, as the format's own library sorts names, not by that of UTF-16. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const tensorFaults = (name: string, tensor: StoredTensor): Fault[] => {
  const reserved = nameFault(name, 'safetensors');
  if (reserved !== undefined) return [reserved];
  const elements = elementsOf(tensor.shape);
  const right = tensor.data instanceof arrayOf[tensor.dtype] && elements === tensor.data.length;
  if (right) return [];
  return [
    fault({
      rule: 'W13',
      where: `tensor ${JSON.stringify(name)}`,
      got: `${tensor.data.constructor.name} of ${tensor.data.length} elements`,
      wanted: `${arrayOf[tensor.dtype].name} of shape [${tensor.shape.join(', ')}]`,
      fix: 'give the shape and dtype of the data',
    }),
  ];
};

const reservedMetadata = (): Fault[] => [
  fault({
    rule: 'W06',
    where: 'safetensors',
    got: 'metadata called __proto__',
    wanted: 'a name that is not reserved',
    fix: 'rename it',
  }),
];

const cut = (bytes: Uint8Array<ArrayBuffer>, start: number, header: SafetensorsHeader): Safetensors => {
  const tensors = header.tensors.map(
    ({ name, dtype, shape, begin, end }): readonly [string, StoredTensor] => [
      name,
      view(dtype, shape, bytes.subarray(start + begin, start + end)),
    ],
  );
  return { tensors: Object.fromEntries(tensors), metadata: header.metadata };
};

/** A tensor over `bytes` themselves, or over a copy where its elements would not be aligned. */
const view = <D extends Dtype>(
  dtype: D,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): StoredTensor => {
  const size = dtypeBytes[dtype];
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const tensor: StoredTensorOf<D> = {
    dtype,
    shape,
    data: new arrayOf[dtype](buffer, byteOffset, bytes.length / size),
  };
  return tensor as StoredTensor;
};

const readChecked = async (
  file: Pick<FileHandle, 'read' | 'stat'>,
  path: string,
): Promise<E.Either<readonly Fault[], Uint8Array<ArrayBuffer>>> => {
  const { size } = await file.stat();
  const prefix = new Uint8Array(8);
  await readExactly(file, prefix.subarray(0, Math.min(8, size)), 0);
  const length = headerLength(prefix, size, path);
  if (E.isLeft(length)) return length;
  const start = 8 + length.right;
  const head = new Uint8Array(length.right);
  await readExactly(file, head, 8);
  const header = parseHeader(head, size - start, path);
  if (E.isLeft(header)) return header;
  const bytes = new Uint8Array(size);
  bytes.set(prefix);
  bytes.set(head, 8);
  await readExactly(file, bytes.subarray(start), start);
  return E.right(bytes);
};

/** Fills `target` from `position` of a file; one read call cannot take more than 2 GiB, nor always gives all. */
const readExactly = async (
  file: Pick<FileHandle, 'read'>,
  target: Uint8Array,
  position: number,
): Promise<void> => {
  let done = 0;
  while (done < target.length) {
    const wanted = Math.min(target.length - done, 2 ** 26);
    const { bytesRead } = await file.read(target, done, wanted, position + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
};

const readFault = (path: string, caught: unknown): Fault => {
  const code = (caught as { code?: string } | null)?.code ?? '';
  const [got, fix] = causes[code] ?? [
    caught instanceof Error ? caught.message : String(caught),
    'see the system error',
  ];
  return fault({ rule: 'W14', where: path, got, wanted: 'a file that can be read', fix });
};

const causes: Readonly<Record<string, readonly [got: string, fix: string]>> = {
  ENOENT: ['no such file', 'check the path'],
  EACCES: ['no permission to read', 'choose a file that you may read'],
  EPERM: ['no permission to read', 'choose a file that you may read'],
  EISDIR: ['a folder', 'name the file in it'],
};
