/** A user's project in a temporary folder: files beside a tsconfig.json under which 'maskskip' is this checkout. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFiles } from '../cli/folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Strict settings that find the package; `more` overrides them. */
export const tsconfig = (more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'es2022',
      lib: ['es2023'],
      types: [],
      module: 'nodenext',
      paths: {
        maskskip: [join(root, 'src/index.ts')],
        'maskskip/extend': [join(root, 'src/extend/index.ts')],
      },
      ...more,
    },
  });

/** Makes the folder around each test; the result writes a file into it and gives its path. */
export const temporaryProject = (): ((name: string, content?: string) => Promise<string>) => {
  const file = temporaryFiles();
  beforeEach(() => file('tsconfig.json', tsconfig()));
  return file;
};
