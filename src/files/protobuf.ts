/**
 * Protocol buffers that are written without a schema compiler: fields of known numbers, as pieces, so that the bytes of
 * large tensors are nowhere copied. Every byte that is not a tensor's comes from the writer of `@bufbuild/protobuf`;
 * its own nesting would copy a tensor once for each message around it.
 *
 * Format: https://protobuf.dev/programming-guides/encoding/. TensorFlow's graphs and ONNX are such messages.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** An encoded message, or some of its fields; they may be put one after another. */
export interface Encoded {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
}

/** Fields one after another. */
export const message = (...fields: readonly Encoded[]): Encoded =>
  compacted(
    fields.flatMap(({ pieces }) => pieces),
    fields.reduce((sum, { bytes }) => sum + bytes, 0),
  );

/** A field of a nested message. */
export const nested = (field: number, value: Encoded): Encoded => {
  // Of 64 bits, although readers end at 2 GiB: what is too long is to be told, not thrown.
  const head = new BinaryWriter().tag(field, WireType.LengthDelimited).uint64(value.bytes).finish();
  return compacted([head, ...value.pieces], head.length + value.bytes);
};

/** A field of bytes. */
export const bytes = (field: number, value: Uint8Array): Encoded =>
  nested(field, { pieces: value.length === 0 ? [] : [value], bytes: value.length });

/** A field of text, in UTF-8. */
export const text = (field: number, value: string): Encoded =>
  written((writer) => writer.tag(field, WireType.LengthDelimited).string(value));

/** A field of a whole number (int32, int64, enum), negative ones in ten bytes. */
export const integer = (field: number, value: number): Encoded =>
  written((writer) => writer.tag(field, WireType.Varint).int64(value));

/** A field of a flag. */
export const flag = (field: number, value: boolean): Encoded =>
  written((writer) => writer.tag(field, WireType.Varint).bool(value));

/** A field of a float of 32 bits. */
export const float = (field: number, value: number): Encoded =>
  written((writer) => writer.tag(field, WireType.Bit32).float(value));

/** A field of whole numbers, packed. */
export const integers = (field: number, values: readonly number[]): Encoded =>
  nested(
    field,
    written((writer) => values.reduce((all, value) => all.int64(value), writer)),
  );

/** A map's entries: messages of a key and a value, in the order given. */
export const entries = (
  field: number,
  values: readonly (readonly [key: string, value: Encoded])[],
): Encoded =>
  message(...values.map(([key, value]) => nested(field, message(text(1, key), nested(2, value)))));

const written = (write: (writer: BinaryWriter) => BinaryWriter): Encoded => {
  const piece = write(new BinaryWriter()).finish();
  return { pieces: piece.length === 0 ? [] : [piece], bytes: piece.length };
};

/* Small messages in one piece: a graph has tens of thousands of fields. */
const compacted = (pieces: readonly Uint8Array[], size: number): Encoded => {
  if (pieces.length === 1 || size > 4096) return { pieces, bytes: size };
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return { pieces: [whole], bytes: size };
};
