/** Groups of layers: `seq`, `named`, `shared`, `residual`. Rules S07, S18. */
import { add } from '../../ops/elementwise.js';
import type { AnyFeature, Feature, Start } from '../feature.js';
import { formOf, type Form } from '../form.js';
import { differs, showLevel, type Differs, type ShowShape } from '../message.js';
import { nameFlaws } from '../names.js';
import { layerOf, shaped, type FoldOptions, type FoldWithin, type Layer, type Rule } from '../rule.js';

/** Layers in order, as one layer. */
export interface Seq<Layers extends readonly unknown[]> extends Layer<GroupRule<Layers, 'block'>> {
  readonly op: 'seq';
  readonly layers: Layers;
}
interface GroupRule<Layers extends readonly unknown[], Label extends string> extends Rule {
  readonly out: this['in'] extends AnyFeature | Start ? FoldWithin<Layers, this['in'], Label> : never;
}

/** Folds its layers and is not seen in parameter paths. */
const group = <L extends Layer>(
  parts: Omit<L, '~rule' | 'definition'> & { readonly op: string },
  layers: readonly unknown[],
  options: FoldOptions,
  form: Form,
): L =>
  layerOf<L>({
    ...parts,
    definition: {
      name: options.segment ?? 'seq',
      form,
      group: true,
      begins: true,
      shape: (state, walk) => {
        const after = walk.fold(layers, state, options);
        const flaws = options.segment === undefined ? [] : nameFlaws(parts.op, options.segment);
        return flaws.length === 0 ? after : { state: after.state, flaws: [...flaws, ...after.flaws] };
      },
      lower: (flow, lowering) => lowering.fold(layers, flow, options),
    },
  } as Omit<L, '~rule'>);

/** Layers in order, as one layer: a reusable block. Parameter paths do not see it. */
export const seq = <const Layers extends readonly unknown[]>(...layers: Layers): Seq<Layers> =>
  group<Seq<Layers>>({ op: 'seq', layers }, layers, { label: (index) => `block[${index}]` }, seqForm);

/** How `seq` stands in a spec. */
export const seqForm = formOf<{ readonly layers: readonly unknown[] }>({
  builtIn: 'seq',
  fields: (f) => ({ layers: f.layers }),
  make: ({ layers }) => seq(...layers),
});

/** A block with a segment of its own in parameter paths. */
export interface Named<Name extends string, Layers extends readonly unknown[]> extends Layer<
  GroupRule<Layers, Name>
> {
  readonly op: 'named';
  readonly name: Name;
  readonly layers: Layers;
}

/** A block with a segment of its own in parameter paths: `named('head', conv(3))` has `head/conv1/kernel`. */
export const named = <Name extends string, const Layers extends readonly unknown[]>(
  name: Name,
  ...layers: Layers
): Named<Name, Layers> =>
  group<Named<Name, Layers>>(
    { op: 'named', name, layers },
    layers,
    {
      segment: name,
      label: (index) => `${name}[${index}]`,
    },
    namedForm,
  );

/** How `named` stands in a spec. */
export const namedForm = formOf<{ readonly name: string; readonly layers: readonly unknown[] }>({
  builtIn: 'named',
  fields: (f) => ({ name: f.text, layers: f.layers }),
  make: ({ name, layers }) => named(name, ...layers),
});

/** A block whose every use has the same weights. */
export interface Shared<Name extends string, Layers extends readonly unknown[]> extends Layer<
  GroupRule<Layers, Name>
> {
  readonly op: 'shared';
  readonly name: Name;
  readonly layers: Layers;
}

/** A block whose every use, under one name, has the same weights. */
export const shared = <Name extends string, const Layers extends readonly unknown[]>(
  name: Name,
  ...layers: Layers
): Shared<Name, Layers> =>
  group<Shared<Name, Layers>>(
    { op: 'shared', name, layers },
    layers,
    {
      segment: name,
      shared: true,
      label: (index) => `${name}[${index}]`,
    },
    sharedForm,
  );

/** How `shared` stands in a spec. */
export const sharedForm = formOf<{ readonly name: string; readonly layers: readonly unknown[] }>({
  builtIn: 'shared',
  fields: (f) => ({ name: f.text, layers: f.layers }),
  make: ({ name, layers }) => shared(name, ...layers),
});

/** A branch whose result is added to what came in. */
export interface Residual<Layers extends readonly unknown[]> extends Layer<ResidualRule<Layers>> {
  readonly op: 'residual';
  readonly layers: Layers;
}
interface ResidualRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer _T, infer _I>
    ? FoldWithin<Layers, this['in'], 'residual'> extends infer G
      ? G extends Feature<infer H2, infer W2, infer C2, infer T2, infer I2>
        ? Differs<H2, W2, C2, H, W, C> extends infer D
          ? [D] extends [never]
            ? Feature<H, W, C, T2, I2>
            : `✗ S07 residual: branch gives ${ShowShape<H2, W2, C2>}, input is ${ShowShape<H, W, C>} (${D & string}); give both the same shape`
          : never
        : G
      : never
    : never;
}

/** x + branch(x): the branch must keep the shape. */
export const residual = <const Layers extends readonly unknown[]>(...layers: Layers): Residual<Layers> =>
  layerOf<Residual<Layers>>({
    op: 'residual',
    layers,
    definition: {
      name: 'residual',
      form: residualForm,
      shape: (state, walk) => {
        const branch = walk.fold(layers, state, { label: (index) => `residual[${index}]` });
        const pair = differs(branch.state, state);
        if (pair === undefined) return { ...branch, state: shaped(branch.state, state.h, state.w, state.c) };
        return {
          state: shaped(branch.state, state.h, state.w, state.c),
          flaws: [
            ...branch.flaws,
            {
              rule: 'S07',
              within: [],
              body: `residual: branch gives ${showLevel(branch.state)}, input is ${showLevel(state)} (${pair})`,
              got: showLevel(branch.state),
              wanted: showLevel(state),
              fix: 'give both the same shape',
            },
          ],
        };
      },
      lower: (flow, lowering) => {
        const branch = lowering.fold(layers, flow);
        return { ...branch, value: add(flow.value, branch.value) };
      },
    },
  });

/** How `residual` stands in a spec. */
export const residualForm = formOf<{ readonly layers: readonly unknown[] }>({
  builtIn: 'residual',
  fields: (f) => ({ layers: f.layers }),
  make: ({ layers }) => residual(...layers),
});
