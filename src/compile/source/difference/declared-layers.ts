/** The layers of a declaration in the order of the layer table, each with the options that it was declared with. */
import type { Elaborated } from '../../../dsl/elaborate.js';
import { joined } from '../../../dsl/merge.js';
import type { Psi } from '../../../dsl/psi/psi.js';
import type { State } from '../../../dsl/rule.js';
import { walk } from '../../../dsl/walk.js';
import { optionTexts, partText, type OptionTexts } from './option-texts.js';

/** A layer of a declaration. */
export interface DeclaredLayer {
  /** As in the layer table; a group stands at the segment that it is in. */
  readonly path: string;
  readonly op: string;
  /** Of a skip, its ψ is the one that stands there (`withPsi`). */
  readonly options: OptionTexts;
}

/**
 * All layers of a model that was checked, groups among them, each after those inside it.
 *
 * @example
 * ```ts
 * declaredLayers(elaborated)[0]; // { path: 'conv1', op: 'conv', options: { filters: '64', kernel: '3', … } }
 * ```
 */
export const declaredLayers = ({ model }: Elaborated): readonly DeclaredLayer[] => {
  const found: DeclaredLayer[] = [];
  walk<State>(model, {
    start,
    isStart: (state) => state.start === true,
    input: (name, { h, w, c }) => ({ h, w, c, taps: {}, inputs: { [name]: { h, w, c } } }),
    layer: (layer, before, place) => {
      const standing: Psi[] = [];
      const { state } = layer.definition.shape(before, {
        start,
        psi: (encoder, level, declared) => {
          const psi = place.psi(encoder, level, declared);
          standing.push(psi);
          return psi;
        },
        fold: (layers, state, options) => ({ state: place.fold(layers, state, options), flaws: [] }),
      });
      found.push({
        path: place.path,
        op: layer.definition.name,
        options: {
          ...optionTexts(layer, layer.definition.form),
          ...(standing.length === 0 ? {} : { psi: standing.map(partText).join(', ') }),
        },
      });
      return state;
    },
    join: (join, branches) =>
      branches.slice(1).reduce((left, right) => joined(join.name, join, left, right).state, branches[0]!),
    // What elaboration let pass has no rejected steps.
    reject: (_why, state) => state,
    labelled: (after) => after,
  });
  return found;
};

const start: State = { h: '?', w: '?', c: '?', taps: {}, inputs: {}, start: true };
