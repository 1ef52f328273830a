/** The environment variables that TensorFlow reads once, when its library is loaded. */

/** What to set before the native library loads; variables that a person set are kept. */
export const nativeEnvironment = (
  request: { readonly deterministic?: boolean; readonly threads?: number; readonly gpu?: boolean },
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> => {
  const threads = request.threads === undefined ? {} : threadVariables(request.threads);
  const deterministic =
    request.deterministic === true ? { TF_DETERMINISTIC_OPS: '1', TF_CUDNN_DETERMINISTIC: '1' } : {};
  const quiet = environment['TF_CPP_MIN_LOG_LEVEL'] === undefined ? { TF_CPP_MIN_LOG_LEVEL: '2' } : {};
  return { ...quiet, ...threads, ...deterministic };
};

const threadVariables = (threads: number): Readonly<Record<string, string>> => ({
  TF_NUM_INTRAOP_THREADS: String(threads),
  OMP_NUM_THREADS: String(threads),
});
