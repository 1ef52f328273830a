import assert from 'node:assert/strict';
import { maskskip } from './in-process.js';

describe('a command line that means nothing', () => {
  const wrong: readonly (readonly [argv: string, says: RegExp])[] = [
    ['models --jsno', /unknown option '--jsno'.*Did you mean --json/],
    ['summary vdg-stage1 --colour', /unknown option '--colour'/],
    ['doctor --x', /unknown option '--x'/],
    ['native install --cpu', /unknown option '--cpu'/],
    ['data synth --out a --people 3', /unknown option '--people'/],
    ['train a.ts --data d --out o --learning 3', /unknown option '--learning'/],
    ['evaluate a.ts --data d --weights w --out o', /unknown option '--out'/],
    ['synthesize a.ts --data d --weights w --out o --n 3', /unknown option '--n'/],
    ['paint', /unknown command 'paint'/],
    ['data paint', /unknown command 'paint'/],
    ['summary', /missing required argument 'MODEL'/],
    ['train', /missing required argument 'MODEL'|required option '--out/],
    ['models vdg-stage1', /too many arguments/],
    ['data synth', /required option '--out <folder>' not specified/],
    ['data synth --out a --seed 1.5', /'1\.5' is invalid.*not a whole number/],
    ['data synth --out a --seed -1', /'-1' is invalid|argument missing/],
    ['data synth --out a --height 1e3', /'1e3' is invalid/],
    ['train vdg-stage1 --out o', /required option '--data <folder>' not specified/],
    ['train vdg-stage1 --data d --out o --rate fast', /'fast' is invalid.*not a number/],
    ['train vdg-stage1 --data d --out o --size 64', /'64' is invalid.*128x64/],
    ['train vdg-stage1 --data d --out o --loss l2', /'l2' is invalid.*mask-l1, l1/],
    ['train vdg-stage1 --data d --out o --backend cuda', /'cuda' is invalid/],
    ['summary vdg-stage1 --dataset mnist', /'mnist' is invalid.*market-1501, deepfashion/],
  ];
  for (const [argv, says] of wrong) {
    it(`${argv}: exit 2 and one line`, async () => {
      const { code, results, messages } = await maskskip(argv.split(' '));
      assert.equal(code, 2);
      assert.equal(results, '');
      assert.match(messages, says);
      assert.equal(messages.trimEnd().split('\n').length, 1, messages);
    });
  }

  it('is an empty one, too: exit 2 and the help', async () => {
    for (const argv of [[], ['data'], ['native']]) {
      const { code, results, messages } = await maskskip(argv);
      assert.equal(code, 2);
      assert.equal(results, '');
      assert.match(messages, /^Usage: maskskip/);
    }
  });

  it('shows what an argument smuggles in, and does not obey it', async () => {
    const { code, messages } = await maskskip(['models', '--\u001b[31mred\u202e\nnext']);
    assert.equal(code, 2);
    assert.ok(!/[\u001b\u202e]/.test(messages));
    assert.equal(messages.trimEnd().split('\n').length, 1);
  });
});
