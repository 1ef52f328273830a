/** Values and gradients of the training operations on the backend that runs, as plain numbers. */
import type { Core, Tensor } from '../../src/backend/core.js';
import { random } from '../../src/base/random.js';
import type { Operation } from './training-ops.js';

/** An operation's value, then its gradient with respect to each input, of a random weighting of the value. */
export const valueAndGradients = (tf: Core, operation: Operation): readonly Float32Array[] =>
  withTensors(tf, operation, (inputs) => {
    const value = operation.run(tf, ...inputs);
    const weights = tf.tensor(random(2, operation.name).uniforms(value.size), value.shape);
    const gradients = tf.grads((...given: Tensor[]) => tf.sum(tf.mul(operation.run(tf, ...given), weights)))(
      inputs,
    );
    return [value, ...gradients].map((one) => Float32Array.from(one.dataSync()));
  });

/** An operation's gradients by central differences of its weighted value. */
export const numericGradients = (tf: Core, operation: Operation, step: number): readonly Float32Array[] =>
  withTensors(tf, operation, (inputs) => {
    const numbers = inputs.map((one) => Float32Array.from(one.dataSync()));
    const size = operation.run(tf, ...inputs).size;
    const weights = random(2, operation.name).uniforms(size);
    const total = (changed: number, index: number, by: number): number =>
      tf.tidy(() => {
        const moved = inputs.map((one, i) => {
          if (i !== changed) return one;
          const copy = numbers[i]!.slice();
          copy[index]! += by;
          return tf.tensor(copy, one.shape);
        });
        const values = Array.from(operation.run(tf, ...moved).dataSync());
        return values.reduce((sum: number, value: number, at: number) => sum + value * weights[at]!, 0);
      });
    return numbers.map((all, i) =>
      all.map((_, index) => (total(i, index, step) - total(i, index, -step)) / (2 * step)),
    );
  });

/** The greatest difference of two lists of arrays; infinite when their lengths differ. */
export const greatestDifference = (got: readonly Float32Array[], wanted: readonly Float32Array[]): number =>
  got.length !== wanted.length || got.some((one, i) => one.length !== wanted[i]!.length)
    ? Infinity
    : Math.max(0, ...got.flatMap((one, i) => [...one].map((x, j) => distance(x, wanted[i]![j]!))));

const distance = (a: number, b: number): number => {
  const apart = Math.abs(a - b) / Math.max(1, Math.abs(b));
  return Number.isNaN(apart) ? Infinity : apart;
};

const withTensors = <A>(tf: Core, operation: Operation, use: (inputs: Tensor[]) => A): A => {
  let result: { readonly value: A } | undefined;
  tf.tidy(() => {
    const inputs = operation.shapes.map((shape, index) => {
      const count = shape.reduce((all, one) => all * one, 1);
      const numbers = random(1, operation.name, index).uniforms(count);
      const spread = numbers.map((one) => (operation.positive === true ? one + 0.5 : 2 * one - 1));
      return tf.tensor(spread, [...shape]);
    });
    result = { value: use(inputs) };
  });
  return result!.value;
};
