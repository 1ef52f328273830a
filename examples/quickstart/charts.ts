/** The page's charts, as SVG: learning curves and open gates. */
import { count, escaped, meanOf } from './markup.js';
import type { LevelGates, NetworkResults } from './results.js';

const ink = '#495057';
const light = '#dee2e6';
const colours = ['#212529', '#1971c2', '#e8590c', '#2f9e44'] as const;

/** A network's colour in every chart. */
export const colourOf = (index: number): string => colours[index % colours.length]!;

/** The losses of all networks over the steps, each point the mean of the steps around it. */
export const learningCurves = (networks: readonly NetworkResults[]): string => {
  const [width, height, left, bottom] = [760, 300, 48, 40];
  const curves = networks.map(({ losses }) => smoothed(losses));
  const steps = Math.max(...networks.map(({ losses }) => losses.length));
  const values = curves.flat().map(({ loss }) => loss);
  const ceiling = niceCeiling(Math.max(...values));
  const x = (step: number): number => left + (step / steps) * (width - left - 12);
  const y = (loss: number): number => 12 + (1 - loss / ceiling) * (height - bottom - 12);
  const rules = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * ceiling).toFixed(1);
    return `<line x1="${left}" x2="${width - 12}" y1="${at}" y2="${at}" stroke="${light}"/>${label((share * ceiling).toPrecision(2), left - 6, Number(at) + 4, 'end')}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    label(
      count(Math.round(share * steps)),
      x(share * steps),
      height - bottom + 18,
      share === 1 ? 'end' : 'middle',
    ),
  );
  const lines = curves.map((points, index) => {
    const path = points.map(({ step, loss }) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="2" stroke-linejoin="round"${dashes(index)}/>`;
  });
  const legend = networks.map(({ title }, index) => {
    const top = 26 + index * 18;
    return `<line x1="${width - 220}" x2="${width - 196}" y1="${top - 4}" y2="${top - 4}" stroke="${colourOf(index)}" stroke-width="3"${dashes(index)}/>${label(title, width - 188, top, 'start')}`;
  });
  return svg(width, height, 'Training loss over the steps', [
    ...rules,
    ...ticks,
    label('step', (left + width) / 2, height - 6, 'middle'),
    ...lines.toReversed(),
    ...legend,
  ]);
};

/** Open gates per channel: a panel for each level; grey at the start, coloured after training, dashed all open. */
export const gateChart = ({ gates, title }: NetworkResults, colour: string): string => {
  const [panel, height, left] = [176, 168, 40];
  const width = left + gates.length * panel;
  const panels = gates.map((level, index) => gatePanel(level, left + index * panel, panel - 34, colour));
  return svg(width, height, `Open gates per channel, ${title}`, panels);
};

const gatePanel = (level: LevelGates, left: number, width: number, colour: string): string => {
  const { channels, start, trained } = level;
  const area = level.height * level.width;
  const [top, bottom] = [30, 134];
  const y = (open: number): number => bottom - (open / area) * (bottom - top);
  const steps = (values: readonly number[]): string =>
    values
      .map((open, channel) => {
        const [from, to] = [channel, channel + 1].map((at) => (left + (at / channels) * width).toFixed(1));
        return `${from},${y(open).toFixed(1)} ${to},${y(open).toFixed(1)}`;
      })
      .join(' ');
  return [
    label(`level ${level.level}, ${level.height}×${level.width}`, left, 16, 'start'),
    `<rect x="${left}" y="${top}" width="${width}" height="${bottom - top}" fill="#f8f9fa"/>`,
    `<line x1="${left}" x2="${left + width}" y1="${top}" y2="${top}" stroke="${ink}" stroke-dasharray="4 3"/>`,
    `<polyline points="${steps(start)}" fill="none" stroke="#adb5bd" stroke-width="1.5"/>`,
    `<polyline points="${steps(trained)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
    label(count(area), left - 4, top + 4, 'end'),
    label('0', left - 4, bottom + 2, 'end'),
    label(`${channels} channels`, left + width / 2, bottom + 18, 'middle'),
  ].join('');
};

/** The first curve lies over the others and is dashed, so that one that runs along with it can be seen. */
const dashes = (index: number): string => (index === 0 ? ' stroke-dasharray="6 5"' : '');

/** At most 120 points, each the mean of a window of a twentieth of the steps that ends there. */
const smoothed = (losses: readonly number[]): readonly { readonly step: number; readonly loss: number }[] => {
  const points = Math.min(120, losses.length);
  const window = Math.max(1, Math.round(losses.length / 20));
  return Array.from({ length: points }, (_, index) => {
    const step = Math.round(((index + 1) * losses.length) / points);
    return { step, loss: meanOf(losses.slice(Math.max(0, step - window), step)) };
  });
};

const niceCeiling = (value: number): number => {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((one) => one * unit >= value) ?? 10);
};

const label = (text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="11" fill="${ink}">${escaped(text)}</text>`;

const svg = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
  `role="img" font-family="system-ui, DejaVu Sans, sans-serif"><title>${escaped(title)}</title>${parts.join('')}</svg>`;
