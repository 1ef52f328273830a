/** What a person sees of long work that is no training: a bar on a terminal, a few lines everywhere else. */
import cliProgress from 'cli-progress';
import type { ProgressStream } from '../learn/progress.js';

/** A display of work in named steps. */
export interface WorkDisplay {
  /** Says how far a step is; `total` is absent where nobody knows it. */
  readonly update: (step: string, done?: number, total?: number) => void;
  /** Ends the display. */
  readonly stop: () => void;
}

/** Starts a display. Without a terminal a step is told when it begins and at each quarter of it. */
export const workDisplay = (stream: ProgressStream): WorkDisplay =>
  stream.isTTY === true ? bars(stream) : lines(stream);

const lines = (stream: ProgressStream): WorkDisplay => {
  let told = '';
  return {
    update: (step, done = 0, total = 0) => {
      const quarter = total > 0 ? Math.floor((4 * done) / total) * 25 : 0;
      const line = quarter > 0 ? `${step} ${quarter} %` : step;
      if (line !== told && !(quarter === 0 && told.startsWith(step))) stream.write(`${line}\n`);
      told = line;
    },
    stop: () => {},
  };
};

const bars = (stream: ProgressStream): WorkDisplay => {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{step} [{bar}] {percentage} %',
    barsize: 24,
    barCompleteChar: '=',
    barIncompleteChar: '-',
    hideCursor: false,
    gracefulExit: false,
    emptyOnZero: true,
  });
  let current: string | undefined;
  return {
    update: (step, done = 0, total = 0) => {
      if (step !== current) {
        if (current !== undefined) bar.stop();
        bar.start(total, done, { step });
        current = step;
      } else {
        bar.setTotal(total);
        bar.update(done);
      }
    },
    stop: () => {
      if (current !== undefined) bar.stop();
    },
  };
};
