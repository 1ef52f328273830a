/** What nodes and edges say where a picture is made of words: Mermaid and DOT. */
import { shapeText, type SceneEdge, type SceneNode } from './scene.js';
import { shown } from './text.js';

const most = 80;
const short = (text: string): string => {
  const all = [...shown(text)];
  return all.length <= most ? all.join('') : `${all.slice(0, most - 1).join('')}…`;
};

/** The lines of a node's label. */
export const nodeLines = ({ kind, name, shape, note, psi }: SceneNode): readonly string[] => {
  if (psi?.marked === true) return [`ψ ${short(psi.text)}`, shapeText(shape)];
  const head = kind === 'join' ? `[${short(name)}]` : short(name);
  return [head, ...(note === undefined ? [] : [short(note)]), shapeText(shape)];
};

/** An edge's label: its shape and, on a skip, ψ. */
export const edgeLine = ({ shape, psis }: SceneEdge): string => {
  const marked = [...new Set(psis.filter((one) => one.marked).map(({ text }) => `ψ ${short(text)}`))];
  return [...marked, shapeText(shape)].join(' ');
};
