/** Def-GAN against an independent PyTorch module with the same weights. */
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { model, psi } from '../../src/dsl/index.js';
import { defganDiscriminator, defganGenerators, defganGeneratorsDeep } from '../../src/models/index.js';
import type { Numbers } from '../dsl/plans.js';
import { agreesWithTorch, full, type CrossCheck } from './torch/harness.js';

const { none } = psi;
/* The source's width, or an eighth of it. */
const wide = full ? 64 : 8;

/* Multiples of 1/64 are exact in either framework, halves among them; the last part of each is moved out of sight. */
const affines = (parts: number, reach: number): Numbers => {
  const draw = random(4, 'affines', `${parts}`);
  const near = (at: number, middle: number, most: number): number =>
    middle + Math.round((draw.at(at) * 2 - 1) * 64 * most) / 64;
  const rows = Array.from({ length: 2 * parts }, (_, row) => {
    const at = 6 * row;
    if (parts > 1 && row % parts === parts - 1) return [1, 0, 1000, 0, 1, 1000, 0, 0];
    return [near(at, 1, 0.5), near(at + 1, 0, 0.5), near(at + 2, 0, reach), near(at + 3, 0, 0.5), near(at + 4, 1, 0.5), near(at + 5, 0, reach), 0, 0]; // prettier-ignore
  });
  return { shape: [2, 1, parts, 8], data: rows.flat() };
};
/* Part 0 stands everywhere, the others in boxes. */
const masks = (height: number, width: number): Numbers => ({
  shape: [2, height, width, 10],
  data: Array.from({ length: 2 * height * width * 10 }, (_, i) => {
    const [part, pixel] = [i % 10, Math.floor(i / 10)];
    const [x, y] = [pixel % width, Math.floor(pixel / width) % height];
    return part === 0 || (x % (part + 7) > 3 && (y + part) % 13 > 4) ? 1 : 0;
  }),
});

const checks: readonly CrossCheck[] = [
  {
    name: 'Def-GAN generator, Market-1501',
    declared: () => model(defganGenerators.mask(128, 64, wide, none)),
    script: 'defgan.py',
    options: ['generator', 6, wide, 'mask'],
    inputs: { affines: affines(10, 12), masks: masks(128, 64) },
  },
  {
    name: 'Def-GAN generator, seven levels',
    declared: () => model(defganGeneratorsDeep.mask(64, 128, 4, none)),
    script: 'defgan.py',
    options: ['generator', 7, 4, 'mask'],
    inputs: { affines: affines(10, 12), masks: masks(64, 128) },
  },
  {
    name: 'Def-GAN generator, one affine',
    declared: () => model(defganGenerators.full(64, 64, 8, none)),
    script: 'defgan.py',
    options: ['generator', 6, 8, 'full'],
    inputs: { affine: affines(1, 8) },
  },
  {
    name: 'Def-GAN generator, baseline, Market-1501',
    declared: () => model(defganGenerators.none(128, 64, wide, none)),
    script: 'defgan.py',
    options: ['generator', 6, wide, 'none'],
  },
  {
    name: 'Def-GAN generator, baseline, seven levels',
    declared: () => model(defganGeneratorsDeep.none(64, 64, 8, none)),
    script: 'defgan.py',
    options: ['generator', 7, 8, 'none'],
  },
  {
    name: 'Def-GAN discriminator, Market-1501',
    declared: () => model(defganDiscriminator(128, 64, wide)),
    script: 'defgan.py',
    options: ['discriminator', wide],
  },
];

describe('PyTorch gives the same as Def-GAN, to 1e-4 of the greatest entry', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));
  agreesWithTorch(checks);
});
