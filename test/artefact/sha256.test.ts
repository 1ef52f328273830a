import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sha256, sha256OfBytes } from '../../src/artefact/sha256.js';

const wanted = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('sha256', () => {
  it('is the platform’s, and without it the same', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        assert.equal(sha256OfBytes(bytes), wanted(bytes));
        assert.equal(await sha256(Uint8Array.from(bytes)), wanted(bytes));
      }),
    ));
  it('holds around the block’s length and for some megabytes', () => {
    for (const length of [0, 55, 56, 63, 64, 65, 119, 120, 128, 3_000_001]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
      assert.equal(sha256OfBytes(bytes), wanted(bytes));
    }
  });
  it('does without a page’s crypto', async () => {
    const found = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true, writable: true });
    try {
      assert.equal(await sha256(Uint8Array.of(1, 2, 3)), wanted(Uint8Array.of(1, 2, 3)));
    } finally {
      Object.defineProperty(globalThis, 'crypto', found);
    }
  });
});
