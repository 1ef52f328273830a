import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ended, startBinary } from './binary.js';
import { network, temporaryFiles } from './folder.js';

describe('the binary', () => {
  const file = temporaryFiles();

  it('keeps the standard output for the one document, whatever a file prints', async () => {
    const path = await file(
      'net.ts',
      `console.log('noise');\nprocess.stdout.write('more');\n${network()}\nsetInterval(() => {}, 1000);`,
    );
    const { code, results, messages } = await ended(startBinary(['summary', path, '--json']));
    assert.equal(code, 0, messages);
    assert.equal((JSON.parse(results) as { readonly name: string }).name, 'net.ts#unet');
    assert.match(messages, /noise\nmore/);
  });

  it('hands on the exit codes', async () => {
    const [faults, usage] = await Promise.all([
      ended(startBinary(['summary', 'none.ts'])),
      ended(startBinary(['models', '--all'])),
    ]);
    assert.equal(faults.code, 1);
    assert.match(faults.messages, /^✗ U02 none\.ts: /);
    assert.equal(usage.code, 2);
  });

  it('does not take an end from within the file for success', async () => {
    const [quits, waits] = await Promise.all([
      file('quits.ts', `process.exit(0);\n${network()}`),
      file('waits.mts', `await new Promise(() => {});\n${network()}`),
    ]);
    for (const { code, messages } of await Promise.all(
      [quits, waits].map((path) => ended(startBinary(['summary', path]))),
    )) {
      assert.equal(code, 1);
      assert.match(messages, /the process ended before the command did/);
    }
  });

  it('stops cleanly when it is interrupted: exit 130, nothing left behind', async () => {
    const out = await file('people');
    const child = startBinary(['data', 'synth', '--out', out]);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, results, messages } = await ended(child);
    assert.equal(code, 130, messages);
    assert.equal(results, '');
    assert.match(messages, /^✗ Y04 /m);
    assert.deepEqual(await readdir(dirname(out)), []);
  });

  it('is content with a reader that leaves early', async () => {
    const child = startBinary(['summary', 'vdg-stage1']);
    child.stdout?.destroy();
    const { code, messages } = await ended(child);
    assert.equal(code, 0, messages);
    assert.equal(messages, '');
  });
});
