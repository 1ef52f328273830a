/** `grid.png`: what was shown, what was wanted, and what each network made of it. */
import type { Dataset, Keypoints } from 'maskskip/data';
import { resizeKeypoints, skeleton } from 'maskskip/data';
import { judged, toUint8, type Judged } from 'maskskip/learn';
import { composed, enlargedSmoothly, type Lettering, type Picture, type Placed } from './canvas.js';
import { binding } from './people.js';
import type { Trained } from './training.js';

const rows = 12;
const factor = 3;
const gap = 8;
const header = 44;

/** A PNG of a dozen test pairs, spread over the test people. Throws fault errors for pictures that cannot be read. */
export const unsafeGridPicture = async (trained: readonly Trained[], test: Dataset): Promise<Buffer> => {
  const made = await Promise.all(trained.map((one) => unsafeOutputs(one, test)));
  const keypoints = new Map(test.annotations.map((one) => [one.name, one.keypoints]));
  const cell = { height: test.size.height * factor, width: test.size.width * factor };
  const placed: Placed[] = [];
  for (const [row, pair] of (made[0] ?? []).entries()) {
    const photograph = (rgb: Uint8Array): Promise<Picture> => enlargedSmoothly({ ...test.size, rgb }, factor);
    const pictures = [
      await photograph(pair.source),
      drawnPose(keypoints.get(pair.names[1] ?? '') ?? [], test, cell),
      await photograph(pair.truth),
      ...(await Promise.all(made.map((outputs) => photograph(outputs[row]!.made)))),
    ];
    pictures.forEach((picture, column) =>
      placed.push({
        picture,
        top: header + row * (cell.height + gap),
        left: gap + column * (cell.width + gap),
      }),
    );
  }
  const titles = [['Input', 'view'], ['Target', 'pose'], ['Ground', 'truth'], ...trained.map(titleLines)];
  const lettering = titles.flatMap((lines, column): readonly Lettering[] =>
    lines.map((text, line) => ({
      text,
      top: 18 + 17 * line,
      left: gap + column * (cell.width + gap) + cell.width / 2,
      size: 13,
      bold: line === 0,
      centred: true,
    })),
  );
  return composed(
    {
      height: header + (made[0]?.length ?? 0) * (cell.height + gap),
      width: gap + titles.length * (cell.width + gap),
    },
    placed,
    lettering,
  );
};

const unsafeOutputs = async ({ predictor }: Trained, dataset: Dataset): Promise<readonly Judged[]> => {
  const pairs: Judged[] = [];
  const mean = new Float32Array(0);
  for await (const batch of judged({ predictor, binding, dataset, mean, pairs: rows })) {
    pairs.push(...batch.pairs);
  }
  return pairs;
};

/** A pose drawn at the size that is shown, so that its lines stay fine. */
const drawnPose = (
  keypoints: Keypoints,
  { size }: Dataset,
  cell: { readonly height: number; readonly width: number },
): Picture => {
  const drawn = new Float32Array(cell.height * cell.width * 3);
  skeleton(5).encode(resizeKeypoints(keypoints, size, cell), cell, drawn, 0);
  return { ...cell, rgb: toUint8(drawn) };
};

/** `mUNet, open start` on two lines. */
const titleLines = ({ contender }: Trained): readonly string[] => contender.title.split(', ');
