import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { aligned } from '../../../../src/compile/source/difference/alignment.js';
import {
  differenceOf,
  type Difference,
  type LayerDifference,
} from '../../../../src/compile/source/difference/difference.js';
import { optionTexts, partText } from '../../../../src/compile/source/difference/option-texts.js';
import {
  batchNorm,
  concat,
  conv,
  decoder,
  dropout,
  elaborate,
  encoder,
  init,
  input,
  isForm,
  join,
  maxPool,
  model,
  named,
  psi,
  relu,
  residual,
  seq,
  skip,
  surrogate,
  tap,
  through,
  unsafeElaborate,
  upsample,
  withPsi,
  type AnyModel,
  type Psi,
} from '../../../../src/dsl/index.js';
import { models } from '../../../../src/models/index.js';
import { hostileNames } from '../hostile.js';

const differs = (a: AnyModel, b: AnyModel): Difference => {
  const given = {
    a: { name: 'a', elaborated: unsafeElaborate(a) },
    b: { name: 'b', elaborated: unsafeElaborate(b) },
  };
  const difference = differenceOf(given.a, given.b);
  if (E.isLeft(difference)) throw new Error(difference.left.map(({ text }) => text).join('\n'));
  return difference.right;
};

const pair = (filters: number) => seq(conv(filters), relu);
/** A U-Net of so many levels, as a user would declare it: each level of its decoder joins, then doubles. */
const unet = (depth: number, filters: number, mask: Psi = psi.none): AnyModel => {
  const widths = Array.from({ length: depth }, (_, level) => filters * 2 ** level);
  const down = widths.map((width, level) => (level === 0 ? pair(width) : seq(maxPool(2), pair(width))));
  const up = widths.toReversed().map((width, level) => seq(pair(width), level === depth - 1 ? conv(3) : upsample(2))); // prettier-ignore
  return model(seq(input('x', 32, 32, 3), encoder('image', down), decoder('image', up, mask)) as never);
};

const kindsOf = (difference: Difference): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ['same', 'changed', 'renamed', 'added', 'removed']
      .map((kind) => [kind, difference.layers.filter((one) => one.kind === kind).length] as const)
      .filter(([, count]) => count > 0),
  );
const pathOf = (one: LayerDifference): string => (one.kind === 'added' ? one.b.path : one.a.path);
const changesAt = (difference: Difference, path: string) => {
  const one = difference.layers.find((layer) => layer.kind !== 'removed' && layer.b.path === path);
  assert.ok(one !== undefined && 'changes' in one, path);
  return Object.fromEntries(one.changes.map(({ what, a, b }) => [what, [a, b]]));
};

describe('the difference of two models', () => {
  it('is none where they are declared alike', () => {
    const difference = differs(unet(3, 8, psi.dense()), unet(3, 8, psi.dense()));
    assert.equal(difference.equal, true);
    assert.equal(difference.rewired, false);
    assert.deepEqual(difference.ports, []);
    assert.deepEqual(difference.totals.a, difference.totals.b);
    assert.deepEqual(Object.keys(kindsOf(difference)), ['same']);
    assert.equal(difference.totals.a.layers, difference.layers.length);
  });

  it('is none between a listed model and itself, and has all of its rows', () => {
    const listed = ['vdg-stage1+munet', 'defgan-generator', 'pdig-fg-critic'];
    for (const { name, at } of models.filter(({ name }) => listed.includes(name))) {
      const difference = differs(at['market-1501']({ filters: 4 }), at['market-1501']({ filters: 4 }));
      assert.equal(difference.equal, true, name);
      assert.ok(difference.layers.length > 2, name);
    }
  });

  it('of a ψ is told at its skips alone', () => {
    const difference = differs(unet(3, 8), withPsi(unet(3, 8), psi.grid(4, 2), { levels: [1, 2] }));
    assert.equal(difference.equal, false);
    assert.deepEqual(difference.layers.filter(({ kind }) => kind !== 'same').map(pathOf), [
      'decoder/image/level2',
      'decoder/image/level3',
    ]);
    const changes = changesAt(difference, 'decoder/image/level3');
    assert.deepEqual(changes['option psi'], ['none', 'grid(cellHeight 4, cellWidth 2)']);
    assert.deepEqual(changes['parameters'], [0, 8 * 16]);
    assert.deepEqual(changes['masks'], [0, 8 * 16]);
    assert.ok('FLOPs' in changes);
    assert.ok(!('output' in changes));
    const { a, b } = difference.totals;
    assert.equal(b.parameters - a.parameters, 8 * 16 + 4 * 8);
    assert.equal(b.maskParameters, 8 * 16 + 4 * 8);
  });

  it('of a start or a surrogate of a mask is told, though nothing is counted otherwise', () => {
    const one = differs(unet(2, 8, psi.dense()), unet(2, 8, psi.dense({ init: init.normal(1) })));
    assert.match(String(changesAt(one, 'decoder/image/level1')['option psi']), /^dense,dense\(init normal/);
    const other = differs(unet(2, 8, psi.dense()), unet(2, 8, psi.dense({ surrogate: surrogate.soft(4) })));
    assert.match(String(changesAt(other, 'decoder/image/level1')['option psi']), /surrogate soft\(temperature 4\)/); // prettier-ignore
  });

  it('of a width changes layers, and adds and removes none', () => {
    const difference = differs(unet(3, 8), unet(3, 16));
    assert.deepEqual(Object.keys(kindsOf(difference)), ['changed']);
    const first = changesAt(difference, 'image/level1/conv1');
    assert.deepEqual(first['option filters'], ['8', '16']);
    assert.deepEqual(first['output'], ['32×32×8', '32×32×16']);
    assert.deepEqual(first['parameters'], [3 * 9 * 8 + 8, 3 * 9 * 16 + 16]);
    assert.deepEqual(first['FLOPs'], [2 * 32 * 32 * 8 * 27 + 32 * 32 * 8, 2 * 32 * 32 * 16 * 27 + 32 * 32 * 16]); // prettier-ignore
    assert.ok(!difference.layers.some((one) => 'changes' in one && one.changes.some(({ what }) => what === 'path'))); // prettier-ignore
  });

  it('of a level more is that level; what comes after it has another name', () => {
    const difference = differs(unet(2, 8), unet(3, 8));
    const added = difference.layers.filter(({ kind }) => kind === 'added').map(pathOf);
    assert.deepEqual([...new Set(added.map((path) => path.split('/').slice(0, -1).join('/')))].sort(), [
      'decoder/image',
      'decoder/image/level1',
      'image/level3',
    ]);
    assert.equal(kindsOf(difference)['removed'], undefined);
    const renamed = difference.layers.find((one) => one.kind !== 'removed' && one.b.path === 'decoder/image/level3/conv1'); // prettier-ignore
    assert.ok(renamed !== undefined && 'a' in renamed);
    assert.equal(renamed.a.path, 'decoder/image/level2/conv1');
    assert.deepEqual(kindsOf(differs(unet(3, 8), unet(2, 8)))['removed'], added.length);
  });

  it('of other layers is what was removed and what was added, in order', () => {
    const net = (...layers: readonly unknown[]): AnyModel =>
      model(seq(input('x', 8, 8, 4), named('head', ...layers), conv(3)) as never);
    const difference = differs(
      net(conv(4), batchNorm(), relu),
      net(conv(4), dropout(0.5), residual(conv(4), relu), relu),
    );
    assert.deepEqual(
      difference.layers.map((one) => [one.kind, pathOf(one)]),
      [
        ['same', 'head/conv1'],
        ['removed', 'head/batchNorm1'],
        ['added', 'head/dropout1'],
        ['added', 'head/residual1/conv1'],
        ['added', 'head/residual1/relu1'],
        ['added', 'head/residual1'],
        ['same', 'head/relu1'],
        ['same', 'conv1'],
      ],
    );
  });

  it('tells an option that inference does not show', () => {
    const net = (rate: number): AnyModel => model(seq(input('x', 8, 8, 4), dropout(rate), conv(3)) as never);
    const difference = differs(net(0.5), net(0.25));
    assert.equal(difference.equal, false);
    assert.deepEqual(changesAt(difference, 'dropout1'), { 'option rate': ['0.5', '0.25'] });
  });

  it('tells inputs and outputs', () => {
    const one = model({ y: seq(input('x', 8, 8, 4), conv(3)), z: seq(input('x', 8, 8, 4), conv(1)) } as never) as AnyModel; // prettier-ignore
    const other = model({ y: seq(input('u', 8, 8, 4), conv(3)), z: seq(input('u', 8, 8, 4), conv(2)) } as never) as AnyModel; // prettier-ignore
    assert.deepEqual(differs(one, other).ports, [
      { port: 'input', name: 'x', a: '8×8×4', b: undefined },
      { port: 'input', name: 'u', a: undefined, b: '8×8×4' },
      { port: 'output', name: 'z', a: '8×8×1', b: '8×8×2' },
    ]);
  });

  it('tells that layers are connected otherwise, where nothing else differs', () => {
    const x = input('x', 8, 8, 4);
    const [one, other] = [through(x, named('one', conv(4))), through(x, named('other', conv(4)))];
    const net = (first: typeof one, then: typeof one): AnyModel =>
      model(through(concat(first, then), conv(3)));
    const difference = differs(net(one, other), net(one, one));
    assert.equal(difference.equal, false);
    const straight = differs(model(through(concat(one, other), conv(3))), model(through(concat(one, other), conv(3)))); // prettier-ignore
    assert.equal(straight.equal, true);
    const e = through(x, tap('e'), conv(4));
    const joined = (by: typeof join.add | typeof join.subtract): AnyModel =>
      model(through(e, skip('e', psi.none, { join: by as typeof join.add }), conv(3)));
    const rewired = differs(joined(join.add), joined(join.subtract));
    assert.deepEqual(changesAt(rewired, 'skip1')['option join'], ['add', 'subtract']);
    const orders = [concat(one, x), concat(x, one)].map((both) => model(through(both, conv(3))) as AnyModel);
    const turned = differs(orders[0]!, orders[1]!);
    assert.equal(turned.rewired, true);
    assert.equal(turned.equal, false);
    assert.ok(turned.layers.every(({ kind }) => kind === 'same'));
  });

  it('is the other way round from the other side', () => {
    const listed = ['unet+munet', 'pg2-g2', 'vdg-stage1'].map((name) =>
      models.find((one) => one.name === name)!.at['market-1501']({ filters: 4 }),
    );
    const turned: Readonly<Record<string, string>> = { added: 'removed', removed: 'added' };
    for (const [at, a] of listed.entries())
      for (const b of listed.slice(at + 1)) {
        const [there, back] = [differs(a, b), differs(b, a)];
        const kinds = (of: Difference, turn: (kind: string) => string): readonly string[] =>
          of.layers.map(({ kind }) => turn(kind)).sort();
        assert.deepEqual(
          kinds(there, (kind) => turned[kind] ?? kind),
          kinds(back, (kind) => kind),
        );
        assert.deepEqual(there.totals.a, back.totals.b);
        // Every row of both stands there once.
        assert.equal(there.layers.filter(({ kind }) => kind !== 'added').length, there.totals.a.layers);
        assert.equal(there.layers.filter(({ kind }) => kind !== 'removed').length, there.totals.b.layers);
      }
  });

  it('keeps hostile names as they are', () => {
    let tried = 0;
    for (const name of hostileNames.filter((_, at) => at % 6 === 0)) {
      const net = (filters: number): AnyModel =>
        model(seq(input(name, 8, 8, 3), named(name, conv(filters)), conv(3)) as never);
      const [a, b] = [elaborate(net(2)), elaborate(net(4))];
      if (E.isLeft(a) || E.isLeft(b)) continue;
      tried++;
      const difference = differenceOf({ name, elaborated: a.right }, { name: 'b', elaborated: b.right });
      assert.ok(E.isRight(difference));
      assert.equal(difference.right.names.a, name);
      assert.deepEqual(difference.right.layers.map(pathOf), [`${name}/conv1`, 'conv1']);
      assert.deepEqual(changesAt(difference.right, `${name}/conv1`)['option filters'], ['2', '4']);
    }
    assert.ok(tried > 20, String(tried));
  });

  it('P01: is not told of sizes that are no numbers', () => {
    const symbolic = unsafeElaborate(model(seq(input('x', '8*h', '8*w', 3), conv(3))));
    const difference = differenceOf({ name: 'a', elaborated: symbolic }, { name: 'b', elaborated: symbolic });
    assert.ok(E.isLeft(difference));
    assert.equal(difference.left[0]!.rule, 'P01');
  });
});

describe('options as texts', () => {
  it('are those of the form, defaults with them', () => {
    const layer = conv(8, { kernel: 5, padding: 'valid' });
    const form = layer.definition.form;
    assert.ok(isForm(form));
    assert.deepEqual(optionTexts(layer, form), {
      filters: '8',
      kernel: '5',
      stride: '1',
      padding: 'valid',
      dilation: '1',
      bias: 'true',
      initialiser: 'glorotUniform',
    });
  });
  it('are those that are no defaults, within another part', () => {
    assert.equal(partText(psi.dense()), 'dense');
    assert.equal(partText(psi.chain(psi.warp({ affines: 'affines' }), psi.grid(8, 4))), 'chain(first warp(affines affines), then grid(cellHeight 8, cellWidth 4))'); // prettier-ignore
  });
  it('are what a part without a form tells of itself; one that holds itself has an end', () => {
    const own: Record<string, unknown> = { name: 'own\n"', options: { a: 1, deep: {} } };
    (own['options'] as Record<string, unknown>)['self'] = own['options'];
    const text = partText(own);
    assert.match(text, /^"own\\n\\""\(a 1, /);
    assert.ok(text.length < 2000);
  });
});

describe('an alignment', () => {
  const points = (a: number, b: number): number => Number(a === b);
  const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 });
  const longest = (a: readonly number[], b: readonly number[]): number =>
    a.length === 0 || b.length === 0
      ? 0
      : a[0] === b[0]
        ? 1 + longest(a.slice(1), b.slice(1))
        : Math.max(longest(a.slice(1), b), longest(a, b.slice(1)));

  it('has every element once, in order, and pairs as many as can be', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const pairs = aligned(a, b, points);
        const left = pairs.flatMap(([i]) => (i === undefined ? [] : [i]));
        const right = pairs.flatMap(([, j]) => (j === undefined ? [] : [j]));
        assert.deepEqual(left, [...a.keys()]);
        assert.deepEqual(right, [...b.keys()]);
        const both = pairs.filter((one): one is readonly [number, number] => one[0] !== undefined && one[1] !== undefined); // prettier-ignore
        assert.ok(both.every(([i, j]) => a[i] === b[j]));
        assert.equal(both.length, longest(a, b));
      }),
      { seed: 6, numRuns: 200 },
    );
  });
  it('of very long lists pairs what begins and ends alike', () => {
    const a = Array.from({ length: 3000 }, (_, at) => at);
    const b = [...a.slice(0, 1000), -1, ...a.slice(1000)];
    const pairs = aligned(a, b, points);
    assert.equal(pairs.filter(([i, j]) => i !== undefined && j !== undefined).length, 3000);
    assert.deepEqual(pairs[1000], [undefined, 1000]);
  });
});
