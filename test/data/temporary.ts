/** A temporary folder for each test of a describe block. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes and removes the folder around each test; call the result for its path. */
export const temporaryFolder = (): (() => string) => {
  let folder = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'maskskip-data-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
};
