/**
 * The scene: what a picture of a model shows, before any place or markup.
 *
 * Nodes are inputs, blocks of layers, places where features meet, and outputs; edges carry the shape that flows along
 * them and, where they are skips, what stands on them. SVG, Mermaid, DOT and HTML are written from one scene.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { Elaborated } from '../../../dsl/elaborate.js';
import { buildPlan } from '../../plan/build.js';
import { parameterCounts } from '../../plan/plan.js';
import type { Depth } from './formats.js';
import { describedPsi, hasPsi } from './psi-text.js';
import { rolesOf, type BlockRole } from './roles.js';
import { stagesOf, type Stage } from './stages.js';
import { piecesOf, type PictureShape, type Piece, type PieceSkip } from './pieces.js';

/** A model as it is pictured. */
export interface Scene {
  /** As a person gave it. */
  readonly name: string;
  /** In an order in which they can be computed. */
  readonly nodes: readonly SceneNode[];
  /** Those into a node in the order in which it reads, the feature so far first. */
  readonly edges: readonly SceneEdge[];
  /** The output in which the longest way ends: the one called `output`, or the first. */
  readonly main: string;
  readonly parameters: number;
  readonly maskParameters: number;
  /** The layer table. */
  readonly rows: readonly SceneRow[];
}

/** A row of the layer table. */
export interface SceneRow {
  readonly path: string;
  readonly op: string;
  readonly output: string;
  readonly parameters: number;
  readonly maskParameters: number;
}

/** Something that is drawn as a shape. */
export interface SceneNode {
  /** A letter and a number. */
  readonly id: string;
  readonly kind: 'input' | 'block' | 'join' | 'output';
  /** An input's or output's name; how a join joins; the steps of a block, from the first path to the last. */
  readonly name: string;
  /** What comes out. */
  readonly shape: PictureShape;
  readonly role: BlockRole;
  /** The encoder that a block belongs to. */
  readonly encoder?: string;
  /** The shapes that a block goes through, without repeats. */
  readonly slabs: readonly PictureShape[];
  /** The steps of a block. */
  readonly layers: readonly {
    readonly path: string;
    readonly op: string;
    readonly shape: PictureShape;
    readonly parameters: number;
  }[];
  /** A short remark: `9× residual`. */
  readonly note?: string;
  readonly parameters: number;
  /** ψ of a skip that takes the place of the feature so far. */
  readonly psi?: ScenePsi;
}

/** What stands on a skip. */
export interface ScenePsi {
  /** `none`, `dense`, a name of one's own. */
  readonly name: string;
  /** In a few words: `grid 2×2`, `warp, then dense`. */
  readonly text: string;
  /** Whether there is anything to mark: not so for a plain skip. */
  readonly marked: boolean;
  readonly maskParameters: number;
}

/** A connection. */
export interface SceneEdge {
  readonly from: string;
  readonly to: string;
  readonly shape: PictureShape;
  /** A skip reads an encoder's level; what ψ reads besides comes in from the side. */
  readonly kind: 'flow' | 'skip' | 'side';
  readonly encoder?: string;
  /** What stands on a skip; several where a block reads several levels of a stage. */
  readonly psis: readonly ScenePsi[];
}

/** A shape as text: `64×32×128`. */
export const shapeText = (shape: PictureShape): string => shape.join('×');

/** The scene of a model. Faults P…: what a plan cannot be built of has no picture. */
export const sceneOf = (
  elaborated: Elaborated,
  { name, depth = 'levels' }: { readonly name: string; readonly depth?: Depth },
): E.Either<readonly Fault[], Scene> =>
  E.map((plan: Parameters<typeof parameterCounts>[0] & { readonly layers: readonly PlanRow[] }) => {
    const pieces = piecesOf(elaborated);
    const stages = stagesOf(pieces, depth);
    return {
      name,
      ...drawn(pieces, stages),
      ...parameterCounts(plan),
      rows: plan.layers.map(({ path, op, output, parameters, maskParameters }) => ({
        path,
        op,
        output: output.slice(1).join('×'),
        parameters,
        maskParameters,
      })),
    };
  })(buildPlan(elaborated, { mode: 'infer' }));

interface PlanRow extends Omit<SceneRow, 'output'> {
  readonly output: readonly (number | string)[];
}

const drawn = (
  pieces: readonly Piece[],
  stages: readonly Stage[],
): Pick<Scene, 'nodes' | 'edges' | 'main'> => {
  const roles = rolesOf(pieces);
  const nodeOf = new Map<number, string>(stages.flatMap((stage, at) => stage.pieces.map(({ id }) => [id, `n${at + 1}`] as const))); // prettier-ignore
  const nodes = stages.map((stage, at): SceneNode => {
    const last = stage.pieces.at(-1)!;
    const kind = last.kind === 'step' ? 'block' : last.kind;
    const replaced = kind === 'join' && last.op === 'replace' ? last.skips[0] : undefined;
    return {
      id: `n${at + 1}`,
      kind,
      name: kind === 'block' ? spanOf(stage.pieces) : kind === 'join' ? last.op : last.name,
      shape: last.shape,
      ...roles.get(last.id)!,
      slabs: stage.slabs,
      layers: kind === 'block' || kind === 'join' ? stage.pieces.map(({ name: path, op, shape, parameters }) => ({ path, op, shape, parameters })) : [], // prettier-ignore
      parameters: stage.pieces.reduce((sum, one) => sum + one.parameters, 0),
      ...(stage.note === undefined ? {} : { note: stage.note }),
      ...(replaced === undefined ? {} : { psi: psiOf(replaced) }),
    };
  });
  const edges = new Map<string, SceneEdge>();
  stages.forEach((stage, at) => {
    const to = `n${at + 1}`;
    for (const piece of stage.pieces) {
      for (const read of piece.reads) {
        const from = nodeOf.get(read);
        if (from === undefined || from === to) continue;
        const skips = piece.skips.filter((skip) => skip.from.includes(read));
        // A level that is joined with itself comes in twice.
        if (skips.length > 0 && read === piece.reads[0] && piece.op !== 'replace')
          edges.set(`${from} ${to} flow`, { from, to, shape: pieces[read]!.shape, kind: 'flow', psis: [] });
        const side = skips.length === 0 && piece.skips.some(({ sides }) => sides.includes(read)) && read !== piece.reads[0]; // prettier-ignore
        const kind = skips.length > 0 ? 'skip' : side ? 'side' : 'flow';
        const key = `${from} ${to} ${kind}`;
        const known = edges.get(key);
        edges.set(key, {
          from,
          to,
          shape: pieces[read]!.shape,
          kind,
          ...(skips[0] === undefined ? {} : { encoder: skips[0].encoder }),
          psis: [...(known?.psis ?? []), ...skips.map(psiOf)],
        });
      }
    }
  });
  const outputs = nodes.filter(({ kind }) => kind === 'output');
  const main = (outputs.find(({ name }) => name === 'output') ?? outputs[0]!).id;
  return { nodes, edges: [...edges.values()], main };
};

const spanOf = (pieces: readonly Piece[]): string => {
  const [first, last] = [pieces[0]!.name, pieces.at(-1)!.name];
  return first === last ? first : `${first} … ${last}`;
};

const psiOf = ({ psi, maskParameters }: PieceSkip): ScenePsi => ({
  name: psi.name,
  text: describedPsi(psi),
  marked: hasPsi(psi),
  maskParameters,
});
