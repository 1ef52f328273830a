/** Computes the small mUNet on one backend and prints what came out: run by `backends.test.ts` in a process of its own. */
import * as E from 'fp-ts/lib/Either.js';
import { activate, type BackendName } from '../../src/backend/index.js';
import { computeMunet } from './small-munet.js';

const [backend, seed] = process.argv.slice(2);
const active = await activate({ backend: backend as BackendName })();
const report = E.isLeft(active)
  ? { unusable: active.left.map(({ text }) => text).join('; ') }
  : { detail: active.right.detail, tensors: await computeMunet(Number(seed)) };
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
