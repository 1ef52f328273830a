/** What an editor shows over a name: the shapes, in letters and numbers, on less than a screen (promise R14). */
import assert from 'node:assert/strict';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/* A screen of code: so many lines of so many letters. */
const mostLines = 24;
const mostLetters = 110;

const source = `
import { concat, conv, decoder, encoder, fuse, input, join, model, psi, relu, residual, seq, skip, through, upsample } from '../../src/dsl/index.js';
import { vdgStage1 } from '../../src/models/vdg.js';
const image = input('x_a', 256, 256, 3);
const pose = input('p_b', 256, 256, 18);
const block = residual(conv('same'), relu, conv('same'), relu);
const down = <const F extends number>(filters: F) => seq(conv(filters, { stride: 2 }), relu, block);
const encoded = through(image, encoder('image', [seq(conv(64), relu), down(128), down(256), down(384), down(512)]));
const late = concat(encoded, through(pose, conv(32), encoder('pose', [down(64), down(96), down(128), down(160)])));
const early = through(image, conv(8), fuse(join.concat, pose, encoder('pose', [conv(4), down(12)]), upsample(2)));
const skipped = through(late, skip('image'), upsample(2), skip('pose', psi.grid(4, 4), { level: 3 }), skip('image'));
const decoded = through(encoded, decoder('image', [upsample(2), upsample(2), upsample(2), upsample(2), conv(3)], psi.dense()));
const symbolic = through(input('x', '64*h', '64*w', 3), encoder('e', [conv(4), down(8)]));
const unet = model(decoded);
const several = model({ image: decoded, code: late });
const stage1 = model(vdgStage1(128, 64, 128, psi.dense()));
const wrong = through(encoded, skip('image'), upsample(4), skip('image'), conv(3));
const after = through(wrong, relu, conv(16));
`;

/* The language service over the source as a file of this folder. */
const file = join(root, 'test/types/hovered.ts');
const languageService = (): ts.LanguageService => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const read = (path: string): string | undefined => (path === file ? source : ts.sys.readFile(path));
  return ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = read(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: read,
  });
};

/* Each name, and what must be read in its hover; line breaks and indentation aside. */
const shown: Readonly<Record<string, readonly string[]>> = {
  encoded: [
    'Feature<16, 16, 512, {',
    'readonly image: readonly [Level<256, 256, 64>, Level<128, 128, 128>, Level<64, 64, 256>, Level<32, 32, 384>, Level<16, 16, 512>]',
    'readonly x_a: Level<256, 256, 3>',
  ],
  late: [
    'Feature<16, 16, 672, {',
    'Level<32, 32, 384>, Level<16, 16, 512>]',
    'readonly pose: readonly [Level<128, 128, 64>, Level<64, 64, 96>, Level<32, 32, 128>, Level<16, 16, 160>]',
    'readonly x_a: Level<256, 256, 3>',
    'readonly p_b: Level<256, 256, 18>',
  ],
  early: [
    'Feature<256, 256, 20, {',
    'readonly pose: readonly [Level<256, 256, 4>, Level<128, 128, 12>]',
    'readonly p_b: Level<256, 256, 18>',
  ],
  skipped: [
    'Feature<32, 32, 1696, {',
    'readonly image: [Level<256, 256, 64>, Level<128, 128, 128>, Level<64, 64, 256>]',
    'readonly pose: readonly [Level<128, 128, 64>, Level<64, 64, 96>, Level<32, 32, 128>, Level<16, 16, 160>]',
  ],
  decoded: ['Feature<256, 256, 3, {', 'readonly image: []', 'readonly x_a: Level<256, 256, 3>'],
  symbolic: [
    'Feature<"32*h", "32*w", 8, {',
    'readonly e: readonly [Level<"64*h", "64*w", 4>, Level<"32*h", "32*w", 8>]',
  ],
  unet: ['Model<{', 'readonly x_a: Level<256, 256, 3>', 'readonly output: Level<256, 256, 3>'],
  several: ['readonly image: Level<256, 256, 3>', 'readonly code: Level<16, 16, 672>'],
  stage1: [
    'readonly x_a: Level<128, 64, 3>',
    'readonly p_a: Level<128, 64, 18>',
    'readonly p_b: Level<128, 64, 18>',
    'readonly output: Level<128, 64, 3>',
  ],
  block: [
    'Residual<readonly [Conv<"same", 3, 1, "same", 1>, Activation<"relu">, Conv<"same", 3, 1, "same", 1>, Activation<"relu">]>',
  ],
  wrong: [
    `readonly flaw: "✗ S12 skip 'image' 4: encoder gives 32×32×384, decoder expects 64×64 (height 32 ≠ 64); skip before the upsampling, or downsample once less"`,
  ],
  after: ['Feature<number, number, '],
};

describe('hover', function () {
  this.timeout(60_000);
  const hovers = new Map<string, string>();
  before(() => {
    const service = languageService();
    for (const found of source.matchAll(/^const (\w+)/gm)) {
      const info = service.getQuickInfoAtPosition(file, found.index + 'const '.length);
      hovers.set(found[1]!, ts.displayPartsToString(info?.displayParts));
    }
  });

  for (const [name, parts] of Object.entries(shown)) {
    it(`over ${name} shows its shapes`, () => {
      const text = hovers.get(name)!.replace(/\s+/g, ' ');
      for (const part of parts) assert.ok(text.includes(part), `${part} is not in ${text}`);
    });
  }

  it('shows levels, not the names of types that compute them', () => {
    for (const name of [
      'encoded',
      'late',
      'early',
      'skipped',
      'decoded',
      'symbolic',
      'unet',
      'several',
      'stage1',
    ]) {
      const types = new Set(hovers.get(name)!.match(/\b[A-Z]\w+(?=<)/g));
      assert.deepEqual([...types].filter((type) => !['Feature', 'Model', 'Level'].includes(type)), [], name); // prettier-ignore
    }
  });

  it('fits a screen and leaves nothing of a feature or a model out', () => {
    assert.ok(hovers.size > 14);
    for (const [name, text] of hovers) {
      const lines = text.split('\n').reduce((sum, line) => sum + Math.ceil(line.length / mostLetters), 0);
      assert.ok(lines <= mostLines, `${name} takes ${lines} lines: ${text}`);
      assert.ok(/^const (block|down)/.test(text) || !text.includes('...'), text);
    }
  });
});
