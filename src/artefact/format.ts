/**
 * What `artefact.json` holds: the one statement of it, which the compiler writes by and the loader reads by.
 *
 * It names the target, the ends of the graph, its stages, and every other file with its length and checksum, so that
 * nothing of the folder has to be believed before it was compared; its last line is a checksum of itself.
 */

/** The file's name in its folder. */
export const artefactFile = 'artefact.json';

/** What a model may be compiled for. */
export const compileTargets = ['tfjs-graph', 'saved-model', 'onnx'] as const;
export type CompileTarget = (typeof compileTargets)[number];

/** The types of what is fed and made. */
export const portTypes = ['float32', 'int32', 'bool'] as const;
/** The distributions of noise. */
export const noiseDistributions = ['normal', 'uniform'] as const;

/** An input or output. */
export interface ArtefactPort {
  readonly name: string;
  readonly dtype: (typeof portTypes)[number];
  /** Row-major, with −1 where the batch decides; images are n×h×w×c, and n×c×h×w for ONNX. */
  readonly shape: readonly number[];
  /** How it is drawn, where it is noise: the numbers of the generator for (seed, `noise`, path, step). */
  readonly noise?: { readonly path: string; readonly distribution: (typeof noiseDistributions)[number] };
}

/** One graph of an artefact. */
export interface ArtefactStage {
  readonly name: string;
  /** The folder of its `model.json`, `.` for the artefact's own, or the name of its signature in the SavedModel. */
  readonly at: string;
  readonly inputs: readonly ArtefactPort[];
  readonly outputs: readonly ArtefactPort[];
}

/** A file of an artefact, as it is known before it is read. */
export interface ArtefactEntry {
  readonly path: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A compiled model's description. */
export interface Artefact {
  readonly maskskip: 'artefact';
  readonly version: 1;
  readonly target: CompileTarget;
  /** The model's name, for people. */
  readonly model: string;
  /** SHA-256 of the model's spec, where it has one. */
  readonly spec?: string;
  readonly inputs: readonly ArtefactPort[];
  readonly outputs: readonly ArtefactPort[];
  /** In the order in which they run; one where the model was not cut. */
  readonly stages: readonly ArtefactStage[];
  /** Every other file, by its path under the folder. */
  readonly files: readonly ArtefactEntry[];
  /** The seal: SHA-256 of the file with 64 zeros in the place of these digits. */
  readonly sha256: string;
}

/** More bytes than any `artefact.json` has. */
export const artefactLimit = 4 * 2 ** 20;
