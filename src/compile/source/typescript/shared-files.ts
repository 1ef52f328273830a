/** What the modules of a grid share in TypeScript: a list of the variants, and a script that trains and judges each. */
import type { NamedModel, SourceFile } from '../target.js';
import { constantArray, name, object, string } from './expression.js';
import { constant, imported, moduleText } from './statement.js';

/** `index.ts`: every variant with its name and its place in the grid. Each module exports its model's identifier. */
export const indexModule = (models: readonly NamedModel[]): SourceFile => ({
  path: 'index.ts',
  text: moduleText([
    ...models.map(({ identifier, file }) => imported([{ name: identifier }], `./${file}.js`)),
    constant(
      'variants',
      constantArray(
        models.map((one) =>
          object([
            ['name', string(one.name)],
            ['axes', object(Object.entries(one.axes).map(([axis, label]) => [axis, string(label)]))],
            ['model', name(one.identifier)],
          ]),
        ),
      ),
      { exported: true, doc: ['All variants, in the order of the grid.'] },
    ),
  ]),
});

/** `run.ts`: trains every variant of `index.ts` for a few steps and judges it on people whom it has not seen. */
export const gridScript: SourceFile = {
  path: 'run.ts',
  text: `/**
 * Trains every variant for a few steps and judges it on people whom it has not
 * seen: npx tsx run.ts --steps 200 --data people
 *
 * Inputs are fed by the paper's names: x_a and p_a are a picture of a person and
 * its pose, p_b is the pose that is wanted, x_b the picture in it. The folder of
 * --data has the layout of Market-1501; where there is none, a small synthetic
 * set is rendered into it.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { elaborate, type AnyModel, type Fault } from "maskskip";
import { unsafeActivate } from "maskskip/backend";
import {
  bind,
  discs,
  market1501,
  mask,
  openDataset,
  pose,
  poseMask,
  synthesise,
  view,
} from "maskskip/data";
import {
  adam,
  evaluate,
  loss,
  meanImage,
  predictor,
  train,
} from "maskskip/learn";
import { variants } from "./index.js";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "people" },
    steps: { type: "string", default: "50" },
    batch: { type: "string", default: "4" },
    rate: { type: "string", default: "2e-4" },
    pairs: { type: "string", default: "16" },
  },
});

const binding = bind({
  x_a: view("source"),
  p_a: pose("source", discs(4)),
  p_b: pose("target", discs(4)),
  x_b: view("target"),
  mask_b: mask("target", poseMask(4)),
});

type Result<A> =
  | { readonly _tag: "Left"; readonly left: readonly Fault[] }
  | { readonly _tag: "Right"; readonly right: A };

/** What was asked for; faults are thrown, a line each. */
const unwrapped = <A>(result: Result<A>): A => {
  if (result._tag === "Right") return result.right;
  throw new Error(result.left.map(({ text }) => text).join("\\n"));
};

/** The figures of one variant after training. */
const figuresOf = async (name: string, model: AnyModel) => {
  const [first] = Object.values(unwrapped(elaborate(model)).inputs);
  const size = { height: Number(first?.h), width: Number(first?.w) };
  const layout = market1501(values.data);
  const dataset = unwrapped(await openDataset(layout, "train", { size })());
  const unseen = unwrapped(await openDataset(layout, "test", { size })());
  const trained = unwrapped(
    await train({
      model,
      name,
      dataset,
      binding,
      loss: loss.maskL1(),
      optimiser: adam(Number(values.rate)),
      steps: Number(values.steps),
      batchSize: Number(values.batch),
      seed: 0,
    })(),
  );
  const network = unwrapped(predictor(model, trained.weights));
  const judged = unwrapped(
    await evaluate({
      predictor: network,
      binding,
      dataset: unseen,
      mean: unwrapped(await meanImage(dataset)()),
      pairs: Number(values.pairs),
    })(),
  );
  network.dispose();
  return { loss: trained.losses.at(-1) ?? NaN, ...judged.network };
};

if (!existsSync(values.data)) {
  const people = { identities: 8, testIdentities: 4, imagesPerIdentity: 8 };
  unwrapped(await synthesise({ out: values.data, ...people })());
}
await unsafeActivate();

const width = Math.max(...variants.map(({ name }) => name.length));
console.log(\`\${"variant".padEnd(width)}    loss    SSIM  mask-SSIM      L1\`);
for (const { name, model } of variants) {
  try {
    const { loss, ssim, maskSsim, l1 } = await figuresOf(name, model);
    const figures = [loss, ssim, maskSsim, l1].map((one) => one.toFixed(4));
    const [first, second, third, fourth] = figures;
    console.log(
      \`\${name.padEnd(width)}  \${first}  \${second}     \${third}  \${fourth}\`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
`,
};
