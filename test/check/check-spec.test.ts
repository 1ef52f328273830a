import assert from 'node:assert/strict';
import { chmod, mkdir, truncate } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import { fault } from '../../src/base/fault.js';
import { checkSpec, type SpecReader } from '../../src/check/check-spec.js';
import type { Exports } from '../../src/check/load-model.js';
import { conv, input, model, through } from '../../src/index.js';
import { temporaryFiles } from '../cli/folder.js';

/** Reads `{ "filters": n }`, or what a test asks it for. */
const reader: SpecReader<Exports> = {
  definitionsOf: (exports) => exports,
  fromSpecText: (text, definitions = {}) => {
    const given: unknown = (() => {
      try {
        return JSON.parse(new TextDecoder().decode(text));
      } catch {
        return 'none';
      }
    })();
    const refuse = (pointer: string | undefined) =>
      E.left([fault({ rule: 'X10', where: 'spec', got: 'this', wanted: 'that', fix: 'mend it', pointer })]);
    if (given === 'none') return refuse('');
    const { filters, own } = given as { readonly filters?: unknown; readonly own?: string };
    if (own === 'throw') throw new Error('oh no');
    if (own === 'bad') return refuse(undefined);
    if (own !== undefined && !(own in definitions)) return refuse('/own');
    if (typeof filters !== 'number') return refuse('/filters');
    const layer = conv(filters);
    return E.right({
      model: model(through(input('x', 8, 8, 3), layer)),
      pointer: (part) => (part === layer ? '/filters' : undefined),
    });
  },
};

describe('a spec that is checked', () => {
  const file = temporaryFiles();
  const check = async (text: string, options: { readonly with?: string } = {}) =>
    checkSpec(await file('net.json', text), reader, options)();
  const places = async (text: string) =>
    (await check(text)).faults.map(({ rule, source }) => [rule, source?.line, source?.column]);

  it('is fine if its model is', async () => {
    assert.deepEqual(await check('{ "filters": 4 }'), { models: ['model'], faults: [] });
  });

  it('has faults of the reader and of the language at their place in the document', async () => {
    assert.deepEqual(await places('{\n  "filters": "4"\n}'), [['X10', 2, 14]]);
    const { faults, models } = await check('{\n  "filters": -4\n}');
    assert.deepEqual(models, ['model']);
    const [{ source, ...rest } = faults[0]!] = faults;
    assert.deepEqual(rest, {
      rule: 'S02',
      severity: 'error',
      where: 'conv1',
      got: '-4',
      wanted: 'a positive whole number',
      fix: 'give 1 or more',
      text: '✗ S02 conv: filters -4 is not a positive whole number; give 1 or more',
      pointer: '/filters',
    });
    assert.deepEqual([source?.line, source?.column], [2, 14]);
    assert.match(source?.frame ?? '', /> 2 \| {3}"filters": -4\n/);
  });

  it('has the place where it stops being JSON', async () => {
    assert.deepEqual(await places('{\n  "filters": 4,\n}'), [['X10', 3, 1]]);
  });

  it('may have parts of the user, from a file that is run', async () => {
    const parts = await file('parts.ts', 'export const mine: number = 4;');
    const text = '{ "filters": 4, "own": "mine" }';
    assert.deepEqual((await check(text, { with: parts })).faults, []);
    assert.deepEqual(await places(text), [['X10', 1, 24]]);
    const broken = await check(text, { with: await file('parts.mts', "\nthrow new Error('no');") });
    assert.deepEqual(broken.faults.map(({ rule, source }) => [rule, source?.line]), [['U04', 2]]); // prettier-ignore
    const gone = await check(text, { with: await file('gone.ts') });
    assert.deepEqual(gone.faults.map(({ rule }) => rule), ['U02']); // prettier-ignore
  });

  it('has no place for what is not about the document', async () => {
    assert.deepEqual(await places('{ "own": "bad" }'), [['X10', undefined, undefined]]);
  });

  it('U14: may have a part whose own code throws', async () => {
    assert.deepEqual(await places('{ "own": "throw" }'), [['U14', undefined, undefined]]);
  });

  it('U02: is a file', async () => {
    await mkdir(await file('net.json'));
    const { faults } = await checkSpec(await file('net.json'), reader)();
    assert.deepEqual(faults.map(({ rule, got }) => [rule, got]), [['U02', 'a folder']]); // prettier-ignore
  });

  it('U15: is not huge', async () => {
    const path = await file('net.json', '{}');
    await truncate(path, 2 ** 24 + 1);
    const { faults } = await checkSpec(path, reader)();
    assert.deepEqual(faults.map(({ rule, got }) => [rule, got]), [['U15', '16777217 bytes']]); // prettier-ignore
  });

  it('U15: can be read', async function () {
    // Nothing is closed to root.
    if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
    const path = await file('net.json', '{}');
    await chmod(path, 0);
    const { faults } = await checkSpec(path, reader)();
    assert.deepEqual(faults.map(({ rule, got }) => [rule, got]), [['U15', 'EACCES']]); // prettier-ignore
  });
});
