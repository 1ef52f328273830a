/** Parts from outside: they need no list of ours, and two of one name do not meet. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { fromSpec, input, model, through, toSpec } from '../../src/dsl/index.js';
import { numbers, outputsOf, unsafePlan } from '../dsl/plans.js';
import * as rows from './packages/rows.js';
import * as whole from './packages/whole.js';

const both = model(through(input('x', 4, 2, 1), rows.pool, whole.pool));
const known = { layers: { 'rows/pool': rows.poolForm, 'whole/pool': whole.poolForm } };

describe('two packages that both call their layer pool', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('work side by side', () => {
    const output: { readonly output: { readonly h: 1; readonly w: 1; readonly c: 1 } } =
      {} as (typeof both)['~model']['outputs'];
    assert.ok(output);
    const x = numbers([1, 4, 2, 1], (i) => i);
    assert.deepEqual([...outputsOf(unsafePlan(both), { x })['output']!], [4.5]);
  });

  it('have names of their own where both stand in a spec: those that the caller gives', () => {
    const spec = toSpec(both, known);
    assert.ok(E.isRight(spec));
    assert.match(JSON.stringify(spec.right), /"rows\/pool".*"whole\/pool"/);
    const back = fromSpec(JSON.parse(JSON.stringify(spec.right)), known);
    assert.ok(E.isRight(back));
    assert.deepEqual(toSpec(back.right, known), spec);
  });

  it('are refused in a spec by a caller who does not know them', () => {
    const spec = toSpec(both, { layers: { 'rows/pool': rows.poolForm } });
    assert.ok(E.isLeft(spec));
    assert.match(spec.left[0]!.text, /^✗ X\d\d .*pool/);
    const foreign = fromSpec(JSON.parse(JSON.stringify(E.toUnion(toSpec(both, known)))), {});
    assert.ok(E.isLeft(foreign));
    assert.match(foreign.left[0]!.text, /rows\/pool/);
  });
});
