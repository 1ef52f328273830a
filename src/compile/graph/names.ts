/** Names of nodes: paths of the plan within TensorFlow's rules for names, each used once. */
import { namesWithin, plainSegments, type UniqueNames } from '../../base/unique-names.js';

/**
 * A name within TensorFlow's rules (`[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*`), and further ones: no empty segment and none
 * of nothing but dots, so that it is harmless where someone takes it for a path; and none of the names that every
 * JavaScript object knows, which the executor of tfjs takes for weights.
 *
 * @example
 * ```ts
 * sanitised('../größe 1/conv'); // 'n_/gr__e_1/conv'
 * ```
 */
export const sanitised = (name: string): string => {
  const safe = plainSegments(name);
  return /^[A-Za-z0-9]/.test(safe) && !(safe in Object.prototype) ? safe : `n${safe}`;
};

/**
 * Names that are not given out yet. Two that differ in case alone are the same: they confuse what is stored by name on
 * some systems.
 */
export const uniqueNames = (): UniqueNames => namesWithin(sanitised, (name) => name.toLowerCase());
