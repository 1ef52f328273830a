/** Where each system is described, and how much of its declaration is inferred. */

/** A system's source. */
export interface Source {
  /** Authors and venue, and the code that was read; a repository is named where there is one. */
  readonly from: string;
  /** What no source says. Empty where all of it stands in the code. */
  readonly inferred: string;
}

/** By the name of the system: what stands before the first `-` or `+` of a model's or recipe's name. */
export const sources: Readonly<Record<string, Source>> = {
  unet: {
    from: 'Ronneberger et al., MICCAI 2015',
    inferred: 'inputs, padding and tanh are ours: a baseline',
  },
  resnet: {
    from: 'Johnson et al., ECCV 2016; Zhu et al., ICCV 2017',
    inferred: 'inputs are ours: a baseline',
  },
  vdg: {
    from: 'Lakhal et al., ECCV Workshops 2018; no code is public',
    inferred: "layer tables (PG2's, with two encoders) and part of the losses",
  },
  pg2: { from: 'Ma et al., NIPS 2017; charliememory/Pose-Guided-Person-Image-Generation', inferred: '' },
  defgan: { from: 'Siarohin et al., CVPR 2018; AliaksandrSiarohin/pose-gan', inferred: '' },
  pngan: {
    from: 'Qian et al., ECCV 2018; naiq/PN_GAN',
    inferred: 'of the recipe: steps in an epoch, poses outside the eight canonical ones',
  },
  variunet: {
    from: 'Esser et al., CVPR 2018; CompVis/vunet',
    inferred: 'where masks stand',
  },
  pdig: { from: 'Ma et al., CVPR 2018; charliememory/Disentangled-Person-Image-Generation', inferred: '' },
};

/** The system of a name; throws for one without a source, which nobody may list. */
export const sourceOf = (name: string): Source => {
  const [system] = name.split(/[-+]/, 1);
  const found = sources[system!];
  if (found === undefined) throw new Error(`${name}: say in scripts/models/sources.ts where it is described`);
  return found;
};
