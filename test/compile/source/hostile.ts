/** Names as an enemy or an accident would give them, for every emitter: a fixed list and seeded mixtures (R11). */
import * as fc from 'fast-check';
import { random } from '../../../src/base/random.js';

/* What ends, opens or turns something in one of our languages. */
const pieces: readonly string[] = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\"',
    '"""',
    "'''",
    '${process.exit(1)}',
    '${',
    '}',
    '{{x}}',
    '%s',
    '#{x}',
    '$(id)',
  ],
  ...['\n', '\r', '\r\n', '\t', '\u0000', '\u0007', '\u001b[31m', '\u0085', '\u2028', '\u2029', '\u200b'],
  ...[
    '*/',
    '/*',
    '//',
    '*/ alert(1) /*',
    '#',
    '--',
    '-->',
    '<!--',
    '<![CDATA[',
    ']]>',
    '%%',
    '%%{init: {}}%%',
  ],
  ...[
    '</script>',
    '<script>',
    '<img src=x onerror=alert(1)>',
    '&',
    '&lt;',
    '&#34;',
    '<',
    '>',
    '</svg>',
    '<?xml',
  ],
  ...['\u202e', '\u2066', '\u2069', '\u200f', '\ufeff', '\u061c'],
  ...[
    'class',
    'def',
    'import os',
    'return',
    'await',
    'lambda',
    'None',
    'end',
    'graph',
    'subgraph',
    'digraph',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    '__class__',
    '__init__',
    'self',
    'forward',
    'default',
  ],
  ...[
    '../..',
    '..',
    '.',
    '/',
    '\\\\',
    'C:',
    'con',
    'nul',
    'com1',
    '~',
    '|',
    '*',
    '?',
    ':',
    ';',
    ',',
    '=',
    '@',
  ],
  ...['😀', '\ud83d', '\udc00', 'ψ', 'σ', 'é', 'e\u0301', 'ß', 'İ', 'ſ', '名前', 'مرحبا', '１', 'Ⅷ', '𝒳'],
  ...[
    ' ',
    '  ',
    '-',
    '_',
    '0',
    '1e9',
    'NaN',
    '-1',
    'a',
    'B',
    'conv',
    'level2',
    '"; DROP',
    "'); import os; os",
  ],
  ...[
    '[x](javascript:x)',
    '![x](x)',
    '| a | b |',
    '---',
    '- a: &a b',
    '!!python/object',
    '[[',
    ']]',
    '(',
    ')',
  ],
];

/** Names that stand for a kind of trouble each: every piece alone, some in a row, and the very long and the empty. */
const fixed: readonly string[] = [
  '',
  ...pieces,
  'x'.repeat(2000),
  '"'.repeat(300),
  '*/'.repeat(200),
  '\ud83d'.repeat(50),
  'a\nimport os\nos.system("x")',
  '"""\nimport os\n"""',
  "');\nprocess.exit(1);\n('",
  '`);process.exit(1);(`',
  '</title><script>alert(1)</script>',
  '"] --> B["x',
  '--->',
  'end\nclick A "javascript:alert(1)"',
  'a\\N{BULLET}',
  '\\u0022',
  '\\x22',
  '\\',
  'abstract',
  'eval',
  'arguments',
  'undefined',
  'tf',
  'torch',
  'nn',
];

/** How many names the promise asks for. */
const total = 500;

/** 500 hostile names: the same ones on every machine, no two alike. */
export const hostileNames: readonly string[] = (() => {
  const stream = random(11, 'hostile names');
  const names = new Set(fixed);
  for (let at = 0; names.size < total;) {
    const length = 2 + Math.floor(stream.at(at++) * 4);
    const parts = Array.from({ length }, () => pieces[Math.floor(stream.at(at++) * pieces.length)]!);
    names.add(parts.join(''));
  }
  return [...names].slice(0, total);
})();

/** Any hostile name, for properties. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 6 }).map((parts) => parts.join('')), // prettier-ignore
);
