/** R07: what is written is read as it was, and written again byte by byte. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  conv,
  elaborate,
  fromSpec,
  fromSpecText,
  fuse,
  input,
  join,
  model,
  relu,
  seq,
  specText,
  through,
  toSpec,
  type AnyModel,
  type Spec,
} from '../../../src/dsl/index.js';
import { models } from '../../../src/models/index.js';
import { anyModel } from './arbitrary.js';
import { meaning } from './plans-equal.js';

const written = (declared: AnyModel): Spec => {
  const spec = toSpec(declared);
  assert.ok(E.isRight(spec), E.isLeft(spec) ? spec.left.map(({ text }) => text).join('\n') : '');
  return spec.right;
};
const read = (text: string): AnyModel => {
  const found = fromSpecText(text);
  assert.ok(E.isRight(found), E.isLeft(found) ? found.left.map(({ text }) => text).join('\n') : '');
  return found.right.model;
};

const roundTrips = (declared: AnyModel): void => {
  const spec = written(declared);
  const text = specText(spec);
  const again = read(text);
  assert.equal(specText(written(again)), text);
  const [before, after] = [meaning(declared), meaning(again)];
  // Equal texts are the quick way to know; a difference is shown by its place.
  if (JSON.stringify(before) !== JSON.stringify(after)) assert.deepEqual(after, before);
  const fromValue = fromSpec(spec);
  assert.ok(E.isRight(fromValue));
  assert.equal(specText(written(fromValue.right)), text);
};

describe('R07: specs', () => {
  const count = process.env['MASKSKIP_FULL'] === '1' ? 5000 : 200;
  it(`of ${count} random models are read back: the same text, shapes and plans`, () => {
    let sound = 0;
    fc.assert(
      fc.property(anyModel, (declared) => {
        roundTrips(declared);
        if (E.isRight(elaborate(declared))) sound++;
      }),
      { numRuns: count, seed: 7 },
    );
    assert.ok(sound > count / 3, `only ${sound} of ${count} models had no faults`);
  }).timeout(0);

  it('of the named architectures are read back', () => {
    for (const { at } of models) roundTrips(at['market-1501']({ filters: 4, height: 32, width: 16 }));
  });

  it('are equal for equal models, however they were put together', () => {
    const one = () => {
      const x = input('x', 8, 8, 3);
      const y = through(x, conv(4, { kernel: 3, bias: true }), relu);
      return model({ output: through(y, fuse(join.concat, y)) });
    };
    assert.equal(specText(written(one())), specText(written(one())));
  });

  it('leave out what is standard, in the order of the form, and name features in the order of need', () => {
    const x = input('x', 8, '8*w', 3);
    const y = through(x, conv(4, { stride: 2, initialiser: { ...relu } as never, kernel: 5 }));
    assert.ok(E.isLeft(toSpec(model(y))));
    const z = through(x, conv(4, { stride: 2, kernel: 5, padding: 'same' }), relu);
    assert.equal(
      JSON.stringify(written(model({ far: through(z, fuse(join.add, z)), near: seq(z) }))),
      '{"maskskip":1,"features":[' +
        '{"id":"f1","input":"x","height":8,"width":"8*w","channels":3},' +
        '{"id":"f2","from":"f1","through":[{"op":"conv","filters":4,"kernel":5,"stride":2},{"op":"relu"}]},' +
        '{"id":"f3","from":"f2","through":[{"op":"fuse","join":{"op":"add"},"branch":[{"feature":"f2"}]}]},' +
        '{"id":"f4","through":[{"op":"seq","layers":[{"feature":"f2"}]}]}],' +
        '"outputs":{"far":"f3","near":"f4"}}',
    );
  });
});
