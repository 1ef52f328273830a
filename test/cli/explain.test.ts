import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { initialParameters } from '../../src/compile/index.js';
import { saveCheckpoint } from '../../src/learn/index.js';
import { models } from '../../src/models/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

interface Figures {
  readonly operations: number;
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly peakBytes: number;
  readonly parameters: number;
}
interface Explained {
  readonly name: string;
  readonly batch: number;
  readonly weights: { readonly path: string; readonly step: number } | null;
  readonly without: readonly string[];
  readonly before: Figures;
  readonly after: Figures;
  readonly passes: readonly {
    readonly name: string;
    readonly about: string;
    readonly before: Figures;
    readonly after: Figures;
  }[];
}

const small = ['--size', '64x32', '--filters', '2'] as const;
const explained = async (...argv: readonly string[]): Promise<Explained> => {
  const { code, results, messages } = await maskskip(['explain', ...argv, '--json']);
  assert.equal(code, 0, messages);
  return JSON.parse(results) as Explained;
};

describe('maskskip explain', () => {
  const file = temporaryFiles();

  it('gives the figures of a net before and after, as JSON', async () => {
    const { name, batch, weights, before, passes } = await explained(await file('net.ts', network()));
    assert.deepEqual([name, batch, weights], ['net.ts#unet', 1, null]);
    // Two convolutions with a bias each, and a relu, at 16×8.
    const pixels = 16 * 8;
    assert.deepEqual([before.operations, before.flops, before.parameters], [5, pixels * (2 * 9 * (3 * 4 + 4 * 3) + 4 + 4 + 3), 223]); // prettier-ignore
    assert.ok(passes.length > 3);
    assert.deepEqual(passes[0]!.before, before);
    for (const [i, pass] of passes.entries()) {
      assert.ok(pass.about.length > 10, pass.name);
      if (i > 0) assert.deepEqual(pass.before, passes[i - 1]!.after);
    }
  });

  it('shows what masks cost and what freezing them saves', async () => {
    const masked = await explained('vdg-stage1+munet', ...small);
    const plain = await explained('vdg-stage1', ...small);
    const pass = masked.passes.find(({ name }) => name === 'freeze-masks')!;
    assert.ok(pass.after.operations < pass.before.operations);
    assert.ok(masked.before.operations > plain.before.operations);
    // Untrained gates are all open: nothing is left of them.
    assert.deepEqual(masked.after, plain.after);
  });

  it('leaves out what it is told to', async () => {
    const all = await explained('vdg-stage1+munet', ...small);
    const less = await explained('vdg-stage1+munet', ...small, '--without', 'freeze-masks', '--without', 'share'); // prettier-ignore
    assert.deepEqual(less.without, ['freeze-masks', 'share']);
    assert.ok(less.passes.every(({ name }) => name !== 'freeze-masks' && name !== 'share'));
    assert.ok(less.passes.length > 0 && less.after.operations > all.after.operations);
    const { code, messages } = await maskskip(['explain', 'vdg-stage1', ...small, '--without', 'mine']);
    assert.equal(code, 1);
    assert.match(messages, /P24.*'mine'.*freeze-masks/);
  });

  it('counts a batch', async () => {
    const one = await explained('vdg-stage1', ...small);
    const four = await explained('vdg-stage1', ...small, '--batch', '4');
    assert.equal(four.batch, 4);
    assert.equal(four.before.flops, 4 * one.before.flops);
    assert.equal(four.before.parameters, one.before.parameters);
    const none = await maskskip(['explain', 'vdg-stage1', ...small, '--batch', '0']);
    assert.equal(none.code, 1);
    assert.match(none.messages, /^✗ P14 batch: got 0/);
  });

  it('takes trained weights, whose masks are not all open', async () => {
    const folder = await file('run');
    const plan = unsafePlan(
      models.find(({ name }) => name === 'vdg-stage1+munet')!.at['market-1501']({ height: 64, width: 32, filters: 2 }), // prettier-ignore
    );
    const start = initialParameters(plan, 1);
    const masks = plan.parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
    assert.ok(masks.length > 0);
    const shut = Object.fromEntries(
      masks.map((path) => [path, { ...start[path]!, data: start[path]!.data.map((one, i) => (i % 2 === 0 ? one : -one)) }]), // prettier-ignore
    );
    const saved = await saveCheckpoint(folder, {
      model: 'vdg',
      step: 7,
      seed: 1,
      parameters: { ...start, ...shut },
      state: {},
      optimisers: {},
      extra: {},
    })();
    assert.ok(E.isRight(saved));
    const { weights, after } = await explained('vdg-stage1+munet', ...small, '--weights', folder);
    assert.deepEqual(weights, { path: folder, step: 7 });
    const open = await explained('vdg-stage1+munet', ...small);
    assert.ok(after.parameters > open.after.parameters);

    const other = await maskskip(['explain', 'vdg-stage1+munet', '--size', '64x32', '--filters', '4', '--weights', folder]); // prettier-ignore
    assert.equal(other.code, 1);
    assert.match(other.messages, /^✗ P11 /);
    const missing = await maskskip(['explain', 'vdg-stage1', ...small, '--weights', `${folder}/none`]);
    assert.match(missing.messages, /^✗ C03 /);
  });

  it('prints an aligned table, and what the passes that found something do', async () => {
    const { code, results } = await maskskip(['explain', 'vdg-stage1+munet', ...small, '--without', 'fold-norms']); // prettier-ignore
    assert.equal(code, 0);
    assert.match(results, /^vdg-stage1\+munet at batch 1, untrained weights \(seed 1\), .*--weights/);
    assert.match(results, /^without fold-norms$/m);
    assert.match(results, /^pass +operations +.FLOP +.B read +.B written +.B peak +parameters$/m);
    assert.match(results, /^freeze-masks +\d+ → \d+ /m);
    assert.match(results, /^freeze-masks: masks become/m);
    assert.match(results, /^all +\d+ → \d+ +[\d,]+\.\d\d → [\d,]+\.\d\d /m);
    const rows = results.split('\n').slice(3);
    const width = rows[0]!.length;
    assert.ok(rows.slice(1, rows.indexOf('')).every((row) => row.length === width));
  });
});
