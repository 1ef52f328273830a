/** Listings: the rows of the layer table as units, equal units as one function. */
import assert from 'node:assert/strict';
import type { Plan } from '../../../src/compile/index.js';
import { listingOf, namedNodes, type Unit } from '../../../src/compile/source/listing.js';
import { isLeaf } from '../../../src/ops/leaves.js';
import { thirty } from './thirty.js';

const variant = (name: string) => thirty.find((one) => one.name === name)!;
const withoutPsi = (scope: string): string => scope.replace(/\/(psi|join)$/, '');

describe('listings', () => {
  for (const mode of ['infer', 'train'] as const)
    it(`hold every node of a plan for ${mode} once, in its order, in units that are rows or a row's ψ`, () => {
      for (const { name, plan } of thirty) {
        const made = plan(mode);
        const { units } = listingOf(made);
        const rows = new Set(made.layers.map(({ path }) => path));
        assert.deepEqual(
          units.flatMap(({ nodes }) => nodes.map(({ id }) => id)),
          made.nodes.filter((node) => !isLeaf(node)).map(({ id }) => id),
        );
        for (const { scope, op } of units) {
          const isRow = rows.has(scope) || (['psi', 'join'].includes(op) && rows.has(withoutPsi(scope)));
          assert.ok(isRow || scope in made.nextState || scope === '', `${name}: ${scope}`);
        }
      }
    });

  it('give every unit what it reads from outside, and name what is read from outside', () => {
    for (const { plan } of thirty) {
      const known = new Set<number>();
      for (const unit of listingOf(plan('infer')).units) {
        for (const node of unit.operands) assert.ok(node.op === 'input' || known.has(node.id));
        for (const { id } of unit.results) {
          assert.ok(namedNodes(unit).has(id));
          known.add(id);
        }
      }
    }
  });

  it('a ψ stands alone before its join, and is one function on all skips', () => {
    for (const [name, uses] of [
      ['unet-market-psi_dense', 4],
      ['unet-market-psi_one', 4],
      ['pg2-g1-market-psi_one', 5],
    ] as const) {
      const { units, functions } = listingOf(variant(name).plan('infer'), { sizes: true });
      const psi = units.filter(({ op }) => op === 'psi');
      assert.equal(psi.length, uses, name);
      assert.ok(psi.every(({ calls }) => calls === 'psi'));
      const joins = units.filter(({ op }) => op === 'skip');
      assert.deepEqual(joins.map(({ nodes }) => nodes.map(({ op }) => op)), psi.map(() => ['concat'])); // prettier-ignore
      assert.equal(functions.find((one) => one.name === 'psi')!.uses, uses);
    }
  });

  it('cells of a grid on levels of several sizes are one function of their sizes', () => {
    const plan = variant('unet-market-psi_grid_3x2').plan('infer');
    assert.ok(listingOf(plan).functions.filter(({ unit }) => unit.op === 'psi').length > 1);
    const read = listingOf(plan, { sizes: true }).functions.filter(({ unit }) => unit.op === 'psi');
    assert.ok(read.length < listingOf(plan).functions.filter(({ unit }) => unit.op === 'psi').length);
    assert.ok(read.some(({ sizes }) => sizes.size > 0));
  });

  it('nodes that a language writes differently are two functions', () => {
    const plan = variant('unet-market-psi_none').plan('infer');
    const plain = listingOf(plan, { callFrom: 2 });
    const apart = listingOf(plan, { callFrom: 2, wordOf: ({ id }) => String(id) });
    assert.ok(plain.functions.length < apart.functions.length);
    assert.ok(apart.functions.every(({ uses }) => uses === 1));
  });

  const shown = (plan: Plan) => {
    const { functions, units } = listingOf(plan, { sizes: true });
    const ids = (unit: Unit) => ({ ...unit, nodes: unit.nodes.map(({ id }) => id), operands: unit.operands.map(({ id }) => id), leaves: unit.leaves.map(({ id }) => id), results: unit.results.map(({ id }) => id) }); // prettier-ignore
    return [units.map(ids), functions.map((one) => ({ ...one, unit: ids(one.unit), sizes: [...one.sizes] }))];
  };
  it('are the same when they are made again', () => {
    for (const { plan } of thirty.slice(0, 8)) assert.deepEqual(shown(plan('infer')), shown(plan('infer')));
  });
});
