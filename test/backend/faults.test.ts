import assert from 'node:assert/strict';
import { failedStart } from '../../src/backend/faults.js';

describe('B05: a backend that loaded but did not start', () => {
  it('names the backend, the cause and a way on', () => {
    const { rule, text, fix } = failedStart('webgpu', 'the device was lost');
    assert.equal(rule, 'B05');
    assert.match(text, /webgpu/);
    assert.match(text, /the device was lost/);
    assert.notEqual(fix, '');
  });
});
