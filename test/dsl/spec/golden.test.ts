/** R37: what was once written is read for ever. Files are added here, never changed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, parameterCounts } from '../../../src/compile/index.js';
import { elaborate, fromSpecText, specText, specVersion, toSpec } from '../../../src/dsl/index.js';
import { models } from '../../../src/models/index.js';
import { ours } from '../../../src/dsl/spec/ours.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../golden');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const files = readdirSync(folder).filter((name) => /^spec-v\d+-/.test(name));

/** Parameters at full size; a symbolic model has no plan. */
const counts: Readonly<Record<string, number | undefined>> = {
  'spec-v1-connections.json': 31_135,
  'spec-v1-defgan-generator-market-munet.json': 62_112_605,
  'spec-v1-difference.json': 333,
  'spec-v1-every-part.json': 39_745,
  'spec-v1-pg2-discriminator-market.json': 4_324_737,
  'spec-v1-pngan-generator.json': 11_387_584,
  'spec-v1-symbolic.json': undefined,
  'spec-v1-vdg-stage1-deepfashion.json': 162_961_027,
  'spec-v1-vdg-stage1-market-munet-g.json': 94_515_627,
  'spec-v1-vdg-stage1-market.json': 94_512_899,
};

describe('R37: specs that were written before', () => {
  it('are all there', () => assert.deepEqual(files, Object.keys(counts)));
  for (const name of files) {
    it(`${name} is read, means what it meant, and is written as it stands`, () => {
      const found = fromSpecText(read(name));
      assert.ok(E.isRight(found));
      const again = toSpec(found.right.model);
      assert.ok(E.isRight(again));
      if (name.startsWith(`spec-v${specVersion}-`)) assert.equal(specText(again.right), read(name));
      const elaborated = elaborate(found.right.model);
      assert.ok(E.isRight(elaborated));
      const plan = buildPlan(elaborated.right, { mode: 'infer' });
      assert.equal(E.isRight(plan) ? parameterCounts(plan.right).parameters : undefined, counts[name]);
    });
  }
  it('hold every part that there is', () => {
    const text = files.map(read).join('');
    const names = Object.values(ours).flatMap((forms) => Object.keys(forms));
    assert.deepEqual(names.filter((name) => !text.includes(`"op": "${name}"`)), inDefaults); // prettier-ignore
  });
  it('are what the named architectures are today', () => {
    const vdg = models.find(({ name }) => name === 'vdg-stage1')!;
    const written = toSpec(vdg.at['market-1501']());
    assert.ok(E.isRight(written));
    assert.equal(specText(written.right), read('spec-v1-vdg-stage1-market.json'));
  });
});

/* What stands in a spec only where it is another than the standard. */
const inDefaults = ['glorotUniform'];
