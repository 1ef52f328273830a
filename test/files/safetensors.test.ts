import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  headerLimit,
  readSafetensors,
  readSafetensorsBytes,
  unsafeEncodeSafetensors,
  writeSafetensors,
  type OpenToRead,
  type StoredTensor,
} from '../../src/files/safetensors.js';

/** A file of a literal header, padded, and so many bytes of data; `claimed` is the length it states. */
const file = (header: string | Uint8Array, dataBytes: number, claimed?: number): Uint8Array<ArrayBuffer> => {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const length = claimed ?? json.length;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length % 2 ** 32, true);
  view.setUint32(4, Math.floor(length / 2 ** 32), true);
  bytes.set(json, 8);
  return bytes;
};

const entry = (shape: string, offsets: string, dtype = '"F32"'): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;

const a = (shape: string, offsets: string, dtype?: string): string => `{"a":${entry(shape, offsets, dtype)}}`;

/** What is wrong, the rule that says so, the bytes. */
const hostile: readonly (readonly [string, string, () => Uint8Array<ArrayBuffer>])[] = [
  ['an empty file', 'W01', () => new Uint8Array(0)],
  ['a file of seven bytes', 'W01', () => new Uint8Array(7)],
  ['a header beyond the file', 'W01', () => file('{}', 0, 3)],
  ['a truncated header', 'W01', () => file(a('[2]', '[0,8]'), 8).slice(0, 30)],
  ['a header of 200 MB', 'W02', () => file('{}', 0, 200e6)],
  ['a header of 2^53 bytes', 'W02', () => file('{}', 0, 2 ** 53)],
  ['no header', 'W03', () => file('', 0)],
  ['a blank before the header', 'W03', () => file(' {}', 0)],
  ['a byte order mark', 'W03', () => file('\ufeff{}', 0)],
  ['a header that is a list', 'W03', () => file('[]', 0)],
  ['a header cut short', 'W03', () => file('{"a":', 0)],
  ['two values', 'W03', () => file('{}{}', 0)],
  ['bytes that are not UTF-8', 'W03', () => file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 0)],
  ['brackets a million deep', 'W03', () => file(`{"a":${'['.repeat(1e6)}`, 0)],
  ['a tensor twice', 'W04', () => file(`{"a":${entry('[1]', '[0,4]')},"a":${entry('[1]', '[0,4]')}}`, 4)],
  ['a tensor twice, escaped', 'W04', () => file(`{"a":${entry('[0]', '[0,0]')},"\\u0061":{}}`, 0)],
  [
    'a field twice',
    'W04',
    () => file('{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}', 4),
  ],
  ['a tensor called __proto__', 'W05', () => file(`{"__proto__":${entry('[1]', '[0,4]')}}`, 4)],
  ['a tensor without a name', 'W05', () => file(`{"":${entry('[1]', '[0,4]')}}`, 4)],
  ['metadata that is a list', 'W06', () => file('{"__metadata__":[]}', 0)],
  ['metadata with a number', 'W06', () => file('{"__metadata__":{"step":1}}', 0)],
  ['metadata called __proto__', 'W06', () => file('{"__metadata__":{"__proto__":"x"}}', 0)],
  ['a tensor that is null', 'W07', () => file('{"a":null}', 0)],
  ['a missing field', 'W07', () => file('{"a":{"dtype":"F32","shape":[0]}}', 0)],
  [
    'a field too many',
    'W07',
    () => file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"url":"x"}}', 0),
  ],
  ['an unknown dtype', 'W08', () => file(a('[1]', '[0,4]', '"C64"'), 4)],
  ['a dtype from the prototype', 'W08', () => file(a('[1]', '[0,4]', '"constructor"'), 4)],
  ['a shape that is a number', 'W09', () => file(a('1', '[0,4]'), 4)],
  ['a negative size', 'W09', () => file(a('[-1,-1]', '[0,4]'), 4)],
  ['a fractional size', 'W09', () => file(a('[0.5,2]', '[0,4]'), 4)],
  ['a size that is a text', 'W09', () => file(a('["1"]', '[0,4]'), 4)],
  ['a huge size', 'W09', () => file(a('[1e300]', '[0,4]'), 4)],
  ['a product beyond 2^53', 'W09', () => file(a('[4294967296,4294967296,4294967296]', '[0,4]'), 4)],
  ['a rank of 1000', 'W09', () => file(a(JSON.stringify(new Array(1000).fill(1)), '[0,4]'), 4)],
  ['one offset', 'W10', () => file(a('[1]', '[4]'), 4)],
  ['offsets the wrong way round', 'W10', () => file(a('[1]', '[4,0]'), 4)],
  ['a negative offset', 'W10', () => file(a('[1]', '[-4,0]'), 4)],
  ['an offset beyond 2^64', 'W10', () => file(a('[1]', '[0,18446744073709551620]'), 4)],
  ['truncated data', 'W10', () => file(a('[2]', '[0,8]'), 7)],
  ['a size unlike the shape', 'W11', () => file(a('[3]', '[0,8]'), 8)],
  ['a size unlike the dtype', 'W11', () => file(a('[2]', '[0,8]', '"F64"'), 8)],
  ['a hole at the start', 'W12', () => file(a('[1]', '[4,8]'), 8)],
  ['a hole between', 'W12', () => file(`{"a":${entry('[1]', '[0,4]')},"b":${entry('[1]', '[8,12]')}}`, 12)],
  ['an overlap', 'W12', () => file(`{"a":${entry('[2]', '[0,8]')},"b":${entry('[2]', '[4,12]')}}`, 12)],
  [
    'two names for one place',
    'W12',
    () => file(`{"a":${entry('[1]', '[0,4]')},"b":${entry('[1]', '[0,4]')}}`, 4),
  ],
  ['bytes after the data', 'W12', () => file(a('[1]', '[0,4]'), 5)],
];

/** What Python's library wrote (0.8.0, numpy) for the tensors below: the bytes in hexadecimal. */
const tensors: Readonly<Record<string, StoredTensor>> = {
  'b/kernel': { dtype: 'F32', shape: [2, 2], data: new Float32Array([1, -0, 0.5, Infinity]) },
  'a/kernel': { dtype: 'F32', shape: [1], data: new Float32Array([3]) },
  é: { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 3]) },
  wide: { dtype: 'F64', shape: [], data: new Float64Array([Math.PI]) },
  none: { dtype: 'I32', shape: [0, 7], data: new Int32Array(0) },
};
const golden =
  '28010000000000007b2277696465223a7b226474797065223a22463634222c227368617065223a5b5d2c22646174615f6f666673657473223a5b302c385d7d2c22612f6b65726e656c223a7b226474797065223a22463332222c227368617065223a5b315d2c22646174615f6f666673657473223a5b382c31325d7d2c22622f6b65726e656c223a7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174615f6f666673657473223a5b31322c32385d7d2c226e6f6e65223a7b226474797065223a22493332222c227368617065223a5b302c375d2c22646174615f6f666673657473223a5b32382c32385d7d2c22c3a9223a7b226474797065223a225538222c227368617065223a5b335d2c22646174615f6f666673657473223a5b32382c33315d7d7d182d4454fb210940000040400000803f000000800000003f0000807f010203';

describe('files/safetensors', () => {
  describe('hostile bytes (R09)', () => {
    for (const [what, rule, bytes] of hostile) {
      it(`${rule}: ${what}`, () => {
        const decoded = decodeSafetensors(bytes(), 'weights.safetensors');
        assert.ok(E.isLeft(decoded), 'was accepted');
        assert.equal(decoded.left[0]!.rule, rule, decoded.left[0]!.text);
        assert.match(decoded.left[0]!.text, /^✗ W\d\d weights\.safetensors/);
        assert.ok(decoded.left[0]!.text.length < 600 && !decoded.left[0]!.text.includes('\n'));
      });
    }

    it('never throws on random headers, and leaves Object.prototype alone', () => {
      const keys = Object.getOwnPropertyNames(Object.prototype).length;
      const field = fc.constantFrom('dtype', 'shape', 'data_offsets', '__proto__', 'x');
      const value = fc.oneof(fc.json(), fc.constantFrom('"F32"', '[1]', '[0,4]', '[0,8]', '-1'));
      const object = fc
        .array(fc.tuple(field, value), { maxLength: 4 })
        .map((pairs) => `{${pairs.map(([key, text]) => `"${key}":${text}`).join()}}`);
      const header = fc
        .array(fc.tuple(fc.constantFrom('a', 'b', '__metadata__', '__proto__'), fc.oneof(object, value)))
        .map((pairs) => `{${pairs.map(([key, text]) => `"${key}":${text}`).join()}}`);
      fc.assert(
        fc.property(header, fc.nat(16), (text, dataBytes) => {
          decodeSafetensors(file(text, dataBytes));
        }),
        { numRuns: 500 },
      );
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodeSafetensors(bytes.slice())),
      );
      assert.equal(Object.getOwnPropertyNames(Object.prototype).length, keys);
    });

    it('gives a handful of faults for a header of many', () => {
      const many = Array.from({ length: 5000 }, (_, i) => `"t${i}":1`).join();
      const decoded = decodeSafetensors(file(`{${many}}`, 0));
      assert.ok(E.isLeft(decoded) && decoded.left.length === 20);
    });
  });

  describe('encoding', () => {
    it("gives the bytes of the format's own library", () => {
      assert.equal(Buffer.from(unsafeEncodeSafetensors(tensors)).toString('hex'), golden);
    });

    it('gives the same bytes whatever the order of the keys', () => {
      const backwards = Object.fromEntries(Object.entries(tensors).reverse());
      assert.deepEqual(
        unsafeEncodeSafetensors(tensors, { x: '1', y: '2' }),
        unsafeEncodeSafetensors(backwards, { y: '2', x: '1' }),
      );
    });

    it('is undone by decoding, bit by bit', () => {
      const bits = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 6 });
      const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.startsWith('__'));
      const stored = fc.oneof(
        bits.map((words): StoredTensor => {
          const data = new Float32Array(Uint32Array.from(words).buffer);
          return { dtype: 'F32', shape: [data.length], data };
        }),
        bits.map((words): StoredTensor => ({
          dtype: 'U8',
          shape: [1, words.length],
          data: Uint8Array.from(words),
        })),
        bits.map((words): StoredTensor => {
          const data = BigInt64Array.from(words.map((word) => -BigInt(word)));
          return { dtype: 'I64', shape: [words.length, 1], data };
        }),
      );
      const bitsOf = (all: Readonly<Record<string, StoredTensor>>): unknown =>
        Object.entries(all)
          .map(([key, { dtype, shape, data }]) => [
            key,
            dtype,
            shape,
            Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
          ])
          .sort(([x], [y]) => (String(x) < String(y) ? -1 : 1));
      fc.assert(
        fc.property(
          fc.dictionary(name, stored),
          fc.dictionary(name, fc.string({ unit: 'grapheme' })),
          (all, metadata) => {
            const decoded = decodeSafetensors(unsafeEncodeSafetensors(all, metadata));
            assert.ok(E.isRight(decoded), E.isLeft(decoded) ? decoded.left[0]!.text : '');
            assert.deepEqual(bitsOf(decoded.right.tensors), bitsOf(all));
            assert.deepEqual({ ...decoded.right.metadata }, { ...metadata });
          },
        ),
      );
    });

    it('W13: refuses data unlike its shape or dtype', () => {
      const short = encodeSafetensors({ a: { dtype: 'F32', shape: [3], data: new Float32Array(2) } });
      assert.ok(E.isLeft(short));
      assert.equal(
        short.left[0]!.text,
        '✗ W13 tensor "a": got Float32Array of 2 elements, wanted Float32Array of shape [3]; give the shape and dtype of the data',
      );
      assert.throws(
        () => unsafeEncodeSafetensors({ a: { dtype: 'F32', shape: [-1], data: new Float32Array(1) } }),
        /W13/,
      );
    });

    it('W05: refuses a reserved name', () => {
      const stored: StoredTensor = { dtype: 'U8', shape: [0], data: new Uint8Array(0) };
      const encoded = encodeSafetensors(Object.fromEntries([['__proto__', stored]]));
      assert.ok(E.isLeft(encoded) && encoded.left[0]!.rule === 'W05');
    });

    it('W02: refuses to write a header that it would not read', () => {
      const encoded = encodeSafetensors({}, { x: 'x'.repeat(headerLimit) });
      assert.ok(E.isLeft(encoded) && encoded.left[0]!.rule === 'W02');
    });
  });

  describe('files', () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'maskskip-safetensors-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('are read as they were written', async () => {
      const path = join(folder, 'weights.safetensors');
      assert.ok(E.isRight(await writeSafetensors(path, tensors, { made: 'here' })()));
      const read = await readSafetensors(path)();
      assert.ok(E.isRight(read));
      assert.deepEqual({ ...read.right.tensors }, { ...tensors });
      assert.equal(read.right.metadata['made'], 'here');
      assert.deepEqual(
        new Uint8Array(await readFile(path)),
        new Uint8Array(unsafeEncodeSafetensors(tensors, { made: 'here' })),
      );
    });

    it('W14: that cannot be read are named', async () => {
      const missing = await readSafetensors(join(folder, 'none'))();
      assert.ok(
        E.isLeft(missing) && missing.left[0]!.text.includes('no such file; check the path') === false,
      );
      assert.match(missing.left[0]!.text, /^✗ W14 .*none: got no such file, wanted .*; check the path$/);
      const directory = await readSafetensors(folder)();
      assert.ok(E.isLeft(directory) && directory.left[0]!.rule === 'W14');
    });

    it('of strangers are refused before anything behind their header is read, and before memory is taken for it', async () => {
      const path = join(folder, 'bad.safetensors');
      for (const [what, rule, make] of hostile) {
        const bytes = make();
        await writeFile(path, bytes);
        const claimed = bytes.length < 8 ? 0 : new DataView(bytes.buffer).getUint32(0, true);
        let furthest = 0;
        let taken = 0;
        const openCounting: OpenToRead = async (name, flags) => {
          const opened = await open(name, flags);
          const read = ((target: Uint8Array, from: number, count: number, at: number) => {
            furthest = Math.max(furthest, at + count);
            taken = Math.max(taken, target.length);
            return opened.read(target, from, count, at);
          }) as typeof opened.read;
          return { read, stat: opened.stat.bind(opened), close: () => opened.close() };
        };
        const read = await readSafetensorsBytes(path, openCounting)();
        assert.ok(E.isLeft(read) && read.left[0]!.rule === rule, what);
        const header = ['W01', 'W02'].includes(rule) ? 0 : claimed;
        assert.ok(furthest <= 8 + header && taken <= Math.max(8, header), what);
      }
    });
  });
});
