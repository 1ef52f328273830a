/** ψ alone as a layer of tf.layers, for a network that is written in tf.layers already. */
export type { PsiLayerReads } from './declaration.js';
export { psiLayer, registerPsiLayer, type PsiLayer, type PsiLayerOptions } from './psi-layer.js';
