/** `maskskip/data`: posed people, their pairs and poses, and batches of them or of any other arrays. */
export { estimateAffine, type Affine } from './affine.js';
export type { Batch, BatchArray, BatchOptions } from './batch.js';
export { batchCount, batches, shapesOf } from './batches.js';
export {
  bind,
  feedsNamed,
  type ArrayLikeOfNumbers,
  type ArraySource,
  type ArraysBinding,
  type Binding,
  type ChannelsByName,
  type ChannelsOfFeeds,
  type ExampleArrays,
  type PeopleBinding,
  type ShapedNumbers,
} from './bind.js';
export { annotationCsv, pairsCsv, writeAnnotations, writePairs, type Annotation, type Pair } from './csv.js';
export {
  describeDataset,
  openDataset,
  thinned,
  withMirrored,
  type Dataset,
  type OpenOptions,
} from './dataset.js';
export { discs, gaussians, type PoseEncoding } from './encoding.js';
export {
  feed,
  mask,
  pose,
  view,
  type AnyFeed,
  type Example,
  type Feed,
  type Need,
  type Person,
  type SizedFeed,
  type Who,
} from './feed.js';
export { defganJoints, variunetJoints } from './joint-orders.js';
export {
  hasTorso,
  joints,
  limbs,
  resizeKeypoints,
  torso,
  type Keypoint,
  type Keypoints,
  type Limb,
} from './joints.js';
export { checkLayout, deepfashion, market1501, type Layout, type Split } from './layout.js';
export { mirrorExample, mirrorKeypoints } from './mirror.js';
export { maskName } from './names.js';
export { beforeFirstUnderscore, beforeLastUnderscore, isValid, pairsOf, type PersonOf } from './pairs.js';
export {
  allParts,
  partBox,
  partBoxes,
  partVisibility,
  sevenParts,
  type Box,
  type PartOptions,
} from './part-boxes.js';
export { partCrops, partQuadrilaterals, type Quadrilateral } from './part-crops.js';
export { affines, bodyAffine, partAffines, partMasks, wholeAffine } from './part-warps.js';
export { pngOf } from './png.js';
export { readPicture, type PictureSet } from './picture.js';
export { personMask, poseMask, type PoseMask } from './pose-mask.js';
export { keypointsOf, poseCoordinates, poseVector, poseVectorOf, poseVisibilities } from './pose-vector.js';
export {
  annotationBlocks,
  pairBlocks,
  readAnnotations,
  readPairs,
  type KnownImages,
  type ReadOptions,
  type Row,
  type Rows,
} from './read-csv.js';
export { exportShards, type ExportOptions, type ExportReport, type ShardEncoding, type ShardEntry, type ShardIndex } from './shards/index.js'; // prettier-ignore
export type { Size } from './size.js';
export { skeleton } from './skeleton.js';
export { defganStickMan, stickMan } from './stick-man.js';
export type { Skipped } from './tally.js';
export { synthesise, type SynthOptions, type SynthReport } from './synth/index.js';
