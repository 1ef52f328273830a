/** The npm package whose binding is compiled: the project's own, else one fetched into the cache, scripts off. */
import { constants, existsSync } from 'node:fs';
import { access, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addonName, quietName } from './compile.js';
import { bindingPackage, bindingVersion } from './layout.js';
import { findBindings } from './load.js';
import { interrupted, lastWords, stop, type StepContext } from './step.js';

/** A package folder with the binding's sources into which the addon can be put. */
export const providePackage = async (context: StepContext): Promise<string> => {
  const { layout } = context;
  for (const found of findBindings(layout.root)) {
    if (existsSync(join(found.folder, 'binding', 'tfjs_binding.cc')) && (await canWrite(found.folder))) {
      return found.folder;
    }
  }
  context.onProgress({ step: 'package' });
  await fetchPackage(context);
  return join(layout.npm, 'node_modules', bindingPackage);
};

/** Puts the compiled addon where its package looks for it, by copy and rename. */
export const placeAddon = async (context: StepContext, packageFolder: string): Promise<string> => {
  context.onProgress({ step: 'place' });
  const [described] = findBindings(context.layout.root).filter((one) => one.folder === packageFolder);
  const addon = described?.addon ?? join(packageFolder, 'lib', 'napi-v8', addonName);
  const folder = dirname(addon);
  await mkdir(folder, { recursive: true });
  for (const name of [quietName, addonName]) {
    const beside = join(folder, `.${name}.${process.pid}.part`);
    try {
      await copyFile(join(context.layout.binding(context.kind), name), beside);
      await rename(beside, join(folder, name));
    } finally {
      await rm(beside, { force: true });
    }
  }
  return addon;
};

const fetchPackage = async (context: StepContext): Promise<void> => {
  const { machine, layout, part, signal } = context;
  const filled = join(part, 'npm');
  await mkdir(filled, { recursive: true });
  await writeFile(join(filled, 'package.json'), '{ "private": true }\n');
  const packages = [`${bindingPackage}@${bindingVersion}`, 'node-api-headers@1.9.0'];
  const ended = await machine.run(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...packages],
    { cwd: filled, signal },
  );
  const fix = 'check the network and npm config get registry, then run it again';
  if (ended._tag === 'Aborted') interrupted();
  if (ended._tag === 'Missing') stop('N06', 'npm', 'no npm', 'npm, which comes with Node', 'install npm');
  if (ended._tag === 'Ended' && ended.code !== 0) {
    stop(
      'N06',
      packages.join(' '),
      `a failed npm install (${lastWords(ended)})`,
      'a reachable registry',
      fix,
    );
  }
  await rm(layout.npm, { recursive: true, force: true });
  await rename(filled, layout.npm);
};

const canWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
