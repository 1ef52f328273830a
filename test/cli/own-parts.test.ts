/** A model whose parts are the user's own and have a bug: every command says whose it is. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

/** A file with a layer whose `shape` or `lower` throws. */
const broken = (where: 'shape' | 'lower'): string => `
import { conv, input, model, seq } from 'maskskip';
const oh = () => { throw new Error('oh no'); };
const mine = { definition: { name: 'mine', shape: (state) => ({ state, flaws: [] }), lower: (flow) => flow, ${where}: oh } };
export const net = model(seq(input('x_a', 16, 8, 3), conv(3), mine));
export const binding = {};
`;

describe('U14: a part whose own code throws', () => {
  const file = temporaryFiles();
  const said = async (...argv: readonly string[]) => {
    const { code, messages } = await maskskip(argv);
    assert.equal(code, 1);
    return messages;
  };

  for (const where of ['shape', 'lower'] as const)
    for (const command of ['summary', 'explain'])
      it(`is named by ${command} (${where})`, async () => {
        assert.match(
          await said(command, await file('net.js', broken(where))),
          /^✗ U14 [^\n]*› mine1: got an error in the code of mine: oh no, wanted [^\n]*\n$/,
        );
      });

  it('is named by spec, train and evaluate', async () => {
    const net = await file('net.js', broken('shape'));
    const out = join(net, '..', 'out');
    const data = ['--data', join(net, '..', 'none')];
    for (const argv of [
      ['spec', net],
      ['train', net, '--out', out, ...data],
      ['evaluate', net, '--weights', out, ...data],
    ])
      // prettier-ignore
      assert.match(await said(...argv), /^✗ U14 net\.js#net › mine1: /, argv[0]);
  });

  it('is named where it gives what is none', async () => {
    const none = broken('shape').replace('shape: oh', 'shape: () => undefined');
    assert.match(await said('summary', await file('net.js', none)), /^✗ U14 net\.js#net: /);
  });
});
