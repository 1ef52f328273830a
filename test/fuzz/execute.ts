/** Accepted architectures, executed by tfjs at batch 2 with small random numbers. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../src/base/random.js';
import { buildPlan, initialParameters, tensorProgram, toTensors } from '../../src/compile/index.js';
import { elaborate, type AnyModel, type Elaborated } from '../../src/dsl/index.js';
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import type { Sizes } from '../../src/dsl/feature.js';
import { builtAll } from './build.js';
import type { Expression } from './expression.js';

/** What came of an execution: nothing to say, or what is wrong. */
export type Execution =
  | { readonly kind: 'ran' }
  /** A symbolic declaration may be right for some sizes and wrong for those that were put in. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'wrong'; readonly what: string };

const batch = 2;
/** What the symbols of sizes stand for when they are executed. */
const symbols: Readonly<Record<string, number>> = { h: 1, w: 2 };

/** Runs a declaration that was accepted and compares shapes; symbolic sizes become numbers first. */
export const executed = (
  elaborated: Elaborated,
  statements: readonly Expression[],
  modes: readonly ('infer' | 'train')[],
): Execution => {
  const isSymbolic = Object.values(elaborated.inputs).some(({ h, w }) => typeof h === 'string' || typeof w === 'string'); // prettier-ignore
  if (!isSymbolic) return ran(elaborated, modes);
  const numbers = elaborate(builtAll(statements.map(numeric)).at(-1) as AnyModel);
  if (E.isLeft(numbers)) return { kind: 'undecided' };
  for (const [name, level] of Object.entries(elaborated.outputs)) {
    const found = numbers.right.outputs[name]!;
    const wrong = (['h', 'w', 'c'] as const).find(
      (axis) => level[axis] !== '?' && valued(level[axis]) !== found[axis],
    );
    if (wrong !== undefined)
      return {
        kind: 'wrong',
        what: `output '${name}' is ${shown(level)}, but ${shown(found)} with numbers put in`,
      };
  }
  return ran(numbers.right, modes);
};

/** Whether a declaration is still refused when its symbolic sizes become numbers. */
export const isRefusedWithNumbers = (statements: readonly Expression[]): boolean =>
  E.isLeft(elaborate(builtAll(statements.map(numeric)).at(-1) as AnyModel));

const shown = ({ h, w, c }: Sizes): string => [h, w, c].join('×');

const valued = (size: Size): Size => {
  if (typeof size === 'number' || size === '?') return size;
  const [coefficient, symbol] = size.split('*');
  return Number(coefficient) * symbols[symbol!]!;
};

/** The same expression with numbers for symbolic sizes. */
const numeric = (expression: Expression): Expression => {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' && /^\d+\*\w$/.test(expression.value)
        ? { kind: 'literal', value: Number(valued(expression.value as Size)) }
        : expression;
    case 'call':
      return { ...expression, given: expression.given.map(numeric) };
    case 'list':
      return { ...expression, items: expression.items.map(numeric) };
    case 'record':
      return {
        ...expression,
        entries: Object.fromEntries(
          Object.entries(expression.entries).map(([key, one]) => [key, numeric(one)]),
        ),
      };
    default:
      return expression;
  }
};

const ran = (elaborated: Elaborated, modes: readonly ('infer' | 'train')[]): Execution => {
  for (const mode of modes) {
    const plan = buildPlan(elaborated, { mode });
    if (E.isLeft(plan)) {
      // What `join.replace` or a crop leaves out has no gradient: a rule of training, and no matter of shapes.
      if (mode === 'train' && plan.left.every(({ rule }) => rule === 'P10')) continue;
      return { kind: 'wrong', what: `no plan: ${plan.left.map(({ text }) => text).join('; ')}` };
    }
    const what = tf.tidy(() => {
      const inputs = Object.fromEntries(
        Object.entries(plan.right.inputs).map(([name, { shape }]) => {
          const extents = [batch, ...shape.slice(1).map(Number)];
          const count = extents.reduce((a, b) => a * b, 1);
          return [name, tf.tensor(random(1, 'input', name).uniforms(count), extents)];
        }),
      );
      const { outputs } = tensorProgram(plan.right).run({
        inputs,
        parameters: toTensors(initialParameters(plan.right, 1)),
        noise: { seed: 1, step: 0 },
      });
      for (const [name, { h, w, c }] of Object.entries(elaborated.outputs)) {
        const tensor = outputs[name];
        const wanted = [batch, h, w, c].join('×');
        if (tensor?.shape.join('×') !== wanted)
          return `output '${name}' is ${tensor?.shape.join('×')}, elaborated as ${wanted}`;
        if (!tensor.dataSync().every(Number.isFinite)) return `output '${name}' is not finite`;
      }
      return undefined;
    });
    if (what !== undefined) return { kind: 'wrong', what: `${mode}: ${what}` };
  }
  return { kind: 'ran' };
};
