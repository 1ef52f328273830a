/**
 * The grid: where the target pose joins, what stands on the skips, and whether the network sees the source's pose.
 *
 * One function declares all of it. Its hyper-parameters are the axes; every combination is checked when the grid is
 * made, and one that did not fit would be in `grid.leftOut` with its faults.
 */
import {
  conv,
  decoder,
  encoder,
  fuse,
  input,
  join,
  model,
  psi,
  relu,
  seq,
  unsafeVariants,
  upsample,
  vdgNpStage1,
  vdgStage1,
  type Psi,
} from 'maskskip';

/** Pixels of pictures and poses: small, for a minute's training. */
export const size = { height: 32, width: 16 } as const;
const { height, width } = size;
const filters = 8;

/* Early fusion: poses beside the picture from the first layer on. */
const picture = input('x_a', height, width, 3);
const sourcePose = input('p_a', height, width, 18);
const targetPose = input('p_b', height, width, 18);
const unet = (skip: Psi) =>
  seq(
    encoder('image', [
      seq(conv(filters), relu),
      seq(conv(2 * filters, { stride: 2 }), relu),
      seq(conv(4 * filters, { stride: 2 }), relu),
    ]),
    decoder(
      'image',
      [
        seq(conv(4 * filters), relu, upsample(2)),
        seq(conv(2 * filters), relu, upsample(2)),
        seq(conv(filters), relu),
      ],
      skip,
    ),
    conv(3),
  );

interface Choice {
  readonly backbone: 'early' | 'late';
  readonly psi: Psi;
  readonly pose: 'both' | 'target';
}

const declare = ({ backbone, psi: skip, pose }: Choice) =>
  backbone === 'late'
    ? pose === 'both'
      ? model(vdgStage1(height, width, filters, skip))
      : model(vdgNpStage1(height, width, filters, skip))
    : pose === 'both'
      ? model(seq(picture, fuse(join.concat, sourcePose), fuse(join.concat, targetPose), unet(skip)))
      : model(seq(picture, fuse(join.concat, targetPose), unet(skip)));

/** The 16 variants. */
export const grid = unsafeVariants('ablation', declare, [
  { backbone: ['early', 'late'] },
  { psi: { none: psi.none, dense: psi.dense(), one: psi.one(), grid_2x1: psi.grid(2, 1) } },
  { pose: ['both', 'target'] },
]);
