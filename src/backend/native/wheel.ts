/** Fetching TensorFlow's wheel with pip, checking it, and taking the two libraries and the headers out of it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { headerNames, libraryNames, wheels } from './layout.js';
import {
  checkSignal,
  diskFix,
  interrupted,
  lastWords,
  stop,
  type InstallProgress,
  type StepContext,
} from './step.js';

/** The wheel's size, for a progress bar; the GPU's wheels differ too much to say. */
const cpuWheelBytes = 273_829_956;

/** The wheel, both libraries and the headers at once, with some room. */
const neededBytes = { cpu: 1.5e9, gpu: 12e9 } as const;

/** Puts the libraries and headers into the cache, unless they are there. The folder appears complete or not at all. */
export const fetchLibrary = async (context: StepContext): Promise<'present' | 'fetched'> => {
  const { layout, kind, machine, part } = context;
  const target = layout.library(kind);
  if (await isComplete(target)) return 'present';
  const free = await machine.freeBytes(part);
  if (free < neededBytes[kind]) {
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
    stop('N07', part, `${gigabytes(free)} free`, `${gigabytes(neededBytes[kind])} free`, diskFix);
  }
  const folder = join(part, 'wheel');
  await download(context, folder, [wheels[kind].requirement]);
  const wheel = await onlyWheel(folder);
  await checkHash(context, wheel, wheels[kind].sha256);
  const filled = join(part, 'library');
  await unpack(context, wheel, filled);
  if (kind === 'gpu') await fetchCuda(context, wheel, filled);
  await rm(target, { recursive: true, force: true });
  await rename(filled, target).catch(async (caught: unknown) => {
    // Another installation finished in between: its folder is as good.
    if (!(await isComplete(target))) throw caught;
  });
  await rm(folder, { recursive: true, force: true });
  return 'fetched';
};

/** Whether a library folder holds both libraries and every header. */
export const isComplete = async (folder: string): Promise<boolean> => {
  const names = [
    ...libraryNames.map((name) => join('lib', name)),
    ...headerNames.map((name) => join('include', name)),
  ];
  const found = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (one) => one.isFile() && one.size > 0,
        () => false,
      ),
    ),
  );
  return found.every((one) => one);
};

const download = async (
  context: StepContext,
  folder: string,
  requirements: readonly string[],
): Promise<void> => {
  const { machine, signal, onProgress, part, kind } = context;
  const scratch = join(part, 'pip');
  await mkdir(scratch, { recursive: true });
  await mkdir(folder, { recursive: true });
  const total = kind === 'cpu' ? { total: cpuWheelBytes } : {};
  const poll = setInterval(() => {
    void folderBytes(part).then((done) => onProgress({ step: 'download', done, ...total }));
  }, 500);
  // pip collects its download in TMPDIR before moving it: inside our folder it is counted and cleaned up.
  const ended = await machine
    .run(
      'python3',
      [
        ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-deps'],
        ...['--only-binary=:all:', '--python-version', '3.11', '--dest', folder, ...requirements],
      ],
      { environment: { TMPDIR: scratch }, signal },
    )
    .finally(() => clearInterval(poll));
  await rm(scratch, { recursive: true, force: true });
  if (ended._tag === 'Aborted') interrupted();
  if (ended._tag === 'Missing') {
    stop('N02', 'python3', 'no python3', 'python3 with pip', 'install python3 and python3-pip');
  }
  if (ended._tag === 'Ended' && ended.code !== 0) explainPip(ended.err, requirements, lastWords(ended));
  onProgress({ step: 'download', done: await folderBytes(folder), ...total });
};

const explainPip = (err: string, requirements: readonly string[], words: string): never => {
  const what = requirements.join(' ');
  if (/No module named pip/.test(err)) {
    return stop('N02', 'python3', 'no pip', 'python3 with pip', 'install python3-pip');
  }
  if (/No space left|Errno 28/.test(err)) {
    return stop('N07', 'pip download', 'a full disk', 'about 1.5 GB', diskFix);
  }
  if (/HASH|hash/.test(words)) {
    return stop('N04', what, words, 'the file that the index lists', 'run it again');
  }
  if (
    /No matching distribution|from versions: none/.test(err) &&
    !/Connection|timed out|resolve/i.test(err)
  ) {
    return stop('N03', what, 'an index without it', 'a reachable package index that has it', indexFix);
  }
  return stop('N03', what, `a failed download (${words})`, 'a reachable package index', indexFix);
};

const indexFix = 'check the network, the proxy and pip config list, then run it again';

const onlyWheel = async (folder: string): Promise<string> => {
  const [name] = (await readdir(folder)).filter((one) => one.endsWith('.whl'));
  return name === undefined
    ? stop('N03', 'pip download', 'no wheel', 'one wheel', indexFix)
    : join(folder, name);
};

/** Compares a file's SHA-256 with the one written down here; a file without one was checked by pip. */
const checkHash = async (context: StepContext, path: string, wanted: string | undefined): Promise<void> => {
  if (wanted === undefined) return;
  const got = await sha256(path, context.onProgress, context.signal);
  if (got === wanted) return;
  stop(
    'N04',
    wheels[context.kind].requirement,
    `a file with SHA-256 ${got}`,
    wanted,
    'do not use it; check the package index that pip is set to',
  );
};

const sha256 = async (
  path: string,
  onProgress: (event: InstallProgress) => void,
  signal: AbortSignal | undefined,
): Promise<string> => {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  let done = 0;
  let reported = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    checkSignal(signal);
    const bytes = piece as Buffer;
    hash.update(bytes);
    done += bytes.length;
    if (done - reported > size / 20 || done === size) {
      reported = done;
      onProgress({ step: 'hash', done, total: size });
    }
  }
  return hash.digest('hex');
};

/** Members are copied by their listed names to names of ours, so a wheel cannot place a file elsewhere. */
const unpackProgram = `
import shutil, sys, zipfile, os
wheel, folder, pairs = sys.argv[1], sys.argv[2], sys.argv[3:]
with zipfile.ZipFile(wheel) as archive:
    for pair in pairs:
        source, target = pair.split('=', 1)
        path = os.path.join(folder, target)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(source) as entry, open(path, 'wb') as file:
            shutil.copyfileobj(entry, file, 1 << 20)
`;

const unpack = async (context: StepContext, wheel: string, folder: string): Promise<void> => {
  const pairs = [
    ...libraryNames.map((name) => `tensorflow/${name}=lib/${name}`),
    ...headerNames.map((name) => `tensorflow/include/${name}=include/${name}`),
  ];
  context.onProgress({ step: 'unpack' });
  await python(context, unpackProgram, [wheel, folder, ...pairs], 'a wheel with the two libraries');
};

const cudaProgram = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    name = [one for one in archive.namelist() if one.endswith('.dist-info/METADATA')][0]
    for line in archive.read(name).decode().splitlines():
        if line.startswith('Requires-Dist: nvidia-') and 'and-cuda' in line:
            print(line.split(':', 1)[1].split(';')[0].strip().replace(' ', '').replace('(', '').replace(')', ''))
`;

const unpackCudaProgram = `
import os, shutil, sys, zipfile
wheel, folder = sys.argv[1], os.path.realpath(sys.argv[2])
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if not name.startswith('nvidia/') or '.so' not in os.path.basename(name):
            continue
        path = os.path.realpath(os.path.join(folder, name))
        if not path.startswith(folder + os.sep):
            raise SystemExit('a member outside the folder: ' + name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as entry, open(path, 'wb') as file:
            shutil.copyfileobj(entry, file, 1 << 20)
`;

/** NVIDIA's wheels side by side in \`nvidia/\`, where the library's own run path looks for them. */
const fetchCuda = async (context: StepContext, wheel: string, folder: string): Promise<void> => {
  const listed = await python(context, cudaProgram, [wheel], 'a wheel that names its CUDA libraries');
  const requirements = listed.split('\n').filter((line) => line !== '');
  const wheelsFolder = join(context.part, 'cuda');
  await download(context, wheelsFolder, requirements);
  for (const name of (await readdir(wheelsFolder)).filter((one) => one.endsWith('.whl'))) {
    checkSignal(context.signal);
    context.onProgress({ step: 'unpack' });
    await python(context, unpackCudaProgram, [join(wheelsFolder, name), folder], 'a wheel with libraries');
    await rm(join(wheelsFolder, name));
  }
};

const python = async (
  context: StepContext,
  program: string,
  parameters: readonly string[],
  wanted: string,
): Promise<string> => {
  const ended = await context.machine.run('python3', ['-c', program, ...parameters], {
    signal: context.signal,
  });
  if (ended._tag === 'Aborted') return interrupted();
  if (ended._tag === 'Missing') {
    return stop('N02', 'python3', 'no python3', 'python3 with pip', 'install python3 and python3-pip');
  }
  if (ended.code === 0) return ended.out;
  return /Errno 28|No space left/.test(ended.err)
    ? stop('N07', 'unpacking', 'a full disk', 'about 1.5 GB', diskFix)
    : stop('N04', 'unpacking', lastWords(ended), wanted, 'run it again with --force');
};

const folderBytes = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const sizes = await Promise.all(
    names.map((name) =>
      lstat(join(folder, name)).then(
        (one) => (one.isFile() ? one.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((all, one) => all + one, 0);
};
