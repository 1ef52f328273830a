/** What `maskskip train --loss` takes. */
import assert from 'node:assert/strict';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

const image = '16x12';
const [height, width] = image.split('x');
const synth = ['--identities', '2', '--test-identities', '1', '--images', '3', '--height', height!, '--width', width!]; // prettier-ignore
const options = ['--steps', '2', '--batch', '2', '--backend', 'cpu', '--json'];

describe('maskskip train --loss', () => {
  const file = temporaryFiles();

  it('trains with every loss that it names', async () => {
    const text = network().replaceAll('16, 8', '16, 12');
    const [net, data] = await Promise.all([file('net.ts', text), file('people')]);
    assert.equal((await maskskip(['data', 'synth', '--out', data, ...synth])).code, 0);
    const firsts: number[] = [];
    for (const loss of ['l1', 'mask-l1', 'enhanced-weighting-a', 'enhanced-weighting-b']) {
      const out = await file(`run-${loss}`);
      const trained = await maskskip([
        'train',
        net,
        '--data',
        data,
        '--out',
        out,
        '--loss',
        loss,
        ...options,
      ]);
      assert.equal(trained.code, 0, trained.messages);
      const report = JSON.parse(trained.results) as { readonly loss: { readonly first: number } };
      firsts.push(report.loss.first);
    }
    const [l1, maskL1, a] = firsts as [number, number, number, number];
    // The same seed and the same pictures: each adds a term to the one before it.
    assert.ok(l1 > 0 && maskL1 > l1 && a > maskL1, String(firsts));
    assert.equal(new Set(firsts).size, 4);
  });

  it('names them where it is given another', async () => {
    const { code, messages } = await maskskip([
      'train',
      'unet',
      '--data',
      'd',
      '--out',
      'o',
      '--loss',
      'ssim',
    ]);
    assert.equal(code, 2);
    assert.match(messages, /mask-l1, l1, enhanced-weighting-a, enhanced-weighting-b/);
  });
});
