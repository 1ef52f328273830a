/** Python with torch, for tests: MASKSKIP_PYTHON, else python3. Where it has none the tests are skipped and say so. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { python } from '../../../support/python.js';

const execute = promisify(execFile);

export { python };

/** Runs a script; gives what it wrote. */
export const runPython = async (
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  execute(python, [...args], { maxBuffer: 2 ** 28, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });

/** Skips the tests of a block, with the reason, where packages are missing. They are looked for, not imported. */
export const needs = (...packages: readonly string[]) =>
  async function (this: Mocha.Context): Promise<void> {
    const looked = `import importlib.util as u; print(' '.join(p for p in ${JSON.stringify(packages)} if u.find_spec(p) is None))`;
    const missing = await execute(python, ['-c', looked]).then(
      ({ stdout }) => stdout.trim(),
      () => packages.join(' '),
    );
    if (missing === '') return;
    console.info(`      ${python} has no ${missing}; MASKSKIP_PYTHON may name one that has`);
    this.skip();
  };
