/** Autoregressive groups: Vari-UNet's prior, who sees whom, what they compute; rules S10, S11, S37. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { parameterCounts } from '../../../src/compile/index.js';
import {
  autoregressive,
  bring,
  conv,
  depthToSpace,
  dropout,
  elaborate,
  elu,
  fuse,
  input,
  join,
  model,
  out,
  output,
  psi,
  residual,
  seq,
  skip,
  spaceToDepth,
  tap,
  through,
  weightNorm,
} from '../../../src/dsl/index.js';
import { outputsOf, unsafePlan, type Numbers } from '../plans.js';
import { drawn, gradientsAgree, near, says } from './runs.js';

const textsOf = (feature: unknown): readonly string[] => {
  const elaborated = elaborate(model(feature as never));
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};
/** The group, in place of the trunk. */
const group = skip('group', psi.none, { join: join.replace, level: 1 });
const trunk = input('h', 1, 1, 8);
const grouped = through(input('z', 2, 2, 2), spaceToDepth(2), tap('posterior'));
const predict = conv(2, { kernel: 1, bias: false });
const update = fuse(join.add, group, conv(8, { kernel: 1 }));
const bare = fuse(join.add, group, conv(8, { kernel: 1, bias: false }));

describe('autoregressive', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  /* §7.2 of Esser et al.: 512 channels, four groups of 128, their residual block between them. */
  const prior = (norm: (layer: ReturnType<typeof conv>) => unknown) => {
    const block = residual(
      fuse(join.concat, group, elu, norm(conv(512, { kernel: 1 }) as never)),
      elu,
      dropout(0.1),
      norm(conv(512) as never),
    );
    return through(
      input('h', 1, 1, 512),
      bring(through(input('z', 2, 2, 128), spaceToDepth(2), tap('posterior'))),
      autoregressive(4, { predict: norm(conv(128) as never), update: block, from: 'posterior' }) as never,
      depthToSpace(2) as never,
    );
  };
  it("has the parameters of Vari-UNet's prior, and gives its shape", () => {
    const plan = unsafePlan(model(prior(weightNorm)));
    assert.equal(parameterCounts(plan).parameters, 16_718_848);
    assert.deepEqual(plan.nodes[plan.outputs['output']!]!.shape, ['n', 2, 2, 128]);
    // Without weight norm there are no gains: 128 for each prediction, 2 · 512 for each update.
    assert.equal(
      parameterCounts(unsafePlan(model(prior((layer) => layer)))).parameters,
      16_718_848 - 4 * 128 - 3 * 2 * 512,
    );
  });

  it('is typed: the compiler knows the shape', () => {
    const feature = through(
      trunk,
      bring(grouped),
      autoregressive(4, { predict: conv(2), update, from: 'posterior' }),
      out(1, 1, 8),
      depthToSpace(2),
      out(2, 2, 2),
    );
    assert.deepEqual(textsOf(feature), []);
  });

  it('gives each group weights of its own, and the last no update', () =>
    assert.deepEqual(
      unsafePlan(model(through(trunk, autoregressive(3, { predict: conv(2, { bias: false }), update }))))
        .parameters.map(({ path }) => path)
        .filter((path) => !path.endsWith('bias')),
      [
        'autoregressive1/group1/predict/conv1/kernel',
        'autoregressive1/group1/update/conv1/kernel',
        'autoregressive1/group2/predict/conv1/kernel',
        'autoregressive1/group2/update/conv1/kernel',
        'autoregressive1/group3/predict/conv1/kernel',
      ],
    ));

  /* 1×1 convolutions on one pixel are matrix products. */
  const times = (x: ArrayLike<number>, kernel: Numbers): number[] => {
    const [rows, columns] = [kernel.shape[2]!, kernel.shape[3]!];
    return Array.from({ length: columns }, (_, j) =>
      Array.from({ length: rows }, (_, i) => x[i]! * kernel.data[i * columns + j]!).reduce(
        (a, b) => a + b,
        0,
      ),
    );
  };
  for (const from of [undefined, 'posterior'] as const)
    it(`computes groups from ${from ?? 'its own predictions'}`, () => {
      const layer = from === undefined ? autoregressive(4, { predict, update: bare }) : autoregressive(4, { predict, update: bare, from }); // prettier-ignore
      const plan = unsafePlan(model(through(trunk, bring(grouped), layer as never)));
      const parameters = Object.fromEntries(
        plan.parameters.map(({ path, shape }, i) => [path, drawn(shape, i + 1)]),
      );
      const [h, z] = [drawn([1, 1, 1, 8], 40), drawn([1, 2, 2, 2], 41)];
      const own = (k: number, what: string): Numbers =>
        parameters[`autoregressive1/group${k}/${what}/conv1/kernel`]!;
      let state: number[] = Array.from(h.data);
      const wanted: number[] = [];
      for (let k = 1; k <= 4; k++) {
        const p = times(state, own(k, 'predict'));
        wanted.push(...p);
        // Pixel k of z is channel group k after space-to-depth.
        const fed = from === undefined ? p : [z.data[2 * (k - 1)]!, z.data[2 * k - 1]!];
        if (k < 4) state = times(fed, own(k, 'update')).map((one, i) => one + state[i]!);
      }
      near(outputsOf(plan, { h, z }, parameters)['output']!, wanted, 1e-4);
    });

  it('lets a group see those before it and no other', () => {
    const plan = unsafePlan(
      model(through(trunk, bring(grouped), autoregressive(4, { predict, update: bare, from: 'posterior' }))),
    );
    const parameters = Object.fromEntries(
      plan.parameters.map(({ path, shape }, i) => [path, drawn(shape, i + 1)]),
    );
    const [h, z] = [drawn([1, 1, 1, 8], 40), drawn([1, 2, 2, 2], 41)];
    const before = outputsOf(plan, { h, z }, parameters)['output']!;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.double({ min: 0.5, max: 2 }), (entry, by) => {
        const data = Float32Array.from(z.data);
        data[entry]! += by;
        const after = outputsOf(plan, { h, z: { ...z, data } }, parameters)['output']!;
        const seen = Math.floor(entry / 2);
        for (let channel = 0; channel < 8; channel++)
          assert.equal(
            after[channel] !== before[channel],
            Math.floor(channel / 2) > seen,
            `channel ${channel}`,
          );
      }),
      { numRuns: 25 },
    );
  });

  it('has the gradient of finite differences', () =>
    gradientsAgree([2, 2, 4], [autoregressive(3, { predict: conv(2), update: residual(fuse(join.concat, group), elu, conv(4)) })])); // prettier-ignore

  it('of one group is its prediction', () =>
    assert.equal(says([3, 3, 4], autoregressive(1, { predict: conv(7), update: conv(1) })), '3×3×7'));

  it('leaves open what is open', () =>
    assert.deepEqual(
      textsOf(
        through(
          trunk,
          bring(grouped),
          autoregressive(4, { predict, update: bare, from: 'posterior' }),
          skip('posterior'),
          out(1, 1, 16),
        ),
      ),
      [],
    ));
});

describe('S37: groups fit', () => {
  const wide = autoregressive(4, { predict: conv(3), update, from: 'posterior' });
  it('refuses channels that the groups do not make up', () =>
    assert.deepEqual(textsOf(through(trunk, bring(grouped), wide as never)), [
      "✗ S37 autoregressive: 'posterior' is 1×1×8, 4 groups of 3 channels are 1×1×12 (channels 8 ≠ 12); give both the same shape",
    ]));
  it('refuses another size', () =>
    assert.deepEqual(
      textsOf(
        through(
          trunk,
          bring(input('z', 2, 2, 8), tap('posterior')),
          autoregressive(4, { predict, update, from: 'posterior' }) as never,
        ),
      ),
      [
        "✗ S37 autoregressive: 'posterior' is 2×2×8, 4 groups of 2 channels are 1×1×8 (height 2 ≠ 1); give both the same shape",
      ],
    ));
  it('refuses an update that changes the trunk, once', () =>
    assert.deepEqual(says([1, 1, 8], autoregressive(4, { predict: conv(2), update: conv(4) })), [
      '✗ S37 autoregressive: update gives 1×1×4, the trunk is 1×1×8 (channels 4 ≠ 8); give both the same shape',
    ]));
  it('refuses outputs of single groups', () => {
    const named = '✗ S37 autoregressive: an output is named inside (\'q\'), where there is one for each group; name it after the groups'; // prettier-ignore
    assert.deepEqual(says([1, 1, 8], autoregressive(4, { predict: seq(output('q'), conv(2)), update })), [named]); // prettier-ignore
    assert.deepEqual(says([1, 1, 8], autoregressive(4, { predict, update: seq(output('q'), conv(8)) })), [named]); // prettier-ignore
  });
  it('refuses what would grow without bounds', () => {
    assert.equal(says([1, 1, 8], autoregressive(64, { predict, update })), '1×1×128');
    assert.deepEqual(says([1, 1, 8], autoregressive(65, { predict, update })), [
      '✗ S37 autoregressive: 65 groups are more than 64; predict more channels in each group',
    ]);
    const inner = seq(conv(4), residual(autoregressive(2, { predict, update: conv(4) })));
    for (const options of [
      { predict: inner, update },
      { predict, update: inner },
    ])
      assert.deepEqual(says([1, 1, 8], autoregressive(4, options as never)), [
        '✗ S37 autoregressive: groups within groups; predict them one after another',
      ]);
  });
  it('refuses no groups', () =>
    assert.deepEqual(says([1, 1, 8], autoregressive(0, { predict, update })), [
      '✗ S02 autoregressive: groups 0 is not a positive whole number; give 1 or more',
    ]));
  it('says what is wrong inside, once', () => {
    const bad = { predict: conv(0), update: fuse(join.add, skip('other')) };
    assert.deepEqual(says([1, 1, 8], autoregressive(4, bad)), [
      '✗ S02 autoregressive predict › conv: filters 0 is not a positive whole number; give 1 or more',
      "✗ S10 autoregressive update › fuse[0] › skip 'other': no such encoder (open: 'group'); name one that is open, or open it with encoder or tap",
    ]);
  });
});

describe('S10, S11: what is fed back is open', () => {
  it('refuses a name that is not', () =>
    assert.deepEqual(
      textsOf(through(trunk, autoregressive(4, { predict, update, from: 'toString' }) as never)),
      [
        "✗ S10 autoregressive 'toString': no such encoder (open: none); name one that is open, or open it with encoder or tap",
      ],
    ));
  it('refuses an encoder whose levels are taken', () =>
    assert.deepEqual(
      textsOf(
        through(
          trunk,
          tap('e'),
          skip('e'),
          conv(8),
          autoregressive(4, { predict, update, from: 'e' }) as never,
        ),
      ),
      ["✗ S11 autoregressive 'e': no encoder level left; take as many skips as the encoder has levels"],
    ));
});
