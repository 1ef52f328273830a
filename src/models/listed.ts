/** How an architecture is listed: a name, its families at all data sets, and what an audit has to know of it. */
import { psi, withPsi, type AnyModel } from '../dsl/index.js';
import { byDataset, datasetSizes, type ByDataset, type DatasetName } from './datasets.js';

/** A named architecture at another size or width than the listed one. */
export interface ModelVariation {
  readonly height?: number;
  readonly width?: number;
  /** The width of the first block; every other width follows. */
  readonly filters?: number;
}

/** Parameters that no training moves, though the source has them, and why. */
export interface Inert {
  /** Which parameters, by path. */
  readonly path: RegExp;
  /** A clause: `a bias before a norm that subtracts the mean`. */
  readonly reason: string;
}

/** A named architecture, for each data set; at full width unless a variation says otherwise. */
export interface ListedModel {
  readonly name: string;
  readonly description: string;
  readonly at: ByDataset<(variation?: ModelVariation) => AnyModel>;
  /** Its size unless a variation says otherwise: the data set's, save where the source pads or resizes pictures. */
  readonly sizes: ByDataset<readonly [height: number, width: number]>;
  /** The least height and width that its levels allow, by data set. */
  readonly smallest: ByDataset<readonly [height: number, width: number]>;
  /** The same where masks have cells of 2×2 and `smallest` leaves a skip a single pixel. */
  readonly smallestInCells?: ListedModel['smallest'];
  /** The width of the first block in the source. */
  readonly filters: number;
  /** The encoder whose skips masks stand on; all encoders if absent. */
  readonly masked?: string;
  /** The suffix of the paper's mask that stands on its skips; absent where none does. */
  readonly paperMask?: (typeof paperMasks)[number]['suffix'];
  /** Parameters that the audit of gradients expects to stand still. */
  readonly inert: readonly Inert[];
}

/** A family of models in height, width and filters; one without a picture among its inputs reads only filters. */
export type Family = (height: number, width: number, filters: number) => AnyModel;

/** What `listed` asks for. */
export interface Listing {
  readonly name: string;
  readonly description: string;
  readonly families: ByDataset<Family>;
  readonly smallest: ListedModel['smallest'];
  readonly smallestInCells?: ListedModel['smallest'];
  /** The data sets' own sizes by default. */
  readonly sizes?: ListedModel['sizes'];
  readonly filters: number;
  readonly masked?: string;
  readonly inert?: readonly Inert[];
}

/** An entry of the list: at its own sizes and the source's width unless a variation says otherwise. */
export const listed = ({ families, inert = [], sizes = datasetSizes, ...entry }: Listing): ListedModel => {
  const at =
    (dataset: DatasetName) =>
    ({
      height = sizes[dataset][0],
      width = sizes[dataset][1],
      filters = entry.filters,
    }: ModelVariation = {}) =>
      families[dataset](height, width, filters);
  return { ...entry, inert, sizes, at: byDataset(at) };
};

/** The paper's masks as suffixes of names. The paper gives no cell size for mUNet_g; 2×2 is ours. */
export const paperMasks = [
  { suffix: 'munet', says: 'one mask value per pixel and channel', psi: psi.dense() },
  { suffix: 'munet-o', says: 'one mask value per pixel', psi: psi.one() },
  { suffix: 'munet-g', says: 'one mask value per 2×2 cell', psi: psi.grid(2, 2), cells: true },
] as const;

/** An entry and, after it, the same with each of the paper's masks on each of its skips, after a warp that stands there. */
export const withMasks = (base: ListedModel): readonly ListedModel[] => {
  const where = { after: true, ...(base.masked === undefined ? {} : { encoder: base.masked }) };
  return [
    base,
    ...paperMasks.map((mask): ListedModel => ({
      ...base,
      smallest: ('cells' in mask ? base.smallestInCells : undefined) ?? base.smallest,
      name: `${base.name}+${mask.suffix}`,
      paperMask: mask.suffix,
      description: `${base.description}; ${mask.says} on each skip`,
      at: byDataset((dataset) => (variation) => withPsi(base.at[dataset](variation), mask.psi, where)),
    })),
  ];
};

/** The same family for each data set. */
export const everywhere = (family: Family): ByDataset<Family> => byDataset(() => family);
