/**
 * The plain residual generator as a baseline: Johnson, Alahi and Fei-Fei, ECCV 2016, in the form of Zhu et al., ICCV
 * 2017 (instance norms that learn nothing, reflected borders, nine blocks). Ours are the inputs.
 */
import {
  conv,
  convTranspose,
  cropTo,
  fuse,
  input,
  instanceNorm,
  join,
  model,
  normal,
  out,
  relu,
  residual,
  seq,
  tanh,
  tap,
  times,
} from '../dsl/index.js';
import { everywhere, listed, type ListedModel } from './listed.js';

/* A bias before such a norm has no effect. */
const start = { initialiser: normal(0.02), bias: false } as const;
const norm = instanceNorm({ affine: false });
const halve = <F extends number>(filters: F) =>
  seq(conv(filters, { stride: 2, padding: 1, ...start }), norm, relu);
/* Doubled, then cut to the size that a level had on the way down: the two differ by one where that was odd. */
const double = <F extends number, Name extends string>(filters: F, name: Name) =>
  seq(
    convTranspose(filters, { kernel: 3, stride: 2, padding: 1, outputPadding: 1, ...start }),
    cropTo(name),
    norm,
    relu,
  );
const reflected = { padding: { reflect: 1 }, ...start } as const;
const turn = residual(conv('same', reflected), norm, relu, conv('same', reflected), norm);
const nine = [turn, turn, turn, turn, turn, turn, turn, turn, turn] as const;
const wide = { kernel: 7, padding: { reflect: 3 }, initialiser: normal(0.02) } as const;

/**
 * The residual generator on source picture, source pose and target pose, early fusion: any height and width from 5.
 *
 * Inputs: x_a height×width×3 in [−1, 1], p_a and p_b height×width×18. Output: height×width×3 in (−1, 1). `filters` is
 * the width of the first convolution (64 in the papers). There are no skips; the taps are for sizes alone.
 */
export const resnet = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_a', height, width, 18)),
    fuse(join.concat, input('p_b', height, width, 18)),
    conv(filters, { ...wide, bias: false }),
    norm,
    relu,
    tap('full'),
    halve(times(filters, 2)),
    tap('half'),
    halve(times(filters, 4)),
    ...nine,
    double(times(filters, 2), 'half'),
    double(filters, 'full'),
    conv(3, wide),
    tanh,
    out(height, width, 3),
  );

/** The residual generator's entry in the list of models. */
export const resnetModels: readonly ListedModel[] = [
  listed({
    name: 'resnet',
    description: 'a plain residual generator on source picture, source pose and target pose',
    families: everywhere((height, width, filters) => model(resnet(height, width, filters))),
    smallest: { 'market-1501': [8, 8], deepfashion: [8, 8] },
    filters: 64,
  }),
];
