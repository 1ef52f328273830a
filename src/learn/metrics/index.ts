/** Measures of generated images, on plain arrays. */
export { bootstrap, type BootstrapInterval, type BootstrapOptions } from './bootstrap.js';
export { toUint8, type ImageSize } from './image.js';
export { l1, l1OfBytes } from './l1.js';
export { maskSsim, ssim, ssimOfFloats, type SsimVariant } from './ssim.js';
