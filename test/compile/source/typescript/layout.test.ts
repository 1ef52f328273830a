import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as prettier from 'prettier';
import ts from 'typescript';
import {
  array,
  call,
  commentedBy,
  constantArray,
  flag,
  literal,
  member,
  name,
  number,
  object,
  spread,
  string,
  type Expression,
} from '../../../../src/compile/source/typescript/expression.js';
import { constant, imported, moduleText, wrap } from '../../../../src/compile/source/typescript/statement.js';
import { hostileNames } from '../hostile.js';

const names = ['x', 'relu', 'seq', 'conv', 'residual', 'aRatherLongNameOfAConstant', 'feature12'];
const arbitraryName = fc.constantFrom(...names);

const expression: fc.Arbitrary<Expression> = fc.letrec<{ any: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    arbitraryName.map(name),
    fc.oneof(fc.integer({ min: -4, max: 70_000 }), fc.constantFrom(0.02, 1e-5, 1e-7, -0.5, 1e21)).map(number),
    fc.boolean().map(flag),
    fc
      .oneof(fc.string({ maxLength: 30 }), fc.constantFrom('same', 'image', "it's", 'a "quoted" word'))
      .map(string),
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(arbitraryName, fc.array(tie('any'), { maxLength: 5 }))
      .map(([callee, given]) => call(name(callee), ...given)),
    fc
      .tuple(arbitraryName, arbitraryName, fc.array(tie('any'), { maxLength: 3 }))
      .map(([root, key, given]) => call(member(name(root), key), ...given)),
    fc.tuple(arbitraryName, fc.constantFrom('none', 'a key')).map(([root, key]) => member(name(root), key)),
    fc.array(tie('any'), { maxLength: 5 }).map(array),
    fc
      .array(tie('any'), { minLength: 1, maxLength: 4 })
      .map((elements) => array(elements.map((one, at) => commentedBy(`level ${at + 1}`, one)))),
    fc
      .uniqueArray(
        fc.tuple(
          fc.constantFrom('kernel', 'at', 'stride', 'x_a', 'not plain', '__proto__', '7', 'initialiser', 'é'),
          tie('any'),
        ),
        { selector: ([key]) => key, maxLength: 4 },
      ) // prettier-ignore
      .map(object),
    fc.array(tie('leaf'), { maxLength: 40 }).map(array),
    fc.array(tie('any'), { maxLength: 3 }).map((given) => call(name('fuse'), ...given.slice(1), spread(name('rest')))), // prettier-ignore
  ),
})).any;

const formatted = (text: string): Promise<string> => prettier.format(text, { parser: 'typescript' });

/* What TypeScript reads in a literal. */
const readBack = (written: string): string | undefined => {
  const [statement] = ts.createSourceFile('x.ts', `(${written});`, ts.ScriptTarget.ES2022).statements;
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found = node.text;
    ts.forEachChild(node, visit);
  };
  visit(statement!);
  return found;
};

describe('text laid as prettier lays it', () => {
  it('is left alone by prettier, whatever the expression', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(expression, { minLength: 1, maxLength: 3 }), async (values) => {
        const text = moduleText(
          values.map((value, at) => constant(`value${at}`, value, { exported: at > 0 })),
        );
        assert.equal(text, await formatted(text));
      }),
      { numRuns: process.env['MASKSKIP_FULL'] === '1' ? 5000 : 150 },
    );
  });

  it('breaks imports, long names and typed constants as prettier does', async () => {
    const text = moduleText([
      imported([{ name: 'conv' }], 'maskskip'),
      imported(['batchNorm', 'concat', 'conv', 'encoder', 'fuse', 'input', 'model'].map((one) => ({ name: one })), 'maskskip'), // prettier-ignore
      imported([{ name: 'Tensor4D', as: 'Tensor' }], '@tensorflow/tfjs-core', { type: true }),
      constant('levels', constantArray(names.map((one) => call(name(one), number(64), string('same')))), {
        doc: ['Levels of an encoder.', '', 'Shapes: 64×32×128, and more words than one line can hold so that it is wrapped.'], // prettier-ignore
      }),
      constant(`v${'x'.repeat(75)}`, call(name('model'), name('network')), { exported: true }),
      constant('typed', array([number(1)]), { type: 'readonly number[]' }),
    ]);
    assert.equal(text, await formatted(text));
    assert.match(text, /64x32x128/);
  });

  it('writes any text as a literal of printable ASCII that reads back as the text', () => {
    for (const hostile of hostileNames) {
      const written = literal(hostile);
      assert.match(written, /^[\x20-\x7e]*$/);
      assert.equal(readBack(written), hostile);
    }
  });

  it('wraps words at a width', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }), (words) => {
        const lines = wrap(words.join(' '), 20);
        assert.equal(lines.join(' '), words.join(' '));
        assert.ok(lines.every((one) => one.length <= 20));
      }),
    );
  });
});
