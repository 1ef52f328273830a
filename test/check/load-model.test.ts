import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import { loadModel, pickModel } from '../../src/check/load-model.js';
import { isModel } from '../../src/dsl/model.js';
import { elaborate, input, model, relu, seq } from '../../src/index.js';
import { network, temporaryFiles } from '../cli/folder.js';

const net = model(seq(input('x', 8, 8, 3), relu));

/** The single fault of a load that has to fail. */
const faultOf = async (file: string, name?: string) => {
  const loaded = await loadModel(file, name)();
  assert.ok(E.isLeft(loaded), 'it loaded');
  assert.equal(loaded.left.length, 1);
  return loaded.left[0]!;
};

describe('a model of a file', () => {
  const file = temporaryFiles();

  it('is the only one, found without its name', async () => {
    const loaded = await loadModel(await file('net.ts', `${network('mine')}\nexport const width = 4;`))();
    assert.ok(E.isRight(loaded), JSON.stringify(loaded));
    assert.equal(loaded.right.name, 'mine');
    assert.equal(loaded.right.exports['width'], 4);
    assert.ok(E.isRight(elaborate(loaded.right.model)));
  });

  it('is the named one of several', async () => {
    const path = await file('net.mts', `${network('one')}\nexport const two = one;`);
    const loaded = await loadModel(path, 'two')();
    assert.ok(E.isRight(loaded), JSON.stringify(loaded));
    assert.equal(loaded.right.name, 'two');
  });

  it('may use the syntax that TypeScript adds', async () => {
    const loaded = await loadModel(await file('net.ts', `enum Width { Narrow = 4 }\n${network()}\nexport const w: number = Width.Narrow;`))(); // prettier-ignore
    assert.ok(E.isRight(loaded), JSON.stringify(loaded));
    assert.equal(loaded.right.exports['w'], 4);
  });

  it('may come from a file with an odd name', async () => {
    const loaded = await loadModel(await file("a b'#%20 é.ts", network()))();
    assert.ok(E.isRight(loaded), JSON.stringify(loaded));
  });

  it('is taken afresh from a file that changed', async () => {
    const path = await file('net.mts', 'export const width = 1;');
    assert.equal((await faultOf(path)).rule, 'U05');
    await file('net.mts', network());
    assert.ok(E.isRight(await loadModel(path)()));
  });
});

describe('U02: a file that is none', () => {
  const file = temporaryFiles();

  it('is missing', async () => {
    const got = await faultOf(await file('net.ts'));
    assert.equal(got.rule, 'U02');
    assert.match(got.text, /net\.ts: got no such file/);
  });

  it('is a folder', async () => {
    const path = await file('net.ts');
    await mkdir(path);
    assert.match((await faultOf(path)).text, /U02.*a folder/);
  });

  it('lies below a file', async () => {
    assert.match((await faultOf(`${await file('a.ts', '')}/b.ts`)).text, /U02.*no such file/);
  });

  it('has another extension', async () => {
    assert.match((await faultOf(await file('net.txt', network()))).text, /U02.*'\.txt'/);
  });
});

describe('U03: a syntax error', () => {
  const file = temporaryFiles();

  it('is told with line and column', async () => {
    const path = await file('net.ts', 'export const a = 1;\nexport const b = (;\n');
    const got = await faultOf(path);
    assert.equal(got.rule, 'U03');
    assert.equal(got.where, `${path}:2:18`);
    assert.equal(got.text.split('\n').length, 1);
  });

  it('in an imported file names that file', async () => {
    const other = await file('part.ts', 'const (');
    const got = await faultOf(await file('net.ts', "import './part.js';"));
    assert.equal(got.rule, 'U03');
    assert.ok(got.where.startsWith(`${other}:1:`), got.where);
  });
});

describe('U04: a file that fails when it is run', () => {
  const file = temporaryFiles();

  it('says what was thrown and where', async () => {
    const got = await faultOf(
      await file('net.mts', "const a = 1;\nthrow new Error('no\\nsecond line');\nexport { a };"),
    );
    assert.equal(got.rule, 'U04');
    assert.match(got.text, /net\.mts:2: got an error when it ran: no, /);
  });

  it('says where in a file that it imports', async () => {
    await file('part.mts', "export const a = 1;\nthrow new Error('no');");
    const got = await faultOf(await file('net.mts', "export { a } from './part.mjs';"));
    assert.match(got.where, /part\.mts:2$/);
    assert.match(got.text, /U04 .*part\.mts:2: got an error when it ran: no, /);
  });

  it('says of a long message the beginning', async () => {
    const got = await faultOf(await file('net.ts', "throw new Error('x'.repeat(100_000));"));
    assert.ok(got.text.length < 1000);
  });

  it('says what was thrown if that is no error', async () => {
    assert.match((await faultOf(await file('net.ts', "throw 'plainly';"))).text, /U04.*plainly/);
  });

  for (const extension of ['ts', 'mts']) {
    it(`names an import that is not there (${extension})`, async () => {
      const got = await faultOf(await file(`net.${extension}`, "import { a } from 'no-such-package/part';\nexport const b = a;")); // prettier-ignore
      assert.match(got.text, /U04.*'no-such-package(\/part)?'.*npm install no-such-package beside it$/);
      const near = await faultOf(await file(`other.${extension}`, "import { a } from './gone.js';\nexport const b = a;")); // prettier-ignore
      assert.match(near.text, /U04.*gone\.js.*check the path$/);
    });
  }
});

describe('U05 to U08: exports', () => {
  it('U05: none is a model', () => {
    const got = pickModel('net.ts', { width: 4 });
    assert.match(E.isLeft(got) ? got.left[0]!.text : '', /U05 net\.ts: got no model among the exports width/);
    const empty = pickModel('net.ts', {});
    assert.match(E.isLeft(empty) ? empty.left[0]!.text : '', /U05 net\.ts: got no exports/);
  });

  it('U06: several, and no name', () => {
    const got = pickModel('net.ts', { one: net, two: net, width: 4 });
    assert.match(
      E.isLeft(got) ? got.left[0]!.text : '',
      /U06 net\.ts: got the models one, two.*write net\.ts#one/,
    );
  });

  it('U07: no export of that name, inherited ones neither', () => {
    for (const name of ['three', 'toString', '__proto__', '']) {
      const got = pickModel('net.ts', { one: net }, name);
      assert.match(E.isLeft(got) ? got.left[0]!.text : '', /U07 net\.ts: .*one of the models one/);
    }
  });

  it('U08: an export that is no model, and what it is', () => {
    const values: readonly (readonly [unknown, string])[] = [
      [relu, 'a layer'],
      [input('x', 8, 8, 3), 'a feature'],
      [seq(relu), 'a layer or chain'],
      [() => net, 'a function'],
      [[net], 'an array'],
      [null, 'null'],
      [undefined, 'undefined'],
      [7, 'a number'],
      [{ outputs: 1, psis: 2 }, 'an object'],
    ];
    for (const [value, what] of values) {
      const got = pickModel('net.ts', { it: value }, 'it');
      assert.ok(E.isLeft(got));
      assert.match(got.left[0]!.text, new RegExp(`U08 net\\.ts#it: got ${what}`));
    }
  });

  it('knows models from everything else', () => {
    assert.ok(isModel(net));
    for (const other of [null, undefined, 1, 'x', [], {}, { outputs: { a: null }, psis: [] }, relu]) {
      assert.ok(!isModel(other));
    }
  });
});
