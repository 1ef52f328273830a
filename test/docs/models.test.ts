/** The page of models and recipes has all of them, and each training on it did what it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { models } from '../../src/models/index.js';
import { recipes } from '../../src/recipes/index.js';
import { fallOf, machineOf, pageOf, rowOf, rowsOf, withoutTraining } from '../../scripts/models/page.js';
import { instanceOf } from '../../scripts/models/training.js';

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
const rows = rowsOf(page);

describe('docs/models.md', () => {
  it('is current but for what a training decides (npm run docs:models)', () => {
    assert.equal(withoutTraining(page), withoutTraining(pageOf(rows, '')));
  });

  it('has a row for every model without masks', () => {
    for (const { name } of models.filter((one) => !one.name.includes('+')))
      assert.equal(page.split('\n').filter((line) => line.startsWith(`| \`${name}\` | `)).length >= 1, true, name); // prettier-ignore
  });

  it('has a training of at least one recipe of every system, names those without, and no others', () => {
    const systems = (names: readonly string[]) =>
      [...new Set(names.map((name) => name.split(/[-+]/)[0]))].sort();
    assert.deepEqual(systems([...rows.keys()]), systems(recipes.map(({ name }) => name)));
    const named = /^Not trained for this page yet .*: (.*)\.$/m.exec(page)?.[1] ?? '';
    const without = [...named.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    assert.deepEqual([...rows.keys(), ...without].sort(), recipes.map(({ name }) => name).sort());
    assert.match(machineOf(page), /^Trained on \w+ \(.+\), Node \d+\.\d+\.\d+, \d+ cores of .+\.$/);
  });

  for (const recipe of recipes.filter(({ name }) => rows.has(name)))
    it(`${recipe.name}: the reconstruction term on held-out pairs falls`, () => {
      const row = rows.get(recipe.name)!;
      assert.ok(fallOf(row) < 0, row);
      // The size and the phases of the row are those that the recipe has now.
      const { size, system } = instanceOf(recipe);
      const phases = system.phases.map(({ name, steps }) => `${name} ${steps}`).join(', ');
      assert.ok(row.includes(` | ${size.height}×${size.width} | ${phases} | `), row);
    });
});

describe('a row of docs/models.md', () => {
  const trained = {
    recipe: 'pg2+munet',
    size: { height: 64, width: 32 },
    phases: [
      { name: 'coarse', steps: 73 },
      { name: 'refined', steps: 127 },
    ],
    parameters: 1234,
    figures: { reconstruction: [2, 1.5], separation: [-0.01234, 0.5] },
    standIn: false,
    seconds: 12.3,
  } as const;

  it('says before, after and by how much', () => {
    assert.equal(rowOf(trained), '| `pg2+munet` | 64×32 | coarse 73, refined 127 | 2 → 1.5 (−25.0 %) | separation −0.0123 → 0.5 | 1,234 | 12 |'); // prettier-ignore
  });

  it('is found again on a page, marked or not, and says whether the term fell', () => {
    for (const standIn of [false, true]) {
      const row = rowOf({ ...trained, standIn });
      assert.deepEqual([...rowsOf(`a\n${row}\nb`)], [['pg2+munet', row]]);
      assert.equal(fallOf(row), -25);
      assert.equal(fallOf(rowOf({ ...trained, figures: { reconstruction: [1, 1.5] } })), 50);
    }
    assert.ok(Number.isNaN(fallOf('| `pg2` | not trained yet |')));
  });
});
