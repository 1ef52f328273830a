/**
 * Mermaid flowcharts.
 *
 * Grammar kept to: nodes are a letter and digits; every label stands in double quotes, in which letters, digits, blanks
 * and `. , × ( ) [ ] / _ + -` are written as they are, a break between lines as `<br/>`, and every other character as Mermaid's
 * entity, `#code;`. A label so written has no quote, no bracket that ends it and no markup.
 */
import { fills } from './style.js';
import { edgeLine, nodeLines } from './words.js';
import type { Scene, SceneEdge, SceneNode } from './scene.js';

/** The flowchart of a scene. */
export const mermaidOf = ({ name, nodes, edges }: Scene): string =>
  [
    `%% ${comment(name)}`,
    'flowchart LR',
    ...nodes.map((node) => `  ${node.id}${shaped(node)}`),
    ...edges.map((edge) => `  ${edge.from} ${arrow(edge)}|${label([edgeLine(edge)])}| ${edge.to}`),
    ...(['encoder', 'decoder', 'plain'] as const).flatMap((role) => {
      const members = nodes.filter((node) => node.kind === 'block' && node.role === role).map(({ id }) => id);
      const [fill, stroke] = fills[role];
      return members.length === 0
        ? []
        : [
            `  classDef ${role} fill:${fill},stroke:${stroke},color:#000`,
            `  class ${members.join(',')} ${role}`,
          ];
    }),
    '',
  ].join('\n');

const shaped = (node: SceneNode): string => {
  const text = label(nodeLines(node));
  return node.kind === 'block' ? `[${text}]` : node.kind === 'join' ? `((${text}))` : `([${text}])`;
};

const arrow = ({ kind, psis }: SceneEdge): string =>
  kind === 'side' ? '-.->' : psis.some(({ marked }) => marked) ? '==>' : '-->';

const label = (lines: readonly string[]): string => `"${lines.map(entities).join('<br/>')}"`;
const entities = (text: string): string =>
  [...text].map((one) => (/[A-Za-z0-9 .,×()[\]/_+-]/.test(one) ? one : `#${one.codePointAt(0)!};`)).join('');

/* A comment ends with its line; `{` after `%%` would begin a directive. */
const comment = (text: string): string => text.slice(0, 200).replace(/[^A-Za-z0-9 .,×()/_+-]/g, '?');
