/** Schedules against the sources' numbers. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { adam, schedule } from '../../src/learn/index.js';

const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)), `${got}, wanted ${wanted}`);

describe('schedules', () => {
  it('ramp is a line between two points, level outside', () => {
    const line = schedule.ramp({ step: 10, value: 2 }, { step: 20, value: -3 });
    assert.deepEqual([0, 10, 12, 20, 21].map(line), [2, 2, 1, -3, -3]);
  });

  it('ramp of one step is a jump', () => {
    const jump = schedule.ramp({ step: 5, value: 0 }, { step: 5, value: 1 });
    assert.deepEqual([4, 5, 6].map(jump), [0, 0, 1]);
  });

  it('ramp stays between its values and never turns', () => {
    const point = fc.record({ step: fc.nat(1000), value: fc.double({ min: -10, max: 10, noNaN: true }) });
    fc.assert(
      fc.property(point, point, fc.nat(2000), (a, b, step) => {
        const [from, to] = a.step <= b.step ? [a, b] : [b, a];
        const line = schedule.ramp(from, to);
        const [low, high] = [Math.min(a.value, b.value), Math.max(a.value, b.value)];
        const [here, next] = [line(step), line(step + 1)];
        assert.ok(here >= low - 1e-9 && here <= high + 1e-9);
        assert.ok((next - here) * (to.value - from.value) >= -1e-9);
      }),
    );
  });

  it('halvings halves after every so many steps', () => {
    const rate = schedule.halvings(2e-5, 50_000);
    assert.deepEqual(
      [0, 1, 49_999, 50_000, 100_000, 149_999].map(rate),
      [2e-5, 2e-5, 2e-5, 1e-5, 5e-6, 5e-6],
    );
  });

  it("decayToZero is Vari-UNet's rate", () => {
    const rate = schedule.decayToZero(1e-3, 1000, 100_000);
    assert.deepEqual([1, 1000, 100_000, 200_000].map(rate), [1e-3, 1e-3, 0, 0]);
    near(rate(50_500), 0.5e-3);
  });

  it("epochDecay is PN-GAN's rate: constant for ten epochs, 0 in the twentieth", () => {
    const rate = schedule.epochDecay(2e-4, 100);
    assert.equal(rate(0), 2e-4);
    assert.equal(rate(1), 2e-4);
    assert.equal(rate(1000), 2e-4);
    near(rate(1001), 2e-4 * 0.9);
    near(rate(1100), 2e-4 * 0.9);
    near(rate(1101), 2e-4 * 0.8);
    near(rate(1900), 2e-4 * 0.1);
    assert.deepEqual([1901, 2000, 5000].map(rate), [0, 0, 0]);
  });

  it('are rates of optimisers', () => {
    const { rate } = adam(schedule.decayToZero(1e-3, 1000, 100_000));
    assert.deepEqual([1, 1000, 100_000].map(rate), [1e-3, 1e-3, 0]);
  });

  it("klWeight is Vari-UNet's β", () => {
    assert.deepEqual([0, 50_000].map(schedule.klWeight), [1e-6, 1e-6]);
    assert.deepEqual([75_000, 90_000].map(schedule.klWeight), [1, 1]);
    near(schedule.klWeight(62_500), (1 + 1e-6) / 2);
  });
});
