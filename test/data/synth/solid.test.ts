import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cone, ellipsoid, target } from '../../../src/data/synth/solid.js';
import { add, dot, scale, type Vector } from '../../../src/data/synth/vector.js';

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);
const radius = fc.double({ min: 0.1, max: 0.5, noNaN: true });
const red = (): readonly [number, number, number] => [255, 0, 0];

/** The first hit on the balls that a round cone is the union of, one by one. */
const ballByBall = (
  from: Vector,
  to: Vector,
  radii: readonly [number, number],
  x: number,
  y: number,
): number => {
  let nearest = -Infinity;
  for (let step = 0; step <= 2000; step++) {
    const part = step / 2000;
    const [cx, cy, cz] = add(scale(from, 1 - part), scale(to, part));
    const size = radii[0] + (radii[1] - radii[0]) * part;
    const rest = size ** 2 - (x - cx) ** 2 - (y - cy) ** 2;
    if (rest >= 0) nearest = Math.max(nearest, cz + Math.sqrt(rest));
  }
  return nearest;
};

describe('data/synth/solid', () => {
  it('a ray meets a round cone where it meets the first of its balls', () => {
    fc.assert(
      fc.property(point, point, radius, radius, coordinate, coordinate, (from, to, first, second, x, y) => {
        fc.pre(Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]) > 0.05);
        const solid = cone({ part: 'trunk', from, to, front: [0, 0, 1], radii: [first, second], paint: red });
        const exact = target(solid).hit(x, y);
        const sampled = ballByBall(from, to, [first, second], x, y);
        // Near the outline a step between two balls decides between hit and miss.
        if (exact === -Infinity || sampled === -Infinity) {
          const wider = ballByBall(from, to, [first + 0.01, second + 0.01], x, y);
          const narrower = ballByBall(from, to, [first - 0.01, second - 0.01], x, y);
          assert.ok(exact === sampled || (wider > -Infinity && narrower === -Infinity));
        } else assert.ok(Math.abs(exact - sampled) < 0.02, `${exact} and ${sampled}`);
      }),
    );
  });

  it('a hit lies on the surface of a turned ellipsoid, and its normal has length 1 and faces the viewer', () => {
    fc.assert(
      fc.property(
        point,
        point,
        fc.tuple(radius, radius, radius),
        coordinate,
        coordinate,
        (up, front, radii, x, y) => {
          fc.pre(Math.hypot(...up) > 0.1 && Math.hypot(...front) > 0.1);
          const solid = ellipsoid({ part: 'head', centre: [0.1, 0, 0.2], up, front, radii, paint: red });
          const { hit, surface, box } = target(solid);
          const z = hit(x, y);
          if (z === -Infinity) return;
          const at: Vector = [x - 0.1, y, z - 0.2];
          const level = solid.axes.reduce((sum, axis, i) => sum + (dot(axis, at) / radii[i]!) ** 2, 0);
          assert.ok(Math.abs(level - 1) < 1e-6);
          const normal = new Float64Array(3);
          assert.deepEqual(surface(x, y, z, normal), [255, 0, 0]);
          assert.ok(Math.abs(Math.hypot(...normal) - 1) < 1e-6 && normal[2]! > -1e-6);
          assert.ok(
            x >= box.left - 1e-9 && x <= box.right + 1e-9 && y >= box.low - 1e-9 && y <= box.high + 1e-9,
          );
          assert.ok(z <= box.near + 1e-9);
        },
      ),
    );
  });

  it('an open cone lacks the ball at its end', () => {
    const skirt = {
      part: 'skirt',
      from: [0, 1, 0],
      to: [0, 0, 0],
      front: [0, 0, 1],
      radii: [0.2, 0.4],
    } as const;
    assert.equal(target(cone({ ...skirt, open: true, paint: red })).hit(0, -0.3), -Infinity);
    assert.ok(target(cone({ ...skirt, paint: red })).hit(0, -0.3) > 0);
  });
});
