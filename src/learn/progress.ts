/**
 * What a person sees while a training runs: a bar on a terminal, now and then a line everywhere else.
 *
 * Drawing happens only inside calls, at most ten times a second of the clock that is given: a step that blocks the
 * event loop delays nothing, and no timer decides what a test sees.
 */
import cliProgress from 'cli-progress';

/** Where progress is written: a stream, which is a terminal when `isTTY` says so. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** How progress is shown. */
export interface ProgressOptions {
  /** The number of steps at which the training ends. */
  readonly total: number;
  readonly stream: ProgressStream;
  /** What is trained, in a word or two. */
  readonly label: string;
  /** Steps done before, of a resumed training: they count as done, not as speed. */
  readonly start?: number;
  /** Milliseconds since any moment; the machine's monotonic clock unless told. */
  readonly clock?: () => number;
  /** Least seconds between two lines where there is no terminal; 30 unless told. */
  readonly every?: number;
  /** Shows nothing, not even what is logged. */
  readonly silent?: boolean;
}

/** What is shown beside the step: numbers are shortened, texts are not. */
export type ProgressFields = Readonly<Record<string, number | string>>;

/** A progress display. */
export interface Progress {
  /** Says that so many steps are done. */
  readonly update: (step: number, fields?: ProgressFields) => void;
  /** Writes a line of its own, above the bar where there is one. */
  readonly log: (line: string) => void;
  /** Shows the last step and ends the display; a display that is not stopped keeps the process alive. */
  readonly stop: () => void;
}

/**
 * Starts a display. Shows steps a second, the time left and the fields of each update.
 *
 * @example
 * ```ts
 * const shown = progress({ total: 20000, stream: process.stderr, label: 'mUNet' });
 * shown.update(1, { loss: 0.7312 });
 * shown.stop();
 * ```
 */
export const progress = (options: ProgressOptions): Progress => {
  if (options.silent === true) return { update: () => {}, log: () => {}, stop: () => {} };
  const screen = options.stream.isTTY === true ? barScreen(options) : lineScreen(options);
  const clock = options.clock ?? (() => performance.now());
  const least = options.stream.isTTY === true ? 100 : (options.every ?? 30) * 1000;
  const first = options.start ?? 0;
  const began = clock();
  let shownAt = -Infinity;
  let shownStep = -1;
  let last: Status = { step: first, rate: NaN, left: NaN, fields: {} };
  let stopped = false;
  const show = (now: number): void => {
    screen.draw(last);
    shownAt = now;
    shownStep = last.step;
  };
  return {
    update: (step, fields = {}) => {
      if (stopped) return;
      const now = clock();
      const seconds = (now - began) / 1000;
      const rate = seconds > 0 ? (step - first) / seconds : NaN;
      last = { step, rate, left: rate > 0 ? Math.max(0, options.total - step) / rate : NaN, fields };
      if (shownStep < 0 || now - shownAt >= least || (step >= options.total && shownStep < step)) show(now);
    },
    log: (line) => {
      if (!stopped) screen.log(line);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      if (shownStep >= 0 && shownStep !== last.step) show(clock());
      screen.stop();
    },
  };
};

/** Seconds as a person says them: `7 s`, `3 min 20 s`, `5 h 2 min`, `2 d 4 h`; `?` when unknown. */
export const durationText = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  if (from < 0) return '0 s';
  return parts
    .slice(from, from + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
};

/** What there is to show. */
interface Status {
  readonly step: number;
  /** Steps a second; NaN before it is known. */
  readonly rate: number;
  /** Seconds left; NaN before it is known. */
  readonly left: number;
  readonly fields: ProgressFields;
}

interface Screen {
  readonly draw: (status: Status) => void;
  readonly log: (line: string) => void;
  readonly stop: () => void;
}

const lineScreen = ({ stream, label, total }: ProgressOptions): Screen => ({
  draw: (status) => void stream.write(`${label} ${status.step}/${total}${details(status)}\n`),
  log: (line) => void stream.write(`${line}\n`),
  stop: () => {},
});

const barScreen = ({ stream, label, total, start = 0 }: ProgressOptions): Screen => {
  const bars = new cliProgress.MultiBar({
    stream,
    format: '{label} [{bar}] {value}/{total}{details}',
    barsize: 24,
    barCompleteChar: '=',
    barIncompleteChar: '-',
    hideCursor: false,
    // With its own handler an interrupt would end the bar instead of the program.
    gracefulExit: false,
    // Drawing is asked for explicitly; the library's own timer is set to once in a day.
    fps: 1 / 86_400,
    emptyOnZero: true,
    // The terminal's wrapping stays as it is, and the bar is cut to its width; after a line above it, it is drawn
    // again although it has not changed.
    linewrap: true,
    forceRedraw: true,
  });
  const bar = bars.create(total, start, { label, details: '' });
  return {
    draw: (status) => {
      bar.update(status.step, { details: details(status) });
      bars.update();
    },
    log: (line) => {
      bars.log(`${line}\n`);
      bars.update();
    },
    stop: () => bars.stop(),
  };
};

const details = ({ rate, left, fields }: Status): string => {
  const speed = rate >= 1 ? `${short(rate)} steps/s` : rate > 0 ? `${short(1 / rate)} s/step` : '? steps/s';
  const parts = [
    speed,
    `${durationText(left)} left`,
    ...Object.entries(fields).map(([key, one]) => `${key} ${short(one)}`),
  ];
  return parts.map((part) => `, ${part}`).join('');
};

/** Four significant digits of a number; a text on one line. */
const short = (value: number | string): string =>
  typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : String(Number(value.toPrecision(4)));
