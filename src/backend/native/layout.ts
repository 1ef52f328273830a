/** Where the native backend's parts lie, and which versions they are. Pure but for the environment it is given. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The version of TensorFlow's C library that is put under the binding. */
export const libtensorflowVersion = '2.21.0';

/** The npm package with the binding's sources and its version. */
export const bindingPackage = '@tensorflow/tfjs-node-gpu';
export const bindingVersion = '4.22.0';

/** The two libraries, by the names that they look for each other under. */
export const libraryNames = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const;

/** Every header of the wheel that the binding's two sources include, directly or not. */
export const headerNames = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
] as const;

/** The kind of library: for the CPU alone, or with CUDA. */
export type LibraryKind = 'cpu' | 'gpu';

/** What the wheel is called, and its SHA-256 where it is known. */
export const wheels: Readonly<
  Record<LibraryKind, { readonly requirement: string; readonly sha256: string | undefined }>
> = {
  cpu: {
    requirement: `tensorflow-cpu==${libtensorflowVersion}`,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  // Not pinned: pip checks it against the hash that the index states.
  gpu: { requirement: `tensorflow==${libtensorflowVersion}`, sha256: undefined },
};

/** Node's stable binary interface that the binding is compiled for; every Node from 12.22 on has it. */
export const napiVersion = 8;

/** The folders of one cache. */
export interface Layout {
  readonly root: string;
  /** The libraries and headers of one kind: `lib/`, `include/`, and with CUDA `nvidia/`. */
  readonly library: (kind: LibraryKind) => string;
  /** The compiled binding for one kind of library. */
  readonly binding: (kind: LibraryKind) => string;
  /** An npm folder that holds the binding's package, for installations without it. */
  readonly npm: string;
}

/** The cache's folder: `given`, else `$XDG_CACHE_HOME/maskskip`, else `~/.cache/maskskip`. */
export const cacheFolder = (given?: string, environment: NodeJS.ProcessEnv = process.env): string => {
  const home = environment['XDG_CACHE_HOME'];
  // The specification says that relative paths in the variable are to be ignored.
  return given ?? join(home !== undefined && isAbsolute(home) ? home : join(homedir(), '.cache'), 'maskskip');
};

/** The folders under a cache. */
export const layoutOf = (root: string): Layout => ({
  root,
  library: (kind) => join(root, `libtensorflow-${libtensorflowVersion}-${kind}`),
  binding: (kind) =>
    join(
      root,
      `binding-${bindingVersion}-libtensorflow-${libtensorflowVersion}-${kind}-napi-v${napiVersion}`,
    ),
  npm: join(root, `tfjs-node-gpu-${bindingVersion}`),
});
