/**
 * What trains the networks of a folder with PyTorch, on one process or many: `train.py`, and what it reads and saves.
 *
 * None of it is made for a model: `train.py` takes the name of a module beside it, and what it has to know of a network
 * the module says.
 */
import type { SourceFile } from '../target.js';
import { checkpointsScript } from './training/checkpoints-script.js';
import { playersScript } from './training/players-script.js';
import { shardsScript } from './training/shards-script.js';
import { trainScript } from './training/train-script.js';

/** The files, to stand beside `network.py` and `losses.py`. */
export const trainingFiles: readonly SourceFile[] = [
  { path: 'train.py', text: trainScript },
  { path: 'players.py', text: playersScript },
  { path: 'shards.py', text: shardsScript },
  { path: 'checkpoints.py', text: checkpointsScript },
];
