/** The wire format against the examples of its specification, and against a reader of a few lines. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as wire from '../../src/files/protobuf.js';

const hex = ({ pieces, bytes }: wire.Encoded): string => {
  const whole = Buffer.concat(pieces);
  assert.equal(whole.length, bytes);
  return whole.toString('hex');
};

/** Fields of a message: number, wire type and value. */
const fieldsOf = (bytes: Uint8Array): readonly (readonly [number, bigint | Uint8Array])[] => {
  const found: [number, bigint | Uint8Array][] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) found.push([tag >> 3, varint()]);
    else {
      const length = (tag & 7) === 5 ? 4 : Number(varint());
      found.push([tag >> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return found;
};

describe('the wire format', () => {
  it('is that of the examples in its specification', () => {
    assert.equal(hex(wire.integer(1, 150)), '089601');
    assert.equal(hex(wire.text(2, 'testing')), '120774657374696e67');
    assert.equal(hex(wire.nested(3, wire.integer(1, 150))), '1a03089601');
    assert.equal(hex(wire.integers(6, [3, 270, 86942])), '3206038e029ea705');
  });

  it('has ten bytes for −1, four for a float, none for an empty message', () => {
    assert.equal(hex(wire.integer(1, -1)), '08ffffffffffffffffff01');
    assert.equal(hex(wire.float(1, 1)), '0d0000803f');
    assert.equal(hex(wire.flag(5, true)), '2801');
    assert.equal(hex(wire.message()), '');
    assert.equal(hex(wire.nested(2, wire.message())), '1200');
  });

  it('gives back what was written, field numbers above 15 and long messages included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 20 }), fc.oneof(fc.maxSafeInteger(), fc.uint8Array({ maxLength: 9000 }))), { maxLength: 8 }),
        (fields) => {
          const whole = wire.nested(7, wire.message(...fields.map(([field, value]) => typeof value === 'number' ? wire.integer(field, value) : wire.bytes(field, value))));
          const [[number, inner] = [0, 0n], ...rest] = fieldsOf(Buffer.concat(whole.pieces));
          assert.equal(number, 7);
          assert.equal(rest.length, 0);
          assert.deepEqual(
            fieldsOf(inner as Uint8Array).map(([field, value]) => [field, typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : [...value]]),
            fields.map(([field, value]) => [field, typeof value === 'number' ? value : [...value]]),
          );
        },
      ),
      { numRuns: 50 },
    ); // prettier-ignore
  });

  it('copies no bytes of a large tensor', () => {
    const large = new Uint8Array(100_000);
    const { pieces } = wire.message(wire.text(1, 'name'), wire.nested(2, wire.bytes(4, large)));
    assert.ok(pieces.some((piece) => piece.buffer === large.buffer && piece.length === large.length));
  });
});
