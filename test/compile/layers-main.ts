/**
 * Computes every layer case on one backend, compares its gradients with differences there, and prints what came out:
 * run by `layers.test.ts` in a process of its own.
 */
import * as E from 'fp-ts/lib/Either.js';
import { activate, type BackendName } from '../../src/backend/index.js';
import { computed, drawn, gradientsAgree } from '../dsl/layers/runs.js';
import { gradientOfTies, layerCases } from './layer-cases.js';

const active = await activate({ backend: process.argv[2] as BackendName })();
const outcome = (one: (typeof layerCases)[number]): object => {
  try {
    if (one.step !== true) gradientsAgree(one.shape, [one.layer], { step: 2e-3, samples: 5 });
    return { values: [...computed(drawn([3, ...one.shape]), [one.layer])] };
  } catch (caught) {
    return { wrong: String(caught) };
  }
};
const report = E.isLeft(active)
  ? { unusable: active.left.map(({ text }) => text).join('; ') }
  : {
      cases: Object.fromEntries(layerCases.map((one) => [one.name, outcome(one)])),
      ties: gradientOfTies(),
    };
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
