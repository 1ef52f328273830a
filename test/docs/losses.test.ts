/** The page on losses names what is there, and nothing else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loss, schedule, term } from '../../src/learn/index.js';
import * as maskskip from '../../src/index.js';

const page = readFileSync(new URL('../../docs/losses.md', import.meta.url), 'utf8');

describe('docs/losses.md', () => {
  it('names every term, loss and schedule', () => {
    const missing = [
      ...Object.keys(term).filter((name) => !new RegExp(`\`${name}\\b`).test(page)),
      ...Object.keys(loss).filter((name) => !page.includes(`\`loss.${name}\``)),
      ...Object.keys(schedule).filter((name) => !page.includes(`\`${name}\``)),
    ];
    assert.deepEqual(missing, []);
  });

  it('has a row for nothing that is not there', () => {
    const rows = [...page.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name!);
    assert.ok(rows.length > 10);
    assert.deepEqual(rows.filter((name) => !Object.hasOwn(term, name)), []); // prettier-ignore
  });

  it('names the networks of VGG-19 that the package has', () => {
    const named = [...page.matchAll(/`(vgg19\w+)`/g)].map(([, name]) => name!);
    const there = Object.keys(maskskip).filter((name) => name.startsWith('vgg19'));
    assert.deepEqual([...new Set(named)].sort(), there.sort());
  });
});
