import assert from 'node:assert/strict';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

interface Summary {
  readonly name: string;
  readonly parameters: number;
  readonly maskParameters: number;
  readonly layers: readonly {
    readonly name: string;
    readonly op: string;
    readonly output: readonly number[];
    readonly parameters: number;
    readonly maskParameters: number;
    readonly inertParameters: number;
  }[];
  readonly inertParameters: number;
  readonly inert: readonly { readonly path: string; readonly entries: number; readonly reason: string }[];
}

describe('maskskip summary', () => {
  const file = temporaryFiles();

  it('takes a listed model at another size and width', async () => {
    const asked = ['summary', 'vdg-stage1+munet-o', '--size', '64x32', '--filters', '8', '--json'];
    const { code, results } = await maskskip(asked);
    assert.equal(code, 0);
    const summary = JSON.parse(results) as Summary;
    assert.deepEqual(summary.layers[0]!.output, [64, 32, 8]);
    assert.deepEqual(summary.layers.at(-1)!.output, [64, 32, 3]);
    // One mask value a pixel on each of five levels: 64·32 · (1 + 1/4 + 1/16 + 1/64 + 1/256).
    assert.equal(summary.maskParameters, 2728);
  });

  it('lists the layers of a named model, whose counts add up', async () => {
    for (const [dataset, height, total] of [
      ['market-1501', 128, 94_512_899],
      ['deepfashion', 256, 162_961_027],
    ] as const) {
      const { code, results } = await maskskip(['summary', 'vdg-stage1', '--dataset', dataset, '--json']);
      assert.equal(code, 0);
      const summary = JSON.parse(results) as Summary;
      assert.deepEqual(Object.keys(summary), [
        'name',
        'inputs',
        'outputs',
        'parameters',
        'maskParameters',
        'inertParameters',
        'layers',
        'inert',
      ]);
      assert.equal(summary.name, 'vdg-stage1');
      assert.equal(summary.parameters, total);
      assert.equal(
        summary.layers.reduce((sum, { parameters }) => sum + parameters, 0),
        total,
      );
      assert.deepEqual(summary.layers[0], {
        name: 'conv1',
        op: 'conv',
        output: [height, height === 128 ? 64 : 256, 128],
        parameters: 24_320,
        maskParameters: 0,
        inertParameters: 0,
      });
    }
  });

  it('counts masks among the parameters of their skip', async () => {
    const { results } = await maskskip(['summary', 'vdg-stage1+munet', '--json']);
    const summary = JSON.parse(results) as Summary;
    assert.equal(summary.parameters, 94_512_899 + summary.maskParameters);
    assert.equal(
      summary.layers.reduce((sum, { parameters }) => sum + parameters, 0),
      summary.parameters,
    );
  });

  it('has a row where a decoder joins a level, masked or not', async () => {
    const rows = async (model: string) =>
      (JSON.parse((await maskskip(['summary', model, '--json'])).results) as Summary).layers.filter(({ op }) => op === 'skip'); // prettier-ignore
    const [plain, masked] = [await rows('pg2-g2'), await rows('pg2-g2+munet')];
    assert.deepEqual(
      plain.map(({ name, output, parameters }) => [name, output, parameters]),
      [
        ['decoder/image/level1', [32, 16, 768], 0],
        ['decoder/image/level2', [64, 32, 384], 0],
      ],
    );
    assert.deepEqual(
      masked.map(({ output, parameters, maskParameters }) => [output, parameters, maskParameters]),
      [
        [[32, 16, 768], 32 * 16 * 384, 32 * 16 * 384],
        [[64, 32, 384], 64 * 32 * 256, 64 * 32 * 256],
      ],
    );
  });

  it('counts what no training moves apart, with its reason', async () => {
    const { results } = await maskskip(['summary', 'pg2-discriminator', '--json']);
    const { layers, inert, inertParameters } = JSON.parse(results) as Summary;
    // Biases before a batch norm.
    assert.deepEqual(inert.map(({ path, entries }) => [path, entries]), [['conv2/bias', 128], ['conv3/bias', 256], ['conv4/bias', 512]]); // prettier-ignore
    assert.equal(inertParameters, 896);
    assert.equal(layers.find(({ name }) => name === 'conv3')!.inertParameters, 256);
    const text = (await maskskip(['summary', 'pg2-discriminator'])).results;
    assert.match(text, /^layer +op +output +parameters +of these inert$/m);
    assert.match(text, /^conv3 +conv +16×8×256 +819,456 +256$/m);
    assert.match(text, /of these masks 0, inert 896\ninert 896: /);
    // Parameters that the declaration itself calls unused count in the layers that they are of.
    const unread = JSON.parse((await maskskip(['summary', 'variunet', '--json'])).results) as Summary;
    assert.equal(unread.layers.reduce((sum, row) => sum + row.inertParameters, 0), unread.inertParameters); // prettier-ignore
    assert.ok(unread.layers.every((row) => row.inertParameters <= row.parameters));
  });

  it('writes Markdown and comma-separated values', async () => {
    const markdown = await maskskip(['summary', 'pg2-g2+munet-o', '--format', 'markdown']);
    assert.equal(markdown.code, 0, markdown.messages);
    const lines = markdown.results.trimEnd().split('\n');
    assert.match(lines[0]!, /^\*\*pg2-g2\+munet-o\*\*: coarse 128×64×3, x_a 128×64×3 → output 128×64×3/);
    assert.equal(lines[2], '| layer | op | output | parameters | of these masks |');
    assert.equal(lines[3], '|---|---|---|--:|--:|');
    assert.ok(lines.includes('| decoder/image/level1 | skip | 32×16×768 | 512 | 512 |'));
    const csv = await maskskip(['summary', 'pg2-g2+munet-o', '--format', 'csv']);
    const rows = csv.results.trimEnd().split('\n').map((line) => line.split(',')); // prettier-ignore
    assert.deepEqual(rows[0], ['layer', 'op', 'output', 'parameters', 'masks', 'inert']);
    assert.ok(rows.every((row) => row.length === 6));
    assert.equal(
      rows.slice(1).reduce((sum, row) => sum + Number(row[3]), 0),
      6_061_443,
    );
    assert.equal(
      rows.slice(1).reduce((sum, row) => sum + Number(row[4]), 0),
      2_560,
    );
    const json = await maskskip(['summary', 'pg2-g2', '--format', 'json']);
    assert.equal(json.results, (await maskskip(['summary', 'pg2-g2', '--json'])).results);
    const both = await maskskip(['summary', 'pg2-g2', '--format', 'csv', '--json']);
    assert.equal(both.code, 2);
    const other = await maskskip(['summary', 'pg2-g2', '--format', 'yaml']);
    assert.equal(other.code, 2);
    assert.match(other.messages, /text, markdown, csv, json/);
  });

  it('reads FILE.ts and FILE.ts#export', async () => {
    const path = await file('net.ts', `${network('one')}\nexport const two = one;`);
    const several = await maskskip(['summary', path]);
    assert.equal(several.code, 1);
    assert.match(several.messages, /U06.*one, two/);
    const { code, results } = await maskskip(['summary', `${path}#two`, '--json']);
    assert.equal(code, 0);
    const summary = JSON.parse(results) as Summary;
    assert.equal(summary.name, 'net.ts#two');
    assert.deepEqual(
      summary.layers.map(({ output }) => output),
      [
        [16, 8, 4],
        [16, 8, 4],
        [16, 8, 3],
      ],
    );
    assert.equal(summary.parameters, 3 * 3 * 3 * 4 + 4 + 3 * 3 * 4 * 3 + 3);
  });

  it('prints an aligned table', async () => {
    const { results } = await maskskip(['summary', await file('net.ts', network())]);
    assert.match(results, /^inputs {3}x_a 16×8×3$/m);
    assert.match(results, /^layer +op +output +parameters$/m);
    assert.match(results, /^conv1 +conv +16×8×4 +112$/m);
    assert.match(results, /trained parameters 223, of these masks 0\n$/);
  });

  it('tells every fault of a model, and gives them as JSON, too', async () => {
    const path = await file(
      'net.ts',
      `import { conv, input, model, seq } from 'maskskip';
       export const unet = model({ a: seq(input('x', 0, 8, 3), conv(4)), b: seq(input('y', 8, 8, 3), conv(-1)) } as never);`,
    );
    const { code, results, messages } = await maskskip(['summary', path, '--json']);
    assert.equal(code, 1);
    const { faults } = JSON.parse(results) as { readonly faults: readonly { readonly text: string }[] };
    assert.ok(faults.length >= 2, results);
    assert.deepEqual(
      messages.trimEnd().split('\n'),
      faults.map(({ text }) => text),
    );
  });

  it('U01: lists the names for one that is unknown', async () => {
    for (const name of ['vdg', '../../etc/passwd', '__proto__', '']) {
      const { code, results, messages } = await maskskip(['summary', name]);
      assert.equal(code, 1);
      assert.equal(results, '');
      assert.match(messages, /^✗ U01 MODEL: .*vdg-stage1/);
    }
  });
});
