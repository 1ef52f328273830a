/** The target `pytorch`: a module for each model, and once what all share. */
import * as E from 'fp-ts/lib/Either.js';
import type { NamedModel, SourceFile, SourceTarget } from '../target.js';
import { lossesScript } from './losses-script.js';
import { takenModuleNames } from './module-names.js';
import { pythonModule } from './module.js';
import { networkScript } from './network-script.js';
import { psiScript } from './psi-script.js';
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
    { path: 'network.py', text: networkScript },
    { path: 'psi.py', text: psiScript },
    { path: 'losses.py', text: lossesScript },
    ...trainingFiles,
  ],
};
