/** What is told of a mask's gates. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gateReport } from '../../src/learn/index.js';

describe('gate reports', () => {
  it('count what is at least 0, what changed sides, and whether every bit is the same', () => {
    const start = Float32Array.of(1, -1, 0, -2);
    assert.deepEqual(gateReport(start, start), { open: 0.5, changed: 0, still: true });
    assert.deepEqual(gateReport(Float32Array.of(1, 1, 0, -2), start), {
      open: 0.75,
      changed: 0.25,
      still: false,
    });
    assert.deepEqual(gateReport(Float32Array.of(2, -1, 0, -2), start), {
      open: 0.5,
      changed: 0,
      still: false,
    });
  });

  it('−0 is open as 0 is, and another bit pattern', () => {
    assert.deepEqual(gateReport(Float32Array.of(-0), Float32Array.of(0)), {
      open: 1,
      changed: 0,
      still: false,
    });
  });

  it('a mask against its negative: every entry but 0 changes sides', () => {
    const entries = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(entries, (values) => {
        const start = Float32Array.from(values);
        const { open, changed } = gateReport(
          start.map((one) => -one),
          start,
        );
        const zeros = values.filter((one) => one === 0).length / values.length;
        const positive = values.filter((one) => one > 0).length / values.length;
        assert.ok(Math.abs(changed - (1 - zeros)) < 1e-12);
        assert.ok(Math.abs(open - (1 - positive)) < 1e-12);
      }),
    );
  });
});
