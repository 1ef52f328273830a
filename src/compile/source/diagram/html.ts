/** A page of its own: the picture and, folded, the layer table. It holds no script and asks for nothing from outside. */
import { shapeText, type Scene, type SceneRow } from './scene.js';
import { fonts } from './style.js';
import { describedScene, svgOf } from './svg.js';
import { escaped } from './text.js';

/** The page of a scene. */
export const htmlOf = (scene: Scene): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(scene.name)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(scene.name)}</h1>`,
    `<p>${escaped(describedScene(scene))}</p>`,
    `<figure>${svgOf(scene, { inline: true })}</figure>`,
    '<p>Point at a block, a line or a ψ to read what it is.</p>',
    '<details>',
    `<summary>Layer table: ${scene.rows.length} rows</summary>`,
    '<table>',
    '<thead><tr><th>layer</th><th>op</th><th>output</th><th>parameters</th><th>of these masks</th></tr></thead>',
    '<tbody>',
    ...scene.rows.map(row),
    '</tbody>',
    '</table>',
    '</details>',
    '<details>',
    `<summary>Blocks: ${scene.nodes.filter(({ kind }) => kind === 'block').length}</summary>`,
    '<table>',
    '<thead><tr><th>block</th><th>output</th><th>parameters</th></tr></thead>',
    '<tbody>',
    ...scene.nodes
      .filter(({ kind }) => kind === 'block')
      .map(({ name, shape, parameters }) => cells([name, shapeText(shape), count(parameters)])),
    '</tbody>',
    '</table>',
    '</details>',
    '</body>',
    '</html>',
    '',
  ].join('\n');

const row = ({ path, op, output, parameters, maskParameters }: SceneRow): string =>
  cells([path, op, output, count(parameters), count(maskParameters)]);
const cells = (texts: readonly string[]): string =>
  `<tr>${texts.map((text) => `<td>${escaped(text)}</td>`).join('')}</tr>`;
const count = (value: number): string => (value === 0 ? '' : value.toLocaleString('en-US'));

const style = [
  `body{font:15px/1.5 ${fonts};color:#1b2733;background:#fff;margin:2rem auto;max-width:72rem;padding:0 1rem}`,
  'h1{font-size:1.4rem;overflow-wrap:anywhere}',
  'figure{margin:1rem 0;overflow-x:auto}',
  'figure svg{width:100%;height:auto;max-width:100%}',
  'table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}',
  'td,th{border-bottom:1px solid #d5dbe1;padding:.15rem .6rem;text-align:left}',
  'td:nth-child(n+3),th:nth-child(n+3){text-align:right}',
  'summary{cursor:pointer;margin:.8rem 0}',
].join('');
