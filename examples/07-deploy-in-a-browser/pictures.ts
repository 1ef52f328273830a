/** Pictures between the network (colours from −1 to 1) and a canvas (red, green, blue and alpha of 0 to 255). */

/** Height and width. */
export const size = 64;

/** What the network is given: a sunset, painted by formula. */
export const painted = (): Float32Array =>
  Float32Array.from({ length: size * size * 3 }, (_, i) => {
    const [y, x, colour] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size, i % 3];
    const sun = Math.hypot(x - 40, y - 28) < 13;
    const sea = y > 42 + 1.5 * Math.sin(x / 4);
    const [red, green, blue] = sun
      ? [1, 0.75, 0.1]
      : sea
        ? [-0.8, -0.35, 0.2]
        : [0.9 - y / 40, 0.1 - y / 60, 0.2];
    return [red!, green!, blue!][colour]!;
  });

/** Colours for a canvas. */
export const pixels = (colours: Float32Array): Uint8ClampedArray<ArrayBuffer> => {
  const rgba = new Uint8ClampedArray((colours.length / 3) * 4).fill(255);
  // The array's own rounding and clamping are those of pictures.
  colours.forEach((colour, i) => (rgba[Math.floor(i / 3) * 4 + (i % 3)] = (colour + 1) * 127.5));
  return rgba;
};
