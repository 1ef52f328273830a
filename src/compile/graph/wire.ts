/**
 * Protocol buffers' wire format, the part of it that is written: messages as pieces, so that the bytes of large tensors
 * are nowhere copied. Source: https://protobuf.dev/programming-guides/encoding/.
 */

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
  const head = Uint8Array.from([...varint((field << 3) | 2), ...varint(value.bytes)]);
  return compacted([head, ...value.pieces], head.length + value.bytes);
};

/** A field of bytes. */
export const bytes = (field: number, value: Uint8Array): Encoded =>
  nested(field, { pieces: value.length === 0 ? [] : [value], bytes: value.length });

/** A field of text, in UTF-8. */
export const text = (field: number, value: string): Encoded => bytes(field, new TextEncoder().encode(value));

/** A field of a whole number (int32, int64, enum), negative ones in ten bytes. */
export const integer = (field: number, value: number): Encoded => raw([...varint(field << 3), ...varint(value)]); // prettier-ignore

/** A field of a flag. */
export const flag = (field: number, value: boolean): Encoded => integer(field, value ? 1 : 0);

/** A field of a float of 32 bits. */
export const float = (field: number, value: number): Encoded => {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setFloat32(0, value, true);
  return raw([...varint((field << 3) | 5), ...four]);
};

/** A field of whole numbers, packed. */
export const integers = (field: number, values: readonly number[]): Encoded =>
  bytes(field, Uint8Array.from(values.flatMap((value) => [...varint(value)])));

/** A map's entries: messages of a key and a value, in the order given. */
export const entries = (
  field: number,
  values: readonly (readonly [key: string, value: Encoded])[],
): Encoded =>
  message(...values.map(([key, value]) => nested(field, message(text(1, key), nested(2, value)))));

const raw = (values: readonly number[]): Encoded => ({ pieces: [Uint8Array.from(values)], bytes: values.length }); // prettier-ignore

/* Seven bits at a time, the lowest first; two's complement of 64 bits. */
const varint = (value: number): readonly number[] => {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
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
