import assert from 'node:assert/strict';
import { maskskip } from './in-process.js';

const commands = [
  'models',
  'recipes',
  'summary',
  'diff',
  'check',
  'spec',
  'explain',
  'diagram',
  'compile',
  'generate',
  'doctor',
  'native install',
  'data synth',
  'data export',
  'train',
  'evaluate',
  'synthesize',
] as const;

describe('--help', () => {
  for (const command of commands) {
    it(`of ${command} has an example that begins with the command`, async () => {
      const { code, results, messages } = await maskskip([...command.split(' '), '--help']);
      assert.equal(code, 0);
      assert.match(results, new RegExp(`Example:\\n  maskskip ${command}`));
      // A spec is a JSON document, asked for or not.
      if (command !== 'spec') assert.match(results, /--json/);
      assert.equal(messages, '');
    });
  }

  it('alone names every command', async () => {
    const { code, results } = await maskskip(['--help']);
    assert.equal(code, 0);
    for (const command of commands) assert.ok(results.includes(`\n  ${command.split(' ')[0]!}`), command);
    assert.match(results, /Example:/);
  });

  it('says that a FILE.ts is run', async () => {
    for (const command of ['summary', 'spec', 'explain', 'generate', 'train', 'evaluate', 'synthesize']) {
      const { results } = await maskskip([command, '--help']);
      assert.match(results.replace(/\s+/g, ' '), /\(a program, which is run\)/);
    }
  });

  it('is not needed for the version', async () => {
    const { code, results } = await maskskip(['--version']);
    assert.equal(code, 0);
    assert.match(results, /^\d+\.\d+\.\d+\n$/);
  });
});
