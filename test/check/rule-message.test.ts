import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageFault } from '../../src/check/rule-message.js';
import { mistakesFolder } from '../types/compilers.js';

const fields = (text: string) => {
  const { rule, got, wanted, fix } = messageFault(text, 'net.ts:1');
  return [rule, got, wanted, fix];
};

describe('the fields of a message', () => {
  it('are its id, the pair that differs and the fix', () => {
    assert.deepEqual(
      fields("✗ S12 decoder level 4 › skip 'image' 2: encoder gives 64×31×256, decoder expects 64×32 (width 31 ≠ 32); declare 64 instead of 62, or cropTo"), // prettier-ignore
      ['S12', 'width 31', 'width 32', 'declare 64 instead of 62, or cropTo'],
    );
    assert.deepEqual(fields('✗ S09 add: channels 8*c ≠ 4; make them equal with conv(…, { kernel: 1 })'), ['S09', 'channels 8*c', 'channels 4', 'make them equal with conv(…, { kernel: 1 })']); // prettier-ignore
    assert.deepEqual(fields('✗ S24 dense: expects a vector 1×1×n, got 8×8×4; flatten first'), ['S24', '8×8×4', 'a vector 1×1×n', 'flatten first']); // prettier-ignore
    assert.deepEqual(fields('✗ S02 conv: filters -1 is not a positive whole number; give 1 or more'), ['S02', 'filters -1', 'a positive whole number', 'give 1 or more']); // prettier-ignore
  });

  it('are empty where the message does not tell them apart', () => {
    assert.deepEqual(fields('✗ S18 chain: no feature to work on; begin the chain with input(…)'), ['S18', '', '', 'begin the chain with input(…)']); // prettier-ignore
    assert.deepEqual(fields('✗ MINE no fix at all'), ['MINE', '', '', '']);
    assert.deepEqual(fields('odd'), ['', '', '', '']);
  });

  it('put together are the message again, for every message that the compiler shows', () => {
    const messages = readdirSync(mistakesFolder).flatMap((file) =>
      [...readFileSync(join(mistakesFolder, file), 'utf8').matchAll(/\/\/ (?:static )?(✗.*)$/gm)].map(
        ([, text]) => text!,
      ),
    );
    assert.ok(messages.length > 25);
    for (const text of messages) {
      const one = messageFault(text, 'net.ts:1');
      assert.equal(one.text, text);
      assert.match(one.rule, /^S\d\d$/);
      assert.ok(one.fix !== '' && !one.fix.includes('; '), text);
      assert.ok(text.startsWith(`✗ ${one.rule} `) && text.endsWith(`; ${one.fix}`), text);
    }
  });
});
