/** What can be wrong with ψ as a layer of tf.layers: rules K01 to K05. */
import { fault, type Fault } from '../base/fault.js';

/** K01: an option that makes no sense. */
export const badOption = (where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule: 'K01', where, got, wanted, fix });

/** K02: tensors, or shapes of them, that are not what the layer reads. */
export const badInputs = (where: string, got: string, wanted: string): Fault =>
  fault({
    rule: 'K02',
    where,
    got,
    wanted,
    fix: 'apply the layer to features of these sizes, in this order',
  });

/** K03: a ψ that reads the decoder's feature, which the layer was not given. */
export const needsDecoder = (where: string): Fault =>
  fault({
    rule: 'K03',
    where,
    got: "a ψ that reads the decoder's feature",
    wanted: 'one that reads its level alone',
    fix: "pass { decoder: true } and apply the layer to [level, decoder's feature]",
  });

/** K04: a ψ with what a layer of tf.layers cannot carry from step to step. */
export const notCarried = (where: string, what: string): Fault =>
  fault({
    rule: 'K04',
    where,
    got: `a ψ with ${what}`,
    wanted: 'one of parameters alone',
    fix: 'declare the network in maskskip, which feeds it',
  });

/** K05: a configuration that is not one of this layer's. */
export const badConfig = (where: string, got: string): Fault =>
  fault({ rule: 'K05', where, got, wanted: 'what getConfig wrote', fix: 'save the network again' });
