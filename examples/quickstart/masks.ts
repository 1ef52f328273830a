/** `masks.png`: the masks as the paper's Figure 5 shows them: white is masked (M < 0), black passes. */
import { composed, squares, type Lettering, type Placed } from './canvas.js';
import { maskPaths } from './gates.js';
import { percent } from './markup.js';
import type { Trained } from './training.js';

/** Channels shown of each level, evenly spread over all of them. */
const shown = 8;
const gap = 6;
const margin = 16;
const title = 30;
const caption = 20;

/** A PNG with one column for each masked network and one row of channels for each level, the shallowest on top. */
export const masksPicture = async (trained: readonly Trained[]): Promise<Buffer> => {
  const masked = trained.filter(({ contender }) => contender.masked);
  const [height = 0, width = 0] = levelsOf(masked[0]!)[0]?.shape ?? [];
  const cell = { height: 2 * height, width: 2 * width };
  const block = shown * (cell.width + gap) + 2 * margin;
  const placed: Placed[] = [];
  const lettering: Lettering[] = [];
  let bottom = 0;
  masked.forEach((one, column) => {
    const left = margin + column * block;
    lettering.push({ text: one.contender.title, top: 22, left, size: 16, bold: true });
    let top = title;
    levelsOf(one).forEach(({ shape, data }, level) => {
      const [h = 1, w = 1, c = 1] = shape;
      const closed = data.filter((value) => value < 0).length / data.length;
      lettering.push({
        text: `Level ${level + 1}: ${h}×${w}, ${Math.min(shown, c)} of ${c} channels; ${percent(closed)} masked`,
        top: top + 15,
        left,
        size: 12,
      });
      spread(c).forEach((channel, place) => {
        const white = Array.from({ length: h * w }, (_, at) => data[at * c + channel]! < 0);
        placed.push({
          picture: squares(white, { height: h, width: w }, Math.floor(cell.height / h)),
          top: top + caption,
          left: left + place * (cell.width + gap),
        });
      });
      top += caption + cell.height + gap;
    });
    bottom = Math.max(bottom, top);
  });
  lettering.push({
    text: 'White: masked (M < 0). Black: passes (M ≥ 0).',
    top: bottom + 16,
    left: margin,
    size: 12,
  });
  return composed({ height: bottom + 28, width: masked.length * block }, placed, lettering);
};

const levelsOf = ({ predictor, report }: Trained) =>
  maskPaths(predictor.plan).map((path) => report.weights[path]!);

const spread = (channels: number): readonly number[] => {
  const many = Math.min(shown, channels);
  return Array.from({ length: many }, (_, place) => Math.floor(((place + 0.5) * channels) / many));
};
