/** R01–R05: whatever is given to the reader, it gives a model or faults, soon and within bounds. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { buildPlan, type Plan } from '../../../src/compile/index.js';
import {
  elaborate,
  fromSpec,
  fromSpecText,
  input as source,
  layerOf,
  model,
  relu,
  seq,
  specText,
  toSpec,
  type AnyModel,
  type Layer,
  type Outcome,
  type ReadModel,
} from '../../../src/dsl/index.js';
import { models } from '../../../src/models/index.js';
import { numbers, outputsOf } from '../plans.js';
import { anyModel } from './arbitrary.js';
import { mutated } from './mutate.js';

type Faulty = Extract<ReturnType<typeof fromSpecText>, { readonly _tag: 'Left' }>['left'];

/* The processor's time: what else the machine does meanwhile is not the reader's. */
const milliseconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
/** A slow moment (garbage, compilation, another process) passes; a slow input stays slow. */
const timed = (work: () => void): number => {
  const before = performance.now();
  work();
  const first = performance.now() - before;
  return first < 5 ? first : Math.min(first, milliseconds(work), milliseconds(work));
};
const isSoon = (times: readonly number[]): void => {
  const sorted = [...times].sort((a, b) => a - b);
  const [p99, slowest] = [sorted[Math.floor(sorted.length * 0.99)]!, sorted.at(-1)!];
  assert.ok(p99 < 5, `p99 ${p99} ms`);
  assert.ok(slowest < 50, `slowest ${slowest} ms`);
};

const areTold = (faults: Faulty): void => {
  assert.ok(faults.length > 0 && faults.length <= 101);
  for (const { rule, where, got, wanted, fix, text, pointer } of faults) {
    assert.match(rule, /^X\d\d$/);
    assert.ok(where !== '' && got !== '' && wanted !== '' && fix !== '');
    assert.equal(typeof pointer, 'string');
    assert.equal(text, `✗ ${rule} ${where}: got ${got}, wanted ${wanted}; ${fix}`);
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  }
};

/** What comes of an accepted model: a plan, or faults of elaboration or planning. */
const planned = ({ model, pointer }: ReadModel): Plan | undefined => {
  const elaborated = elaborate(model, { pointer });
  if (E.isLeft(elaborated)) {
    assert.ok(elaborated.left.every(({ rule }) => /^S\d\d$/.test(rule)));
    return undefined;
  }
  for (const mode of ['infer', 'train'] as const) {
    const plan = buildPlan(elaborated.right, { mode });
    if (E.isLeft(plan)) {
      for (const { rule, text } of plan.left) assert.match(rule, /^P(01|02|09|10)$/, text);
      return undefined;
    }
    if (mode === 'train') return plan.right;
  }
  return undefined;
};

const full = process.env['MASKSKIP_FULL'] === '1';
const numRuns = 10_000;
/* Each is built, mutated and read: fewer of them, unless all is asked for. */
const mutations = full ? 10_000 : 2500;

describe('R01: bytes', () => {
  it(`${numRuns} random ones are refused, soon`, () => {
    const times: number[] = [];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 200, unit: 'binary' }),
      fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', 'null', '-', 'e', ' ', '"maskskip"', '"op"'), { maxLength: 200 }).map((all) => all.join('')),
      fc.json(),
    ); // prettier-ignore
    fc.assert(
      fc.property(bytes, (given) => {
        times.push(
          timed(() => {
            const read = fromSpecText(given);
            assert.ok(E.isLeft(read));
            areTold(read.left);
          }),
        );
      }),
      { numRuns, seed: 1 },
    );
    isSoon(times);
  }).timeout(0);

  it('values of any kind are refused', () => {
    const cyclic: Record<string, unknown> = { maskskip: 1 };
    cyclic['features'] = [cyclic];
    const given: readonly unknown[] = [
      ...[undefined, null, NaN, Infinity, 3n, Symbol('s'), () => 1, new Date(), new Map(), /x/, new Error('e')],
      ...[[], [undefined], new Array(1e9), new Uint8Array(4), Object(1), Object.create(null), Object.create({ a: 1 })],
      ...[cyclic, { maskskip: 1, features: [], outputs: { [Symbol('s')]: 1 } }, { get maskskip() { throw new Error('read'); } }],
      new Proxy({}, { ownKeys: () => { throw new Error('trap'); } }),
      new Proxy([], { get: () => { throw new Error('trap'); } }),
    ]; // prettier-ignore
    for (const one of given) {
      const read = fromSpec(one);
      assert.ok(E.isLeft(read));
      areTold(read.left);
    }
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSparseArray: true }), (one) => {
        const read = fromSpec(one);
        assert.ok(E.isLeft(read));
        areTold(read.left);
        assert.ok(E.isLeft(fromSpecText(one as string)));
      }),
      { numRuns: 2000, seed: 2 },
    ); // prettier-ignore
  }).timeout(0);
});

describe('R02, R03: mutations of specs', () => {
  const documents: readonly unknown[] = [
    ...fc.sample(anyModel, { numRuns: 60, seed: 3 }).map((one) => specOf(one)),
    ...models.slice(1, 2).map(({ at }) => specOf(at['market-1501']({ height: 16, width: 16, filters: 2 }))),
  ];
  const draw = fc.record({ where: fc.nat(), how: fc.nat(), other: fc.nat() });
  const accepted: ReadModel[] = [];

  it(`${mutations} are read or refused, soon, and leave no trace`, () => {
    const times: number[] = [];
    const before = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(fc.nat(), fc.array(draw, { minLength: 1, maxLength: 3 }), (which, draws) => {
        const text = mutated(documents[which % documents.length], draws);
        let read: ReturnType<typeof fromSpecText> = E.left([]);
        times.push(timed(() => (read = fromSpecText(text))));
        if (E.isLeft(read)) areTold(read.left);
        else accepted.push(read.right);
      }),
      { numRuns: mutations, seed: 4 },
    );
    isSoon(times);
    assert.deepEqual(Reflect.ownKeys(Object.prototype), before);
    assert.ok(accepted.length > mutations / 50, `only ${accepted.length} were accepted`);
  }).timeout(0);

  it('that are accepted have a plan or faults; a sample runs', async () => {
    await unsafeActivate({ backend: 'cpu' });
    let run = 0;
    for (const one of accepted) {
      const plan = planned(one);
      if (plan !== undefined && run < 25 && isSmall(plan)) {
        run++;
        const inputs = Object.fromEntries(
          Object.entries(plan.inputs).map(([name, { shape }]) => [name, numbers([1, ...shape.slice(1).map(Number)], (i) => (i % 7) - 3)]),
        ); // prettier-ignore
        const parameters = Object.fromEntries(
          plan.parameters.map(({ path, shape }) => [path, numbers(shape, (i) => ((i % 5) - 2) / 4)]),
        );
        const outputs = outputsOf(plan, inputs, parameters);
        assert.deepEqual(Object.keys(outputs), Object.keys(plan.outputs));
      }
    }
    assert.equal(run, 25);
  }).timeout(0);
});

describe('R04: hostile names', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
    const spec = (feature: string, layers: readonly unknown[]): string =>
      `{"maskskip":1,"features":[{"id":${JSON.stringify(feature)},"input":"${name}","height":8,"width":8,"channels":3},` +
      `{"id":"g","from":${JSON.stringify(feature)},"through":${JSON.stringify(layers)}}],"outputs":{"${name}":"g"}}`;

    it(`${name} is a name like others`, () => {
      const read = fromSpecText(
        spec(name, [
          { op: 'named', name, layers: [{ op: 'conv', filters: 4 }] },
          { op: 'encoder', name, levels: [{ op: 'conv', filters: 4 }] },
          { op: 'shared', name: `${name}2`, layers: [] },
          { op: 'skip', name, psi: { op: 'dense' } },
        ]),
      );
      assert.ok(E.isRight(read));
      const elaborated = elaborate(read.right.model);
      assert.ok(E.isRight(elaborated));
      assert.deepEqual(Object.keys(elaborated.right.outputs), [name]);
      assert.deepEqual(Object.keys(elaborated.right.inputs), [name]);
      const plan = buildPlan(elaborated.right, { mode: 'infer' });
      assert.ok(E.isRight(plan));
      assert.deepEqual(Object.keys(plan.right.outputs), [name]);
    });
    it(`${name} is no op, no field and no feature that is not there`, () => {
      const rules = (text: string): readonly string[] => {
        const read = fromSpecText(text);
        return E.isLeft(read) ? read.left.map(({ rule }) => rule) : [];
      };
      assert.deepEqual(rules(spec('f', [{ op: name }])), ['X11']);
      assert.deepEqual(rules(spec('f', [{ op: 'skip', name: 'e', psi: { op: name }, join: { op: name } }])), ['X11', 'X11']); // prettier-ignore
      assert.deepEqual(rules(spec('f', [{ feature: name }])), ['X13']);
      assert.deepEqual(rules(spec('f', []).replace('"from"', `"${name}":1,"from"`)), ['X08']);
    });
  }
});

describe('R05: limits', () => {
  const input = { id: 'f1', input: 'x', height: 8, width: 8, channels: 4 };
  const document = (features: readonly unknown[], last = 'f1'): string =>
    JSON.stringify({ maskskip: 1, features, outputs: { output: last } });
  const nested = (depth: number): unknown =>
    depth === 0 ? { op: 'relu' } : { op: 'seq', layers: [nested(depth - 1)] };
  const chain = (count: number): readonly unknown[] => [
    input,
    ...Array.from({ length: count }, (_, k) => ({ id: `f${k + 2}`, from: `f${k + 1}`, through: [] })),
  ];
  const refused: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['more than 1 MiB', ' '.repeat(2 ** 20 + 1), 'X02'],
    ['more than 1 MiB of bytes', new Uint8Array(2 ** 20 + 1).fill(32), 'X02'],
    ['more than 1 MiB of letters of two bytes', `"${'é'.repeat(2 ** 19)}"`, 'X02'],
    ['a million brackets', '['.repeat(1_000_000), 'X03'],
    ['a million nested objects', '{"a":'.repeat(200_000), 'X03'],
    ['a string that does not end', `["${'\\"'.repeat(500_000)}`, 'X01'],
    ['depth 65', `${'['.repeat(65)}${']'.repeat(65)}`, 'X03'],
    ['layers nested too deep', document([input, { id: 'f2', from: 'f1', through: [nested(30)] }]), 'X03'],
    ['10,000 values more', `[${'0,'.repeat(10_000)}0]`, 'X04'],
    ['half a million values', `[${'0,'.repeat(500_000)}0]`, 'X04'],
    ['300,000 objects', `[${'{},'.repeat(300_000)}{}]`, 'X04'],
    ['1,001 features', document(Array.from({ length: 1001 }, (_, k) => ({ ...input, id: `f${k + 1}` }))), 'X04'],
    ['features on features on features', document(chain(256), 'f257'), 'X15'],
    ['a height of 65,537', document([{ ...input, height: 65_537 }]), 'X05'],
    ['filters of 1e300', document([input, { id: 'f2', from: 'f1', through: [{ op: 'conv', filters: 1e300 }] }]), 'X05'],
    ['a symbolic size of 65,537', document([{ ...input, height: '65537*h' }]), 'X10'],
    ['one key of a million letters', `{"${'k'.repeat(1_000_000)}":1}`, 'X08'],
    ['a million letters for a name', document([{ ...input, input: 'n'.repeat(1_000_000) }]), 'X16'],
    ['many unknown layers', document([input, { id: 'f2', from: 'f1', through: Array.from({ length: 2900 }, (_, k) => ({ op: `${k}`.repeat(20) })) }]), 'X11'],
  ]; // prettier-ignore
  for (const [what, text, rule] of refused) {
    it(`${what} is ${rule} within 50 ms and 64 MiB`, () => {
      const memory = process.memoryUsage.rss();
      // The least of three: a neighbour's work on the machine is no cost of ours.
      const times = [1, 2, 3].map(() =>
        timed(() => {
          const read = fromSpecText(text);
          assert.ok(E.isLeft(read));
          areTold(read.left);
          assert.ok(read.left.some((one) => one.rule === rule), read.left[0]!.text); // prettier-ignore
        }),
      );
      const time = Math.min(...times);
      assert.ok(time < 50, `${time} ms`);
      assert.ok(process.memoryUsage.rss() - memory < 64 * 2 ** 20);
    });
  }

  it('what is just within is read', () => {
    for (const text of [
      document(chain(255), 'f256'),
      document([{ ...input, height: 65_536 }]),
      document([input, { id: 'f2', from: 'f1', through: [nested(28)] }], 'f2'),
      document(Array.from({ length: 1000 }, (_, k) => ({ ...input, id: `f${k + 1}` }))),
    ])
      // prettier-ignore
      assert.ok(E.isRight(fromSpecText(text)));
  });

  /* What a small document can make of itself. */
  const through = (layers: readonly unknown[]): string =>
    document([input, { id: 'f2', from: 'f1', through: layers }], 'f2');
  const doubling = (first: unknown): string =>
    document([first, ...Array.from({ length: 200 }, (_, k) => ({ id: `f${k + 2}`, join: { op: 'concat' }, of: [`f${k + 1}`, `f${k + 1}`] }))], 'f201'); // prettier-ignore
  const upsample = { op: 'upsample', factor: 65_536 };
  const groups = (depth: number): unknown =>
    depth === 0 ? { op: 'conv', filters: 1 } : { op: 'autoregressive', groups: 64, predict: groups(depth - 1), update: { op: 'relu' } }; // prettier-ignore
  const later: readonly (readonly [string, string, string])[] = [
    ['height grown beyond 2^31', through([upsample]).replace('"height":8', '"height":65536'), 'S27'],
    ['a symbolic height grown beyond 2^31', through([upsample]).replace('"height":8', '"height":"65536*h"'), 'S27'],
    ['more than 2^53 entries', through([upsample, { op: 'conv', filters: 65_536 }]), 'S27'],
    ['channels doubled 200 times', doubling(input), 'S27'],
    ['a fault doubled 200 times', doubling({ ...input, height: 0 }), 'S02'],
    ['groups of groups of groups', through([groups(6)]), 'S37'],
    ['a chain that never begins', document([{ id: 'f1', through: [{ op: 'seq', layers: [] }] }]), 'S18'],
    ['more than 2^31 parameters', through([{ op: 'conv', filters: 65_536 }, { op: 'conv', filters: 65_536 }]), 'P09'],
    ['a dense layer of more than 2^31 parameters', through([upsample, { op: 'flatten' }, { op: 'dense', units: 65_536 }]).replace('"factor":65536', '"factor":64'), 'P09'],
  ]; // prettier-ignore
  for (const [what, text, rule] of later) {
    it(`${what} is ${rule}`, () => {
      const read = fromSpecText(text);
      assert.ok(E.isRight(read));
      const elaborated = elaborate(read.right.model, { pointer: read.right.pointer });
      const plan = E.isRight(elaborated) ? buildPlan(elaborated.right, { mode: 'infer' }) : elaborated;
      assert.ok(E.isLeft(plan));
      assert.ok(plan.left.some((one) => one.rule === rule), plan.left[0]!.text); // prettier-ignore
      assert.ok(plan.left.length < 50);
    });
  }

  it('a group that repeats its layers for ever is S27', () => {
    const repeats = (layer: unknown): Layer =>
      layerOf<Layer>({
        definition: {
          name: 'repeats',
          group: true,
          shape: (state, walk) => {
            let after: Outcome = { state, flaws: [] };
            for (let k = 0; k < 1000; k++) {
              const next = walk.fold([layer], after.state);
              after = { state: next.state, flaws: [...after.flaws, ...next.flaws] };
            }
            return after;
          },
          lower: (flow) => flow,
        },
      });
    const many = repeats(repeats(repeats(relu)));
    const elaborated = elaborate(model(seq(source('x', 8, 8, 3), many) as never));
    assert.ok(E.isLeft(elaborated));
    assert.deepEqual(elaborated.left.map(({ text }) => text), [
      '✗ S27 block[1] › model: more than 50000 steps; repeat less',
    ]); // prettier-ignore
  });
});

function specOf(declared: AnyModel): unknown {
  const spec = toSpec(declared);
  assert.ok(E.isRight(spec));
  return JSON.parse(specText(spec.right));
}

const isSmall = (plan: Plan): boolean =>
  plan.nodes.length < 300 &&
  plan.nodes.every(({ shape }) => shape.reduce<number>((product, one) => product * (typeof one === 'number' ? one : 1), 1) < 20_000); // prettier-ignore
