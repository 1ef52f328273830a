/** Pointwise activations: `relu`, `elu`, `tanh`, `sigmoid`, `leakyRelu(slope)`. They change no shape. Rule S38. */
import * as ops from '../../ops/elementwise.js';
import type { Value } from '../../ops/value.js';
import type { AnyFeature } from '../feature.js';
import { formOf, optionless, type Form } from '../form.js';
import { notInRange } from '../message.js';
import { fine, layerOf, type Layer, type Rule } from '../rule.js';

/** The rule of layers that change no shape. */
export interface SameShape extends Rule {
  readonly out: this['in'] extends AnyFeature ? this['in'] : never;
}

/** An activation by name. */
export interface Activation<Op extends string> extends Layer<SameShape> {
  readonly op: Op;
}

/** A layer of a function on values. */
const pointwise = <Op extends string>(op: Op, apply: (x: Value) => Value, form: Form): Activation<Op> =>
  layerOf<Activation<Op>>({
    op,
    definition: { name: op, shape: fine, lower: (flow) => ({ ...flow, value: apply(flow.value) }), form },
  });

/** How activations without options stand in a spec. */
export const reluForm: Form = optionless(() => relu, 'layer', 'relu');
export const eluForm: Form = optionless(() => elu, 'layer', 'elu');
export const tanhForm: Form = optionless(() => tanh, 'layer', 'tanh');
export const sigmoidForm: Form = optionless(() => sigmoid, 'layer', 'sigmoid');

/** max(x, 0). */
export const relu = pointwise('relu', ops.relu, reluForm);
/** x where x > 0, else eˣ − 1. */
export const elu = pointwise('elu', ops.elu, eluForm);
/** The hyperbolic tangent: an output in (−1, 1). */
export const tanh = pointwise('tanh', ops.tanh, tanhForm);
/** 1 / (1 + e⁻ˣ): an output in (0, 1). */
export const sigmoid = pointwise('sigmoid', ops.sigmoid, sigmoidForm);

/** A leaky rectifier. */
export interface LeakyRelu extends Layer<SameShape> {
  readonly op: 'leakyRelu';
  readonly slope: number;
}

/** x where x > 0, else slope · x; slope 0.2 by default, as the paper's adversarial systems use it. */
export const leakyRelu = (slope = 0.2): LeakyRelu =>
  layerOf<LeakyRelu>({
    op: 'leakyRelu',
    slope,
    definition: {
      name: 'leakyRelu',
      shape: (state) => ({
        state,
        flaws: notInRange('leakyRelu', [['slope', slope, 'a finite number']]),
      }),
      lower: (flow) => ({ ...flow, value: ops.leakyRelu(flow.value, slope) }),
      form: leakyReluForm,
    },
  });

/** How `leakyRelu` stands in a spec. */
export const leakyReluForm = formOf<{ readonly slope: number }>({
  builtIn: 'leakyRelu',
  fields: (f) => ({ slope: f.standard(f.number, 0.2) }),
  make: ({ slope }) => leakyRelu(slope),
});
