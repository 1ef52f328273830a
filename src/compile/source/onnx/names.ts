/** Names in an ONNX model: paths of letters and digits, each used once. */
import { namesWithin, plainSegments, type UniqueNames } from '../../../base/unique-names.js';

/**
 * A name as segments of ASCII letters, digits, `_`, `.` and `-`, at most 200 long.
 *
 * ONNX asks for less, but runtimes take names as keys of objects and some tools as names of files: no segment is empty
 * or of nothing but dots, and no name is one that every JavaScript object knows. The model's metadata holds the names
 * as they were.
 *
 * @example
 * ```ts
 * plainName('../größe 1/conv'); // '_/gr__e_1/conv'
 * ```
 */
export const plainName = (name: string): string => {
  const safe = plainSegments(name.slice(0, 200));
  return safe === '' || safe in Object.prototype ? `n${safe}` : safe;
};

/** Names of which none is given out yet. */
export const valueNames = (): UniqueNames => namesWithin(plainName);
