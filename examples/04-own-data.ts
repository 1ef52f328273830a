/**
 * 4. Training on data of your own.
 *
 * The data come from anywhere: here, from a generator that draws bright squares under noise. The network learns to
 * take the noise away; thirty steps are enough to see it.
 */
import { conv, decoder, encoder, input, model, psi, relu, seq, upsample } from 'maskskip';
import { unsafeActivate } from 'maskskip/backend';
import { bind } from 'maskskip/data';
import { adam, l1Loss, predictor, train } from 'maskskip/learn';

const denoiser = model(
  seq(
    input('noisy', 16, 16, 1),
    encoder('image', [seq(conv(8), relu), seq(conv(8, { stride: 2 }), relu)]),
    decoder('image', [seq(conv(8), relu, upsample(2)), seq(conv(8), relu)], psi.dense()),
    conv(1, { kernel: 1 }),
  ),
);

/** A square of ones; the noise is arithmetic, so that example `index` is the same on every machine. */
const example = (index: number) => {
  const clean = new Float32Array(256);
  const noisy = new Float32Array(256);
  for (let i = 0; i < 256; i++) {
    const [row, column] = [Math.floor(i / 16), i % 16];
    const inside =
      row >= index % 8 && row < (index % 8) + 8 && column >= index % 5 && column < (index % 5) + 8;
    const noise = (((index * 256 + i) * 7919) % 1000) / 500 - 1;
    const value = inside ? 1 : 0;
    clean[i] = value;
    noisy[i] = value + noise;
  }
  return { clean, noisy };
};

// `from` starts an epoch. It may be async and read files, a camera or a network.
const binding = bind({
  from: async function* (epoch) {
    for (let i = 0; i < 64; i++) yield example(64 * epoch + i);
  },
  shapes: { noisy: [16, 16, 1], clean: [16, 16, 1] },
});

// WebAssembly: on any machine, without anything to install.
await unsafeActivate({ backend: 'wasm' });

// The compiler holds the binding against model and loss: feed `noisy` three channels and this line is an error.
const trained = await train({
  model: denoiser,
  name: 'denoiser',
  binding,
  loss: l1Loss('clean'),
  optimiser: adam(0.01),
  steps: 30,
  batchSize: 8,
  seed: 1,
})();
if (trained._tag === 'Left') throw new Error(trained.left.map(({ text }) => text).join('\n'));
const { losses, weights } = trained.right;
console.log(
  `loss: ${losses[0]!.toFixed(3)} at first, ${losses.at(-1)!.toFixed(3)} after ${losses.length} steps`,
);

// A picture that was not among the examples of these steps.
const { clean, noisy } = example(1000);
const network = predictor(denoiser, weights);
if (network._tag === 'Right') {
  const { output } = await network.right.predict({ noisy: { data: noisy, shape: [1, 16, 16, 1] } });
  const error = (image: Float32Array) =>
    image.reduce((sum, one, i) => sum + Math.abs(one - clean[i]!), 0) / 256;
  console.log(
    `error: ${error(noisy).toFixed(3)} before, ${error(output!.data).toFixed(3)} after the network`,
  );
  network.right.dispose();
}
