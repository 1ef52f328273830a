/** Writes docs/shapes.md; with --check says whether it is current. Run by `npm run docs`. */
import { shapesPage } from './shapes/page.js';
import { writePage } from './write-page.js';

await writePage('shapes.md', await shapesPage());
