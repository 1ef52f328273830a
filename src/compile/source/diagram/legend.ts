/** The legend: what the symbols of this picture mean, and how sizes are drawn. */
import { joinSymbol, psiSymbol, textMark } from './cells.js';
import type { Mark } from './picture.js';
import { explainedPsi } from './psi-text.js';
import type { BlockRole } from './roles.js';
import type { Scene, ScenePsi } from './scene.js';
import { faint, fills, leading, textSize } from './style.js';
import { fitted, widthOf } from './text.js';

interface Item {
  readonly symbol: (x: number, y: number) => readonly Mark[];
  readonly symbolWidth: number;
  readonly text: string;
}

const gap = 10;
const line = leading + 5;

/** The marks of a legend no wider than `most`, from `top` on. */
export const legendOf = (scene: Scene, most: number, top: number): { readonly marks: readonly Mark[] } => {
  const marks: Mark[] = [];
  let [x, y] = [0, top + line / 2];
  for (const { symbol, symbolWidth, text } of itemsOf(scene, most)) {
    const width = symbolWidth + 3 + widthOf(text, textSize);
    if (x > 0 && x + width > most) [x, y] = [0, y + line];
    marks.push(...symbol(x + symbolWidth / 2, y));
    marks.push(textMark(text, x + symbolWidth + 3, y + 0.27 * textSize, { anchor: 'start', fill: faint }));
    x += width + gap;
  }
  return { marks };
};

const itemsOf = ({ nodes, edges }: Scene, most: number): readonly Item[] => {
  const roles = new Set(nodes.filter(({ kind }) => kind === 'block').map(({ role }) => role));
  const joins = new Set(
    nodes.filter(({ kind, psi }) => kind === 'join' && psi?.marked !== true).map(({ name }) => name),
  );
  const psis = new Map<string, ScenePsi>();
  for (const one of [...edges.flatMap((edge) => edge.psis), ...nodes.flatMap(({ psi }) => psi ?? [])])
    if (one.marked) psis.set(one.text, one);
  const swatch = (role: BlockRole, text: string): Item[] =>
    roles.has(role) ? [{ symbol: (x, y) => [{ kind: 'box', x: x - 4, y: y - 4, width: 8, height: 8, fill: fills[role][0], stroke: fills[role][1] }], symbolWidth: 9, text }] : []; // prettier-ignore
  return [
    ...(roles.size > 1 ? [...swatch('encoder', 'encoder'), ...swatch('decoder', 'decoder'), ...swatch('plain', 'other layers')] : []), // prettier-ignore
    ...[...joins].map((name): Item => ({ symbol: (x, y) => joinSymbol(name, x, y), symbolWidth: 12, text: fitted(Object.hasOwn(words, name) ? words[name]! : name, textSize, 90) })), // prettier-ignore
    ...[...psis.values()].map(({ name, text }): Item => ({ symbol: (x, y) => psiSymbol(x, y), symbolWidth: 12, text: fitted(explainedPsi(name, text), textSize, most - 20) })), // prettier-ignore
  ];
};

const words: Readonly<Record<string, string>> = {
  concat: 'concatenated',
  add: 'added',
  subtract: 'subtracted',
  multiply: 'multiplied',
  gated: 'gated',
  replace: 'in its place',
};
