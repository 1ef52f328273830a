import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sourceOf, syntaxErrorPlace } from '../../src/check/json-source.js';

const text = `{
  "version": 1,
  "features": [
    { "id": "image", "input": [8, 8, 3] },
    { "id": "net", "through": ["image", { "conv": { "filters": -1 } }] }
  ],
  "a/b": { "c~d": true, "": null }
}`;

/** What the text holds at the place of a pointer. */
const at = (pointer: string): string => {
  const { line, column } = sourceOf(text, pointer);
  return text.split('\n')[line - 1]!.slice(column - 1);
};

describe('the place of a JSON pointer', () => {
  it('is where the value stands', () => {
    assert.match(at('/features/1/through/1/conv/filters'), /^-1 \}/);
    assert.match(at('/features/0/input/2'), /^3\]/);
    assert.match(at('/version'), /^1,/);
    const { frame, ...place } = sourceOf(text, '/features/1/through/1/conv/filters', 'net.json');
    assert.deepEqual(place, { file: 'net.json', line: 5, column: 64 });
    assert.match(frame, /^> 5 \|.*\n +\| +\^\^$/m);
  });

  it('is the beginning for the whole document', () => {
    assert.match(at(''), /^\{$/);
    assert.equal(sourceOf('\n\n  [1]', '').line, 3);
  });

  it('knows the escapes ~0 and ~1, and empty names', () => {
    assert.match(at('/a~1b/c~0d'), /^true/);
    assert.match(at('/a~1b/'), /^null/);
    assert.equal(sourceOf('{"~1": 5, "/": 6}', '/~01').column, 8);
  });

  it('is the nearest thing around what is missing', () => {
    assert.match(at('/features/1/through/1/conv/kernel'), /^\{ "filters"/);
    assert.match(at('/features/7/input'), /^\[$/);
    assert.match(at('/features/01'), /^\[$/);
    assert.match(at('/features/-'), /^\[$/);
    assert.match(at('/version/deeper'), /^1,/);
    assert.match(at('/nothing/1'), /^\{$/);
    assert.match(at('/toString'), /^\{$/);
  });

  it('is the last of two members of one name, which is the one that counts', () => {
    assert.equal(sourceOf('{"a": 1, "a": 2}', '/a').column, 15);
  });

  it('is the beginning of what is no JSON, empty, or nested beyond reason', () => {
    for (const odd of ['', '   ', 'no', '[[['.repeat(50_000), `${'['.repeat(90_000)}${']'.repeat(90_000)}`]) {
      assert.equal(sourceOf(odd, '/0/0').line, 1);
    }
  });

  it('finds every value of any document', () => {
    const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
    const walk = (value: unknown, pointer: string, visit: (v: unknown, p: string) => void): void => {
      visit(value, pointer);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, one] of Object.entries(value)) walk(one, `${pointer}/${escaped(key)}`, visit);
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2), (value, indent) => {
        const document = JSON.stringify(value, null, indent);
        walk(JSON.parse(document), '', (one, pointer) => {
          const { line, column } = sourceOf(document, pointer);
          const from = document.split('\n').slice(line - 1).join('\n').slice(column - 1); // prettier-ignore
          const first = JSON.stringify(one)[0];
          assert.equal(from[0], first, `${pointer} in ${document}`);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the place where a text stops being JSON', () => {
  for (const [wrong, line, column] of [
    ['{\n  "a": abc\n}', 2, 8],
    ['{\n  "a": 1,\n}', 3, 1],
    ['[1 2]', 1, 4],
    ["{'a': 1}", 1, 2],
    ['{"a": 1} x', 1, 10],
    ['[1,\n2', 2, 2],
    ['', 1, 1],
  ] as const) {
    it(`is found in ${JSON.stringify(wrong)}`, () => {
      const place = syntaxErrorPlace(wrong, 'spec.json');
      assert.deepEqual([place?.line, place?.column], [line, column]);
    });
  }

  it('is nowhere in JSON', () => assert.equal(syntaxErrorPlace(text, 'spec.json'), undefined));
});
