/** The data sets that models are listed for. A further one is a line here; the compiler then asks for what is known of it. */
import { mapValues } from '../base/record.js';

/** Their sizes: height × width. */
export const datasetSizes = { 'market-1501': [128, 64], deepfashion: [256, 256] } as const;

/** The name of a data set. */
export type DatasetName = keyof typeof datasetSizes;

/** All names. */
export const datasetNames = Object.keys(datasetSizes) as readonly DatasetName[];

/** Something that each data set has its own of. */
export type ByDataset<A> = Readonly<Record<DatasetName, A>>;

/** One value for each data set. */
export const byDataset = <A>(of: (dataset: DatasetName) => A): ByDataset<A> =>
  mapValues<DatasetName, unknown, A>(datasetSizes, (_size, dataset) => of(dataset));
