/** Compiles a small network over and over, into folders 0, 1, 2 … : what `compile.test.ts` kills. */
import { join } from 'node:path';
import { initialParameters, unsafeCompile } from '../../src/compile/index.js';
import { conv, input, model, relu, seq, unsafeElaborate } from '../../src/dsl/index.js';
import { unsafePlan } from '../dsl/plans.js';

const declared = model(seq(input('x', 16, 16, 3), conv(128), relu, conv(128), relu, conv(3)));
const weights = initialParameters(unsafePlan(declared), 1);
process.stdout.write('started\n');
for (let i = 0; ; i++) {
  const target = i % 2 === 0 ? 'tfjs-graph' : 'saved-model';
  await unsafeCompile(unsafeElaborate(declared), { target, weights, out: join(process.argv[2]!, String(i)) });
}
