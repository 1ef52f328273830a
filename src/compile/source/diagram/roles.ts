/** What part a piece has in a network: on the way to an encoder's levels, after skips of such an encoder, or neither. */
import type { Piece } from './pieces.js';

/** The part of a block in a network. */
export type BlockRole = 'encoder' | 'decoder' | 'plain';

/** A piece's part, and the encoder that it belongs to. */
export interface PieceRole {
  readonly role: BlockRole;
  readonly encoder?: string;
}

/** The role of every piece, by id. */
export const rolesOf = (pieces: readonly Piece[]): ReadonlyMap<number, PieceRole> => {
  const levels = new Map<string, number>();
  for (const { opens } of pieces) for (const name of opens) levels.set(name, (levels.get(name) ?? 0) + 1);
  /* A single level is a feature that is used again, no pyramid. */
  const isPyramid = (name: string): boolean => (levels.get(name) ?? 0) > 1;
  const encoders = new Map<number, string>();
  for (const piece of pieces) {
    const name = piece.opens.find(isPyramid);
    if (name === undefined) continue;
    // Back to where features meet or come in, or to the level before.
    let at: Piece | undefined = piece;
    while (at !== undefined && at.kind === 'step' && !encoders.has(at.id)) {
      encoders.set(at.id, name);
      at = at.reads[0] === undefined ? undefined : pieces[at.reads[0]];
    }
  }
  const decoders = new Set<number>();
  for (const { id, reads, skips } of pieces) {
    const first = reads[0];
    if (skips.some(({ encoder }) => isPyramid(encoder)) || (first !== undefined && decoders.has(first)))
      decoders.add(id);
  }
  return new Map(
    pieces.map(({ id }): [number, PieceRole] => {
      const encoder = encoders.get(id);
      return encoder !== undefined
        ? [id, { role: 'encoder', encoder }]
        : [id, { role: decoders.has(id) ? 'decoder' : 'plain' }];
    }),
  );
};
