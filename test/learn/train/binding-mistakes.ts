/** Bindings that do not fit, one a line: each is refused by the compiler with the message beside it. */
import { bind, discs, feed, partBoxes, pose, view } from '../../../src/data/index.js';
import { bring, conv, input, join, fuse, model, seq } from '../../../src/dsl/index.js';
import { adam, l1Loss, maskL1Loss, train } from '../../../src/learn/index.js';

const net = model(seq(input('x_a', 8, 8, 3), fuse(join.concat, input('p_b', 8, 8, 18)), conv(3)));
const run = { model: net, name: 'net', optimiser: adam(1e-3), steps: 1, batchSize: 1, seed: 0 };
const common = { ...run, loss: l1Loss() };

const boxed = model(seq(input('x_a', 8, 8, 3), bring(input('boxes', 1, 7, 4)), conv(3)));

const p_b = pose('target', discs(4));
const [x_a, x_b] = [view('source'), view('target')];

/** What fits is accepted, also where the compiler does not know the names. */
const unknown: Readonly<Record<string, readonly number[]>> = {};
export const fitting = [
  train({ ...common, binding: bind({ x_a, p_b, x_b }) }),
  train({ ...common, binding: bind({ x_a, p_b, x_b, more: view('source') }) }),
  train({ ...common, binding: bind({ from: () => [], shapes: unknown }) }),
  train({ ...common, model: boxed, binding: bind({ x_a, boxes: partBoxes('source'), x_b }) }),
  train({ ...common, binding: bind({ from: () => [], shapes: { x_a: [8, 8, 3], p_b: [8, 8, 18], x_b: [8, 8, 3] } }) }), // prettier-ignore
];

export const mistakes = [
  // @ts-expect-error ✗ L01 binding: input 'p_b' is not fed; add p_b: … to bind({ … })
  train({ ...common, binding: bind({ x_a, x_b }) }),
  // @ts-expect-error ✗ L01 binding: input 'p_b' is fed 3 channels, the model reads 18; bind a feed of 18 channels
  train({ ...common, binding: bind({ x_a, p_b: view('target'), x_b }) }),
  // @ts-expect-error ✗ L01 binding: target 'x_b' is not fed; add x_b: … to bind({ … })
  train({ ...common, binding: bind({ x_a, p_b }) }),
  // @ts-expect-error ✗ L01 binding: target 'x_b' is fed 18 channels, the loss reads 3; bind a feed of 3 channels
  train({ ...common, binding: bind({ x_a, p_b, x_b: p_b }) }),
  // @ts-expect-error ✗ L01 binding: target 'mask_b' is fed 3 channels, the loss reads 1; bind a feed of 1 channels
  train({ ...run, loss: maskL1Loss(), binding: bind({ x_a, p_b, x_b, mask_b: view('target') }) }),
  // @ts-expect-error ✗ L01 binding: target 'y' is fed 2 channels, the loss reads 3; bind a feed of 3 channels
  train({ ...run, loss: l1Loss('y'), binding: bind({ from: () => [], shapes: { x_a: [8, 8, 3], p_b: [8, 8, 18], y: [8, 8, 2] } }) }), // prettier-ignore
  // @ts-expect-error ✗ L01 binding: input 'boxes' is fed 1×3×4, the model reads 1×7×4; give the data the size of the model, or declare the model at the size of the data
  train({ ...common, model: boxed, binding: bind({ x_a, x_b, boxes: partBoxes('source', { parts: [[5], [6], [7]] }) }) }), // prettier-ignore
  // @ts-expect-error ✗ L01 binding: input 'p_b' is fed 8×6×18, the model reads 8×8×18; give the data the size of the model, or declare the model at the size of the data
  train({ ...common, binding: bind({ from: () => [], shapes: { x_a: [8, 8, 3], p_b: [8, 6, 18], x_b: [8, 8, 3] } }) }), // prettier-ignore
  // @ts-expect-error ✗ L01 binding: input 'x_a' is fed 3, the model reads 8×8×3; give the data the size of the model, or declare the model at the size of the data
  train({ ...common, binding: bind({ from: () => [], shapes: { x_a: [3], p_b: [8, 8, 18], x_b: [8, 8, 3] } }) }), // prettier-ignore
  // @ts-expect-error ✗ L01 binding: target 'x_b' is fed 4×4×3, the loss reads 8×8×3; give the data the size of the model, or declare the model at the size of the data
  train({ ...common, binding: bind({ x_a, p_b, x_b: feed('small', [4, 4, 3], () => undefined) }) }),
];
