/** Generated modules, imported as a user would import them: from files, with the package under its name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { namedModels, type GivenModel } from '../../../../src/compile/source/named-models.js';
import type { NamedModel } from '../../../../src/compile/source/target.js';
import { typescriptDsl } from '../../../../src/compile/source/typescript/dsl.js';
import { unsafeElaborate, type AnyModel } from '../../../../src/dsl/index.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');

/** A module of one model. */
export interface Emitted {
  readonly model: NamedModel;
  readonly path: string;
  readonly text: string;
}

/** A model under a name, ready for `emitted`. */
export const given = (name: string, model: AnyModel): GivenModel => ({
  name,
  elaborated: unsafeElaborate(model),
});

/** The modules of models in the form of the language; a fault is an error. */
export const emitted = (models: readonly GivenModel[]): readonly Emitted[] =>
  namedModels(models).map((model) => {
    const files = typescriptDsl.files(model);
    if (E.isLeft(files)) throw new Error(files.left.map(({ text }) => text).join('\n'));
    const [file] = files.right;
    return { model, path: file!.path, text: String(file!.text) };
  });

/** The models that modules export, from files in a temporary folder. `modules` are further ones, by what imports say. */
export const importedModels = async (
  modules: readonly Emitted[],
  others: Readonly<Record<string, string>> = {},
): Promise<readonly AnyModel[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-dsl-'));
  const places = { maskskip: join(root, 'src/index.ts'), ...others };
  try {
    return await Promise.all(
      modules.map(async ({ text, model }, at) => {
        const file = join(folder, `model${at}.mts`);
        const placed = Object.entries(places).reduce(
          (before, [name, place]) =>
            before.replaceAll(`from "${name}";`, `from "${pathToFileURL(place).href}";`),
          text,
        );
        await writeFile(file, placed);
        const namespace = (await import(pathToFileURL(file).href)) as Readonly<Record<string, AnyModel>>;
        return namespace[model.identifier]!;
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
};
