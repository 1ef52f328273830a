/**
 * Builds the page: `node --import tsx examples/07-deploy-in-a-browser/build.ts FOLDER [WEIGHTS]`.
 *
 * The folder gets the compiled network, the bundled script, the page and the backend's .wasm files; any web server
 * may serve it. Without a checkpoint of `maskskip train` the weights are those that training begins with.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unsafeElaborate } from 'maskskip';
import { buildPlan, initialParameters, unsafeCompile } from 'maskskip/compile';
import { loadWeights } from 'maskskip/learn';
import { network } from './network.js';

const here = dirname(fileURLToPath(import.meta.url));
const [out, checkpoint] = argv.slice(2);
if (out === undefined) throw new Error('give the folder to build');

const elaborated = unsafeElaborate(network);
const weights = await (async () => {
  if (checkpoint !== undefined) {
    const loaded = await loadWeights(checkpoint)();
    if (loaded._tag === 'Left') throw new Error(loaded.left.map(({ text }) => text).join('\n'));
    return loaded.right.weights;
  }
  const plan = buildPlan(elaborated, { mode: 'infer' });
  if (plan._tag === 'Left') throw new Error(plan.left.map(({ text }) => text).join('\n'));
  return initialParameters(plan.right, 7);
})();

await mkdir(out, { recursive: true });
const { sizes } = await unsafeCompile(elaborated, { target: 'tfjs-graph', weights, out: join(out, 'model') });
await build({
  entryPoints: [join(here, 'main.ts')],
  outfile: join(out, 'main.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  logLevel: 'warning',
});
await copyFile(join(here, 'index.html'), join(out, 'index.html'));
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
  await copyFile(join(wasm, name), join(out, name));
console.log(`${out}: ${sizes.entries} weights, of which ${sizes.gateEntries} are gates of one byte each`);
