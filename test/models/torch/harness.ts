/**
 * A second opinion on a model: a PyTorch module, written after the source's tables and knowing nothing of ours, on the
 * same weights and inputs.
 *
 * A module is a file beside this one; `twin.py` says what it must offer. MASKSKIP_PYTHON names the interpreter (else
 * python3); where it has no torch the tests are skipped and say so.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { random } from '../../../src/base/random.js';
import { initialParameters, type ParameterArray, type Plan } from '../../../src/compile/index.js';
import type { AnyModel } from '../../../src/dsl/index.js';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../../src/files/safetensors.js';
import { right } from '../../learn/train/either.js';
import { outputsOf, unsafePlan, type Numbers } from '../../dsl/plans.js';
import { python } from '../../support/python.js';

type Arrays = Readonly<Record<string, Numbers>>;

/** A model and the module that must agree with it. */
export interface CrossCheck {
  readonly name: string;
  readonly declared: () => AnyModel;
  /** The module's file, beside this one. */
  readonly script: string;
  /** What the module is built of: numbers or words, in the script's own order. */
  readonly options: readonly (string | number)[];
  /** Pictures in a batch; 2 by default. */
  readonly batch?: number;
  /** Inputs that cannot be drawn from a normal distribution, such as affine maps; the rest is drawn. */
  readonly inputs?: Arrays;
}

/** Registers a test each: every output within 1e-4 of PyTorch's, as a share of the greatest entry. */
export const agreesWithTorch = (checks: readonly CrossCheck[]): void => {
  before(async function () {
    if (await hasTorch(python)) return;
    console.info(`      ${python} has no torch; MASKSKIP_PYTHON may name one that has`);
    this.skip();
  });
  for (const check of checks) {
    it(check.name, async function () {
      this.timeout(300_000);
      const plan = unsafePlan(check.declared());
      const parameters = drawnParameters(plan);
      const inputs = { ...drawnInputs(plan, check.batch ?? 2), ...check.inputs };
      const wanted = await torchOutputs(python, check, parameters, inputs);
      const got = outputsOf(plan, inputs, parameters);
      assert.deepEqual(Object.keys(got).sort(), Object.keys(wanted).sort());
      for (const [output, values] of Object.entries(got)) {
        const distance = relativeDistance(values, wanted[output]!.data);
        if (full) console.info(`      ${output}: ${distance.toExponential(1)} of the greatest entry`);
        assert.ok(distance <= 1e-4, `${output}: ${distance} of the greatest entry`);
      }
    });
  }
};

/** Whether the tests run at the source's width, as `npm run test:full` asks for. */
export const full = process.env['MASKSKIP_FULL'] === '1';

/** The greatest difference as a share of the greatest entry; NaN where either is not finite. */
export const relativeDistance = (got: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  assert.equal(got.length, wanted.length);
  let [difference, greatest] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [got[i]!, wanted[i]!];
    if (!Number.isFinite(a) || !Number.isFinite(b)) return NaN;
    difference = Math.max(difference, Math.abs(a - b));
    greatest = Math.max(greatest, Math.abs(b));
  }
  return difference / greatest;
};

const execute = promisify(execFile);
/* Looked for, not imported: that takes seconds. */
const hasTorch = (python: string): Promise<boolean> =>
  execute(python, ['-c', "import importlib.util as u; print(u.find_spec('torch') is not None)"]).then(
    ({ stdout }) => stdout.trim() === 'True',
    () => false,
  );

/* What starts at a constant is moved, so that no bias is 0 and no scale 1 by chance. */
const drawnParameters = (plan: Plan): Readonly<Record<string, ParameterArray>> => {
  const initial = initialParameters(plan, 1);
  return Object.fromEntries(
    plan.parameters.map(({ path, shape, initialiser }) => {
      const { data } = initial[path]!;
      if (initialiser.name !== 'constant') return [path, { shape, data }];
      const moved = random(1, 'moved', path).normals(data.length);
      return [path, { shape, data: data.map((one, i) => one + 0.1 * moved[i]!) }];
    }),
  );
};

const drawnInputs = (plan: Plan, batch: number): Arrays =>
  Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape }]) => {
      const full = [batch, ...shape.slice(1).map(Number)];
      return [name, { shape: full, data: random(2, 'input', name).normals(full.reduce((a, b) => a * b)) }];
    }),
  );

const torchOutputs = async (
  python: string,
  { script, options }: CrossCheck,
  parameters: Arrays,
  inputs: Arrays,
): Promise<Arrays> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-torch-'));
  try {
    const files = ['parameters', 'inputs', 'outputs'].map((name) => join(folder, `${name}.safetensors`));
    right(await writeSafetensors(files[0]!, stored(parameters))());
    right(await writeSafetensors(files[1]!, stored(inputs))());
    const module = join(dirname(fileURLToPath(import.meta.url)), script);
    await execute(python, [module, ...files, ...options.map(String)]);
    return right(await readSafetensors(files[2]!)()).tensors as Arrays;
  } finally {
    await rm(folder, { recursive: true });
  }
};
const stored = (arrays: Arrays): Record<string, StoredTensor> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      { dtype: 'F32', shape, data: Float32Array.from(data) },
    ]),
  );
