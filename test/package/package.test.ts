/** The package as a user has it: built, installed beside nothing but TypeScript, checked without skipLibCheck. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

describe('the package', function () {
  this.timeout(300_000);
  let user = '';
  let installed = '';
  before(async () => {
    user = await mkdtemp(join(tmpdir(), 'maskskip-package-'));
    installed = join(user, 'node_modules', 'maskskip');
    await mkdir(installed, { recursive: true });
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(installed, 'dist')], {
      cwd: root,
    });
    await cp(join(root, 'package.json'), join(installed, 'package.json'));
    await symlink(join(root, 'node_modules', 'fp-ts'), join(user, 'node_modules', 'fp-ts'));
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const munet = /^```ts\n(.*?)^```/ms.exec(readme)![1]!;
    await writeFile(join(user, 'munet.ts'), munet);
    await writeFile(join(user, 'broken.ts'), munet.replaceAll('128, 64', '128, 62'));
    await writeFile(join(user, 'package.json'), '{ "type": "module" }');
  });
  after(() => rm(user, { recursive: true, force: true }));

  for (const resolution of [
    { module: 'node16', moduleResolution: 'node16' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ]) {
    it(`accepts the README's model and refuses its broken twin under ${resolution.moduleResolution}`, async () => {
      const compilerOptions = { ...resolution, strict: true, skipLibCheck: false, target: 'es2022', lib: ['es2022'], types: [], noEmit: true }; // prettier-ignore
      await writeFile(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      const checked = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: user }).catch(
        (failed: { stdout: string }) => failed,
      );
      const errors = checked.stdout.split('\n').filter((line) => line.includes('error TS'));
      assert.ok(errors.length > 0 && errors.every((line) => line.startsWith('broken.ts')), errors.join('\n'));
      assert.match(errors[0]!, /S12 decoder level 3 › skip 'image' 2: .*width 31 ≠ 32/);
    });
  }

  it('the root entry point brings no tfjs, Node or ts-morph, in its code or its types', async () => {
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = await readFile(file, 'utf8');
      for (const [, target] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
        if (!target!.startsWith('.')) outside.add(target!.split('/')[0]!);
        else
          await visit(
            join(dirname(file), target!.replace(/\.js$/, file.endsWith('.d.ts') ? '.d.ts' : '.js')),
          );
      }
    };
    await visit(join(installed, 'dist', 'index.js'));
    await visit(join(installed, 'dist', 'index.d.ts'));
    assert.ok(seen.size > 40);
    assert.deepEqual([...outside], ['fp-ts']);
  });

  it('every entry point is there, code and types', async () => {
    const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, { types: string; default: string } | string>;
    };
    const built = new Set(
      (await readdir(join(installed, 'dist'), { recursive: true })).map((name) => `./dist/${name}`),
    );
    const wanted = Object.values(exports).flatMap((one) =>
      typeof one === 'string' ? [] : [one.types, one.default],
    );
    assert.deepEqual(
      wanted.filter((path) => !built.has(path)),
      [],
    );
  });
});
