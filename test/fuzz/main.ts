/**
 * `npm run fuzz -- --count 10000 --seed 1 --compilers 5.9,6.0,7.0`: random architectures, on which the compiler, the
 * run time and tfjs must agree. `--only 17` replays one.
 */
import { parseArgs } from 'node:util';
import { progress } from '../../src/learn/progress.js';
import { compilers, type Compiler } from './compile.js';
import type { Difference } from './compare.js';
import { architecture } from './generate.js';
import { declaration } from './print.js';
import { run, type Report } from './run.js';
import { table } from './tally.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    compilers: { type: 'string', default: '7.0' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const whole = (text: string, option: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${option} ${text}: give a whole number`);
  return Number(text);
};
const isCompiler = (text: string): text is Compiler => Object.hasOwn(compilers, text);
const chosen = values.compilers.split(',');
const unknown = chosen.filter((one) => !isCompiler(one));
if (unknown.length > 0)
  throw new Error(`--compilers ${unknown.join(',')}: give some of ${Object.keys(compilers).join(',')}`);

const seed = whole(values.seed, 'seed');
const only = values.only === undefined ? undefined : whole(values.only, 'only');
const indices =
  only === undefined ? Array.from({ length: whole(values.count, 'count') }, (_, index) => index) : [only];
const shown = progress({ total: indices.length, stream: process.stderr, label: 'fuzz' });
const report = await run({
  seed,
  indices,
  compilers: chosen.filter(isCompiler),
  update: (done, differences) => shown.update(done, { disagreements: differences }),
});
shown.stop();

const source = (index: number): string => declaration(architecture(seed, index)).lines.join('\n');

/** The declarations that show a difference in the fewest characters. */
const smallest = (differences: readonly Difference[]): readonly Difference[] =>
  [...differences].sort((a, b) => source(a.index).length - source(b.index).length).slice(0, 8);

const text = ({ tally, differences, short }: Report): string =>
  [
    ...(only === undefined ? [table(tally)] : [source(only)]),
    ...smallest(differences).map(
      ({ index, between, said, wanted }) =>
        `\n--seed ${seed} --only ${index}\n${source(index)}\n${between} says:\n${said}\nthe run time says:\n${wanted}`,
    ),
    ...(only === undefined ? short : []),
    `${indices.length} architectures, ${differences.length} disagreements`,
  ].join('\n');

const data = ({ tally, differences, short }: Report): string =>
  JSON.stringify({
    seed,
    architectures: indices.length,
    differences,
    short,
    tally: Object.fromEntries([...tally].map(([kind, counts]) => [kind, Object.fromEntries(counts)])),
  });

console.log(values.json ? data(report) : text(report));
process.exitCode = report.differences.length > 0 || (only === undefined && report.short.length > 0) ? 1 : 0;
