/** Systems: networks that take turns, frozen ones, several phases; and what contradicts itself. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import type { NetworkRuns } from '../../src/compile/index.js';
import { bind } from '../../src/data/index.js';
import { batchNorm, conv, dense, dropout, flatten, input, leakyRelu, model, relu, seq } from '../../src/dsl/index.js'; // prettier-ignore
import {
  adam,
  networksPredictor,
  readRecord,
  rmsprop,
  sgd,
  term,
  trainSystem,
  type System,
  type TrainSystemOptions,
} from '../../src/learn/index.js';
import { add, multiply, square } from '../../src/ops/elementwise.js';
import { reduceMean, reduceSum } from '../../src/ops/reduction.js';
import { temporaryFolder } from '../data/temporary.js';
import { left, right, textsOf } from './train/either.js';
import { example } from './train/toy.js';

const generator = model(seq(input('x', 8, 8, 1), conv(4), relu, dropout(0.25), conv(1)));
const critic = model(
  seq(input('y', 8, 8, 1), conv(4, { stride: 2 }), leakyRelu(0.2), conv(4), batchNorm(), leakyRelu(0.2), flatten, dense(1)), // prettier-ignore
);
const binding = bind({
  from: (epoch: number) => Array.from({ length: 8 }, (_, index) => example(epoch, index)),
  shapes: { x: [8, 8, 1], y: [8, 8, 1] },
});

/** A generator that learns alone, then against a critic. */
const gan: System = {
  name: 'gan',
  networks: { generator, critic },
  players: {
    generator: { networks: ['generator'], optimiser: adam(0.01, { beta1: 0.5 }) },
    critic: { networks: ['critic'], optimiser: rmsprop(0.001) },
  },
  updates: {
    alone: {
      player: 'generator',
      objective: ({ run, read }) => ({ l1: term.l1(run('generator')['output']!, read('y', [8, 8, 1])) }),
    },
    generator: {
      player: 'generator',
      objective: ({ run, read }) => {
        const made = run('generator')['output']!;
        return {
          fooled: term.bceWithLogits(run('critic', { y: made })['output']!, 1),
          l1: term.l1(made, read('y', [8, 8, 1])),
        };
      },
    },
    critic: {
      player: 'critic',
      objective: ({ run }) => {
        const made = run('generator')['output']!;
        return {
          real: term.bceWithLogits(run('critic')['output']!, 1),
          fake: term.bceWithLogits(run('critic', { y: made })['output']!, 0),
        };
      },
    },
  },
  phases: [
    { name: 'alone', steps: 3, batchSize: 4, updates: ['alone'] },
    { name: 'both', steps: 4, batchSize: 2, updates: ['generator', { update: 'critic', times: 2 }] },
  ],
};
const common = { system: gan, binding, seed: 3 } satisfies TrainSystemOptions;
const phased = (...steps: readonly number[]): System => ({
  ...gan,
  phases: gan.phases.slice(0, steps.length).map((phase, i) => ({ ...phase, steps: steps[i]! })),
});

describe('systems', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('take turns, phase after phase, and record every update by its terms', async () => {
    const out = join(folder(), 'turns');
    const report = right(await trainSystem({ ...common, out, recordEvery: 1 })());
    assert.equal(report.step, 7);
    assert.deepEqual(
      Object.fromEntries(Object.entries(report.curves).map(([name, { losses }]) => [name, losses.length])),
      { alone: 3, generator: 4, critic: 8 },
    );
    const { losses, terms } = report.curves['critic']!;
    losses.forEach((loss, i) => assert.ok(Math.abs(loss - terms['real']![i]! - terms['fake']![i]!) < 1e-6));
    const { lines } = right(await readRecord(join(out, 'metrics.jsonl'))());
    assert.deepEqual(
      lines.map(({ step, phase }) => [step, phase]),
      [1, 2, 3, 4, 5, 6, 7].map((step) => [step, step <= 3 ? 'alone' : 'both']),
    );
    const { critic: last } = lines.at(-1)!['updates'] as Readonly<
      Record<string, Readonly<Record<string, unknown>>>
    >;
    assert.deepEqual(Object.keys(last!).sort(), ['gradientNorm', 'loss', 'rate', 'terms']);
    assert.deepEqual(Object.keys(last!['terms'] as object).sort(), ['fake', 'real']);
    assert.equal(last!['loss'], losses.at(-1));
  });

  it('R27: a system that was stopped in a phase and resumed is the one that was not, bit by bit', async () => {
    const [whole, parts] = [join(folder(), 'whole'), join(folder(), 'parts')];
    const once = right(await trainSystem({ ...common, out: whole, recordEvery: 1 })());
    const stop = new AbortController();
    const progress = { update: (step: number) => void (step === 5 && stop.abort()), log: () => {}, stop: () => {} }; // prettier-ignore
    const options = { ...common, out: parts, recordEvery: 1, checkpointEvery: 5 };
    textsOf(left(await trainSystem({ ...options, progress, signal: stop.signal })()), 'L06');
    const rest = right(await trainSystem({ ...options, resume: true })());
    assert.deepEqual([rest.step, rest.stepsRun], [7, 2]);
    assert.deepEqual(rest.weights, once.weights);
    for (const file of ['metrics.jsonl', 'step-00000007.safetensors'])
      assert.ok((await readFile(join(parts, file))).equals(await readFile(join(whole, file))), file);
  });

  it('a player moves its own networks and no others; state moves whoever runs it', async () => {
    const start = right(await trainSystem({ ...common, system: phased(0, 0) })()).weights;
    const alone = right(await trainSystem({ ...common, system: phased(3) })()).weights;
    const moved = Object.keys(start).filter((path) => start[path]!.data.some((one, i) => one !== alone[path]!.data[i])); // prettier-ignore
    assert.ok(moved.length > 0);
    assert.ok(moved.every((path) => path.startsWith('generator/')), moved.join()); // prettier-ignore
  });

  it('a frozen network stays as the weights that it was given', async () => {
    const { critic: _critic, ...players } = gan.players;
    const { critic: _update, ...updates } = gan.updates;
    const frozen: System = { ...gan, players, updates, phases: [{ name: 'on', steps: 2, batchSize: 2, updates: ['generator'] }] }; // prettier-ignore
    const path = 'critic/conv1/kernel';
    const start = right(await trainSystem({ ...common, system: phased(0) })()).weights;
    const given = { ...start, [path]: { shape: start[path]!.shape, data: start[path]!.data.map((one) => 2 * one) } }; // prettier-ignore
    const out = join(folder(), 'frozen');
    const { weights } = right(await trainSystem({ ...common, system: frozen, weights: given, out })());
    assert.deepEqual(weights[path]!.data, given[path].data);
    const longer = { ...frozen, phases: [{ ...frozen.phases[0]!, steps: 3 }] };
    const resumed = right(await trainSystem({ ...common, system: longer, out, resume: true })());
    assert.deepEqual([resumed.step, resumed.weights[path]!.data], [3, given[path].data]);
    const { [path]: _one, ...short } = start;
    for (const [some, count] of [
      [undefined, 10],
      [{}, 10],
      [short, 1],
    ] as const) {
      const [text, ...others] = textsOf(left(await trainSystem({ ...common, system: frozen, ...(some === undefined ? {} : { weights: some }) })()), 'L02'); // prettier-ignore
      assert.match(text!, new RegExp(`network 'critic': got no weights for ${count} of its parameters`));
      assert.deepEqual(others, []);
    }
    const odd = { [path]: { shape: [1], data: new Float32Array(1) } };
    textsOf(left(await trainSystem({ ...common, weights: odd })()), 'L02');
  });

  it('weights that take long to make are made where a training begins afresh, and nowhere else', async () => {
    const out = join(folder(), 'made');
    const path = 'critic/conv1/kernel';
    const drawn = right(await trainSystem({ ...common, system: phased(0) })()).weights;
    const given = { [path]: { shape: drawn[path]!.shape, data: drawn[path]!.data.map((one) => 2 * one) } };
    let made = 0;
    const weights: TrainSystemOptions['weights'] = async () => {
      made++;
      return E.right(given);
    };
    const begun = right(await trainSystem({ ...common, system: phased(1), weights, out, resume: true })());
    assert.equal(made, 1);
    assert.deepEqual(begun.weights[path]!.data, given[path]!.data);
    const resumed = right(await trainSystem({ ...common, system: phased(2), weights, out, resume: true })());
    assert.deepEqual([resumed.step, made], [2, 1]);
    assert.deepEqual(resumed.weights[path]!.data, given[path]!.data);
    // What goes wrong while they are made is told; what is made is looked at.
    const failing: TrainSystemOptions['weights'] = async () => E.left(left(await trainSystem({ ...common, system: phased(-1) })())); // prettier-ignore
    textsOf(left(await trainSystem({ ...common, weights: failing })()), 'L07');
    const odd: TrainSystemOptions['weights'] = async () => E.right({ [path]: { shape: [1], data: new Float32Array(1) } }); // prettier-ignore
    textsOf(left(await trainSystem({ ...common, weights: odd })()), 'L02');
  });

  it('clips every parameter of a player that says so', async () => {
    const players = { ...gan.players, critic: { ...gan.players['critic']!, clip: 0.01 } };
    const { weights } = right(await trainSystem({ ...common, system: { ...gan, players } })());
    const largest = (network: string): number =>
      Math.max(...Object.entries(weights).filter(([path]) => path.startsWith(network) && !path.includes('moving')).flatMap(([, { data }]) => [...data].map(Math.abs))); // prettier-ignore
    assert.ok(largest('critic/conv') <= Math.fround(0.01));
    assert.ok(largest('generator/') > 0.02);
  });

  it('an update that reads no array draws noise for a whole batch', async () => {
    const drawer = model(seq(input('z', 1, 1, 2), dense(1)));
    const noisy: System = {
      name: 'noisy',
      networks: { drawer },
      players: { drawer: { networks: ['drawer'], optimiser: sgd(0.01) } },
      updates: {
        drawn: {
          player: 'drawer',
          objective: ({ run, noise }) => {
            const z = noise('z', ['n', 1, 1, 2], 'normal');
            return {
              power: reduceMean(square(run('drawer', { z })['output']!)),
              examples: reduceSum(add(multiply(z, 0), 0.5)),
            };
          },
        },
      },
      phases: [{ name: 'on', steps: 2, batchSize: 4, updates: ['drawn'] }],
    };
    const { curves } = right(await trainSystem({ ...common, system: noisy })());
    assert.deepEqual(curves['drawn']!.terms['examples'], [4, 4]);
  });

  it('each run of a network with noise draws its own, and a network run twice has one set of weights', async () => {
    const twice: System = {
      ...gan,
      updates: { ...gan.updates, alone: { player: 'generator', objective: ({ run }) => ({ same: term.l1(run('generator')['output']!, run('generator')['output']!) }) } }, // prettier-ignore
    };
    const { curves, weights } = right(await trainSystem({ ...common, system: twice })());
    assert.ok(curves['alone']!.terms['same']!.every((one) => one > 0));
    assert.equal(Object.keys(weights).filter((path) => path.startsWith('generator/')).length, 4);
  });

  it('R30: a training leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    right(await trainSystem(common)());
    assert.equal(tf.memory().numTensors, before);
  });

  it('a critic tells real from made: its separation grows', async () => {
    const long = phased(0, 40);
    const players = { generator: { ...gan.players['generator']!, optimiser: sgd(0) }, critic: { networks: ['critic'], optimiser: adam(0.01) } }; // prettier-ignore
    const { curves } = right(await trainSystem({ ...common, system: { ...long, players } })());
    const { losses } = curves['critic']!;
    const mean = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0) / some.length;
    assert.ok(mean(losses.slice(-15)) < 0.7 * mean(losses.slice(0, 15)), `${mean(losses.slice(0, 15))} → ${mean(losses.slice(-15))}`); // prettier-ignore
  });

  it('predictions run several networks, one on what another gave', async () => {
    const { weights } = right(await trainSystem(common)());
    const made = right(
      networksPredictor(gan.networks, weights, ({ run }) => {
        const picture = run('generator')['output']!;
        return { picture, score: run('critic', { y: picture })['output']! };
      }),
    );
    const x = { data: example(0, 0).x, shape: [1, 8, 8, 1] };
    const { picture, score } = await made.predict({ x });
    const alone = right(networksPredictor(gan.networks, weights, ({ run }) => run('critic')));
    const again = await alone.predict({ y: picture! });
    assert.deepEqual(again['output'], score);
    made.dispose();
    alone.dispose();
  });

  describe('L09: what contradicts itself', () => {
    const refused = async (change: Partial<System>, ...texts: readonly RegExp[]): Promise<void> => {
      const faults = left(await trainSystem({ ...common, system: { ...gan, ...change } })());
      textsOf(faults, 'L09');
      for (const text of texts) assert.ok(faults.some((one) => text.test(one.text)), faults.map((one) => one.text).join('\n')); // prettier-ignore
    };
    it('a player of no network', () => refused({ players: { ...gan.players, third: { networks: ['none'], optimiser: sgd(1) } } }, /'none'/)); // prettier-ignore
    it('a network of two players', () => refused({ players: { ...gan.players, third: { networks: ['critic'], optimiser: sgd(1) } } }, /players 'critic' and 'third'/)); // prettier-ignore
    it('an update of no player', () => refused({ updates: { ...gan.updates, odd: { ...gan.updates['alone']!, player: 'nobody' } } }, /'nobody'/)); // prettier-ignore
    it('a phase of no update, or none at all', async () => {
      await refused({ phases: [{ ...gan.phases[0]!, updates: ['odd'] }] }, /'odd'/);
      await refused({ phases: [{ ...gan.phases[0]!, updates: [] }] }, /no update/);
      await refused({ phases: [] }, /none/);
    });
    it('a name that is no name', () => refused({ networks: { ...gan.networks, 'a/b': critic } }, /a\/b/));
    it('a term that is not one number', () => refused({ updates: { ...gan.updates, alone: { player: 'generator', objective: ({ run }) => ({ picture: run('generator')['output']! }) } } }, /term 'picture'/)); // prettier-ignore
    it('a clip that is none', () => refused({ players: { ...gan.players, critic: { ...gan.players['critic']!, clip: -1 } } }, /-1/)); // prettier-ignore
  });

  describe('P15, P16: what an objective runs', () => {
    const alone = async (objective: System['updates'][string]['objective']) =>
      left(await trainSystem({ ...common, system: { ...gan, updates: { ...gan.updates, alone: { player: 'generator', objective } } } })()); // prettier-ignore
    it('P15: a network, or an input of it, that is not there', async () => {
      textsOf(await alone(({ run }) => run('discriminator')), 'P15');
      textsOf(await alone(({ run, read }) => run('critic', { picture: read('y', [8, 8, 1]) })), 'P15');
    });
    it('P16: a value of another size', async () => {
      textsOf(await alone(({ run, read }) => run('critic', { y: read('z', [4, 4, 1]) })), 'P16');
    });
    it('P03: what is wrong with a value is said, not that it fits no input', async () => {
      const beside = ({ read }: NetworkRuns) => term.besides([read('z', [4, 4, 1]), read('y', [8, 8, 1])]);
      textsOf(await alone((runs) => runs.run('critic', { y: beside(runs) })), 'P03');
    });
  });

  it('P10: a network that no update of its player reaches', async () => {
    const updates = {
      ...gan.updates,
      critic: { player: 'critic', objective: gan.updates['alone']!.objective },
    };
    const faults = left(await trainSystem({ ...common, system: { ...gan, updates } })());
    textsOf(faults, 'P10');
    assert.ok(faults.every(({ where }) => where.startsWith('critic/')));
  });

  it('L01: an array that no feed gives, L07: steps that are none', async () => {
    const short = bind({ from: () => [], shapes: { x: [8, 8, 1] } });
    textsOf(left(await trainSystem({ ...common, binding: short })()), 'L01');
    textsOf(left(await trainSystem({ ...common, system: phased(-1) })()), 'L07');
  });

  it('L02: other phases than the checkpoint’s; a longer last one is no other', async () => {
    const out = join(folder(), 'phases');
    right(await trainSystem({ ...common, system: phased(1, 1), out })());
    textsOf(left(await trainSystem({ ...common, system: phased(2, 1), out, resume: true })()), 'L02');
    const longer = right(await trainSystem({ ...common, system: phased(1, 3), out, resume: true })());
    assert.equal(longer.step, 4);
  });

  it('L02: another agreement, and arrays of a network that has more', async () => {
    const out = join(folder(), 'agreed');
    const agreed = (steps: string): System => ({ ...phased(1), agreements: { steps } });
    right(await trainSystem({ ...common, system: agreed('1'), out })());
    const faults = left(await trainSystem({ ...common, system: agreed('2'), out, resume: true })());
    textsOf(faults, 'L02');
    assert.match(faults[0]!.text, /steps/);
    const { critic: _critic, ...networks } = gan.networks;
    const { critic: _player, ...players } = gan.players;
    const alone = { ...agreed('1'), networks, players, updates: { alone: gan.updates['alone']! } };
    textsOf(left(await trainSystem({ ...common, system: alone, out, resume: true })()), 'L02');
  });

  it('L03: a last step that overflows is told where nothing is written', async () => {
    const players = { ...gan.players, generator: { networks: ['generator'], optimiser: sgd(1e39) } };
    textsOf(left(await trainSystem({ ...common, system: { ...phased(1), players } })()), 'L03');
  });
});
