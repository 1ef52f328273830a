/** Writes a compiled network over and over, five folders at a time: what `write.test.ts` kills. */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { faultError } from '../../src/base/fault.js';
import { compiledFiles } from '../../src/compile/compile.js';
import { buildPlan } from '../../src/compile/plan/build.js';
import { writeArtefact } from '../../src/compile/write.js';
import { conv, input, model, relu, seq, unsafeElaborate } from '../../src/dsl/index.js';

const declared = model(seq(input('x', 16, 16, 3), conv(64), relu, conv(64), relu, conv(3)));
const plan = buildPlan(unsafeElaborate(declared), { mode: 'infer' });
if (E.isLeft(plan)) throw faultError(plan.left);
const weights = Object.fromEntries(
  plan.right.parameters.map(({ path, shape }) => {
    const sizes = shape.map(Number);
    return [path, { shape: sizes, data: new Float32Array(sizes.reduce((a, b) => a * b, 1)).fill(0.5) }];
  }),
);
const compiled = (['tfjs-graph', 'saved-model'] as const).map((target) => {
  const made = compiledFiles(unsafeElaborate(declared), { target, weights, safetensors: true });
  if (E.isLeft(made)) throw faultError(made.left);
  return made.right;
});
const again = async (lane: number): Promise<never> => {
  for (let i = 0; ; i++) {
    const { files, artefact } = compiled[(lane + i) % 2]!;
    const written = await writeArtefact(join(process.argv[2]!, `${lane}-${i}`), files, artefact)();
    if (E.isLeft(written)) throw faultError(written.left);
  }
};
process.stdout.write('started\n');
await Promise.all([0, 1, 2, 3, 4].map(again));
