/** Dense blocks: what each layer sees, where its parameters lie. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import {
  conv,
  denseBlock,
  fuse,
  join,
  named,
  relu,
  seq,
  tanh,
  tap,
  skip,
  psi,
} from '../../../src/dsl/index.js';
import { computed, drawn, gradientsAgree, near, parametersOf, says } from './runs.js';

describe('denseBlock', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes', () => {
    assert.equal(says([8, 6, 3], denseBlock(conv(4), seq(conv(5), relu))), '8×6×12');
    assert.equal(says([8, 6, 3], denseBlock()), '8×6×3');
    assert.equal(says(['8*h', 6, '3*c'], denseBlock(relu)), '8*h×6×6*c');
  });
  it('layer k sees the input and all k − 1 results; paths count within the block', () =>
    assert.deepEqual(
      parametersOf(
        [8, 8, 3],
        denseBlock(conv(4), seq(conv(5), relu), named('last', conv(2))),
        denseBlock(conv(1)),
      ),
      [
        'denseBlock1/conv1/kernel 3×3×3×4',
        'denseBlock1/conv1/bias 4',
        'denseBlock1/conv2/kernel 3×3×7×5',
        'denseBlock1/conv2/bias 5',
        'denseBlock1/last/conv1/kernel 3×3×12×2',
        'denseBlock1/last/conv1/bias 2',
        'denseBlock2/conv1/kernel 3×3×14×1',
        'denseBlock2/conv1/bias 1',
      ],
    ));
  it('is fusing with each layer in turn: the input’s channels come first', () => {
    const x = drawn([2, 2, 3, 2]);
    const twice = computed(x, [fuse(join.concat, relu), fuse(join.concat, tanh)]);
    near(computed(x, [denseBlock(relu, tanh)]), twice, 0);
    assert.deepEqual(
      [...computed({ shape: [1, 1, 1, 2], data: [-1, 2] }, [denseBlock(relu)])],
      [-1, 2, 0, 2],
    );
  });
  it('levels that it opens stay open', () =>
    assert.equal(says([4, 4, 3], denseBlock(tap('e')), skip('e', psi.none)), '4×4×9'));
  it('gradients', () => gradientsAgree([3, 3, 2], [denseBlock(seq(conv(2), tanh), seq(conv(1), tanh))]));
  it('S30: every layer keeps height and width', () => {
    assert.deepEqual(says([8, 8, 3], denseBlock(conv(4), conv(5, { stride: 2 }))), [
      '✗ S30 denseBlock: layer 2 gives 4×4×5, its input is 8×8×7 (height 4 ≠ 8); keep the height and the width',
    ]);
    assert.deepEqual(
      says(
        [8, 1, 3],
        denseBlock(
          conv(4, {
            kernel: 1,
            padding: [
              [0, 0],
              [0, 1],
            ],
          }),
        ),
      ),
      [
        '✗ S30 denseBlock: layer 1 gives 8×2×4, its input is 8×1×3 (width 2 ≠ 1); keep the height and the width',
      ],
    );
  });
  it('says in which layer something else is wrong', () =>
    assert.deepEqual(says([8, 8, 3], denseBlock(conv(4), conv(0))), [
      '✗ S02 denseBlock[1] › conv: filters 0 is not a positive whole number; give 1 or more',
    ]));
});
