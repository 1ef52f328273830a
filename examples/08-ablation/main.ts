/**
 * Writes the variants' source code, trains each for a few steps and prints a table:
 * `node --import tsx examples/08-ablation/main.ts FOLDER [STEPS]`.
 */
import { join } from 'node:path';
import { argv } from 'node:process';
import type { AnyModel, Fault } from 'maskskip';
import { unsafeActivate } from 'maskskip/backend';
import { bind, discs, market1501, mask, openDataset, pose, synthesise, view } from 'maskskip/data';
import { adam, evaluate, loss, meanImage, predictor, train } from 'maskskip/learn';
import { generate, namedModels, targets } from 'maskskip/source';
import { grid, size } from './grid.js';

const [out, steps = '30'] = argv.slice(2);
if (out === undefined) throw new Error('give the folder to write to');

/** What was asked for; faults are thrown, a line each. */
const unwrapped = <A>(
  result:
    | { readonly _tag: 'Left'; readonly left: readonly Fault[] }
    | { readonly _tag: 'Right'; readonly right: A },
): A => {
  if (result._tag === 'Right') return result.right;
  throw new Error(result.left.map(({ text }) => text).join('\n'));
};

// 1. Each variant as a module that declares it, type-checked; what is in the folder and was changed by hand is kept.
const source = unwrapped(
  await generate({
    target: await targets['typescript-dsl'].load(),
    models: namedModels(grid.all),
    out: join(out, 'source'),
    title: grid.name,
  })(),
);
console.log(`${source.models} variants in ${source.written.length + source.unchanged.length} files`);

// 2. People to train on and others to judge with.
const people = join(out, 'people');
unwrapped(
  await synthesise({ out: people, identities: 6, testIdentities: 2, imagesPerIdentity: 8, ...size })(),
);
const layout = market1501(people, size);
const dataset = unwrapped(await openDataset(layout, 'train')());
const unseen = unwrapped(await openDataset(layout, 'test')());
const mean = unwrapped(await meanImage(dataset)());
const binding = bind({
  x_a: view('source'),
  p_a: pose('source', discs(2)),
  p_b: pose('target', discs(2)),
  x_b: view('target'),
  mask_b: mask('target', 'annotated'),
});

// 3. The same seed, steps and pairs for all.
await unsafeActivate({ backend: 'wasm' });
const figuresOf = async (name: string, model: AnyModel) => {
  const { losses, maskParameters, weights } = unwrapped(
    await train({
      model,
      name,
      dataset,
      binding,
      loss: loss.maskL1(),
      optimiser: adam(1e-3),
      steps: Number(steps),
      batchSize: 4,
      seed: 1,
    })(),
  );
  const network = unwrapped(predictor(model, weights));
  const judged = await evaluate({ predictor: network, binding, dataset: unseen, mean, pairs: 8 })();
  network.dispose();
  return { losses, maskParameters, ...unwrapped(judged).network };
};

const columns = [...Object.keys(grid.axes), 'masks', 'loss at first', 'at last', 'SSIM', 'L1'];
console.log(columns.map((title) => title.padEnd(9)).join(' '));
for (const { name, axes, elaborated } of grid.all) {
  const { losses, maskParameters, ssim, l1 } = await figuresOf(name, elaborated.model);
  const ends = [losses[0] ?? NaN, losses.at(-1) ?? NaN];
  const cells = [
    ...Object.values(axes),
    String(maskParameters),
    ...[...ends, ssim, l1].map((one) => one.toFixed(3)),
  ];
  console.log(
    cells
      .map((cell, at) => cell.padEnd(Math.max(9, columns[at]!.length)))
      .join(' ')
      .trimEnd(),
  );
}
