/** The target `pytorch`: a module for each model, and once what all share. */
import * as E from 'fp-ts/lib/Either.js';
import type { NamedModel, SourceFile, SourceTarget } from '../target.js';
import { lossesModule } from './losses-py.js';
import { takenModuleNames } from './module-names.js';
import { pythonModule } from './module.js';
import { networkModule } from './network-py.js';
import { psiModule } from './psi-py.js';
import { trainingFiles } from './training.js';

/** The file of a model: a name that Python can import and that hides no module of Python's own. */
export const pythonFile = ({ file }: Pick<NamedModel, 'file'>): string => {
  const name = file.replaceAll('-', '_');
  return `${takenModuleNames.has(name) ? `${name}_` : name}.py`;
};

export const pytorch: SourceTarget = {
  name: 'pytorch',
  description: 'a torch.nn.Module for each model, with psi, losses and weights files of maskskip',
  files: (model) =>
    E.map((text: string): readonly SourceFile[] => [{ path: pythonFile(model), text }])(pythonModule(model)),
  common: () => [
    { path: 'network.py', text: networkModule },
    { path: 'psi.py', text: psiModule },
    { path: 'losses.py', text: lossesModule },
    ...trainingFiles,
  ],
};
