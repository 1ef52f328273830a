/** Folders from strangers: nothing of them reaches a loader, or memory, before it was checked (R08, R09, R26). */
import assert from 'node:assert/strict';
import { link, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import { isFaultError, type Fault } from '../../src/base/fault.js';
import { random } from '../../src/base/random.js';
import { compiledFiles, unsafeCompile } from '../../src/compile/compile.js';
import type { CompileTarget } from '../../src/artefact/format.js';
import { verifySeal } from '../../src/files/seal.js';
import { unsafeElaborate } from '../../src/index.js';
import { engineOf } from '../../src/run/engine.js';
import { operations } from '../../src/run/operations.js';
import { load } from '../../src/run/index.js';
import { parseSavedModel } from '../../src/run/saved-model.js';
import { artefactOf, readSealed, sourceOf, type Source } from '../../src/run/source.js';
import { hostilePaths } from '../artefact/hostile-paths.js';
import { folder, handMade, lateFusion, resealed, sealOf, weightsOf, written, type Changes } from './artefacts.js'; // prettier-ignore

const full = process.env['MASKSKIP_FULL'] !== undefined;

/** The faults of loading; none if it loads. */
const faultsOf = async (place: string): Promise<readonly Fault[]> => {
  try {
    (await load(place)).dispose();
    return [];
  } catch (caught) {
    assert.ok(isFaultError(caught), String(caught));
    return caught.faults;
  }
};
/** Refused with a rule, as one line each, without a tensor left behind. */
const refused = async (place: string, rule: string, text?: RegExp): Promise<void> => {
  const before = tf.memory().numTensors;
  const faults = await faultsOf(place);
  assert.ok(faults.some((one) => one.rule === rule), `${rule}: ${faults.map((one) => one.text).join('\n') || 'loads'}`); // prettier-ignore
  for (const one of faults) assert.doesNotMatch(one.text, /[\n\0\u202e]/);
  if (text !== undefined) assert.match(faults.map((one) => one.text).join('\n'), text);
  assert.equal(tf.memory().numTensors, before);
};
const changed = async (changes: Changes, check: (place: string) => Promise<void>): Promise<void> => {
  const place = await written(handMade(changes));
  try {
    await check(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

before(() => unsafeActivate({ backend: 'cpu' }));

describe('R08: T03: paths that lead out of the folder', () => {
  for (const name of hostilePaths) {
    it(`${JSON.stringify(name).slice(0, 40)} is refused as a shard, as a file and as a stage`, async () => {
      const seal = sealOf(name, 'x');
      await changed({ artefact: (json) => ({ ...json, files: [...json.files, seal] }) }, (place) => refused(place, 'T03')); // prettier-ignore
      await changed(
        { model: (json) => ({ ...json, weightsManifest: [{ ...json.weightsManifest[0], paths: [name] }] }) },
        (place) => refused(place, 'T03'),
      );
      if (name !== '.')
        await changed(
          { artefact: (json) => ({ ...json, stages: [{ ...json.stages[0], at: name }] }) },
          (place) => refused(place, 'T03'),
        );
    });
  }

  const shard = 'group1-shard1of1.bin';
  it('links are refused: a file, a folder above it, artefact.json itself, one that leads nowhere', async () => {
    const outside = await written({ secret: 'secret', ...handMade() });
    await changed({}, async (place) => {
      await rename(join(place, shard), join(place, 'kept.bin'));
      await symlink(join(outside, shard), join(place, shard));
      await refused(place, 'T03', /a link, wanted a file under the folder/);
      await rm(join(place, shard));
      await symlink('kept.bin', join(place, shard));
      await refused(place, 'T03');
      await rm(join(place, shard));
      await symlink(join(outside, 'nothing'), join(place, shard));
      await refused(place, 'T03');
    });
    const inner = { artefact: (json: { readonly stages: readonly object[]; readonly files: readonly object[] }) => ({ ...json, stages: json.stages.map((one) => ({ ...one, at: 'part' })), files: json.files.map((one) => ({ ...one, path: `part/${(one as { path: string }).path}` })) }) }; // prettier-ignore
    await changed(inner, async (place) => {
      await symlink(outside, join(place, 'part'));
      await refused(place, 'T03');
    });
    await changed({}, async (place) => {
      await rm(join(place, 'artefact.json'));
      await symlink(join(outside, 'artefact.json'), join(place, 'artefact.json'));
      await refused(place, 'T03');
    });
    await rm(outside, { recursive: true });
  });
  it('a hard link to something else does not have the checksum', async () => {
    const outside = await written({ secret: 'ten bytes!' });
    await changed({}, async (place) => {
      await rm(join(place, shard));
      await link(join(outside, 'secret'), join(place, shard));
      await refused(place, 'T04', /do not have the checksum/);
    });
    await rm(outside, { recursive: true });
  });
  it('a folder and a device in the place of a file are refused, and the folder itself may be a link', async () => {
    await changed({}, async (place) => {
      const link = `${place}-link`;
      await symlink(place, link);
      assert.deepEqual(await faultsOf(link), []);
      await rm(link);
      await rm(join(place, shard));
      await mkdir(join(place, shard));
      await refused(place, 'T04', /no ordinary file/);
    });
  });
});

describe('R09: files that are not what they should be', () => {
  type Model = Parameters<NonNullable<Changes['model']>>[0];
  const group = (change: (one: Model['weightsManifest'][number]) => object) => (json: Model) => ({
    ...json,
    weightsManifest: json.weightsManifest.map(change),
  });
  const weights = (...entries: readonly object[]) => group((one) => ({ ...one, weights: entries }));
  const kernel = { name: 'kernel', shape: [1, 1, 1, 1], dtype: 'float32' };
  const gate = { name: 'gate', shape: [2, 3, 1], dtype: 'float32', quantization: { dtype: 'uint8', scale: 1, min: 0 } }; // prettier-ignore
  const nodes = (change: (all: readonly object[]) => readonly object[]) => (json: Model) => ({
    ...json,
    modelTopology: { ...json.modelTopology, node: change(json.modelTopology.node) },
  });

  const bad: Readonly<Record<string, Changes['model']>> = {
    'a weight too few': weights(kernel),
    'a weight too many': weights(kernel, gate, { ...kernel, name: 'more' }),
    'a duplicate weight': weights(kernel, gate, { ...kernel, shape: [0] }),
    'a wrong dtype': weights({ ...kernel, dtype: 'int32' }, gate),
    'a dtype of another width': weights({ ...kernel, dtype: 'float16' }, gate),
    'text as weights': weights({ ...kernel, dtype: 'string' }, gate),
    'complex numbers': weights({ ...kernel, dtype: 'complex64' }, gate),
    'no dtype': weights({ name: 'kernel', shape: [] }, gate),
    'a dtype of the prototype': weights({ ...kernel, dtype: 'constructor' }, gate),
    'a size that overflows': weights({ ...kernel, shape: [2 ** 31, 2 ** 31] }, gate),
    'a size that overflows and vanishes': weights({ ...kernel, shape: [2 ** 53, 2 ** 53, 0] }, gate, kernel),
    'a negative size': weights({ ...kernel, shape: [-1, -1, 1, 1] }, gate),
    'a size of 1.5': weights({ ...kernel, shape: [1.5] }, gate),
    'sizes as text': weights({ ...kernel, shape: ['1', 1, 1, 1] }, gate),
    'a shape of nothing': weights({ ...kernel, shape: null }, gate),
    'a shape of many axes': weights({ ...kernel, shape: Array.from({ length: 99 }, () => 1) }, gate),
    'an unknown quantisation': weights(kernel, { ...gate, quantization: { dtype: 'uint4', scale: 1, min: 0 } }),
    'a quantisation without scale': weights(kernel, { ...gate, quantization: { dtype: 'uint8', min: 0 } }),
    'a quantisation of whole numbers': weights(kernel, { ...gate, dtype: 'int32' }),
    'a nameless weight': weights({ ...kernel, name: '' }, gate),
    'a shard twice': group((one) => ({ ...one, paths: [...one.paths, ...one.paths] })),
    'a shard in two groups': (json) => ({ ...json, weightsManifest: [...json.weightsManifest, { ...json.weightsManifest[0], weights: [] }] }), // prettier-ignore
    'a shard that artefact.json does not list': group((one) => ({ ...one, paths: ['group1-shard1of2.bin'] })),
    'no shard': group((one) => ({ ...one, paths: [] })),
  }; // prettier-ignore
  for (const [name, change] of Object.entries(bad)) {
    it(`T05: ${name}`, () => changed({ model: change! }, (place) => refused(place, 'T05')));
  }

  const badNodes: Readonly<Record<string, Changes['model']>> = {
    'a node twice': nodes((all) => [...all, all[0]!]),
    'a cycle': nodes((all) => [...all, { name: 'a', op: 'Relu', input: ['b'] }, { name: 'b', op: 'Relu', input: ['a'] }]), // prettier-ignore
    'an operation that reads files': nodes((all) => [...all, { name: 'a', op: 'ReadFile', input: ['x'] }]),
    'an operation of the prototype': nodes((all) => [...all, { name: 'a', op: 'constructor' }]),
    'a node that is none': nodes((all) => [...all, null as unknown as object]),
    'an output without node': nodes((all) => all.slice(0, -1)),
    'no nodes': (json) => ({ ...json, modelTopology: {} }),
    'no signature': (json) => ({ ...json, signature: undefined }),
    'a list': () => [],
  };
  for (const [name, change] of Object.entries(badNodes)) {
    it(`T02: ${name} in model.json`, () => changed({ model: change! }, (place) => refused(place, 'T02')));
  }

  it('none of these is found out after a shard was read', async () => {
    for (const change of [...Object.values(bad), ...Object.values(badNodes)])
      await changed({ model: change! }, async (place) => {
        const source = await sourceOf(place);
        const artefact = await artefactOf(source);
        assert.ok(artefact._tag === 'Right');
        const asked: string[] = [];
        const read: Source['read'] = (path, length) => {
          asked.push(path);
          return source.read(path, length);
        };
        assert.equal((await engineOf({ ...source, read }, artefact.right))._tag, 'Left');
        assert.deepEqual(asked, ['model.json']);
      });
  });

  const badArtefacts: Readonly<Record<string, Changes['artefact']>> = {
    'another format': (json) => ({ ...json, maskskip: 'weights' }),
    'a later version': (json) => ({ ...json, version: 2 }),
    'another target': (json) => ({ ...json, target: 'tflite' }),
    'no name': (json) => ({ ...json, model: 1 }),
    'no stages': (json) => ({ ...json, stages: [] }),
    'a stage that reads what nothing gives': (json) => ({ ...json, inputs: [] }),
    'an output that nothing gives': (json) => ({ ...json, outputs: [{ name: 'z', dtype: 'float32', shape: [-1] }] }),
    'an output of another shape': (json) => ({ ...json, outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 9] }] }),
    'a port twice': (json) => ({ ...json, inputs: [...json.inputs, ...json.inputs] }),
    'a shape open in the middle': (json) => ({ ...json, inputs: [{ name: 'x', dtype: 'float32', shape: [-1, -1, 3, 1] }] }),
    'a dtype of text': (json) => ({ ...json, inputs: [{ name: 'x', dtype: 'string', shape: [-1] }] }),
    'noise of no distribution': (json) => ({ ...json, inputs: [{ name: 'x', dtype: 'float32', shape: [], noise: {} }] }),
    'a file without checksum': (json) => ({ ...json, files: [{ path: 'model.json', bytes: 1 }] }),
    'a file twice, in another case': (json) => ({ ...json, files: [...json.files, sealOf('MODEL.json', '')] }),
    'a spec that is no checksum': (json) => ({ ...json, spec: '../spec' }),
  }; // prettier-ignore
  for (const [name, change] of Object.entries(badArtefacts)) {
    it(`T02: ${name} in artefact.json`, () =>
      changed({ artefact: change! }, (place) => refused(place, 'T02')));
  }
  it('T02: no JSON, and a key twice, in artefact.json', () =>
    changed({}, async (place) => {
      const text = await readFile(join(place, 'artefact.json'), 'utf8');
      for (const broken of [
        text.replace('{', '{"target":"onnx",'),
        text.replace('{', '{"sha256":"",'),
        text.replace('{', `{${'['.repeat(1e5)}`),
        text.replace('{', '[],{'),
      ]) {
        await writeFile(join(place, 'artefact.json'), resealed(broken));
        await refused(place, 'T02');
      }
    }));

  it('T04: no seal, or another, at the end of artefact.json', () =>
    changed({}, async (place) => {
      const text = await readFile(join(place, 'artefact.json'), 'utf8');
      for (const [broken, reason] of [
        ['', /without a checksum in its last line/],
        ['{}', /without/],
        ['[]\n', /without/],
        [text.slice(0, -1), /without/],
        [`${text}\n`, /without/],
        [text.replace(/,\n {2}"sha256": "[^"]*"\n\}\n$/, '\n}\n'), /without/],
        [text.replace(/[0-9a-f]{64}"\n\}\n$/, (end) => end.toUpperCase()), /without/],
        [text.replace('by hand', 'by fist'), /do not have the checksum in the last line/],
        [text.replace('  "model"', '   "model"'), /do not have/],
        [text.replace(/[0-9a-f]{64}"\n\}\n$/, `${'0'.repeat(64)}"\n}\n`), /do not have/],
      ] as const) {
        await writeFile(join(place, 'artefact.json'), broken);
        await refused(place, 'T04', reason);
      }
    }));

  it('T04: a file that is missing, cut off, longer, or not listed', () =>
    changed({}, async (place) => {
      const shard = join(place, 'group1-shard1of1.bin');
      const bytes = await readFile(shard);
      await rm(shard);
      await refused(place, 'T04', /nothing there/);
      await writeFile(shard, bytes.subarray(0, 9));
      await refused(place, 'T04', /got 9 bytes, wanted 10 bytes/);
      await writeFile(shard, Buffer.concat([bytes, bytes]));
      await refused(place, 'T04', /got 20 bytes or more, wanted 10 bytes/);
      await writeFile(shard, bytes);
      assert.deepEqual(await faultsOf(place), []);
      await refused(join(place, 'not-here'), 'T04', /nothing there/);
      await changed({ artefact: (json) => ({ ...json, files: [] }) }, (other) => refused(other, 'T04', /no word of model\.json/)); // prettier-ignore
    }));

  it('200 MB in the place of artefact.json, model.json or a shard are refused before memory is asked for', () =>
    changed(
      { artefact: (json) => ({ ...json, files: [{ ...sealOf('model.json', ''), bytes: 2e8 }] }) },
      async (place) => {
        const before = process.memoryUsage().arrayBuffers;
        await truncate(join(place, 'model.json'), 2e8);
        await refused(place, 'T04', /got 200000000 bytes, wanted at most/);
        await truncate(join(place, 'artefact.json'), 2e8);
        await refused(place, 'T04', /artefact\.json: got 200000000 bytes, wanted at most/);
        assert.ok(process.memoryUsage().arrayBuffers - before < 1e7);
      },
    ));
});

describe('SavedModels of strangers', () => {
  const elaborated = unsafeElaborate(lateFusion);
  const compiled = compiledFiles(elaborated, { target: 'saved-model', weights: weightsOf(lateFusion) });
  assert.ok(compiled._tag === 'Right');
  const { files, artefact } = compiled.right;
  const bytes = Buffer.concat(files.find(({ path }) => path === 'saved_model.pb')!.pieces);
  const faults = (changedBytes: Uint8Array): readonly Fault[] => {
    const parsed = parseSavedModel(changedBytes, 'saved_model.pb', artefact.stages);
    return parsed._tag === 'Left' ? parsed.left : [];
  };
  /** The same bytes with one text for another of its length. */
  const with_ = (from: string, to: string): Uint8Array =>
    Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

  it('ours have no fault, and the ends of their signatures are found', () =>
    assert.deepEqual(faults(bytes), []));
  it('T02: an operation that reads files is refused', () => {
    assert.match(
      faults(with_('Reshape', 'ReadFil'))
        .map(({ text }) => text)
        .join(),
      /the operation "ReadFil"/,
    );
  });
  it('T02: another signature than in artefact.json is refused', () => {
    assert.ok(faults(with_('serving_default', 'serving_defaulT')).length > 0);
  });
  it('T02: cut off anywhere it is refused, and random bytes never throw', () => {
    const stream = random(1, 'cuts');
    for (let i = 0; i < 300; i++) {
      const cut = 1 + Math.floor(stream.at(i) * (bytes.length - 1));
      const some = faults(bytes.subarray(0, cut));
      assert.ok(some.length > 0 && some.every(({ rule }) => rule === 'T02'));
      faults(Uint8Array.from({ length: 60 }, (_, j) => stream.word(300 + 60 * i + j) % 256));
    }
  });
  it('every operation of ours is known', async () => {
    const { readdir } = await import('node:fs/promises');
    const sources = (await readdir('src/compile/graph')).map((name) => readFile(join('src/compile/graph', name), 'utf8')); // prettier-ignore
    const text = (await Promise.all(sources)).join('\n');
    const named = new Set([
      ...[...text.matchAll(/(?:draft|unary|binary|reduction|resize|run|emit|node)\(\s*'([A-Z_]\w+)'/g)].map(([, op]) => op!),
      ...[...text.matchAll(/op: '([A-Z_]\w+)'|, '([A-Z][A-Za-z0-9]+)', \[/g)].flatMap(([, a, b]) => a ?? b ?? []),
    ]); // prettier-ignore
    assert.ok(named.size > 30, [...named].join());
    assert.deepEqual([...named].filter((op) => !operations.has(op)), []); // prettier-ignore
  });
});

describe('R26: a flipped byte or a cut tail is detected', function () {
  this.timeout(600_000);
  const [trials, loads] = full ? [1000, 1000] : [500, 60];
  const stream = random(26, 'flips');
  /** Calls `check` with one file flipped or cut, and the others whole, so many times. */
  const damaged = async (place: string, paths: readonly string[], times: number, check: (what: string, path: string) => Promise<void>): Promise<void> => {
    const whole = new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(place, path))] as const)));
    for (let trial = 0; trial < times; trial++) {
      const path = paths[trial % paths.length]!;
      const bytes = Buffer.from(whole.get(path)!);
      const at = stream.word(3 * trial) % bytes.length;
      bytes[at]! ^= 1 << (stream.word(3 * trial + 1) % 8);
      await writeFile(join(place, path), stream.at(3 * trial + 2) < 0.5 ? bytes.subarray(0, at) : bytes);
      await check(`${path} at ${at}`, path);
      await writeFile(join(place, path), whole.get(path)!);
    }
  }; // prettier-ignore
  /** The rules of the faults of a file of a folder, also of one that is not loaded here. */
  const rulesOfFile = async (place: string, path: string): Promise<readonly string[]> => {
    const source = await sourceOf(place);
    const artefact = await artefactOf(source);
    if (artefact._tag === 'Left') return artefact.left.map(({ rule }) => rule);
    const entry = artefact.right.files.find((one) => one.path === path);
    const read = entry === undefined ? undefined : await readSealed(source, entry);
    return read?._tag === 'Left' ? read.left.map(({ rule }) => rule) : [];
  };
  const compiledInto = async (out: string, target: CompileTarget): Promise<readonly string[]> => {
    const options = { target, weights: weightsOf(lateFusion), safetensors: true, stages: [['x_a', 'p_a'], ['p_b']], out }; // prettier-ignore
    const { files } = await unsafeCompile(unsafeElaborate(lateFusion), options);
    return ['artefact.json', ...files.map(({ path }) => path)];
  };

  for (const target of ['tfjs-graph', 'saved-model'] as const) {
    it(`${trials} of ${trials} in every file of a compiled ${target}`, async () => {
      const place = join(await folder(), 'model');
      const paths = await compiledInto(place, target);
      assert.equal(paths.length, target === 'tfjs-graph' ? 6 : 3);
      await damaged(place, paths, trials, async (what, path) => assert.deepEqual(await rulesOfFile(place, path), ['T04'], what)); // prettier-ignore
      for (const path of paths) assert.deepEqual(await rulesOfFile(place, path), []);
      await rm(join(place, '..'), { recursive: true });
    });
  }

  it(`${loads} of ${loads} in what is loaded of a compiled model`, async () => {
    const place = join(await folder(), 'model');
    const paths = (await compiledInto(place, 'tfjs-graph')).filter((path) => path !== 'weights.safetensors');
    await damaged(place, paths, loads, async (what) =>
      assert.deepEqual((await faultsOf(place)).map(({ rule }) => rule), ['T04'], what)); // prettier-ignore
    assert.deepEqual(await faultsOf(place), []);
    await rm(join(place, '..'), { recursive: true });
  });

  it('weights.safetensors is not asked for, and carries a checksum of its own', async () => {
    const place = join(await folder(), 'model');
    await compiledInto(place, 'tfjs-graph');
    const weights = join(place, 'weights.safetensors');
    assert.ok(verifySeal(Uint8Array.from(await readFile(weights)), weights)._tag === 'Right');
    await rm(weights);
    assert.deepEqual(await faultsOf(place), []);
    await rm(join(place, '..'), { recursive: true });
  });
});
