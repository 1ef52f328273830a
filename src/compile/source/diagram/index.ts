/**
 * Pictures of a model: SVG for papers, Mermaid and DOT for documents that draw themselves, HTML to look around in.
 *
 * @example
 * ```ts
 * const drawn = diagramOf({ name: 'munet', elaborated }, { format: 'svg' }); // Right('<?xml …')
 * ```
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { Elaborated } from '../../../dsl/elaborate.js';
import { dotOf } from './dot.js';
import type { Depth, DiagramFormat } from './formats.js';
import { htmlOf } from './html.js';
import { mermaidOf } from './mermaid.js';
import { sceneOf, type Scene } from './scene.js';
import { svgOf } from './svg.js';

export { pictureOf } from './layout.js';
export type { Depth, DiagramFormat } from './formats.js';
export { sceneOf, type Scene, type SceneEdge, type SceneNode, type ScenePsi } from './scene.js';

/** The formats of a picture, by name: as many as `formats.ts` names. */
export const diagramFormats = {
  svg: (scene: Scene): string => svgOf(scene),
  mermaid: mermaidOf,
  dot: dotOf,
  html: htmlOf,
} as const satisfies Readonly<Record<DiagramFormat, (scene: Scene) => string>>;

/** How a model is pictured. */
export interface DiagramOptions {
  readonly format: DiagramFormat;
  /** A block for each level (the default) or for each layer. */
  readonly depth?: Depth;
}

/** A picture of a model, as text. Faults P…: what no plan can be built of has no picture. */
export const diagramOf = (
  { name, elaborated }: { readonly name: string; readonly elaborated: Elaborated },
  { format, depth = 'levels' }: DiagramOptions,
): E.Either<readonly Fault[], string> => E.map(diagramFormats[format])(sceneOf(elaborated, { name, depth }));
