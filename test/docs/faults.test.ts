/** The page of all faults is current; every rule that the sources raise has a sentence, and every sentence a rule. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '../../src/dsl/index.js';
import { faultsPage, raised, rulesIn, told } from '../../scripts/faults/page.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('docs/faults.md', () => {
  const sentences = told();
  const files = raised();

  it('is what npm run docs writes', () => {
    assert.equal(read('docs/faults.md'), faultsPage(), 'run npm run docs');
  });

  it('has a sentence for every rule that the sources raise, and no other', () => {
    const known = new Set(sentences.map(({ id }) => id));
    assert.ok(files.size > 150);
    assert.deepEqual([...files.keys()].filter((id) => !known.has(id)).sort(), [], 'say it in a README');
    // What the compiler alone sees is raised by types.
    const typed: readonly string[] = Object.entries(rules).filter(([, { seenBy }]) => seenBy === 'compiler').map(([id]) => id); // prettier-ignore
    assert.deepEqual([...known].filter((id) => !files.has(id) && !typed.includes(id)).sort(), [], 'nothing raises it'); // prettier-ignore
  });

  it('has one sentence for each', () => {
    const ids = sentences.map(({ id }) => id);
    assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), []); // prettier-ignore
    const texts = sentences.map(({ sentence }) => sentence);
    assert.deepEqual(texts.filter((text, at) => texts.indexOf(text) !== at), []); // prettier-ignore
  });

  it('shows every rule, under a letter that the page of rooms names', () => {
    const page = read('docs/faults.md');
    for (const { id } of sentences) assert.match(page, new RegExp(`^\\| (\\[${id}\\]|${id} )`, 'm'), id);
    const letters = read('docs/architecture.md').match(/Letters of ids: ([^]+?) A part of your own/)![1]!;
    for (const letter of new Set(sentences.map(({ id }) => id[0]!)))
      assert.match(letters, new RegExp(`\\b${letter} `), letter);
  });

  it('would find a rule in each way that sources write them', () => {
    assert.deepEqual(rulesIn("fault({ rule: 'A01', x }); stop('A02', y); wrong(\n  'A03',\n z); dtype !== 'F32'; ['U16']; T ? `✗ A04 x: ${T}` : `✗ A05 y`"), ['A01', 'A02', 'A03', 'A04', 'A05']); // prettier-ignore
  });
});
