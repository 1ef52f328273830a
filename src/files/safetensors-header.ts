/**
 * The header of a safetensors file, believed only after every check.
 *
 * The file (https://huggingface.co/docs/safetensors, "Format"): eight bytes, the header's length N, little-endian;
 * N bytes of JSON that may end in spaces; then the data. The JSON maps a tensor's name to its dtype, shape and the
 * pair of offsets of its first and past-the-last byte in the data; `__metadata__` maps strings to strings. Tensors
 * cover the data without holes or overlaps. Nothing whose size the file names is allocated here.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { duplicateKey } from '../base/duplicate-keys.js';

/** Bytes of one element of each dtype that is read and written. */
export const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** The name of an element type, as the format spells it. */
export type Dtype = keyof typeof dtypeBytes;

/** Where a tensor lies in the data. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Offset of the first byte, from the start of the data. */
  readonly begin: number;
  /** Offset past the last byte. */
  readonly end: number;
}

/** A checked header: tensors in the order of their data. */
export interface SafetensorsHeader {
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The longest header that is read, in bytes. */
export const headerLimit = 16 * 1024 * 1024;

/** A rank above this is no tensor of ours and no kernel's. */
const rankLimit = 16;

/**
 * The header's length from the file's first eight bytes, against the size of the whole file in bytes.
 * Faults: W01 for a file that ends before its header does, W02 for a header over `headerLimit`.
 */
export const headerLength = (
  prefix: Uint8Array,
  fileBytes: number,
  where: string,
): E.Either<readonly Fault[], number> => {
  if (fileBytes < 8 || prefix.length < 8) {
    return refuse('W01', where, `a file of ${fileBytes} bytes`, 'at least 8 bytes', again);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, 8);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > headerLimit) {
    return refuse(
      'W02',
      where,
      `a header of ${length} bytes`,
      `at most ${headerLimit} bytes`,
      'check that the file is in the safetensors format',
    );
  }
  if (length > fileBytes - 8) {
    return refuse(
      'W01',
      where,
      `a header of ${length} bytes in a file of ${fileBytes}`,
      'a header inside the file',
      again,
    );
  }
  return E.right(length);
};

/**
 * Reads the header's bytes against the number of data bytes that follow them. Faults: W03 not JSON, W04 a key
 * twice, W05 a name that may not be used, W06 bad metadata, W07 bad fields, W08 unknown dtype, W09 bad shape,
 * W10 bad offsets, W11 size unlike the shape, W12 holes, overlaps or a wrong end.
 */
export const parseHeader = (
  bytes: Uint8Array,
  dataBytes: number,
  where: string,
): E.Either<readonly Fault[], SafetensorsHeader> => {
  const parsed = parseJson(bytes);
  if (typeof parsed === 'string') {
    return refuse('W03', where, parsed, 'a header that is one JSON object', again);
  }
  const twice = duplicateKey(parsed.text);
  if (twice !== undefined) {
    return refuse('W04', where, `the key ${quote(twice.key)} twice`, 'each key once', makerFix);
  }
  const { __metadata__: written, ...entries } = parsed.value;
  const metadata = written === undefined ? E.right({}) : readMetadata(written, where);
  const faults: Fault[] = E.isLeft(metadata) ? [...metadata.left] : [];
  const tensors: TensorEntry[] = [];
  for (const [name, value] of Object.entries(entries)) {
    const entry = readEntry(name, value, dataBytes, where);
    if (E.isRight(entry)) tensors.push(entry.right);
    else faults.push(...entry.left);
    // A hostile header may hold a million faults; the first few say enough.
    if (faults.length >= 20) break;
  }
  if (faults.length > 0 || E.isLeft(metadata)) return E.left(faults);
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const layout = layoutFault(tensors, dataBytes, where);
  return layout === undefined ? E.right({ tensors, metadata: metadata.right }) : E.left([layout]);
};

/** The number of elements of a shape, or `undefined` when it is not a shape or has more than 2^53 elements. */
export const elementsOf = (shape: readonly unknown[]): number | undefined => {
  if (shape.length > rankLimit) return undefined;
  let product = 1;
  for (const size of shape) {
    if (!isSize(size)) return undefined;
    product *= size;
    if (product > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return product;
};

/** Why a tensor may not have this name, or `undefined`. */
export const nameFault = (name: string, where: string): Fault | undefined => {
  if (name !== '' && name !== '__proto__' && name !== '__metadata__') return undefined;
  return wrong(
    'W05',
    where,
    `a tensor called ${quote(name)}`,
    'a name that is not reserved',
    'rename the tensor',
  );
};

const makerFix = 'write the file again with a correct program';
const again = 'fetch or save the file again';

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);

const isDtype = (value: unknown): value is Dtype =>
  typeof value === 'string' && Object.hasOwn(dtypeBytes, value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (rule: string, where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule, where, got, wanted, fix });

const refuse = (
  rule: string,
  where: string,
  got: string,
  wanted: string,
  fix: string,
): E.Either<readonly Fault[], never> => E.left([wrong(rule, where, got, wanted, fix)]);

/** The header's text and value, or what it is instead. */
const parseJson = (
  bytes: Uint8Array,
): string | { readonly text: string; readonly value: Readonly<Record<string, unknown>> } => {
  // The format wants the brace first, so that no byte order mark or blank hides before it.
  if (bytes[0] !== 0x7b) return 'a header that does not begin with {';
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { text, value } : 'a header that is not an object';
  } catch {
    return 'bytes that are not JSON in UTF-8';
  }
};

const readMetadata = (
  value: unknown,
  where: string,
): E.Either<readonly Fault[], Readonly<Record<string, string>>> => {
  const fix = 'keep only texts in the metadata';
  if (!isObject(value)) return refuse('W06', where, 'metadata that is not an object', 'texts by name', fix);
  for (const [key, text] of Object.entries(value)) {
    if (key === '__proto__' || typeof text !== 'string') {
      return refuse('W06', where, `metadata ${quote(key)} of type ${typeof text}`, 'texts by name', fix);
    }
  }
  return E.right(value as Readonly<Record<string, string>>);
};

const readEntry = (
  name: string,
  value: unknown,
  dataBytes: number,
  where: string,
): E.Either<readonly Fault[], TensorEntry> => {
  const reserved = nameFault(name, where);
  if (reserved !== undefined) return E.left([reserved]);
  const at = `${where}: tensor ${quote(name)}`;
  if (!isObject(value) || Object.keys(value).sort().join() !== 'data_offsets,dtype,shape') {
    return refuse('W07', at, 'other fields', 'the fields dtype, shape and data_offsets', makerFix);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    return refuse(
      'W08',
      at,
      `dtype ${quote(String(dtype))}`,
      `one of ${Object.keys(dtypeBytes).join(' ')}`,
      'convert the tensor',
    );
  }
  const elements = Array.isArray(shape) ? elementsOf(shape) : undefined;
  if (!Array.isArray(shape) || elements === undefined) {
    return refuse(
      'W09',
      at,
      `shape ${brief(shape)}`,
      'sizes that are whole numbers from 0, 2^53 elements at most',
      makerFix,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    return refuse('W10', at, `offsets ${brief(offsets)}`, 'a pair of whole numbers', makerFix);
  }
  const [begin, end] = offsets as readonly unknown[];
  if (!isSize(begin) || !isSize(end) || begin > end || end > dataBytes) {
    return refuse(
      'W10',
      at,
      `offsets ${brief(offsets)}`,
      `begin ≤ end ≤ ${dataBytes}, the bytes of data in the file`,
      again,
    );
  }
  if (elements * dtypeBytes[dtype] !== end - begin) {
    return refuse(
      'W11',
      at,
      `${end - begin} bytes`,
      `${elements} elements of ${dtypeBytes[dtype]} bytes for shape [${shape.join(', ')}]`,
      makerFix,
    );
  }
  return E.right({ name, dtype, shape: shape as readonly number[], begin, end });
};

/** The first hole, overlap or wrong end among tensors in the order of their data. */
const layoutFault = (
  tensors: readonly TensorEntry[],
  dataBytes: number,
  where: string,
): Fault | undefined => {
  let covered = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== covered) {
      const got =
        begin > covered ? `a hole of ${begin - covered} bytes` : `an overlap of ${covered - begin} bytes`;
      return wrong(
        'W12',
        `${where}: tensor ${quote(name)}`,
        got,
        'tensors that follow one another',
        makerFix,
      );
    }
    covered = end;
  }
  if (covered === dataBytes) return undefined;
  return wrong('W12', where, `${dataBytes - covered} bytes after the last tensor`, 'none', again);
};

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
