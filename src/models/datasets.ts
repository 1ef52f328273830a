/** The data sets that models are listed for. */

/** Their sizes: height × width. */
export const datasetSizes = { 'market-1501': [128, 64], deepfashion: [256, 256] } as const;

/** The name of a data set. */
export type DatasetName = keyof typeof datasetSizes;

/** All names. */
export const datasetNames = Object.keys(datasetSizes) as readonly DatasetName[];
