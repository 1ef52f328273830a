/**
 * A sample of random architectures on which the compiler, the run time, tfjs and the specs agree (promises R07, R14,
 * R15, R16); `npm run fuzz` draws as many as one likes.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import * as language from '../../src/dsl/index.js';
import { builtAll } from './build.js';
import { claimed } from './claims.js';
import { difference } from './compare.js';
import { complaints } from './compile.js';
import { executed } from './execute.js';
import { verdict } from './expect.js';
import { call, name, reference } from './expression.js';
import { architecture, entries, type Architecture } from './generate.js';
import { joins, psis } from './operators.js';
import { declaration } from './print.js';
import { run } from './run.js';
import { shortages, staticRules } from './tally.js';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/dsl');

/** What the language exports that is no layer. */
const others: ReadonlySet<string> = new Set([
  ...['ceilDivide', 'plus', 'times', 'widths', 'input', 'through', 'concat', 'known', 'model', 'withPsi'],
  ...['variants', 'unsafeVariants', 'isVariants'],
  ...['elaborate', 'unsafeElaborate', 'rules', 'psi', 'join', 'init', 'surrogate', 'region'],
  ...['layerOf', 'psiOf', 'joinOf', 'cropOf', 'formOf', 'optionless', 'isForm', 'definitionsOf'],
  ...['constant', 'fanInUniform', 'glorotUniform', 'heNormal', 'normal', 'uniform'],
  ...['fromSpec', 'fromSpecText', 'unsafeFromSpec', 'toSpec', 'specText', 'specVersion'],
]);

describe('random architectures', () => {
  it('of a fixed seed agree everywhere', async function () {
    this.timeout(180_000);
    const indices = Array.from({ length: 150 }, (_, index) => index);
    const { differences, tally } = await run({ seed: 1, indices, compilers: ['7.0'] });
    assert.deepEqual(differences, []);
    assert.ok((tally.get('architecture')!.get('refused') ?? 0) >= 45);
    assert.ok((tally.get('tfjs')!.get('accepted and ran') ?? 0) >= 50);
  });

  it('are the same for the same seed and index', () => {
    const drawn = (seed: number, index: number) => JSON.stringify(architecture(seed, index));
    assert.equal(drawn(7, 3), drawn(7, 3));
    assert.notEqual(drawn(7, 3), drawn(7, 4));
    assert.notEqual(drawn(7, 3), drawn(8, 3));
  });

  it('are drawn from every layer that the language has', () => {
    const drawn = entries.map((one) => one.name);
    assert.deepEqual(
      Object.keys(language).filter((one) => !others.has(one) && !drawn.includes(one)),
      [],
    );
  });

  it('are drawn from every ψ and every join', () => {
    const [known, joined] = [psis, joins].map((table) => table.map((one) => one.name));
    // The mask of rows is made with `psi.define`.
    const operators = Object.keys(language.psi).filter((one) => one !== 'define');
    assert.deepEqual(operators.filter((one) => !known!.includes(`psi.${one}`)), []); // prettier-ignore
    assert.deepEqual(
      Object.keys(language.join).filter((one) => !joined!.includes(`join.${one}`)),
      [],
    );
  });

  it('break every rule that types can see', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((one) =>
      one.endsWith('.ts'),
    );
    const rules = files.flatMap(
      (one) => readFileSync(join(source, one), 'utf8').match(/(?<=[`'"]✗ )S\d\d/g) ?? [],
    );
    assert.ok(rules.length > 40);
    assert.deepEqual([...new Set(rules)].filter((one) => !staticRules.includes(one)), []); // prettier-ignore
  });
});

/** x of 4×4×3 through these layers, and its model. */
const chain = (...layers: Parameters<typeof call>[1][]): Architecture => ({
  index: 0,
  statements: [
    call('input', 'x', 4, 4, 3),
    call('through', reference(0), ...layers),
    call('model', reference(1)),
  ],
});

describe('a disagreement is found', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('of texts, of places and of verdicts', () => {
    const place = { index: 0, statement: 1, argument: 2 };
    const refusal = { statement: 1, argument: 2, text: '✗ S02 a' };
    const compare = (said: readonly string[], at = place, column = 3) =>
      difference(0, 'TypeScript', said.map((text) => ({ place: at, column, text })), [refusal]); // prettier-ignore
    assert.equal(compare(['"✗ S02 a"']), undefined);
    assert.notEqual(compare(['"✗ S02 b"']), undefined);
    assert.notEqual(compare([]), undefined);
    assert.notEqual(compare(['"✗ S02 a"', '"✗ S02 a"']), undefined);
    assert.notEqual(compare(['"✗ S02 a"'], { ...place, argument: 1 }), undefined);
    assert.notEqual(compare(['"✗ S02 a"'], place, 7), undefined);
  });

  it('of what the compiler accepts with another shape', async function () {
    this.timeout(60_000);
    const right = chain(call('conv', 5));
    const { elaborated } = verdict(right);
    assert.ok(E.isRight(elaborated));
    const { inputs } = elaborated.right;
    const asked = (c: number) =>
      complaints('7.0', [
        { architecture: right, shapes: { inputs, outputs: { output: { h: 4, w: 4, c } } } },
      ]);
    assert.deepEqual(await asked(5), []);
    assert.match((await asked(6))[0]!.text, /Level<4, 4, 5>/);
  });

  it('of what tfjs does although it is refused', () => {
    const text = (shape: string) =>
      `✗ S05 reshape: 4×4×3 has 48 entries, ${shape} has 48 (48 ≠ 48); make the products equal`;
    assert.equal(claimed(text('4×3×4')).kind, 'wrong');
    assert.equal(claimed(text('5×3×4')).kind, 'fails');
    assert.equal(claimed('✗ S99 unheard of').kind, 'wrong');
  });

  it('of another shape than elaborated', () => {
    const { statements } = chain(call('conv', 5));
    const { elaborated } = verdict({ index: 0, statements });
    assert.ok(E.isRight(elaborated));
    const outputs = { output: { h: 4, w: 4, c: 6 } };
    assert.equal(executed(elaborated.right, statements, ['infer', 'train']).kind, 'ran');
    assert.equal(executed({ ...elaborated.right, outputs }, statements, ['infer']).kind, 'wrong');
  });

  it('of too few uses', () => {
    assert.ok(shortages(new Map([...'rule layer psi join level architecture'.split(' ')].map((kind) => [kind, new Map()])), 10_000).includes('layer conv: 0, at least 100 wanted')); // prettier-ignore
  });
});

describe('a declaration', () => {
  const wrong = chain(name('relu'), call('seq', call('conv', 0)));

  it('is printed with a line for each layer', () => {
    const { lines, places } = declaration(wrong);
    assert.equal(lines.join('\n'), 'export const a0_0 = input("x", 4, 4, 3);\nexport const a0_1 = through(\n  a0_0,\n  relu,\n  seq(conv(0)),\n);\nexport const a0_2 = model(\n  a0_1,\n);'); // prettier-ignore
    assert.deepEqual(places[4], { index: 0, statement: 1, argument: 2 });
  });

  it('is refused at the layer that is wrong, and once more by the model', () => {
    const text = '✗ S02 block[0] › conv: filters 0 is not a positive whole number; give 1 or more';
    assert.deepEqual(verdict(wrong).refusals, [
      { statement: 1, argument: 2, text },
      { statement: 2, argument: 0, text },
    ]);
  });

  it('is built with what its statements made', () => {
    const values = builtAll(chain(call('fuse', name('join.concat'), reference(0))).statements);
    const elaborated = language.unsafeElaborate(values.at(-1) as language.AnyModel);
    assert.deepEqual(elaborated.outputs, { output: { h: 4, w: 4, c: 6 } });
  });
});
