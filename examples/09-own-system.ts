/**
 * 9. A training of your own: networks that take turns.
 *
 * A generator shows a person in another pose, a discriminator tells its pictures from true ones. Who trains with whom is
 * data: networks, the players that move them, what each update makes small, and the phases in which they take turns.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, conv, decoder, dense, encoder, flatten, input, leakyRelu, model, psi, relu, seq, tanh, through, upsample } from 'maskskip'; // prettier-ignore
import { unsafeActivate } from 'maskskip/backend';
import { bind, discs, market1501, openDataset, pose, synthesise, view } from 'maskskip/data';
import { ops } from 'maskskip/extend';
import { adam, term, trainSystem, type System } from 'maskskip/learn';

const [height, width] = [32, 16] as const;
const image = [height, width, 3] as const;

const generator = model(
  through(
    concat(input('x_a', height, width, 3), input('p_b', height, width, 18)),
    encoder('image', [seq(conv(8), relu), seq(conv(16, { stride: 2 }), relu)]),
    decoder('image', [seq(conv(16), relu, upsample(2)), seq(conv(8), relu)], psi.dense()),
    conv(3),
    tanh,
  ),
);
const discriminator = model(
  seq(
    input('picture', height, width, 3),
    conv(8, { stride: 2 }),
    leakyRelu(0.2),
    conv(16, { stride: 2 }),
    leakyRelu(0.2),
    flatten,
    dense(1),
  ),
);

// The generator first learns alone, then against the discriminator, which moves once in each of its steps.
const system: System = {
  name: 'small-gan',
  networks: { generator, discriminator },
  players: {
    generator: { networks: ['generator'], optimiser: adam(0.004, { beta1: 0.5 }) },
    discriminator: { networks: ['discriminator'], optimiser: adam(0.001, { beta1: 0.5 }) },
  },
  updates: {
    alone: {
      player: 'generator',
      objective: ({ run, read }) => ({ l1: term.l1(run('generator')['output']!, read('x_b', image)) }),
    },
    generator: {
      player: 'generator',
      objective: ({ run, read }) => {
        const made = run('generator')['output']!;
        return {
          fooled: term.bceWithLogits(run('discriminator', { picture: made })['output']!, 1),
          l1: ops.multiply(term.l1(made, read('x_b', image)), 10),
        };
      },
    },
    discriminator: {
      player: 'discriminator',
      objective: ({ run, read }) => {
        const made = run('generator')['output']!;
        return {
          real: term.bceWithLogits(run('discriminator', { picture: read('x_b', image) })['output']!, 1),
          fake: term.bceWithLogits(run('discriminator', { picture: made })['output']!, 0),
        };
      },
    },
  },
  phases: [
    { name: 'alone', steps: 25, batchSize: 4, updates: ['alone'] },
    { name: 'both', steps: 20, batchSize: 4, updates: ['discriminator', 'generator'] },
  ],
};

// People to train on, drawn and written as Market-1501 is laid out, so that the same reader opens them.
const folder = await mkdtemp(join(tmpdir(), 'maskskip-example-'));
try {
  const out = join(folder, 'people');
  const drawn = await synthesise({ out, identities: 4, testIdentities: 1, imagesPerIdentity: 4, height, width, seed: 1 })(); // prettier-ignore
  if (drawn._tag === 'Left') throw new Error(drawn.left.map(({ text }) => text).join('\n'));
  const opened = await openDataset(market1501(out, { height, width }), 'train')();
  if (opened._tag === 'Left') throw new Error(opened.left.map(({ text }) => text).join('\n'));

  await unsafeActivate({ backend: 'wasm' });
  const trained = await trainSystem({
    system,
    binding: bind({ x_a: view('source'), p_b: pose('target', discs(4)), x_b: view('target') }),
    dataset: opened.right,
    seed: 1,
  })();
  if (trained._tag === 'Left') throw new Error(trained.left.map(({ text }) => text).join('\n'));

  const { step, parameters, maskParameters, curves } = trained.right;
  console.log(`${step} steps; ${parameters} parameters, ${maskParameters} of them masks`);
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  for (const [update, { terms }] of Object.entries(curves))
    for (const [name, values] of Object.entries(terms)) {
      const [first, last] = [mean(values.slice(0, 5)), mean(values.slice(-5))];
      console.log(`${update}: ${name} ${first.toFixed(1)} at first, ${last.toFixed(1)} at last`);
    }
} finally {
  await rm(folder, { recursive: true, force: true });
}
