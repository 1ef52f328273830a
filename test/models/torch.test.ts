/** Models against independent PyTorch modules with the same weights. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { model, psi } from '../../src/dsl/index.js';
import { pg2Discriminator, pg2DiscriminatorDeep, pg2G1, pg2G1Deep, pg2G2, pg2G2Deep, pnganDiscriminator, pnganGenerator } from '../../src/models/index.js'; // prettier-ignore
import { agreesWithTorch, full, relativeDistance, type CrossCheck } from './torch/harness.js';

const { none } = psi;
/* The source's width, or an eighth of it. */
const [wide, narrow] = full ? [128, 64] : [16, 8];

const checks: readonly CrossCheck[] = [
  {
    name: 'PG2 G1, Market-1501',
    declared: () => model(pg2G1(128, 64, wide, none)),
    script: 'pg2.py',
    options: ['g1', 5, wide, 128, 64],
  },
  {
    name: 'PG2 G1, six levels',
    declared: () => model(pg2G1Deep(64, 96, 8, none)),
    script: 'pg2.py',
    options: ['g1', 6, 8, 64, 96],
  },
  {
    name: 'PG2 G2, Market-1501',
    declared: () => model(pg2G2(128, 64, wide, none)),
    script: 'pg2.py',
    options: ['g2', 3, 2, wide],
  },
  {
    name: 'PG2 G2, four levels',
    declared: () => model(pg2G2Deep(48, 64, 16, none)),
    script: 'pg2.py',
    options: ['g2', 4, 4, 16],
  },
  {
    name: 'PG2 discriminator, Market-1501',
    declared: () => model(pg2Discriminator(128, 64, narrow)),
    script: 'pg2.py',
    options: ['discriminator', 4, narrow, 128, 64],
  },
  {
    name: 'PG2 discriminator, five halvings',
    declared: () => model(pg2DiscriminatorDeep(64, 128, 8)),
    script: 'pg2.py',
    options: ['discriminator', 5, 8, 64, 128],
  },
  {
    name: 'PN-GAN generator, Market-1501',
    declared: () => model(pnganGenerator(full ? 256 : 128, full ? 128 : 64, narrow)),
    script: 'pngan.py',
    options: ['generator', narrow],
    batch: 1,
  },
  {
    name: 'PN-GAN discriminator, Market-1501',
    declared: () => model(pnganDiscriminator(256, 128, narrow)),
    script: 'pngan.py',
    options: ['discriminator', narrow],
  },
];

describe('PyTorch gives the same, to 1e-4 of the greatest entry', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));
  agreesWithTorch(checks);
});

describe('the distance of two outputs', () => {
  it('is the greatest difference as a share of the greatest entry', () => {
    assert.equal(relativeDistance([1, -8, 3], [2, -8, 3]), 1 / 8);
    assert.equal(relativeDistance([1, -8, 3], [1, -8, 3]), 0);
  });
  it('is no number where an entry is none', () => {
    assert.ok(Number.isNaN(relativeDistance([1, NaN], [1, 2])));
    assert.ok(Number.isNaN(relativeDistance([1, 2], [1, Infinity])));
  });
});
