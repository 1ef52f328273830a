/** Compiling the package's own binding against the cached library. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { libraryNames, napiVersion } from './layout.js';
import { interrupted, lastWords, stop, type StepContext } from './step.js';

/** The addon's name, as its package looks for it, and that of its companion. */
export const addonName = 'tfjs_binding.node';
export const quietName = 'quiet.node';

/**
 * TensorFlow prints notices from its static constructors, before any setting is read. This companion points the
 * standard error stream elsewhere while the library loads, and back.
 */
const quietSource = `
#include <fcntl.h>
#include <unistd.h>
#include <node_api.h>

static int held = -1;

static napi_value Mute(napi_env, napi_callback_info) {
  if (held >= 0) return nullptr;
  int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return nullptr;
  held = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (held >= 0) dup2(nowhere, 2);
  close(nowhere);
  return nullptr;
}

static napi_value Unmute(napi_env, napi_callback_info) {
  if (held < 0) return nullptr;
  dup2(held, 2);
  close(held);
  held = -1;
  return nullptr;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, Mute, nullptr, &function);
  napi_set_named_property(env, exports, "mute", function);
  napi_create_function(env, "unmute", NAPI_AUTO_LENGTH, Unmute, nullptr, &function);
  napi_set_named_property(env, exports, "unmute", function);
  return exports;
}
`;

/** Compiles the binding and its companion into the cache, unless they are there; both appear or none. */
export const compileBinding = async (
  context: StepContext,
  packageFolder: string,
  force: boolean,
): Promise<'present' | 'compiled'> => {
  const { layout, kind, part } = context;
  const target = layout.binding(kind);
  if (!force && existsSync(join(target, addonName)) && existsSync(join(target, quietName))) return 'present';
  context.onProgress({ step: 'compile' });
  const nodeHeaders = await findNodeHeaders(context);
  const library = layout.library(kind);
  const built = join(part, 'binding');
  await mkdir(built, { recursive: true });
  const common = [
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-O2',
    `-DNAPI_VERSION=${napiVersion}`,
    `-I${nodeHeaders}`,
  ];
  await compile(context, [
    ...common,
    `-I${join(library, 'include')}`,
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    `-L${join(library, 'lib')}`,
    ...[...libraryNames].reverse().map((name) => `-l:${name}`),
    `-Wl,-rpath,${join(library, 'lib')}`,
    ...['-o', join(built, addonName)],
  ]);
  const source = join(part, 'quiet.cc');
  await writeFile(source, quietSource);
  await compile(context, [...common, source, '-o', join(built, quietName)]);
  await rm(target, { recursive: true, force: true });
  await rename(built, target);
  return 'compiled';
};

const compile = async (context: StepContext, parameters: readonly string[]): Promise<void> => {
  const { machine, signal } = context;
  const chosen = machine.environment['CXX'];
  const fix = 'install a C++ compiler (apt install g++) or name one in CXX';
  for (const compiler of chosen === undefined || chosen === '' ? ['g++', 'clang++', 'c++'] : [chosen]) {
    const ended = await machine.run(compiler, parameters, { signal });
    if (ended._tag === 'Aborted') interrupted();
    if (ended._tag === 'Missing') continue;
    if (ended._tag === 'Ended' && ended.code !== 0) {
      stop('N05', compiler, lastWords(ended), 'a compiler for C++17', fix);
    }
    return;
  }
  stop('N05', chosen ?? 'g++', 'no C++ compiler', 'g++ or clang++', fix);
};

/** Node's C headers: the npm package beside us, Node's own installation, else fetched into the cache. */
const findNodeHeaders = async (context: StepContext): Promise<string> => {
  const fromPackage = (): string | undefined => {
    try {
      const entry = createRequire(import.meta.url).resolve('node-api-headers/package.json');
      return join(dirname(entry), 'include');
    } catch {
      return undefined;
    }
  };
  const cached = join(context.layout.npm, 'node_modules', 'node-api-headers', 'include');
  const places = [fromPackage(), join(dirname(process.execPath), '..', 'include', 'node'), cached];
  const found = places.find((place) => place !== undefined && existsSync(join(place, 'node_api.h')));
  return found ?? stop('N06', 'node_api.h', "no headers of Node's C interface", 'node_api.h', headersFix);
};

const headersFix = 'npm install node-api-headers, then run it again';
