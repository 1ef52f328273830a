/** A scene says what the model is: its inputs, outputs, levels, skips with their ψ, and every parameter. */
import assert from 'node:assert/strict';
import {
  conv,
  encoder,
  decoder,
  input,
  model,
  psi,
  seq,
  upsample,
  withPsi,
} from '../../../../src/dsl/index.js';
import { sceneAt, subjects, unsafeScene } from './subjects.js';

describe('scenes of the listed models', function () {
  this.timeout(300_000);
  for (const subject of subjects)
    it(`${subject.name}: edges lead from what was computed before, and nothing is lost`, () => {
      const { nodes, edges, parameters, rows } = sceneAt(subject);
      const order = new Map(nodes.map(({ id }, at) => [id, at]));
      for (const { from, to } of edges) assert.ok(order.get(from)! < order.get(to)!, `${from} → ${to}`);
      for (const { id, kind } of nodes) {
        if (kind !== 'input')
          assert.ok(
            edges.some(({ to }) => to === id),
            `${id} is read into`,
          );
        if (kind !== 'output')
          assert.ok(
            edges.some(({ from }) => from === id),
            `${id} is read`,
          );
      }
      const unread = rows.filter(({ path }) => path.startsWith('posterior/unread/'));
      const drawn = nodes.reduce((sum, node) => sum + node.parameters, 0);
      assert.equal(drawn + unread.reduce((sum, row) => sum + row.parameters, 0), parameters);
    });

  it('VDG, Stage I: two encoders of five levels, five skips of the picture alone, each through its mask', () => {
    const subject = subjects.find(({ name }) => name === 'vdg-stage1+munet at market-1501')!;
    const { nodes, edges } = sceneAt(subject);
    const levels = (name: string) => nodes.filter(({ encoder: one }) => one === name).map(({ shape }) => shape.join('×')); // prettier-ignore
    assert.deepEqual(levels('image'), ['128×64×128', '64×32×256', '32×16×384', '16×8×512', '8×4×640']);
    assert.deepEqual(levels('pose'), levels('image'));
    const skips = edges.filter(({ kind }) => kind === 'skip');
    assert.deepEqual(
      skips.map(({ shape, encoder: one, psis }) => [one, shape.join('×'), psis.map(({ text }) => text)]),
      [
        // prettier-ignore
        ['image', '8×4×640', ['dense']],
        ['image', '16×8×512', ['dense']],
        ['image', '32×16×384', ['dense']],
        ['image', '64×32×256', ['dense']],
        ['image', '128×64×128', ['dense']],
      ],
    );
    assert.deepEqual(skips.map(({ psis }) => psis[0]!.maskParameters), [20480, 65536, 196608, 524288, 1048576]); // prettier-ignore
    assert.deepEqual(nodes.filter(({ kind }) => kind === 'input').map(({ name }) => name), ['x_a', 'p_a', 'p_b']); // prettier-ignore
  });

  it('Def-GAN: what a warp reads comes in from the side, and its ψ is named in its order', () => {
    const { nodes, edges } = sceneAt(
      subjects.find(({ name }) => name === 'defgan-generator+munet at market-1501')!,
    );
    const sides = edges.filter(({ kind }) => kind === 'side');
    const named = (id: string) => nodes.find((node) => node.id === id)!.name;
    assert.deepEqual([...new Set(sides.map(({ from }) => named(from)))].sort(), ['affines', 'masks']);
    assert.ok(edges.some(({ psis }) => psis[0]?.text === 'warp, then dense'));
  });
});

describe('scenes follow the declaration', () => {
  const net = model(
    seq(input('x', 16, 16, 3), encoder('image', [conv(4), conv(8, { stride: 2 })]), decoder('image', [seq(conv(8), upsample(2)), conv(4)])), // prettier-ignore
  );
  it('another ψ is another mark on the same picture', () => {
    const [plain, masked] = [unsafeScene(net), unsafeScene(withPsi(net, psi.grid(2, 2)))];
    const without = ({ edges }: typeof plain) =>
      edges.map(({ from, to, shape, kind }) => ({ from, to, shape, kind }));
    assert.deepEqual(without(plain), without(masked));
    assert.deepEqual(
      plain.edges.flatMap(({ psis }) => psis.map(({ marked }) => marked)),
      [false, false],
    );
    assert.deepEqual(masked.edges.flatMap(({ psis }) => psis.map(({ text }) => text)), ['grid 2×2', 'grid 2×2']); // prettier-ignore
  });
  it('layers are drawn one by one when asked for', () => {
    const blocks = (depth: 'levels' | 'layers') => unsafeScene(net, 'net', depth).nodes.filter(({ kind }) => kind === 'block').length; // prettier-ignore
    assert.ok(blocks('layers') >= blocks('levels'));
    assert.ok(unsafeScene(net, 'net', 'layers').nodes.every(({ layers }) => layers.filter((one) => one.parameters > 0).length <= 1)); // prettier-ignore
  });
});
