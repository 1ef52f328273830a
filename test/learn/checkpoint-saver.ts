/** Saves checkpoints of growing steps into a folder until it is killed; says each step after it is saved. */
import { writeSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { faultError } from '../../src/base/fault.js';
import { saveCheckpoint } from '../../src/learn/checkpoint.js';
import { filled } from './checkpoint-example.js';

const [folder = '', first = '1'] = process.argv.slice(2);
for (let step = Number(first); ; step++) {
  const saved = await saveCheckpoint(folder, filled(step, 50_000), { keep: 2 })();
  if (E.isLeft(saved)) throw faultError(saved.left);
  writeSync(1, `${step}\n`);
}
