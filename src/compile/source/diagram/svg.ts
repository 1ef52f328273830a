/**
 * SVG of a picture: attributes alone, no style sheet, no script and nothing from outside, so that a page with a strict
 * policy, a word processor and a PDF converter show the same.
 */
import { pictureOf } from './layout.js';
import type { Mark, Picture, Point } from './picture.js';
import { shapeText, type Scene } from './scene.js';
import { fonts, ink, paper } from './style.js';
import { escaped } from './text.js';

/** How an SVG stands. */
export interface SvgOptions {
  /** Inside a page there is no declaration of XML. */
  readonly inline?: boolean;
}

/** The SVG of a scene; 1 unit is a point. */
export const svgOf = (scene: Scene, { inline = false }: SvgOptions = {}): string =>
  `${inline ? '' : '<?xml version="1.0" encoding="UTF-8"?>\n'}${printed(scene, pictureOf(scene))}\n`;

/** A model in a sentence, for those who do not see the picture. */
export const describedScene = ({ nodes, edges, parameters, maskParameters }: Scene): string => {
  const of = (kind: string): string =>
    nodes
      .filter((node) => node.kind === kind)
      .map(({ name, shape }) => `${name} ${shapeText(shape)}`)
      .join(', ');
  const skips = edges.filter(({ kind }) => kind === 'skip');
  const masks = [
    ...new Set(skips.flatMap(({ psis }) => psis.filter(({ marked }) => marked).map(({ text }) => text))),
  ];
  const said = skips.length === 0 ? 'no skips' : `${skips.length} skips${masks.length === 0 ? '' : ` through ψ (${masks.join('; ')})`}`; // prettier-ignore
  return `From ${of('input')} to ${of('output')}; ${said}; ${parameters.toLocaleString('en-US')} trained parameters, of these masks ${maskParameters.toLocaleString('en-US')}.`;
};

const printed = (scene: Scene, { width, height, marks }: Picture): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${escaped(fonts)}" fill="${ink}">`,
    `  <title id="title">${escaped(scene.name)}</title>`,
    `  <desc id="desc">${escaped(describedScene(scene))}</desc>`,
    `  <rect width="${width}" height="${height}" fill="${paper}"/>`,
    ...marks.map((mark) => `  ${element(mark)}`),
    '</svg>',
  ].join('\n');

const number = (value: number): string => String(Math.round(value * 100) / 100);
const titled = (name: string, attributes: string, title: string | undefined): string =>
  title === undefined
    ? `<${name} ${attributes}/>`
    : `<${name} ${attributes}><title>${escaped(title)}</title></${name}>`;

const element = (mark: Mark): string => {
  switch (mark.kind) {
    case 'box': {
      const { x, y, width, height, fill, stroke, radius, title } = mark;
      const border = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="0.8"`;
      const corners = radius === undefined ? '' : ` rx="${radius}"`;
      return titled('rect', `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${corners} fill="${fill}"${border}`, title); // prettier-ignore
    }
    case 'disc': {
      const { x, y, radius, fill, stroke, title } = mark;
      const border = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="0.8"`;
      return titled(
        'circle',
        `cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="${fill}"${border}`,
        title,
      );
    }
    case 'line': {
      const { points, stroke = ink, width = 0.8, dashed = false, arrow = false, title } = mark;
      const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('');
      const line = titled('path', `d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashed ? ' stroke-dasharray="2 1.6"' : ''}`, title); // prettier-ignore
      return arrow ? `${line}${head(points, stroke)}` : line;
    }
    case 'text': {
      const { x, y, text, size, width, anchor, bold, italic, fill, turned } = mark;
      const looks = `${bold === true ? ' font-weight="bold"' : ''}${italic === true ? ' font-style="italic"' : ''}${fill === undefined ? '' : ` fill="${fill}"`}`;
      const turn = turned === true ? ` transform="rotate(-90 ${number(x)} ${number(y)})"` : '';
      const length =
        [...text].length > 1 ? ` textLength="${number(width)}" lengthAdjust="spacingAndGlyphs"` : '';
      return `<text x="${number(x)}" y="${number(y)}" font-size="${size}" text-anchor="${anchor}"${looks}${length}${turn}>${escaped(text)}</text>`;
    }
  }
};

/* The head of an arrow: drawn, not referred to, since not every program knows markers. */
const head = (points: readonly Point[], fill: string): string => {
  const [x, y] = points.at(-1)!;
  const [fromX, fromY] = points.at(-2)!;
  const length = Math.hypot(x - fromX, y - fromY);
  if (length < 0.01) return '';
  const [dx, dy] = [(x - fromX) / length, (y - fromY) / length];
  const long = Math.min(3.4, length);
  const at = (along: number, across: number): string =>
    `${number(x - along * dx - across * dy)} ${number(y - along * dy + across * dx)}`;
  return `<path d="M${number(x)} ${number(y)}L${at(long, 1.5)}L${at(long, -1.5)}Z" fill="${fill}"/>`;
};
