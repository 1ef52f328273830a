/** What a user might write: a layer, a ψ and a join of one's own, for the declarations to mix with the built-in ones. */
import {
  definitionsOf,
  joinOf,
  layerOf,
  optionless,
  psi,
  surrogate,
  type AnyFeature,
  type Form,
  type Join,
  type JoinRule,
  type KeepsShape,
  type Layer,
  type Psi,
  type Rule,
} from '../../src/dsl/index.js';
import { maximum, multiply } from '../../src/ops/elementwise.js';

interface Unchanged extends Rule {
  readonly out: this['in'] extends AnyFeature ? this['in'] : never;
}

/** Doubles every entry. */
export interface Doubled extends Layer<Unchanged> {
  readonly op: 'doubled';
}
const module = 'maskskip-fuzz/own';
const doubledForm: Form = {
  ...optionless(() => doubled),
  call: { module, name: 'doubled', constant: true },
};
export const doubled: Doubled = layerOf<Doubled>({
  op: 'doubled',
  definition: {
    name: 'doubled',
    form: doubledForm,
    shape: (state) => ({ state, flaws: [] }),
    lower: (flow) => ({ ...flow, value: multiply(flow.value, 2) }),
  },
});

/** One mask value per row. */
export interface RowMask extends Psi<KeepsShape> {
  readonly name: 'row';
}
const rowMaskForm: Form = {
  ...optionless(() => rowMask, 'psi'),
  call: { module, name: 'rowMask', constant: true },
};
export const rowMask: RowMask = psi.define<RowMask>(
  { name: 'row' },
  {
    form: rowMaskForm,
    surrogate: surrogate.sigmoid,
    forward: ({ feature }, { mask, gate }) =>
      multiply(feature, gate(multiply(feature, mask([Number(feature.shape[1]), 1, 1])))),
  },
);

interface GreaterRule extends JoinRule {
  readonly out: [this['left']['c'], this['right']['c']] extends [this['right']['c'], this['left']['c']]
    ? this['left']['c']
    : '✗ O01 greater: the channels differ; make them equal';
}

/** The greater of two entries. */
export interface GreaterJoin extends Join<GreaterRule> {
  readonly name: 'greater';
}
const greaterForm: Form = {
  ...optionless(() => greater, 'join'),
  call: { module, name: 'greater', constant: true },
};
export const greater: GreaterJoin = joinOf<GreaterJoin>({
  name: 'greater',
  form: greaterForm,
  channels: (left, right) =>
    left.c === right.c
      ? left.c
      : {
          rule: 'O01',
          body: 'greater: the channels differ',
          got: String(left.c),
          wanted: String(right.c),
          fix: 'make them equal',
        },
  lower: (left, right) => maximum(left, right),
});

/** Their forms, for specs. */
export const definitions = definitionsOf({
  doubled: doubledForm,
  rowMask: rowMaskForm,
  greater: greaterForm,
});
