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
const compilers = ['typescript-5.9', 'typescript', 'typescript-7'] as const;
const tscOf = (compiler: (typeof compilers)[number]): string =>
  join(root, 'node_modules', compiler, 'bin/tsc');
const tsc = tscOf('typescript');

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
    for (const name of ['fp-ts', 'io-ts'])
      await symlink(join(root, 'node_modules', name), join(user, 'node_modules', name));
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

  /* One compiler over one file in a folder of its own beside the package; what it says, and what it wrote. */
  const compiled = async (compiler: (typeof compilers)[number], text: string, options: object) => {
    const folder = await mkdtemp(join(user, 'project-'));
    await writeFile(join(folder, 'user.ts'), text);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const compilerOptions = { module: 'nodenext', strict: true, skipLibCheck: true, target: 'es2022', lib: ['es2022'], types: [], ...options }; // prettier-ignore
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
    const command = [tscOf(compiler), '-p', '.', '--pretty', 'false', '--extendedDiagnostics'];
    const { stdout } = await run(process.execPath, command, { cwd: folder }).catch(
      (failed: { stdout: string }) => failed,
    );
    return { stdout, errors: stdout.split('\n').filter((line) => line.includes('error TS')), folder };
  };

  it('takes few instantiations to import whole, its types checked', async () => {
    const everything = `import * as maskskip from 'maskskip';\nexport const all: typeof maskskip = maskskip;\n`;
    const { stdout, errors } = await compiled('typescript', everything, {
      noEmit: true,
      skipLibCheck: false,
    });
    assert.deepEqual(errors, []);
    const counted = Number(/^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1]);
    assert.ok(counted > 1000, `${counted} is too few to be a measurement`);
    // 3000 of them are of `variants`, whose names, axes and messages are computed from its arguments.
    assert.ok(counted <= 46_500, `${counted} instantiations`);
  });

  for (const compiler of compilers) {
    describe(`a user's declaration files in ${compiler}`, () => {
      const written = async (text: string): Promise<string> => {
        const { errors, folder } = await compiled(compiler, text, { declaration: true, outDir: 'out' });
        assert.deepEqual(errors, []);
        return readFile(join(folder, 'out', 'user.d.ts'), 'utf8');
      };
      /* Modules that a declaration file names. */
      const modules = (text: string): readonly string[] => [
        ...new Set([...text.matchAll(/(?:from |import\()["']([^"']+)["']/g)].map(([, name]) => name!)),
      ];

      it('hold a model in its inputs and outputs alone', async () => {
        const text = await written(vdg);
        assert.ok(text.length < 500, text);
        assert.deepEqual(modules(text), ['maskskip']);
        for (const level of ['x_a: ', 'p_a: ', 'p_b: ', 'output: ']) assert.ok(text.includes(level), text);
        assert.match(text, /Level<128, 64, 18>/);
      });

      it('name every layer, ψ and join by the package', async () => {
        const text = await written(parts);
        assert.deepEqual(modules(text), ['maskskip']);
        assert.ok(text.length < 6000, `${text.length} letters`);
      });

      it('need an annotation under isolatedDeclarations, which is then a contract', async () => {
        const isolated = { declaration: true, isolatedDeclarations: true, outDir: 'out' };
        const bare = `${annotated}export const bare = vdg;\n`;
        const refused = (await compiled(compiler, bare, isolated)).errors;
        assert.deepEqual(refused.map((error) => error.slice(0, 29)), ['user.ts(6,14): error TS9010: ']); // prettier-ignore
        const other = annotated.replace('output: Level<128, 64', 'output: Level<128, 62');
        const broken = (await compiled(compiler, other, isolated)).errors;
        assert.deepEqual(broken.map((error) => error.slice(0, 29)), ['user.ts(2,14): error TS2322: ']); // prettier-ignore
      });
    });
  }

  /** The files that entries reach, and the packages that these import. */
  const reachedFrom = async (...entries: readonly string[]) => {
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = await readFile(file, 'utf8');
      for (const [, target] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
        if (!target!.startsWith('.')) outside.add(/^(?:@[^/]+\/)?[^/]+/.exec(target!)![0]);
        else
          await visit(
            join(dirname(file), target!.replace(/\.js$/, file.endsWith('.d.ts') ? '.d.ts' : '.js')),
          );
      }
    };
    for (const entry of entries) await visit(join(installed, 'dist', entry));
    return { seen, outside };
  };

  it('the root entry point brings no tfjs, Node or ts-morph, in its code or its types', async () => {
    const { seen, outside } = await reachedFrom('index.js', 'index.d.ts');
    assert.ok(seen.size > 40);
    assert.deepEqual([...outside].sort(), ['fp-ts', 'io-ts']);
  });

  it('the entry point that runs compiled models brings nothing of Node, in its code or its types', async () => {
    const { seen, outside } = await reachedFrom('run/index.js', 'run/index.d.ts');
    assert.ok(seen.size > 40);
    assert.deepEqual([...outside].sort(), [
      '@bufbuild/protobuf',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-core',
      'fp-ts',
      'io-ts',
    ]);
    const types = await Promise.all([...seen].filter((file) => file.endsWith('.d.ts')).map((file) => readFile(file, 'utf8'))); // prettier-ignore
    assert.doesNotMatch(types.join('\n'), /NodeJS\.|\bBuffer\b/);
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

/* A model as a user exports it; with its type written out; and one of everything. */
const vdg = `import { model, psi, vdgStage1 } from 'maskskip';
export const vdg = model(vdgStage1(128, 64, 128, psi.dense()));
`;
const annotated = `import { model, psi, vdgStage1, type Level, type Model } from 'maskskip';
export const vdg: Model<
  { readonly x_a: Level<128, 64, 3>; readonly p_a: Level<128, 64, 18>; readonly p_b: Level<128, 64, 18> },
  { readonly output: Level<128, 64, 3> }
> = model(vdgStage1(128, 64, 128, psi.dense()));
`;
const parts = `import * as m from 'maskskip';
export const image = m.input('x', 64, 64, 3);
export const encoded = m.through(image, m.encoder('e', [m.conv(8), m.seq(m.conv(16, { stride: 2 }), m.relu)]));
export const decoded = m.through(encoded, m.decoder('e', [m.upsample(2), m.conv(3)], m.psi.dense()), m.out(64, 64, 3));
export const family = <const F extends number, Q>(filters: F, psi: Q) =>
  m.seq(image, m.encoder('e', [m.conv(filters), m.conv(m.plus(m.times(filters, 2), m.ceilDivide(filters, 4)), { stride: 2 })]), m.upsample(2), m.skip('e', psi, { level: 1 }));
export const windows = [m.conv(3, { padding: { reflect: 1 } }), m.convTranspose(4), m.maxPool(), m.averagePool(3), m.globalAveragePool] as const;
export const sizes = [m.crop(1), m.cropTo('e'), m.pad(1), m.tile(2, 2), m.depthToSpace(2), m.spaceToDepth(2), m.reshape(4, 4, 4), m.flatten] as const;
export const weights = [m.dense(3), m.denseBlock(m.conv(4)), m.weightNorm(m.conv(4)), m.batchNorm(), m.instanceNorm(), m.layerNorm()] as const;
export const points = [m.relu, m.elu, m.leakyRelu(0.2), m.tanh, m.sigmoid, m.dropout(0.5), m.sample(), m.round] as const;
export const groups = [m.named('a', m.relu), m.shared('b', m.relu), m.residual(m.relu), m.tap('t'), m.output('o'), m.unused('u', m.conv(3))] as const;
export const branches = [m.fuse(m.join.concat, image), m.bring(image), m.parts(2, m.region({ boxes: 'b', height: 4, width: 4 }), m.flatten)] as const;
export const psis = [m.psi.none, m.psi.closed, m.psi.dense(), m.psi.one(), m.psi.grid(2, 2), m.psi.grouped(4), m.psi.resize(), m.psi.warp({ affines: 'affines', masks: 'masks' }), m.psi.maskConnectLevel({ fanIn: 2 }), m.psi.maskConnectChannel(), m.psi.modularSoft({ input: 'p_b' }), m.psi.modularBlend(), m.psi.chain(m.psi.dense(), m.psi.one())] as const;
export const joins = [m.join.concat, m.join.add, m.join.subtract, m.join.multiply, m.join.gated, m.join.replace] as const;
export const predicted = [m.autoregressive(2, { predict: m.conv(4), update: m.relu }), m.fuse(m.join.add, m.skip('e', m.psi.resize(), { level: 'all' }))] as const;
export const ramp = m.widths(128, 5);
export const several = m.model({ a: decoded, b: encoded });
`;
