/** One trial in a process of its own: prints a marked line of JSON. Its only argument names the trial. */
import type { Rank } from '@tensorflow/tfjs-core';
import { resultMark } from './child.js';
import { backendNames, type BackendName } from './faults.js';
import { activate } from './activate.js';
import { probeNative } from './probe.js';
import { unsafeRequestAdapter } from './webgpu.js';

/** The convolution that is timed: 3×3, on one image. */
export const timedSizes = {
  full: { height: 128, width: 64, channels: 128 },
  small: { height: 32, width: 16, channels: 32 },
} as const;

const time = async (name: BackendName): Promise<unknown> => {
  const active = await activate({ backend: name })();
  if (active._tag === 'Left') {
    return { reason: active.left.map((one) => `${one.got}`).join('; '), fix: active.left[0]?.fix };
  }
  const { tf, detail, gpu } = active.right;
  const slow = name === 'cpu' || /software/.test(detail);
  const { height, width, channels } = timedSizes[slow ? 'small' : 'full'];
  const x = tf.ones<Rank.R4>([1, height, width, channels]);
  const filter = tf.ones<Rank.R4>([3, 3, channels, channels]);
  const times: number[] = [];
  for (let i = 0; i < (slow ? 3 : 8); i++) {
    const from = performance.now();
    const y = tf.conv2d(x, filter, 1, 'same');
    await y.data();
    y.dispose();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return {
    detail,
    gpu,
    convolutionMilliseconds: Math.round(times[Math.floor(times.length / 2)]! * 100) / 100,
    convolutionSize: [height, width, channels],
  };
};

const trial = async (argument: string): Promise<unknown> => {
  if (argument === 'webgpu-adapter') {
    const adapter = await unsafeRequestAdapter();
    return adapter === undefined ? { reason: 'WebGPU found no adapter' } : { adapter };
  }
  if (argument === 'native-load') {
    const probe = await probeNative({});
    return { reason: probe.reason, ...probe.loaded };
  }
  const name = backendNames.find((one) => `time-${one}` === argument);
  return name === undefined ? { reason: `no trial is called ${argument}` } : time(name);
};

const answer = await trial(process.argv[2] ?? '').catch((caught: unknown) => ({
  reason: caught instanceof Error ? caught.message.split('\n')[0] : String(caught),
}));
process.stdout.write(`\n${resultMark}${JSON.stringify(answer)}\n`, () => process.exit(0));
