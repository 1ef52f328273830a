/**
 * Whether what is refused really fails: the operation that a message speaks of, done directly with tfjs on tensors of
 * the shapes that the message names. It must throw, or give a tensor without entries.
 *
 * tfjs-layers is not part of this project, so that tfjs' own shape functions are those within its operations.
 */
import * as tf from '@tensorflow/tfjs-core';

/** What tfjs does with what was refused. */
export type Claim =
  | { readonly kind: 'fails' }
  /** tfjs does something: the refusal is a contract of the language, for this reason. */
  | { readonly kind: 'contract'; readonly why: string }
  /** tfjs does it, and nothing says that it should not be done. */
  | { readonly kind: 'wrong'; readonly what: string };

interface Rule {
  readonly pattern: RegExp;
  /** The operation, or why there is none. */
  readonly does: (parts: readonly string[]) => (() => tf.Tensor) | string;
}

const shape = (text: string): number[] => [2, ...text.split('×').map(Number)];
const image = (text: string): tf.Tensor4D => tf.zeros(shape(text) as [number, number, number, number]);
const S = String.raw`(\d+×\d+×\d+)`;

/** Zeros or reflections around an image, as messages write paddings. */
const padded = (x: tf.Tensor4D, padding: string): tf.Tensor4D => {
  if (padding === 'valid') return x;
  const reflect = /^reflect (\d+)$/.exec(padding)?.[1];
  if (reflect !== undefined) return reflected(x, Number(reflect));
  const [rows, columns] = padding.includes('|') ? padding.split('|') : [`${padding},${padding}`, `${padding},${padding}`]; // prettier-ignore
  const pair = (text: string): [number, number] => text.split(',').map(Number) as [number, number];
  return tf.pad(x, [[0, 0], pair(rows!), pair(columns!), [0, 0]]);
};
const reflected = (x: tf.Tensor4D, by: number): tf.Tensor4D =>
  tf.mirrorPad(x, [[0, 0], [by, by], [by, by], [0, 0]], 'reflect'); // prettier-ignore

const broadcasts = 'tfjs spreads sizes of 1; the language asks for equal shapes';

const rules: readonly Rule[] = [
  {
    pattern: RegExp(
      `conv: kernel (\\d+)×\\d+(?: \\(dilation (\\d+)\\))? does not fit ${S} with padding (.+?);`,
    ),
    does: ([kernel, dilation, x, padding]) => () =>
      tf.conv2d(padded(image(x!), padding!), tf.zeros([Number(kernel), Number(kernel), shape(x!)[3]!, 1]), 1, 'valid', 'NHWC', Number(dilation ?? 1)), // prettier-ignore
  },
  {
    pattern: RegExp(`(?:conv: padding|pad:) reflect (\\d+) reaches beyond ${S}`),
    does:
      ([by, x]) =>
      () =>
        reflected(image(x!), Number(by)),
  },
  {
    pattern: RegExp(`(?:maxPool|averagePool): window (\\d+)×\\d+ does not fit ${S} with padding (\\w+);`),
    does:
      ([window, x, padding]) =>
      () =>
        tf.maxPool(image(x!), Number(window), 1, padding === 'valid' ? 'valid' : Number(padding), 'floor'),
  },
  { pattern: /Pool: padding \d+ is not less than window/, does: () => 'tfjs gives windows of nothing but padding their neutral entry' }, // prettier-ignore
  {
    pattern: /S03 .*convTranspose: /,
    does: () => 'tfjs is told the size of the output rather than the padding',
  },
  {
    pattern: /conv: dilation (\d+) with stride (\d+)/,
    does: ([dilation, stride]) => () => tf.conv2d(image('8×8×1'), tf.zeros([3, 3, 1, 1]), Number(stride), 'same', 'NHWC', Number(dilation)), // prettier-ignore
  },
  {
    pattern: RegExp(`reshape: ${S} has \\d+ entries, ${S} has`),
    does:
      ([from, to]) =>
      () =>
        tf.reshape(image(from!), shape(to!)),
  },
  {
    pattern: RegExp(`residual: branch gives ${S}, input is ${S}`),
    does: ([a, b]) => (spreads(a!, b!) ? broadcasts : () => tf.add(image(a!), image(b!))),
  },
  {
    pattern: RegExp(`\\(${S} ⊕ ${S}\\)`),
    does:
      ([a, b]) =>
      () =>
        tf.concat([image(a!), image(b!)], 3),
  },
  {
    pattern: /(add|subtract|gated|multiply): channels (\d+) ≠ (\d+)/,
    does: ([op, a, b]) =>
      a === '1' || b === '1' ? broadcasts : () => (op === 'multiply' ? tf.mul : op === 'subtract' ? tf.sub : tf.add)(image(`2×2×${a}`), image(`2×2×${b}`)), // prettier-ignore
  },
  {
    pattern: RegExp(`encoder gives ${S}, decoder expects (\\d+×\\d+) `),
    does:
      ([level, space]) =>
      () =>
        tf.concat([image(`${space}×1`), image(level!)], 3),
  },
  {
    pattern: RegExp(`psi\\.grid: cell (\\d+)×(\\d+) is larger than the feature ${S}`),
    does:
      ([h, w, x]) =>
      () => {
        const cell: [number, number] = [Number(h), Number(w)];
        return tf.avgPool(image(x!), cell, cell, 'valid');
      },
  },
  {
    pattern: /psi\.grouped: depth (\d+) does not divide (\d+) channels/,
    does:
      ([depth, c]) =>
      () =>
        tf.reshape(tf.zeros([Number(c)]), [Number(depth), -1]),
  },
  {
    pattern: /fanIn (\d+) is more than (\d+) /,
    does:
      ([fanIn, among]) =>
      () =>
        tf.topk(tf.zeros([Number(among)]), Number(fanIn)).values,
  },
  {
    pattern: RegExp(`the level is ${S}, larger than ${S}`),
    does:
      ([level, x]) =>
      () =>
        tf.slice(image(x!), [0, 0, 0, 0], [2, ...shape(level!).slice(1, 3), 1]),
  },
  {
    pattern: RegExp(`dense: expects a vector 1×1×n, got ${S}`),
    does:
      ([x]) =>
      () =>
        tf.reshape(image(x!), [2, shape(x!)[3]!]),
  },
  { pattern: /S35 .*tile: /, does: () => 'tfjs tiles images as well; the language tiles vectors to a size' },
  {
    pattern: RegExp(`depthToSpace: channels \\d+ of ${S} are not divisible by (\\d+)`),
    does:
      ([x, area]) =>
      () =>
        tf.depthToSpace(image(x!), Math.sqrt(Number(area)), 'NHWC'),
  },
  {
    pattern: RegExp(`spaceToDepth: \\w+ \\d+ of ${S} is not divisible by (\\d+)`),
    does: ([x, block]) => () => tf.spaceToBatchND(image(x!), [Number(block), Number(block)], [[0, 0], [0, 0]]), // prettier-ignore
  },
  {
    pattern: RegExp(`crop: (?:top|left) (\\d+) and (bottom|right) (\\d+) leave nothing of ${S}`),
    does: ([before, side, after, x]) => {
      const axis = side === 'bottom' ? 1 : 2;
      const left = shape(x!)[axis]! - Number(before) - Number(after);
      if (left === -1) return 'a size of −1 means all that is left to tfjs';
      const begin = [0, 0, 0, 0];
      const size = shape(x!);
      begin[axis] = Number(before);
      size[axis] = left;
      return () => tf.slice(image(x!), begin, size);
    },
  },
  {
    pattern: RegExp(`denseBlock: layer \\d+ gives ${S}, its input is ${S}`),
    does:
      ([a, b]) =>
      () =>
        tf.concat([image(b!), image(a!)], 3),
  },
  {
    pattern: RegExp(`autoregressive: update gives ${S}, the trunk is ${S}`),
    does: ([a, b]) => (spreads(a!, b!) ? broadcasts : () => tf.add(image(a!), image(b!))),
  },
  {
    pattern: RegExp(`autoregressive: '\\w+' is ${S}, \\d+ groups of \\d+ channels are ${S}`),
    does: ([given, wanted]) => () => tf.slice(image(given!), [0, 0, 0, shape(wanted!)[3]! - 1], [2, ...shape(wanted!).slice(1, 3), 1]), // prettier-ignore
  },
  {
    pattern: RegExp(`(?:region|psi\\.warp): input '\\w+' is ${S}, \\d+ parts need ${S}`),
    does: ([given, wanted]) =>
      tf.util.sizeFromShape(shape(given!)) === tf.util.sizeFromShape(shape(wanted!))
        ? 'another shape of as many entries'
        : () => tf.reshape(image(given!), shape(wanted!)),
  },
];

/** Rules of names and of declarations: no tensor's operation could break them. */
const contracts: Readonly<Record<string, string>> = {
  O01: 'a join of a user',
  S01: 'a chain of layers',
  S02: 'options that are no sizes',
  S06: 'a declared shape',
  S08: 'what a join is',
  S10: 'names of encoders',
  S11: 'names of encoders',
  S13: 'what a ψ is',
  S14: 'names of inputs',
  S15: 'names of encoders',
  S17: 'what the compiler knows',
  S18: 'a chain of layers',
  S19: 'one ψ for each level',
  S20: 'names of outputs',
  S22: 'numbers of levels',
  S25: 'what a model is',
  S31: 'what has a kernel',
  S32: 'names of inputs',
  S33: 'what a crop is',
  S34: 'inputs inside of parts',
  S37: 'outputs inside of groups',
};

const spreads = (a: string, b: string): boolean => {
  const [left, right] = [shape(a), shape(b)];
  return left.every((one, axis) => one === right[axis] || one === 1 || right[axis] === 1);
};

/** What tfjs does with what a message refuses. */
export const claimed = (text: string): Claim => {
  for (const { pattern, does } of rules) {
    const parts = pattern.exec(text);
    if (parts === null) continue;
    const operation = does(parts.slice(1));
    if (typeof operation === 'string') return { kind: 'contract', why: operation };
    return tf.tidy(() => {
      try {
        const { size, shape: given } = operation();
        // tfjs computes some sizes below 1 and goes on: what has such a shape holds nothing.
        return size === 0 || given.some((extent) => extent < 1)
          ? { kind: 'fails' }
          : { kind: 'wrong', what: `tfjs gives ${given.join('×')}` };
      } catch {
        return { kind: 'fails' };
      }
    });
  }
  // Sizes that are symbolic or not known are no tensor's.
  if (/\d\*[a-z]|×\?|\?×/.test(text)) return { kind: 'contract', why: 'symbolic sizes' };
  const why = contracts[text.split(' ')[1]!];
  return why === undefined
    ? { kind: 'wrong', what: 'nothing says what tfjs would do' }
    : { kind: 'contract', why };
};
