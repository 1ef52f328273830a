/** Pictures side by side, for people to look at. */

/** The height and width of each picture, in pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** RGB pictures of one size in a row, from left to right: height × (width · pictures) × 3 bytes. */
export const strip = (pictures: readonly Uint8Array[], { height, width }: PictureSize): Uint8Array => {
  const line = width * 3;
  const out = new Uint8Array(height * line * pictures.length);
  pictures.forEach((picture, place) => {
    for (let y = 0; y < height; y++) {
      out.set(picture.subarray(y * line, (y + 1) * line), (y * pictures.length + place) * line);
    }
  });
  return out;
};

/** A file name for a pair that sorts by its number and holds nothing that a file system or a shell would mind. */
export const stripName = (index: number, names: readonly string[]): string => {
  const plain = names.map((name) =>
    name
      .replace(/\.[^./]*$/, '')
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .slice(0, 80),
  );
  return `${String(index).padStart(5, '0')}_${plain.join('_to_')}.png`;
};
