import assert from 'node:assert/strict';
import { diagnosticText, ruleMessages } from '../../src/check/diagnostic-text.js';

const says = (messageText: string) => ({ messageText });

describe('rule messages in a diagnostic', () => {
  it('are the strings that the parameter wants', () => {
    const text = `Argument of type 'Conv<-1>' is not assignable to parameter of type '"✗ S10 skip 'a': no such encoder; open: b"'.`;
    assert.deepEqual(ruleMessages(says(text)), ["✗ S10 skip 'a': no such encoder; open: b"]);
  });

  it('are each its own in a union, and may stand in an explanation', () => {
    const inner = `Type 'X' is not assignable to type '"✗ S02 a; b" | "✗ S03 c; d"'.`;
    const chain = { messageText: 'No overload matches.', category: 1, code: 2769, next: [{ messageText: inner, category: 1, code: 2322 }] }; // prettier-ignore
    assert.deepEqual(ruleMessages({ messageText: chain }), ['✗ S02 a; b', '✗ S03 c; d']);
  });

  it('are read without the escapes of the compiler', () => {
    const text = String.raw`Type 'X' is not assignable to type '"✗ S10 skip '\"a\\b\u00e9\n': none"'.`;
    assert.deepEqual(ruleMessages(says(text)), ["✗ S10 skip '\"a\\bé\n': none"]);
  });

  it('are none in what the compiler says of its own, nor where such a string is given', () => {
    for (const text of [
      "Cannot find name 'x'.",
      `Type '"a"' is not assignable to type '"b"'.`,
      `Argument of type '"✗ S10 mine"' is not assignable to parameter of type 'number'.`,
    ]) {
      assert.deepEqual(ruleMessages(says(text)), []);
    }
  });
});

describe('the text of a diagnostic', () => {
  it('is one line of bounded length', () => {
    assert.equal(diagnosticText(says('a\n   b\r\n c')), 'a b c');
    assert.equal(diagnosticText(says('x'.repeat(10_000))).length, 600);
  });
});
