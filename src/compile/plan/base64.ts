/** Bytes as base64 (RFC 4648, section 4) and back, strictly: without Node, so that a plan can be read in a browser. */

const letters = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const equals = 0x3d;
/** What a letter says, by its code; −1 for any other character of ASCII. */
const values = Int8Array.from({ length: 128 }, (_, code) => letters.indexOf(code));

/** The text of bytes. */
export const toBase64 = (bytes: Uint8Array): string => {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(equals);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const a = bytes[from]!;
    const b = from + 1 < bytes.length ? bytes[from + 1]! : 0;
    const c = from + 2 < bytes.length ? bytes[from + 2]! : 0;
    text[to] = letters[a >> 2]!;
    text[to + 1] = letters[((a & 3) << 4) | (b >> 4)]!;
    if (from + 1 < bytes.length) text[to + 2] = letters[((b & 15) << 2) | (c >> 6)]!;
    if (from + 2 < bytes.length) text[to + 3] = letters[c & 63]!;
  }
  return new TextDecoder('latin1').decode(text);
};

/** The bytes of a text; `undefined` where `toBase64` would not have written it. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (text.length % 4 !== 0) return undefined;
  const missing = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - missing);
  let bits = 0;
  for (let from = 0, to = 0; from < text.length - missing; from++) {
    const value = values[text.charCodeAt(from)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    if (from % 4 === 1) bytes[to++] = bits >> 4;
    if (from % 4 === 2) bytes[to++] = bits >> 2;
    if (from % 4 === 3) bytes[to++] = bits;
  }
  // What the last letter says beyond the last byte must be nothing, so that bytes have one text.
  return (missing === 2 && (bits & 15) !== 0) || (missing === 1 && (bits & 3) !== 0) ? undefined : bytes;
};
