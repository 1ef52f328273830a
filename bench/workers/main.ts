/** A worker's process: `main.ts TASK`. */
import { serve } from '../harness/serve.js';
import { artefactJobs, posesJobs } from './artefact.js';
import { compileJobs } from './compile.js';
import { layersJobs, trainLayersJobs } from './layers.js';
import type { Task } from './task.js';
import { tensorsJobs } from './tensors.js';
import { trainJobs } from './train.js';

const task = JSON.parse(process.argv[2]!) as Task;

await serve(() => {
  switch (task.tag) {
    case 'tensors':
      return tensorsJobs(task);
    case 'artefact':
      return artefactJobs(task);
    case 'poses':
      return posesJobs(task);
    case 'layers':
      return layersJobs(task);
    case 'train':
      return trainJobs(task);
    case 'train-layers':
      return trainLayersJobs(task);
    case 'compile':
      return compileJobs();
  }
});
// A native library's threads would keep the process.
process.exit(0);
