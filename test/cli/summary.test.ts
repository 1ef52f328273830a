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
  }[];
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
      assert.deepEqual(Object.keys(summary), ['name', 'parameters', 'maskParameters', 'layers']);
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
