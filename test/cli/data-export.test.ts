import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readExported } from '../data/shards/reading.js';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const set = '--identities 2 --test-identities 1 --images 2 --height 16 --width 8'.split(' ');

describe('maskskip data export', () => {
  const file = temporaryFiles();
  const people = async (): Promise<string> => {
    const out = await file('people');
    assert.equal((await maskskip(['data', 'synth', '--out', out, ...set])).code, 0);
    return out;
  };

  it("writes a model's inputs and what losses compare with", async () => {
    const [model, data, out] = [await file('unet.ts', network()), await people(), await file('shards')];
    const { code, results, messages } = await maskskip([
      'data',
      'export',
      model,
      '--data',
      data,
      '--out',
      out,
    ]);
    assert.equal(messages.includes('✗'), false, messages);
    assert.equal(code, 0);
    assert.match(results, /^Made .*: 4 pairs in 1 files, /);
    assert.match(results, /^x_a +16×8×3 +brightness +view of the source$/m);
    const { index } = await readExported(out);
    assert.equal(index.name, 'unet.ts#unet');
    assert.deepEqual(Object.keys(index.tensors), ['x_a', 'x_b', 'mask_b']);
  });

  it('writes all that a file binds, and the test pairs if asked', async () => {
    const bound = `${network()}
import { bind, pose, skeleton, view } from 'maskskip/data';
export const binding = bind({ x_a: view('source'), bones: pose('target', skeleton(1)) });`;
    const [model, data, out] = [await file('unet.ts', bound), await people(), await file('shards')];
    const argv = ['data', 'export', model, '--data', data, '--out', out, '--split', 'test', '--json'];
    const { code, results } = await maskskip(argv);
    assert.equal(code, 0);
    const report = JSON.parse(results) as {
      readonly source: string;
      readonly tensors: object;
      readonly skipped: number;
    };
    assert.equal(report.source, 'Market-1501 test');
    assert.deepEqual(Object.keys(report.tensors), ['x_a', 'bones']);
    assert.equal(report.skipped, 0);
  });

  it("writes a recipe's feeds, mirrored pairs with them where it trains on those", async () => {
    const [data, out, test] = [await people(), await file('shards'), await file('test')];
    const argv = ['data', 'export', 'recipe:pg2', '--data', data, '--size', '16x8', '--pairs', '3'];
    assert.equal((await maskskip([...argv, '--out', out, '--shard-pairs', '2'])).code, 0);
    const { index } = await readExported(out);
    assert.deepEqual(Object.keys(index.tensors), ['x_a', 'p_b', 'x_b', 'mask_b']);
    assert.deepEqual(index.shards.map(({ pairs }) => pairs), [2, 1]); // prettier-ignore
    const whole = await maskskip([...argv.slice(0, -2), '--out', test, '--json']);
    assert.equal((JSON.parse(whole.results) as { readonly pairs: number }).pairs, 8);
  });

  it('needs no pictures where a file binds arrays', async () => {
    const bound = `${network()}
import { bind } from 'maskskip/data';
const example = { x_a: new Array(16 * 8 * 3).fill(0.5), y: [1] };
export const binding = bind({ from: () => [example, example], shapes: { x_a: [16, 8, 3], y: [1, 1, 1] } });`;
    const [model, out] = [await file('unet.ts', bound), await file('shards')];
    assert.equal((await maskskip(['data', 'export', model, '--out', out])).code, 0);
    assert.equal((await readExported(out)).index.pairs, 2);
  });

  it('L01: an input that nothing feeds', async () => {
    const [model, data] = [await file('unet.ts', network().replace("'x_a'", "'z'")), await people()];
    const { code, messages } = await maskskip([
      'data',
      'export',
      model,
      '--data',
      data,
      '--out',
      await file('s'),
    ]);
    assert.equal(code, 1);
    assert.match(messages, /✗ L01 binding: input 'z' is not fed; /);
  });

  it('needs --data, says a usage error without', async () => {
    const argv = ['data', 'export', await file('unet.ts', network()), '--out', await file('s')];
    const { code, messages } = await maskskip(argv);
    assert.equal(code, 2);
    assert.match(messages, /required option '--data <folder>' not specified/);
  });

  it('U01, U16: names that are not listed', async () => {
    for (const [name, rule] of [
      ['nonesuch', 'U01'],
      ['recipe:nonesuch', 'U16'],
    ] as const) {
      // prettier-ignore
      const { code, messages } = await maskskip(['data', 'export', name, '--data', '.', '--out', await file('s')]);
      assert.equal(code, 1);
      assert.match(messages, new RegExp(`^✗ ${rule} `));
    }
  });

  it('stops cleanly at an interrupt: exit 130 and nothing left', async () => {
    const [model, data, out] = [await file('unet.ts', network()), await people(), await file('shards')];
    const argv = ['data', 'export', model, '--data', data, '--out', out];
    const { code, messages } = await maskskip(argv, AbortSignal.abort());
    assert.equal(code, 130);
    assert.match(messages, /^✗ D17 /m);
    assert.deepEqual((await readdir(dirname(out))).sort(), ['people', 'unet.ts']);
  });
});
