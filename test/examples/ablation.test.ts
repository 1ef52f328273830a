/** Example 8 writes its sixteen variants, trains each and prints a row for each (promise R40). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

describe('examples: 08-ablation', function () {
  this.timeout(120_000);
  let out = '';
  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'maskskip-ablation-'));
  });
  after(() => rm(out, { recursive: true, force: true }));

  it('writes a module for each variant and prints what a short training did', async () => {
    const command = ['--import', 'tsx', 'examples/08-ablation/main.ts', out, '4'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command);
    assert.equal(stderr, '');
    const [said, titles, ...rows] = stdout.trimEnd().split('\n');
    assert.equal(said, '16 variants in 19 files');
    assert.match(titles!, /^backbone +psi +pose +masks +loss at first +at last +SSIM +L1/);
    assert.equal(rows.length, 16);
    for (const row of rows) {
      const [backbone, psi, pose, masks, ...figures] = row.split(/ +/);
      assert.match(`${backbone} ${psi} ${pose}`, /^(early|late) (none|dense|one|grid_2x1) (both|target)$/);
      assert.equal(masks === '0', psi === 'none', row);
      assert.equal(figures.length, 4);
      assert.ok(
        figures.every((one) => Number.isFinite(Number(one))),
        row,
      );
      // Four steps are few, but every one of these networks goes down in them.
      assert.ok(Number(figures[1]) < Number(figures[0]), row);
    }
    const files = await readdir(join(out, 'source'));
    assert.equal(files.filter((name) => name.startsWith('ablation-')).length, 16);
    for (const name of ['index.ts', 'run.ts', 'README.md']) assert.ok(files.includes(name), name);
  });
});
