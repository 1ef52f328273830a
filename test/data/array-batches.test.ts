import assert from 'node:assert/strict';
import { isFaultError, type Fault } from '../../src/base/fault.js';
import { batches, bind, type ArraySource, type BatchOptions } from '../../src/data/index.js';

const all = async <A>(iterable: AsyncIterable<A>): Promise<readonly A[]> => {
  const found: A[] = [];
  for await (const one of iterable) found.push(one);
  return found;
};

/** Example i of epoch e: x is all i, y is e. */
const counting = (count: number): ArraySource =>
  async function* (epoch) {
    for (let i = 0; i < count; i++)
      yield { x: [i, i, i, i], y: { data: new Uint8Array([epoch]), shape: [1] } };
  };

const shapes = { x: [2, 1, 2], y: [1] } as const;

describe('data/array-batches', () => {
  const faultsOf = async (
    from: ArraySource,
    options: BatchOptions = { size: 1 },
  ): Promise<readonly Fault[]> => {
    try {
      await all(batches(bind({ from, shapes }), options));
    } catch (caught) {
      if (isFaultError(caught)) return caught.faults;
      throw caught;
    }
    throw new Error('nothing was thrown');
  };

  it('stacks examples in the order of their source, epoch by epoch', async () => {
    const found = await all(batches(bind({ from: counting(5), shapes }), { size: 2, epochs: 2 }));
    assert.deepEqual(
      found.map((one) => [one.index, one.epoch, [...one.arrays.x.data], [...one.arrays.y.data], one.names]),
      [
        [0, 0, [0, 0, 0, 0, 1, 1, 1, 1], [0, 0], [['0'], ['1']]],
        [1, 0, [2, 2, 2, 2, 3, 3, 3, 3], [0, 0], [['2'], ['3']]],
        [2, 1, [0, 0, 0, 0, 1, 1, 1, 1], [1, 1], [['0'], ['1']]],
        [3, 1, [2, 2, 2, 2, 3, 3, 3, 3], [1, 1], [['2'], ['3']]],
      ],
    );
    assert.deepEqual(found[0]!.arrays.x.shape, [2, 2, 1, 2]);
  });

  it('keeps the last batch when asked, goes on from any', async () => {
    const binding = bind({ from: counting(5), shapes });
    const whole = await all(batches(binding, { size: 2, epochs: 3, dropLast: false }));
    assert.deepEqual(
      whole.map((one) => one.arrays.x.shape[0]),
      [2, 2, 1, 2, 2, 1, 2, 2, 1],
    );
    for (let skip = 0; skip <= 10; skip++) {
      const rest = await all(batches(binding, { size: 2, epochs: 3, dropLast: false, skip }));
      assert.deepEqual(rest, whole.slice(skip));
    }
  });

  it('ends an endless source when no more are taken', async () => {
    let ended = false;
    const from = function* (): Generator<{ x: readonly number[]; y: readonly number[] }> {
      try {
        for (;;) yield { x: [1, 2, 3, 4], y: [0] };
      } finally {
        ended = true;
      }
    };
    for await (const batch of batches(bind({ from, shapes }), { size: 2 })) if (batch.index === 9) break;
    assert.ok(ended);
  });

  it('takes names that objects use themselves', async () => {
    const odd = { ['__proto__']: [1], constructor: [1] };
    const from = () => [{ ['__proto__']: [5], constructor: [6] }];
    const [batch] = await all(batches(bind({ from, shapes: odd }), { size: 1 }));
    assert.deepEqual(Object.keys(batch!.arrays), ['__proto__', 'constructor']);
    assert.equal(Object.getPrototypeOf(batch!.arrays), Object.prototype);
  });

  describe('D13: arrays', () => {
    const cases: readonly (readonly [string, unknown, RegExp])[] = [
      [
        'too short',
        { x: [1, 2, 3], y: [0] },
        /x of example 1 of epoch 0: got 3 numbers, wanted 4 numbers of shape \[2, 1, 2\]/,
      ],
      [
        'of another shape',
        { x: { data: [1, 2, 3, 4], shape: [1, 2, 2] }, y: [0] },
        /x of .*got shape \[1, 2, 2\]/,
      ],
      ['not a number', { x: [1, 2, NaN, 4], y: [0] }, /x of example 1 .*got NaN at entry 2/],
      ['infinite', { x: [1, 2, 3, Infinity], y: [0] }, /got Infinity at entry 3/],
      ['words', { x: ['a', 2, 3, 4], y: [0] }, /got a string at entry 0/],
      ['big integers', { x: [1, 2n, 3, 4], y: [0] }, /got a bigint at entry 1/],
      ['absent', { x: [1, 2, 3, 4] }, /y of example 1 .*got nothing/],
      ['of no example', null, /x of example 1 .*got nothing/],
    ];
    for (const [what, example, message] of cases) {
      it(`are not ${what}`, async () => {
        // The types forbid some of these; a source written in JavaScript need not keep to them.
        const from = (() => [{ x: [1, 2, 3, 4], y: [0] }, example]) as ArraySource;
        const faults = await faultsOf(from);
        assert.equal(faults[0]!.rule, 'D13');
        assert.match(faults[0]!.text, message);
      });
    }

    it('that are faulty are left out when asked', async () => {
      const from: ArraySource = () => [
        { x: [1], y: [0] },
        { x: [1, 2, 3, 4], y: [0] },
      ];
      const [batch] = await all(batches(bind({ from, shapes }), { size: 1, skipBad: true }));
      assert.deepEqual([batch!.names, batch!.skipped.length], [[['1']], 1]);
    });

    it('come from a source that throws nothing', async () => {
      const faults = await faultsOf(function* () {
        yield { x: [1, 2, 3, 4], y: [0] };
        throw new Error('the disk is gone');
      });
      assert.match(faults[0]!.text, /^✗ D13 from\(0\): got an error: the disk is gone/);
    });
  });

  describe('D14: no batch', () => {
    it('is a fault where an epoch is empty or smaller than a full batch', async () => {
      assert.match(
        (await faultsOf(() => [], { size: 1, epochs: Infinity }))[0]!.text,
        /^✗ D14 epoch 0: got 0 examples/,
      );
      assert.match(
        (await faultsOf(counting(2), { size: 3 }))[0]!.text,
        /^✗ D14 epoch 0: got 2 examples .*dropLast/,
      );
    });
  });

  describe('D15: options', () => {
    it('do not shuffle what has its own order', async () => {
      assert.deepEqual(
        (await faultsOf(counting(2), { size: 1, shuffle: true })).map((one) => one.rule),
        ['D15'],
      );
    });

    it('give shapes of whole numbers', async () => {
      for (const shape of [[], [0], [1.5], [-1, 2], [2 ** 31]]) {
        const some = batches(bind({ from: () => [], shapes: { x: shape } }), { size: 1 });
        await assert.rejects(all(some), /^FaultError: ✗ D15 shapes\.x/);
      }
    });
  });
});
