/** Writes docs/faults.md; with --check says whether it is current. Run by `npm run docs`. */
import { faultsPage } from './faults/page.js';
import { writePage } from './write-page.js';

await writePage('faults.md', faultsPage());
