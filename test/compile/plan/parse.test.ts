/** What a plan's text may not say. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { verify, type Plan } from '../../../src/compile/index.js';
import { parse, type ParseOptions } from '../../../src/compile/plan/parse.js';
import { print } from '../../../src/compile/plan/print.js';
import { alphabet } from '../../../src/ops/alphabet.js';
import {
  batchNorm,
  conv,
  dropout,
  elaborate,
  input,
  leakyRelu,
  maxPool,
  model,
  psi,
  relu,
  skip,
  surrogate,
  tap,
  through,
  upsample,
} from '../../../src/dsl/index.js';
import { anyModel } from '../../dsl/spec/arbitrary.js';
import { unsafePlan } from '../../dsl/plans.js';

const plan: Plan = unsafePlan(
  model(
    through(
      input('x', 8, 8, 2),
      tap('e'),
      conv(2, { stride: 2 }),
      batchNorm(),
      leakyRelu(0.2),
      dropout(0.5),
      maxPool(2),
      upsample(4),
      skip('e', psi.dense({ surrogate: surrogate.soft(2) })),
      relu,
    ),
  ),
  'train',
);
const text = print(plan);
const lines = text.split('\n');
const lineOf = (begins: RegExp): number => lines.findIndex((line) => begins.test(line)) + 1;

/** The faults of the text with one line changed: `rule line`. */
const changed = (from: RegExp, to: string): readonly string[] => {
  const at = lineOf(from);
  assert.ok(at > 0, String(from));
  return faultsOf(lines.map((line, i) => (i === at - 1 ? line.replace(from, to) : line)).join('\n'));
};
const faultsOf = (given: string, options: ParseOptions = {}): readonly string[] => {
  const read = parse(given, options);
  return E.isLeft(read) ? read.left.map(({ rule, where }) => `${rule} ${where}`) : [];
};
const onLine = (rule: string, begins: RegExp): readonly string[] => [`${rule} plan:${lineOf(begins)}`];

describe('P12: a line of a plan', () => {
  it('is what print writes', () => {
    for (const line of ['hello', '%', '%x = relu', '%1 relu', '%1 = relu %', '%1 = relu {a}', '%1 = relu {a=}', '%1 = relu {a=1 a=2} : 1 float32', '%1 = relu {a=[[[[1]]]]} : 1 float32', '%1 = relu [1 : 1 float32', '%1 = relu : 1×x float32', '%1 = relu : 01 float32', '%1 = relu : 1*n float32', '%1 = relu : 1 float64', '%1 = relu : 1 float32 @', '%1 = relu : 1 float32 more', '%1 = relu base64:A : 1 float32', 'input "a %0', 'input x 0', 'parameter x %0', 'parameter x %0 constant {value=', 'layer a b c', 'layer a b 1 1', 'inputx %0', 'next %0', '%1 = relu {a="\\q"} : 1 float32']) // prettier-ignore
      assert.match(faultsOf(`${text}${line}`)[0] ?? 'accepted', new RegExp(`^P12 plan:${lines.length}:\\d+$`), line); // prettier-ignore
  });
  it('stands under one first line of this version', () => {
    assert.deepEqual(faultsOf(''), ['P12 plan:1']);
    assert.deepEqual(faultsOf(lines.slice(1).join('\n')), ['P12 plan:1']);
    assert.deepEqual(changed(/^maskskip plan 1/, 'maskskip plan 2'), ['P12 plan:1']);
    assert.deepEqual(faultsOf(`${text}maskskip plan 1 train`), [`P12 plan:${lines.length}`]);
  });
  it('is named with the file, and shows what it breaks off at', () => {
    const read = parse('maskskip plan 1 infer\r\n%0 = input [1', { source: 'net.plan' });
    assert.ok(E.isLeft(read));
    assert.equal(read.left[0]!.text, '✗ P12 net.plan:2:14: got the end of the line, wanted numbers or base64; give a text that print wrote'); // prettier-ignore
  });
  it('may end as on Windows, and blank lines do not count', () => {
    assert.deepEqual(faultsOf(lines.join('\r\n\r\n')), []);
  });
});

describe('P13: what a line may not say', () => {
  it('attributes that the primitive does not have, lacks, or has of another kind', () => {
    for (const [from, to] of [
      [/\{strides=\[2,2\] /, '{'],
      [/strides=\[2,2\]/, 'strides=[0,2]'],
      [/strides=\[2,2\]/, 'strides=[2]'],
      [/strides=\[2,2\]/, 'strides=2'],
      [/strides=\[2,2\]/, 'strides=[2,2] other=1'],
      [/strides=\[2,2\]/, 'strides=[2,1.5]'],
      [/strides=\[2,2\]/, 'strides=[2,2] __proto__=1'],
      [/slope=0\.2/, 'slope="a"'],
      [/height=8/, 'height=-8'],
      [/role="mask"/, 'role="other"'],
    ] as const)
      assert.deepEqual(changed(from, to), onLine('P13', from), String(to));
  });
  it('too few or too many operands', () => {
    const from = /= leakyRelu (%\d+)/;
    assert.deepEqual(changed(from, '= leakyRelu $1 $1'), onLine('P13', from));
    assert.deepEqual(changed(from, '= leakyRelu'), onLine('P13', from));
  });
  it('other data than the shape wants, or data where none belongs', () => {
    const constant = /= constant ({[^}]*}) \[[^\]]*\]/;
    assert.deepEqual(changed(constant, '= constant $1 [1,2,3,4,5]'), onLine('P13', constant));
    assert.deepEqual(changed(constant, '= constant $1'), onLine('P13', constant));
    assert.deepEqual(changed(constant, '= constant $1 base64:AAAA'), onLine('P13', constant));
    const leaky = /= leakyRelu (%\d+ {[^}]*})/;
    assert.deepEqual(changed(leaky, '= leakyRelu $1 [1]'), onLine('P13', leaky));
  });
  it('whole numbers that are none', () => {
    const told = (data: string) => faultsOf(`maskskip plan 1 infer\n%0 = constant {shape=[1] dtype="int32"} [${data}] : 1 int32`); // prettier-ignore
    assert.deepEqual(told('7'), []);
    for (const data of ['0.5', '2147483648', 'NaN', 'Infinity']) assert.deepEqual(told(data), ['P13 plan:2']);
  });
  it('initialisers that nobody knows, or with other options', () => {
    const from = /^(parameter .*) constant \{value=0\}/;
    assert.deepEqual(changed(from, '$1 mine'), onLine('P13', from));
    assert.deepEqual(changed(from, '$1 toString'), onLine('P13', from));
    assert.deepEqual(changed(from, '$1 constant'), onLine('P13', from));
    assert.deepEqual(changed(from, '$1 constant {value="a"}'), onLine('P13', from));
    assert.deepEqual(changed(from, '$1 constant {value=0 more=1}'), onLine('P13', from));
  });
  it('but takes initialisers that it is given', () => {
    const mine = { name: 'mine', options: { a: 1 }, values: () => new Float32Array() };
    const given = text.replace(/(parameter .*) constant \{value=0\}/, '$1 mine {a=1}');
    assert.deepEqual(faultsOf(given, { initialisers: { mine: () => mine } }), []);
  });
});

describe('P04: a name', () => {
  it('stands once among its like', () => {
    for (const begins of [/^input /, /^parameter /, /^noise /, /^output /, /^next /]) {
      const line = lines[lineOf(begins) - 1]!;
      assert.deepEqual(faultsOf(`${text}${line}`), [`P04 plan:${lines.length}`], line);
    }
  });
});

describe('P05–P08: nodes', () => {
  it('P05: have the next number, and operands that stand before', () => {
    const from = /= leakyRelu (%\d+)/;
    for (const operand of ['%99999', '%9007199254740991'])
      assert.deepEqual(changed(from, `= leakyRelu ${operand}`), onLine('P05', from));
    assert.deepEqual(changed(/^%3 =/, '%4 =').slice(0, 1), onLine('P05', /^%3 =/));
  });
  it('P06: are primitives', () => {
    for (const op of ['toString', '__proto__', 'leakyrelu'])
      assert.deepEqual(changed(/= leakyRelu/, `= ${op}`), onLine('P06', /= leakyRelu/));
  });
  it('P07: fit their operands, and have the shape that follows', () => {
    assert.deepEqual(changed(/shape=\[3,3,2,2\]/, 'shape=[3,3,2,3]'), onLine('P07', /shape=\[3,3,2,2\]/));
    assert.deepEqual(changed(/(= leakyRelu .* : n×4×4×)2/, '$13'), onLine('P07', /= leakyRelu/));
    assert.deepEqual(changed(/(= leakyRelu .* )float32/, '$1int32'), onLine('P07', /= leakyRelu/));
    assert.deepEqual(changed(/shape=\["n",8,8,2\]\} : n×8×8×2/, 'shape=["n",8,8,3]} : n×8×8×3').slice(0, 1), onLine('P07', /= conv2d/)); // prettier-ignore
  });
  it('P08: are there where a row names them, of its kind and name', () => {
    assert.deepEqual(changed(/^output output %\d+/, 'output output %99999'), onLine('P08', /^output/));
    assert.deepEqual(changed(/^next (\S+) %\d+/, 'next $1 %99999'), onLine('P08', /^next/));
    for (const begins of [/^input x/, /^parameter conv1\/kernel/, /^noise \S+/]) {
      const kind = begins.source.slice(1, begins.source.indexOf(' '));
      const node = new RegExp(`= ${kind} `);
      assert.deepEqual(changed(begins, `${kind} other`), onLine('P08', begins));
      assert.deepEqual(changed(new RegExp(`${begins.source} %\\d+.*`), ''), onLine('P08', node));
    }
  });
});

describe('a hostile text', () => {
  /* Pieces that mean something, so that a change often gets past the first check. */
  const piece = fc.constantFrom('%', '0', '1', '-1', '1e999', 'NaN', '"', '\\', '{', '}', '[', ']', '=', ':', '×', 'n', '2*n', ' ', ',', '@', 'base64:', 'AAAA', '\n', '\r', '\u0000', '__proto__', 'constant', 'scalar', 'float32', 'bool', 'shape=', '["n"]', ...Object.keys(alphabet)); // prettier-ignore
  const change = fc.record({ at: fc.nat(), length: fc.nat(12), piece });
  const texts = fc.sample(anyModel, { numRuns: 40, seed: 3 }).flatMap((declared) => {
    const elaborated = elaborate(declared);
    return E.isRight(elaborated) ? [print(unsafePlan(declared, 'infer'))] : [];
  });

  it('never throws, and what is accepted is a plan whose text is read back', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(texts.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), (which, changes) => {
        const mutated = changes.reduce((before, { at, length, piece: put }) => {
          const from = at % before.length;
          return before.slice(0, from) + put + before.slice(from + length);
        }, texts[which]!);
        const read = parse(mutated);
        if (E.isLeft(read)) {
          seen.refused++;
          assert.ok(read.left.length > 0);
          for (const { where, text: said } of read.left) {
            assert.match(where, /^plan:\d+(:\d+)?$/);
            assert.ok(said.length < 1000, said);
          }
          return;
        }
        seen.accepted++;
        assert.ok(E.isRight(verify(read.right)));
        const again = parse(print(read.right));
        assert.ok(E.isRight(again));
        assert.equal(print(again.right), print(read.right));
      }),
      { numRuns: process.env['MASKSKIP_FULL'] === '1' ? 20_000 : 1000, seed: 20 },
    ); // prettier-ignore
    assert.ok(seen.accepted > 5 && seen.refused > 300, JSON.stringify(seen));
  }).timeout(0);

  it('of great depth or length is refused like any other', () => {
    for (const line of ['['.repeat(1e6), `%1 = relu {a=${'['.repeat(1e6)}`, `%1 = relu {a=${'9'.repeat(1e6)}} : 1 float32`, `%1 = relu {a="${'\\'.repeat(1e6 + 1)}`, `%1 = relu ${'%0 '.repeat(1e5)} : 1 float32`, `%1 = relu : ${'n×'.repeat(1e5)}n float32`]) // prettier-ignore
      assert.ok(faultsOf(`maskskip plan 1 infer\n%0 = constant {shape=[] dtype="float32"} [1] : scalar float32\n${line}`).length > 0); // prettier-ignore
  });
});
