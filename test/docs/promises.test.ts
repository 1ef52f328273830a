/** The page of promises has exactly the numbers that tests name, and leads to tests that name them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const here = 'docs/promises.test.ts';
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && name !== here)
  .map((name) => ({ name, text: readFileSync(join(root, 'test', name), 'utf8') }));

/** The numbers in a text; a span names all that it spans. */
const numbersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bR(\d\d)(?:–R(\d\d))?\b/g)].flatMap(([, from, to = from]) =>
    Array.from(
      { length: Number(to) - Number(from) + 1 },
      (_, k) => `R${String(Number(from) + k).padStart(2, '0')}`,
    ),
  );
/** General promises have a number without a nought: P06 is a fault of plans. */
const generalIn = (text: string): readonly string[] => [...text.matchAll(/\bP\d\b/g)].map(([id]) => id);
const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

const rows = [
  ...readFileSync(join(root, 'docs/promises.md'), 'utf8').matchAll(/^\| ([RP]\d+) \|(.*)\|$/gm),
].map(([, id, rest]) => ({
  id: id!,
  places: [...rest!.matchAll(/`([\w/-]+(?:\.test\.ts|\/))`/g)].map(([, place]) => place!),
}));

describe('docs/promises.md', () => {
  it('has every number that a test names, once, in order, and no other', () => {
    const ids = rows.map(({ id }) => id);
    assert.deepEqual(ids.filter((id) => id.startsWith('R')), sorted(tests.flatMap(({ text }) => numbersIn(text)))); // prettier-ignore
    assert.deepEqual(ids.filter((id) => id.startsWith('P')), sorted(tests.flatMap(({ text }) => generalIn(text)))); // prettier-ignore
  });
  for (const { id, places } of rows.filter((row) => row.id.startsWith('R'))) {
    it(`${id} leads to tests that name it`, () => {
      assert.ok(places.length > 0);
      for (const place of places) {
        const found = tests.filter(({ name }) =>
          place.endsWith('/') ? name.startsWith(place) : name === place,
        );
        assert.ok(
          found.some(({ text }) => numbersIn(text).includes(id)),
          place,
        );
      }
    });
  }
});
