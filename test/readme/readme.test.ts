import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { maskskip } from '../cli/in-process.js';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The TypeScript blocks of a Markdown text. */
const blocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```ts\n(.*?)^```/gms)].map((found) => found[1]!);

/** The first cells of the table whose head begins with a word. */
const firstCells = (markdown: string, head: string): readonly string[] => {
  const [, rows] = new RegExp(`^\\| ${head} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(markdown) ?? [];
  assert.ok(rows !== undefined, `no table of ${head}`);
  return [...rows.matchAll(/^\| (.*?) \|/gm)].map(([, cell]) => cell!);
};
const code = (cell: string): string => /`([^`]+)`/.exec(cell)?.[1] ?? '';

/** The commands that a help lists, each with those below it. */
const listed = async (above: readonly string[] = []): Promise<readonly string[]> => {
  const { results } = await maskskip([...above, '--help']);
  const [, section = ''] = /^Commands:\n([^]*?)\n(?:\n|$(?![^]))/m.exec(results) ?? [];
  const names = [...section.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
  const below = await Promise.all(
    names.map(async (name) => {
      const further = await listed([...above, name]);
      return further.length === 0 ? [[...above, name].join(' ')] : further;
    }),
  );
  return below.flat();
};

describe('the tables of the README', () => {
  const markdown = () => readFile(join(root, 'README.md'), 'utf8');

  it('name exactly the commands of --help', async () => {
    const named = firstCells(await markdown(), 'command').map((cell) => /^[a-z]+( [a-z]+)*/.exec(code(cell))?.[0] ?? cell); // prettier-ignore
    assert.deepEqual(named.toSorted(), (await listed()).toSorted());
  });
  it('name exactly the entry points of the package', async () => {
    const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      readonly exports: object;
    };
    const entries = Object.keys(exports).filter((name) => name !== './package.json').map((name) => `maskskip${name.slice(1)}`); // prettier-ignore
    assert.deepEqual(
      firstCells(await markdown(), 'entry point')
        .map(code)
        .toSorted(),
      entries.toSorted(),
    );
  });
  it('name exactly the numbered examples, with links that lead to them', async () => {
    const text = await markdown();
    const there = (await readdir(join(root, 'examples'))).filter((name) => /^\d\d-/.test(name));
    const cells = firstCells(text, 'read');
    assert.deepEqual(
      cells.map(code),
      there.toSorted().map((name) => `examples/${name}`),
    );
    for (const cell of cells) await access(join(root, /\]\((.*)\)/.exec(cell)![1]!));
  });
  it('stand among lines of at most 120 characters, but for tables, pictures and messages', async () => {
    const prose = (await markdown()).replace(/^```.*?^```/gms, '').split('\n');
    assert.deepEqual(
      prose.filter((line) => line.length > 120 && !/^(\||!\[)/.test(line)),
      [],
    );
  });
});

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
