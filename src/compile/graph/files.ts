/** Files of an artefact before they are written. */

/** A file: its path under the artefact's folder, and its bytes in pieces, so that large weights need no copy. */
export interface ArtefactFile {
  readonly path: string;
  readonly pieces: readonly Uint8Array[];
}
