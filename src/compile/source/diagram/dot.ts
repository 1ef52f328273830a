/**
 * DOT, for Graphviz.
 *
 * Grammar kept to: nodes are a letter and digits; every text is a string in double quotes, in which `"` and `\` are
 * escaped by `\`, `&` is written `&amp;` (Graphviz reads entities), a break between lines is `\n`, and nothing is invisible.
 */
import { fills } from './style.js';
import { shown } from './text.js';
import { edgeLine, nodeLines } from './words.js';
import type { Scene, SceneEdge, SceneNode } from './scene.js';

/** The graph of a scene. */
export const dotOf = ({ name, nodes, edges }: Scene): string =>
  [
    `digraph ${text([name.slice(0, 200)])} {`,
    '  rankdir=LR;',
    '  node [fontname="Helvetica", fontsize=10, shape=box, style=filled, fillcolor="#ffffff"];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...nodes.map((node) => `  ${node.id} [${looks(node).join(', ')}];`),
    ...edges.map((edge) => `  ${edge.from} -> ${edge.to} [${lines(edge).join(', ')}];`),
    '}',
    '',
  ].join('\n');

const looks = (node: SceneNode): readonly string[] => {
  const label = `label=${text(nodeLines(node))}`;
  if (node.kind === 'block')
    return [label, `fillcolor="${fills[node.role][0]}"`, `color="${fills[node.role][1]}"`];
  return node.kind === 'join' ? [label, 'shape=circle', 'margin=0'] : [label, 'style="rounded,filled"'];
};

const lines = (edge: SceneEdge): readonly string[] => [
  `label=${text([edgeLine(edge)])}`,
  ...(edge.kind === 'side' ? ['style=dashed'] : edge.psis.some(({ marked }) => marked) ? ['style=bold'] : []),
  // A skip does not decide how far its ends are apart.
  ...(edge.kind === 'skip' ? ['constraint=false'] : []),
];

const text = (parts: readonly string[]): string =>
  `"${parts.map((part) => shown(part).replace(/[\\"]/g, '\\$&').replaceAll('&', '&amp;')).join('\\n')}"`;
