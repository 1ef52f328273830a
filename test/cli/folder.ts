/** A temporary folder for each test, and files in it. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes and removes the folder around each test; the result writes a file into it and gives its path. */
export const temporaryFiles = (): ((name: string, content?: string) => Promise<string>) => {
  let folder = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'maskskip-cli-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return async (name, content) => {
    const path = join(folder, name);
    if (content !== undefined) await writeFile(path, content);
    return path;
  };
};

/** A file that exports one small network under a name. */
export const network = (name = 'unet'): string => `
import { conv, input, model, relu, seq } from 'maskskip';
export const ${name} = model(seq(input('x_a', 16, 8, 3), conv(4), relu, conv(3)));
`;
