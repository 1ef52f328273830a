import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { Artefact } from '../../src/artefact/format.js';
import { readArtefact } from '../../src/artefact/read.js';
import { sealed, unsealed } from '../../src/artefact/seal.js';

const ends = {
  inputs: [{ name: 'größe', dtype: 'float32', shape: [-1, 4, 4, 1] }],
  outputs: [{ name: 'größe', dtype: 'float32', shape: [-1, 4, 4, 1] }],
} as const;
const artefact: Omit<Artefact, 'sha256'> = {
  maskskip: 'artefact',
  version: 1,
  target: 'tfjs-graph',
  model: '\n  "sha256": "',
  spec: '0'.repeat(64),
  ...ends,
  stages: [{ name: 'serving_default', at: '.', ...ends }],
  files: [{ path: 'model.json', bytes: 3, sha256: 'a'.repeat(64) }],
};
const rulesOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<readonly string[]> => {
  const read = await readArtefact(bytes, 'artefact.json');
  return E.isLeft(read) ? read.left.map(({ rule }) => rule) : [];
};

describe('artefact.json', () => {
  it('ends in the checksum of itself with zeros for digits, which any program can compute', async () => {
    const { text, sha256 } = await sealed(artefact);
    assert.ok(text.endsWith(`\n  "sha256": "${sha256}"\n}\n`));
    const zeroed = `${text.slice(0, -68)}${'0'.repeat(64)}"\n}\n`;
    assert.equal(createHash('sha256').update(zeroed).digest('hex'), sha256);
    assert.ok(E.isRight(await unsealed(new TextEncoder().encode(text), 'x')));
  });
  it('is read as what was written', async () => {
    const { text, sha256 } = await sealed(artefact);
    const read = await readArtefact(new TextEncoder().encode(text), 'artefact.json');
    assert.deepEqual(read, E.right({ ...artefact, sha256 }));
  });
  it('T04: every flipped bit and every cut is found out, before it is read as anything (R26)', async () => {
    const bytes = new TextEncoder().encode((await sealed(artefact)).text);
    let tried = 0;
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << (at % 8);
      assert.deepEqual(await rulesOf(flipped), ['T04'], `bit ${at % 8} of byte ${at}`);
      assert.deepEqual(await rulesOf(bytes.slice(0, at)), ['T04'], `cut to ${at}`);
      tried += 2;
    }
    assert.ok(tried >= 1000, String(tried));
    assert.deepEqual(await rulesOf(bytes), []);
  });
});
