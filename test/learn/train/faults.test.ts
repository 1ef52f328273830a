/** What can go wrong with a training, one `describe` for each rule. */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unsafeActivate } from '../../../src/backend/index.js';
import { bind, pose, discs, view } from '../../../src/data/index.js';
import {
  concat,
  conv,
  init,
  input,
  model,
  psi,
  surrogate,
  through,
  withPsi,
} from '../../../src/dsl/index.js';
import {
  l1Loss,
  loadCheckpoint,
  momentum,
  predictor,
  saveCheckpoint,
  train,
} from '../../../src/learn/index.js';
import { makeSet, opened } from '../../data/set.js';
import { temporaryFolder } from '../../data/temporary.js';
import { left, right, textsOf } from './either.js';
import { common, example, examples, noisy, toy, unet } from './toy.js';

describe('faults of training', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));
  const options = { ...common, model: unet, steps: 2 };

  describe('L01: a binding that does not fit, at run time', () => {
    // Records of unknown names: what a program that reads its bindings from elsewhere has.
    const shapes = (given: Readonly<Record<string, readonly number[]>>) =>
      bind({ from: examples, shapes: given });
    const cases: readonly (readonly [
      string,
      Readonly<Record<string, readonly number[]>>,
      readonly string[],
    ])[] = [
      ['a missing input', { y: [8, 8, 1] }, ["✗ L01 binding: input 'x' is not fed; add x: … to bind({ … })"]],
      [
        'a missing target',
        { x: [8, 8, 1] },
        ["✗ L01 binding: target 'y' is not fed; add y: … to bind({ … })"],
      ],
      [
        'other channels',
        { x: [8, 8, 3], y: [8, 8, 2] },
        [
          "✗ L01 binding: input 'x' is fed 3 channels, the model reads 1; bind a feed of 1 channels",
          "✗ L01 binding: target 'y' is fed 2 channels, the loss reads 1; bind a feed of 1 channels",
        ],
      ],
      [
        'another size',
        { x: [8, 6, 1], y: [8, 8, 1] },
        [
          "✗ L01 binding: input 'x' is fed 8×6×1, the model reads 8×8×1; give the data the size of the model, or declare the model at the size of the data",
        ],
      ],
    ];
    for (const [title, given, wanted] of cases) {
      it(title, async () => {
        assert.deepEqual(textsOf(left(await train({ ...options, binding: shapes(given) })()), 'L01'), wanted);
      });
    }

    it('a name of Object.prototype is no feed', async () => {
      const odd = model(through(input('constructor', 8, 8, 1), conv(1)));
      const faults = left(await train({ ...options, model: odd, binding: shapes({ y: [8, 8, 1] }) })());
      assert.deepEqual(textsOf(faults, 'L01'), [
        "✗ L01 binding: input 'constructor' is not fed; add constructor: … to bind({ … })",
      ]);
    });

    it('feeds without a data set', async () => {
      const people = bind({ x: pose('source', discs(2)), y: view('target') });
      const wide = model(through(input('x', 8, 8, 18), conv(3)));
      const faults = left(await train({ ...options, model: wide, binding: people })());
      assert.deepEqual(textsOf(faults, 'L01'), [
        '✗ L01 binding: got feeds of people without a data set, wanted a data set; pass dataset: …',
      ]);
    });

    it('feeds of a data set of another size', async () => {
      const dataset = await opened(await makeSet(folder()));
      const people = bind({ x: pose('source', discs(2)), y: view('target') });
      const wide = model(through(input('x', 8, 8, 18), conv(3)));
      const faults = textsOf(
        left(await train({ ...options, model: wide, binding: people, dataset })()),
        'L01',
      );
      assert.match(faults[0]!, /input 'x' is fed 16×8×18, the model reads 8×8×18/);
    });

    it('a loss of an output that is not there', async () => {
      const faults = left(await train({ ...options, loss: l1Loss('y', 'image') })());
      assert.deepEqual(textsOf(faults, 'L01'), [
        "✗ L01 loss l1: got output 'image', wanted output; name an output of the model",
      ]);
    });

    it('a loss reads the output that it names: the target has its size', async () => {
      const x = input('x', 8, 8, 1);
      const two = model({ narrow: through(x, conv(1)), wide: through(x, conv(5)) });
      const loss = l1Loss('y', 'wide');
      const binding = shapes({ x: [8, 8, 1], y: [8, 8, 1] });
      const faults = textsOf(left(await train({ ...options, model: two, loss, binding })()), 'L01');
      assert.match(faults[0]!, /the loss reads 5/);
    });

    it('of predictions too', async () => {
      const { weights } = right(await train(options)());
      const ready = right(predictor(unet, weights));
      const data = new Float32Array(64);
      try {
        await assert.rejects(ready.predict({}), /L01 predict: input 'x': got nothing, wanted n×8×8×1/);
        await assert.rejects(ready.predict({ x: { data, shape: [8, 8, 1] } }), /got 64 numbers as 8×8×1/);
        await assert.rejects(
          ready.predict({ x: { data, shape: [2, 8, 8, 1] } }),
          /got 64 numbers as 2×8×8×1/,
        );
        await assert.rejects(ready.predict({ x: { data, shape: [1, 8, 4, 2] } }), /L01/);
      } finally {
        ready.dispose();
      }
    });
  });

  describe('L02: a checkpoint of another run', () => {
    const runOf = async (): Promise<string> => {
      const out = join(folder(), 'run');
      right(await train({ ...options, out })());
      return out;
    };

    it('another name, seed or batch size, all told', async () => {
      const out = await runOf();
      const other = { ...options, steps: 4, out, resume: true, name: 'other', seed: 4, batchSize: 4 };
      assert.deepEqual(textsOf(left(await train(other)()), 'L02'), [
        '✗ L02 checkpoint: model: got toy, wanted other; resume with the options of the first run, or choose another folder',
        '✗ L02 checkpoint: seed: got 3, wanted 4; resume with the options of the first run, or choose another folder',
        '✗ L02 checkpoint: batch size: got 2, wanted 4; resume with the options of the first run, or choose another folder',
      ]);
    });

    it('another network under the same name: each parameter that is missing or of another shape', async () => {
      const out = await runOf();
      const faults = left(await train({ ...options, model: noisy, steps: 4, out, resume: true })());
      const texts = textsOf(faults, 'L02');
      assert.ok(
        texts.some((text) => text.includes('batchNorm1/scale: got nothing, wanted 4')),
        texts.join('\n'),
      );
      assert.ok(
        texts.some((text) => text.includes('conv1/kernel: got 1×1×4×1, wanted 3×3×1×4')),
        texts.join('\n'),
      );
    });

    it('another optimiser', async () => {
      const out = await runOf();
      const other = { ...options, optimiser: momentum(0.1), steps: 4, out, resume: true };
      assert.deepEqual(textsOf(left(await train(other)()), 'L02'), [
        '✗ L02 checkpoint: got optimisers adam, wanted momentum; resume with the optimiser of the checkpoint',
      ]);
    });

    it('slots that lack a parameter', async () => {
      const out = await runOf();
      const { checkpoint } = right(await loadCheckpoint(out)());
      const { first } = checkpoint.optimisers['adam']!.slots;
      const lacking = {
        ...checkpoint,
        step: 3,
        optimisers: { adam: { scalars: {}, slots: { first: first! } } },
      };
      right(await saveCheckpoint(out, lacking)());
      const texts = textsOf(left(await train({ ...options, steps: 4, out, resume: true })()), 'L02');
      assert.equal(texts.length, Object.keys(first!).length);
      assert.match(texts[0]!, /adam's second of .*: got nothing/);
    });

    it('weights of another model for a prediction', async () => {
      const { weights } = right(await train(options)());
      const texts = textsOf(left(predictor(noisy, weights)), 'L02');
      assert.ok(texts.length > 0);
    });
  });

  describe('D14: data that end', () => {
    it('a source that is empty after its first epoch', async () => {
      const binding = bind({
        from: (epoch) => (epoch === 0 ? examples(0) : []),
        shapes: { x: [8, 8, 1], y: [8, 8, 1] },
      });
      const faults = left(await train({ ...options, steps: 9, binding })());
      assert.deepEqual(
        faults.map(({ rule, where }) => [rule, where]),
        [['D14', 'epoch 1']],
      );
    });
  });

  describe('L05: a mask that never moved', () => {
    const still = { init: init.normal(0.02), surrogate: surrogate.zero };

    it('surrogate.zero leaves masks as they were, bit by bit, and warns', async () => {
      const masked = withPsi(unet, psi.dense(still));
      const none = right(await train({ ...options, model: masked, steps: 0 })());
      const some = right(await train({ ...options, model: masked, steps: 5 })());
      const masks = Object.keys(some.gates);
      assert.equal(masks.length, 2);
      for (const path of masks) {
        assert.deepEqual(some.weights[path], none.weights[path]);
        const gate = some.gates[path]!;
        assert.deepEqual([gate.changed, gate.still], [0, true]);
        assert.ok(gate.open > 0.3 && gate.open < 0.7, `${gate.open} open`);
      }
      assert.deepEqual(none.warnings, []);
      assert.deepEqual(
        some.warnings.map(({ rule, severity, where }) => [rule, severity, where]),
        masks.map((path) => ['L05', 'warning', path]),
      );
      const kernel = 'image/level1/conv1/kernel';
      assert.notDeepEqual(some.weights[kernel], none.weights[kernel]);
    });

    it('surrogate.sigmoid moves them, and nothing warns', async () => {
      for (const masks of [psi.dense(), psi.one(), psi.grid(2, 2)]) {
        const masked = withPsi(unet, masks);
        const start = right(await train({ ...options, model: masked, steps: 0 })());
        const report = right(await train({ ...options, model: masked, steps: 5 })());
        assert.deepEqual(report.warnings, []);
        for (const [path, gate] of Object.entries(report.gates)) {
          assert.equal(gate.still, false);
          assert.equal(start.gates[path]!.open, 1, 'init.open opens every gate');
          assert.notDeepEqual(report.weights[path], start.weights[path]);
        }
      }
    });
  });

  describe('L06: a signal to stop', () => {
    it('the last checkpoint stays and loads; nothing is written after it', async () => {
      const out = join(folder(), 'run');
      const stop = new AbortController();
      const progress = {
        update: (step: number) => void (step === 5 && stop.abort()),
        log: () => {},
        stop: () => {},
      };
      const run = { ...options, steps: 9, out, checkpointEvery: 2, progress, signal: stop.signal };
      assert.deepEqual(textsOf(left(await train(run)()), 'L06'), [
        '✗ L06 step 5: got a signal to stop, wanted to go on; resume from the last checkpoint',
      ]);
      assert.equal(right(await loadCheckpoint(out)()).checkpoint.step, 4);
    });

    it('a signal given before the start', async () => {
      const signal = AbortSignal.abort();
      assert.match(textsOf(left(await train({ ...options, signal })()), 'L06')[0]!, /step 0/);
    });
  });

  describe('L07: options out of range', () => {
    it('all at once', async () => {
      const wrong = { ...options, steps: -1, batchSize: 0, seed: 0.5, checkpointEvery: 0, recordEvery: NaN };
      assert.deepEqual(textsOf(left(await train(wrong)()), 'L07'), [
        '✗ L07 steps: got -1, wanted a whole number from 0; change the option',
        '✗ L07 batchSize: got 0, wanted a whole number from 1; change the option',
        '✗ L07 seed: got 0.5, wanted a whole number from 0; change the option',
        '✗ L07 checkpointEvery: got 0, wanted a whole number from 1; change the option',
        '✗ L07 recordEvery: got NaN, wanted a whole number from 1; change the option',
      ]);
    });
  });

  describe('C05: a fresh start in the folder of another run', () => {
    it('is refused before anything is touched', async () => {
      const out = join(folder(), 'run');
      right(await train({ ...options, out })());
      const record = await readFile(join(out, 'metrics.jsonl'), 'utf8');
      const texts = textsOf(left(await train({ ...options, out })()), 'C05');
      assert.match(texts[0]!, /a fresh start where a checkpoint of step 2 is.*pass resume: true/);
      assert.equal(await readFile(join(out, 'metrics.jsonl'), 'utf8'), record);
    });
  });

  describe('C03: checkpoints of which none loads', () => {
    it('are not taken for a fresh start', async () => {
      const out = join(folder(), 'run');
      await mkdir(out);
      await writeFile(join(out, 'step-00000007.safetensors'), 'torn');
      const faults = left(await train({ ...options, out, resume: true })());
      assert.deepEqual(
        faults.map(({ rule }) => rule),
        ['C03', 'C04'],
      );
    });
  });

  describe('F01: a folder that cannot be written', () => {
    it('is told at the start, before a step is spent', async () => {
      const file = join(folder(), 'file');
      await writeFile(file, '');
      let read = 0;
      const binding = bind({
        from: () => {
          read++;
          return examples(0);
        },
        shapes: { x: [8, 8, 1], y: [8, 8, 1] },
      });
      const faults = left(await train({ ...options, binding, out: join(file, 'run') })());
      assert.ok(
        faults.every(({ rule }) => rule === 'F01' || rule === 'J01'),
        faults[0]!.text,
      );
      assert.equal(read, 0);
      assert.deepEqual(await readdir(folder()), ['file']);
    });
  });

  describe('faults of others come through', () => {
    it('of the model', async () => {
      const x = input('x', 8, 8, 1);
      // The compiler refuses it too; a program that builds models at run time is not seen by the compiler.
      const sizes: readonly number[] = [8, 4];
      const odd = model(concat(x, input('z', sizes[1]!, 8, 1)));
      const shapes: Readonly<Record<string, readonly number[]>> = {
        x: [8, 8, 1],
        y: [8, 8, 1],
        z: [4, 8, 1],
      };
      const binding = bind({ from: examples, shapes });
      assert.equal(left(await train({ ...options, model: odd, binding })())[0]!.rule, 'S08');
    });

    it('of the data, and those passed over are counted', async () => {
      const binding = bind({
        from: (epoch) =>
          Array.from({ length: 8 }, (_, i) =>
            i >= 4 ? example(epoch, i) : { ...example(epoch, i), x: [1, 2] },
          ),
        shapes: { x: [8, 8, 1], y: [8, 8, 1] },
      });
      const faults = left(await train({ ...options, binding })());
      assert.equal(faults[0]!.rule, 'D13');
      const skipping = right(await train({ ...options, steps: 2, binding, skipBad: true })());
      assert.equal(skipping.skipped, 4);
    });

    it('toy binding is sound', async () => {
      assert.equal(right(await train({ ...options, binding: toy })()).step, 2);
    });
  });
});
