/** Arithmetic on sizes at run time; `'?'`, what an earlier fault left unknown, absorbs. */
export {
  add,
  ceilDivide,
  different,
  floorDivide,
  multiply,
  show,
  slide,
} from '../dsl/dimensions/dimension.js';
