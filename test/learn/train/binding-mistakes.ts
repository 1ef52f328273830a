/** Bindings that do not fit, one a line: each is refused by the compiler with the message beside it. */
import { bind, discs, pose, view } from '../../../src/data/index.js';
import { conv, input, join, fuse, model, seq } from '../../../src/dsl/index.js';
import { adam, l1Loss, maskL1Loss, train } from '../../../src/learn/index.js';

const net = model(seq(input('x_a', 8, 8, 3), fuse(join.concat, input('p_b', 8, 8, 18)), conv(3)));
const run = { model: net, name: 'net', optimiser: adam(1e-3), steps: 1, batchSize: 1, seed: 0 };
const common = { ...run, loss: l1Loss() };

const p_b = pose('target', discs(4));
const [x_a, x_b] = [view('source'), view('target')];

/** What fits is accepted, also where the compiler does not know the names. */
const unknown: Readonly<Record<string, readonly number[]>> = {};
export const fitting = [
  train({ ...common, binding: bind({ x_a, p_b, x_b }) }),
  train({ ...common, binding: bind({ x_a, p_b, x_b, more: view('source') }) }),
  train({ ...common, binding: bind({ from: () => [], shapes: unknown }) }),
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
];
