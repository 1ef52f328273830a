import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The TypeScript blocks of a Markdown text. */
const blocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```ts\n(.*?)^```/gms)].map((found) => found[1]!);

describe('README', () => {
  let folder = '';
  before(async () => {
    await mkdir(join(root, 'out'), { recursive: true });
    folder = await mkdtemp(join(root, 'out', 'readme-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('its programs type-check and run, and its broken twin says what the README says', async function () {
    this.timeout(120_000);
    const markdown = await readFile(join(root, 'README.md'), 'utf8');
    const [munet] = blocks(markdown);
    assert.ok(munet !== undefined && munet.split('\n').length <= 26);
    await writeFile(
      join(folder, 'munet.ts'),
      `${munet}\nimport { unsafeElaborate } from 'maskskip';\nconsole.log(JSON.stringify(unsafeElaborate(munet).outputs));\n`,
    );
    const broken = munet.replaceAll('128, 64', '128, 62');
    await writeFile(join(folder, 'broken.ts'), broken);
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: `${relative(folder, root)}/tsconfig.json`,
        compilerOptions: { rootDir: root },
        include: ['*.ts'],
      }),
    );

    const checked = await run(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      folder,
    ]).catch((failed: { stdout: string }) => failed);
    const errors = checked.stdout.split('\n').filter((line) => line.includes('error TS'));
    assert.deepEqual(
      errors.filter((line) => line.includes('munet.ts')),
      [],
    );
    const said = /^✗ S12 .*$/m.exec(markdown)![0];
    assert.ok(
      errors.some((line) => line.includes('broken.ts') && line.includes(said)),
      `no error says «${said}»:\n${errors.join('\n')}`,
    );

    const ran = await run(process.execPath, ['--import', 'tsx', join(folder, 'munet.ts')], { cwd: root });
    assert.deepEqual(JSON.parse(ran.stdout), { output: { h: 128, w: 64, c: 3 } });
  });
});
