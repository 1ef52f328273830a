import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isGate } from '../../../src/compile/graph/graph.js';
import { packed, unpacked, weightsFile, weightSizes } from '../../../src/compile/graph/weights.js';
import { decodeSafetensors } from '../../../src/files/safetensors.js';
import { verifySeal } from '../../../src/files/seal.js';
import { multiply } from '../../../src/ops/elementwise.js';
import { constant, input } from '../../../src/ops/leaves.js';
import { graphOfValues, right } from './small-graphs.js';

const x = input('x', ['n', 3, 3]);
const gate = [1, 0, 0, 1, 1, 0, 1, 1, 1];
const graph = graphOfValues({
  y: multiply(multiply(x, constant(gate, [3, 3])), constant(gate.map((one) => one / 2), [3, 3])), // prettier-ignore
});
const floats = (data: readonly number[]) =>
  ({ dtype: 'float32', shape: [data.length], data: Float32Array.from(data) }) as const;

describe('gates', () => {
  it('are floats of nothing but 0 and 1, and more than one', () => {
    assert.ok(isGate(floats([0, 1])));
    assert.ok(isGate(floats([0, 0, 0])));
    for (const data of [[1], [], [0, 1, -0], [0, 1, NaN], [0, 0.5], [1, 2]]) assert.ok(!isGate(floats(data)), `${data}`); // prettier-ignore
    assert.ok(!isGate({ dtype: 'int32', shape: [2], data: Int32Array.of(0, 1) }));
  });

  it('come back from bits as they were, eight in a byte, the lowest bit first', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1)), (entries) => {
        const bits = packed(entries);
        assert.equal(bits.length, Math.ceil(entries.length / 8));
        assert.deepEqual([...unpacked(bits, entries.length)], entries);
      }),
    );
    assert.deepEqual([...packed([1, 0, 0, 0, 0, 0, 0, 1, 1])], [0b1000_0001, 1]);
  });
});

describe('weights.safetensors', () => {
  const file = right(weightsFile(graph));
  const bytes = Uint8Array.from(Buffer.concat(file.pieces));

  it('holds gates as bits and tells their shapes, all else as floats', () => {
    const { tensors, metadata } = right(decodeSafetensors(right(verifySeal(bytes, file.path)), file.path));
    const gates = JSON.parse(metadata['gates'] ?? '') as Record<string, number[]>;
    assert.deepEqual(Object.values(gates), [[3, 3]]);
    const [name] = Object.keys(gates);
    const stored = tensors[name!]!;
    assert.deepEqual([stored.dtype, stored.shape], ['U8', [2]]);
    assert.deepEqual([...unpacked(stored.data as Uint8Array, 9)], gate);
    const other = Object.entries(tensors).find(([one]) => one !== name)![1];
    assert.deepEqual([other.dtype, other.shape, [...other.data].map((one) => Number(one) * 2)], ['F32', [3, 3], gate]); // prettier-ignore
  });

  it('is counted: as floats, with gates as bytes, with gates as bits', () => {
    assert.deepEqual(weightSizes(graph), {
      entries: 18,
      gateEntries: 9,
      float32: 72,
      gatesAsBytes: 36 + 9,
      gatesAsBits: 36 + 2,
    });
  });
});
