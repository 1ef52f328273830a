/**
 * Writes docs/models.md: the table of models, and a short training of every recipe. Run by `npm run docs:models`, which
 * takes half an hour and more; with `-- --only NAME --only NAME` it trains some, with `-- --missing` those that have no
 * row yet, and keeps the rows of the others. `-- --check` trains nothing: it says whether the page is current but for
 * what a training decides.
 */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { isFaultError } from '../src/base/fault.js';
import { unsafeActivate } from '../src/backend/index.js';
import { writeFileAtomically } from '../src/files/write.js';
import { recipes } from '../src/recipes/index.js';
import { machineOf, pageOf, rowOf, rowsOf, withoutTraining } from './models/page.js';
import { render, trained } from './models/training.js';

const path = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'docs', 'models.md');
const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    missing: { type: 'boolean' },
    only: { type: 'string', multiple: true },
  },
});
const read = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
const page = await read();

const write = async (text: string): Promise<void> => {
  const written = await writeFileAtomically(path, text)();
  if (E.isLeft(written)) throw new Error(written.left.map((one) => one.text).join('\n'));
};

if (values.check === true) {
  if (withoutTraining(pageOf(rowsOf(page), '')) !== withoutTraining(page)) {
    console.error('docs/models.md is not current; run npm run docs:models');
    process.exitCode = 1;
  }
} else {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-models-'));
  try {
    const data = await render(folder);
    const active = await unsafeActivate();
    const machine =
      `Trained on ${active.name} (${active.detail}), Node ${process.versions.node}, ` +
      `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}.`;
    const there = rowsOf(page);
    const wanted = recipes.filter(
      ({ name }) => (values.only?.includes(name) ?? true) && !(values.missing === true && there.has(name)),
    );
    for (const recipe of wanted) {
      const done = await trained(recipe, data).catch((caught: unknown) => {
        if (isFaultError(caught)) return caught.faults;
        throw caught;
      });
      if (!('recipe' in done)) {
        console.error(`${recipe.name}: ${done.map(({ text }) => text).join('; ')}`);
        process.exitCode = 1;
        continue;
      }
      const row = rowOf(done);
      console.error(row);
      // Written at once, so that what is trained is kept where a later recipe fails.
      const now = await read();
      await write(pageOf(new Map([...rowsOf(now), [recipe.name, row]]), machineOf(now) || machine));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
