/** The type-level twins of `size`, and arithmetic on plain numbers; `number` absorbs. */
export type {
  Add,
  CeilDivide,
  Different,
  Dimension,
  FloorDivide,
  Multiply,
  Show,
  Size,
  Slide,
} from '../dsl/dimensions/dimension.js';
export type { IsPositive, Less, Modulo, Subtract } from '../dsl/dimensions/natural.js';
