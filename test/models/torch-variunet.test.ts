/** Vari-UNet against an independent PyTorch module with the same weights. */
import { unsafeActivate } from '../../src/backend/index.js';
import { model, psi } from '../../src/dsl/index.js';
import { variunet, variunetDeep } from '../../src/models/index.js';
import { agreesWithTorch, full } from './torch/harness.js';

/* The source's width, or an eighth of it. */
const filters = full ? 32 : 4;

describe('PyTorch gives the same for Vari-UNet in transfer, to 1e-4 of the greatest entry', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));
  agreesWithTorch([
    {
      name: 'at Market-1501',
      declared: () => model(variunet(128, 128, filters, psi.none)),
      script: 'variunet.py',
      options: ['transfer', filters, 2 * filters, 6],
    },
    {
      name: 'at DeepFashion, half the size',
      declared: () => model(variunetDeep(128, 256, filters, psi.none)),
      script: 'variunet.py',
      options: ['transfer', filters, 4 * filters, 5],
    },
  ]);
});
