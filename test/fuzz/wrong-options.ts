/** Options that break rules of sizes: S02 and S03. */
import { call, name, type Expression } from './expression.js';
import { filters } from './layers.js';
import { isNumeric, lesser, plain, type Site } from './site.js';

const bad = ({ draw }: Site): number => draw.one([0, 0, -1, 2.5, -3, 0.5]);
const negative = ({ draw }: Site): number => draw.one([-1, -2, 0.5, 1.5]);
/** An option that is no size. */
export const wrongOption = (site: Site): readonly Expression[] => {
  const { draw } = site;
  const wrong = bad(site);
  const sides = (op: string): Expression => {
    const numbers = [0, 1, 0, 1];
    numbers[draw.whole(0, 3)] = negative(site);
    return call(op, ...numbers);
  };
  const encoder = site.fresh('e');
  return draw.one<() => readonly Expression[]>([
    () => [call('conv', wrong)],
    () => [call('conv', 2, { [draw.one(['kernel', 'stride', 'dilation'])]: wrong })],
    () => [call('conv', wrong, { stride: 2, dilation: 2, kernel: bad(site) })],
    () => [call('conv', 2, { padding: negative(site) })],
    () => [call('conv', 2, { padding: { reflect: negative(site) } })],
    () => [call('conv', 2, { padding: [[0, negative(site)], [1, negative(site)]] })], // prettier-ignore
    () => [call('convTranspose', 2, { [draw.one(['kernel', 'stride'])]: wrong })],
    () => [call('convTranspose', 2, { [draw.one(['padding', 'outputPadding'])]: negative(site) })],
    () => [call('convTranspose', 2, { stride: 2, outputPadding: draw.whole(2, 4) })],
    () => [call('upsample', wrong)],
    () => [call('dense', wrong)],
    () => [call('reshape', ...draw.one([[wrong, 1, 1], [1, wrong, 1], [1, 1, wrong]]))], // prettier-ignore
    () => [call(draw.one(['maxPool', 'averagePool']), wrong)],
    () => [call(draw.one(['maxPool', 'averagePool']), 2, draw.one([{ stride: wrong }, { padding: negative(site) }]))], // prettier-ignore
    () => [sides(draw.one(['crop', 'pad']))],
    () => [call(draw.one(['depthToSpace', 'spaceToDepth']), wrong)],
    () => [call('tile', ...draw.one([[wrong, 2], [2, wrong]]))], // prettier-ignore
    () => [call('tap', encoder), call('skip', encoder, call('psi.grid', ...draw.one([[wrong, 1], [1, wrong]])))], // prettier-ignore
    () => [call('tap', encoder), call('skip', encoder, call('psi.grouped', wrong))],
    () => [call('tap', encoder), call('skip', encoder, call(draw.one(['psi.maskConnectLevel', 'psi.maskConnectChannel']), { fanIn: wrong }))], // prettier-ignore
    () => [call('parts', wrong, call('region', { boxes: 'boxes', height: 2, width: 2 }), name('relu'))],
    () => [call('parts', 2, call('region', { boxes: 'boxes', height: wrong, width: 2 }), name('relu'))],
  ])();
};

/** A window or a border that does not fit. */
export const doesNotFit = (site: Site): readonly Expression[] | undefined => {
  const { draw, state } = site;
  if (!isNumeric(state)) return undefined;
  const more = lesser(state) + draw.whole(1, 3);
  return [
    draw.one([
      call('conv', filters(draw), { kernel: more, padding: 'valid', stride: draw.maybe(0.3, () => 2) }),
      call('conv', filters(draw), { kernel: more + 2, padding: 1 }),
      call('conv', filters(draw), { kernel: 2, dilation: more, padding: [[0, 0], [0, 0]] }), // prettier-ignore
      call('conv', filters(draw), { padding: { reflect: more - 1 } }),
      call('convTranspose', filters(draw), { kernel: 1, stride: 1, padding: Math.ceil(lesser(state) / 2) }),
      call(draw.one(['maxPool', 'averagePool']), more),
      call(draw.one(['maxPool', 'averagePool']), 2, { padding: draw.whole(2, 4) }),
      call('pad', more - 1, { mode: 'reflect' }),
      call('pad', 0, 0, 0, Math.max(plain(state.w), 1), { mode: 'reflect' }),
    ]),
  ];
};
