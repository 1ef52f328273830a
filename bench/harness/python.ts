/** Which Python the peers run on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The interpreter of a path: of a virtual environment its own, else the path itself. */
export const pythonOf = (path: string): string => {
  const inside = join(path, 'bin', 'python');
  return existsSync(inside) ? inside : path;
};
