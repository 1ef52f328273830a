/** R12: grids of variants compile under strict with every compiler, stay as they are under prettier and come out twice alike. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import * as prettier from 'prettier';
import { namedModels, type GivenModel } from '../../../../src/compile/source/named-models.js';
import { typescriptDsl } from '../../../../src/compile/source/typescript/dsl.js';
import { datasetNames, model, models, psi, vdgStage1, type AnyModel } from '../../../../src/index.js';
import { compilers, type Compiler } from '../../../types/compilers.js';
import { emitted, given } from './modules.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const isFull = process.env['MASKSKIP_FULL'] === '1';

/* VDG, Stage I: widths of the first block × what stands on the skips. */
const masks = {
  none: psi.none,
  dense: psi.dense(),
  one: psi.one(),
  grid_2x2: psi.grid(2, 2),
  grouped_2: psi.grouped(2),
  closed: psi.closed,
} as const;
const grid = (widths: number): readonly GivenModel[] =>
  Array.from({ length: widths }, (_, at) => 2 * (at + 2)).flatMap((filters) =>
    Object.entries(masks).map(([label, mask]) => ({
      ...given(
        `vdg-stage1-filters_${filters}-psi_${label}`,
        model(vdgStage1(32, 32, filters, mask)) as AnyModel,
      ),
      axes: { filters: String(filters), psi: label },
    })),
  );
const listed = (): readonly GivenModel[] =>
  models.flatMap((entry) =>
    datasetNames.map((dataset) => {
      const [height, width] = entry.smallest[dataset];
      return given(`${entry.name} ${dataset}`, entry.at[dataset]({ height, width, filters: 4 }));
    }),
  );

/* What a compiler prints of modules in a folder of their own. */
const complaints = async (
  compiler: Compiler,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-grid-'));
  try {
    await Promise.all(
      files.map(async ({ path, text }) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }),
    );
    const project = join(folder, 'tsconfig.json');
    await writeFile(
      project,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: {
          rootDir: '/',
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
          module: 'esnext',
          moduleResolution: 'bundler',
          paths: { maskskip: [join(root, 'src/index.ts')], 'maskskip/*': [join(root, 'src/*/index.ts')] },
        },
        include: [join(folder, '*.ts')],
      }),
    );
    const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`);
    const command = [join(dirname(manifest), 'bin/tsc'), '-p', project, '--pretty', 'false'];
    return await new Promise((done) => {
      execFile(process.execPath, command, { maxBuffer: 2 ** 26, cwd: root }, (_, output, stderr) => done(output + stderr)); // prettier-ignore
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('R12: a grid in the form of the language', () => {
  const all = isFull ? [...grid(50), ...listed()] : grid(2);

  it('compiles under strict with every compiler', async function () {
    this.timeout(isFull ? 1_200_000 : 60_000);
    const named = namedModels(all);
    const common = typescriptDsl.common(named).map(({ path, text }) => ({ path, text: String(text) }));
    const files = [...emitted(all), ...common];
    for (const compiler of isFull ? compilers : (['typescript-7'] as const))
      assert.equal(await complaints(compiler, files), '', compiler);
  });

  it('is left alone by prettier', async function () {
    this.timeout(isFull ? 600_000 : 60_000);
    const common = typescriptDsl
      .common(namedModels(all))
      .map(({ path, text }) => ({ path, text: String(text) }));
    for (const { path, text } of [...emitted(all), ...common])
      assert.equal(text, await prettier.format(text, { filepath: path }), path);
  });

  it('comes out twice alike', () => {
    const texts = (some: readonly GivenModel[]) => emitted(some).map(({ text }) => text);
    const again = isFull ? [...grid(50), ...listed()] : grid(2);
    assert.deepEqual(texts(all), texts(again));
  });
});

describe('the check of the typescript-dsl target', () => {
  const checkOf = async (modules: ReturnType<typeof emitted>) => {
    const check = typescriptDsl.check!();
    for (const one of modules) check.add(one.model, [one]);
    const found = await check.end();
    check.stop();
    return found;
  };

  it('asks the compiler about one module of each structure, and says so', async () => {
    const checked = await checkOf(emitted(grid(2)));
    assert.ok(E.isRight(checked));
    assert.match(
      checked.right,
      /^type-checked by TypeScript 6\.\d+\.\d+: 6 of 12 modules, one of each structure$/,
    );
  });

  it('V33: gives the faults of what it was asked about', async () => {
    const [one] = emitted(grid(1));
    const broken = { ...one!, text: one!.text.replace('conv(', 'conv("wide", ') };
    const checked = await checkOf([broken]);
    assert.ok(E.isLeft(checked));
    assert.ok(checked.left.every(({ rule }) => rule === 'V33'));
  });
});
