/**
 * The `standalone` form: a module for each model that imports `@tensorflow/tfjs-core` and nothing else, and holds the
 * forward pass, the weights' shapes and type, their reader, and ψ as a function of its own.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import { showShape } from '../../../ops/value.js';
import { buildPlan } from '../../plan/build.js';
import { liveNodes } from '../../plan/live.js';
import { parameterCounts, type Plan } from '../../plan/plan.js';
import { listingOf, type Listing, type ListingOptions, type Unit } from '../listing.js';
import { inferencePlan } from '../named-models.js';
import { identifiers } from '../names.js';
import type { NamedModel, SourceFile, SourceTarget } from '../target.js';
import { array, name, number, type Expression } from './expression.js';
import { shortFloat, tensorType } from './standalone/body.js';
import { forwardLines } from './standalone/forward.js';
import { docOf, functionText, takenNames, type Emitted, type Module } from './standalone/functions.js';
import { helperTexts, type HelperName } from './standalone/helpers.js';
import { kernelOf, wordOf } from './standalone/primitives.js';
import { psiDoc, psiPairs } from './standalone/psi.js';
import {
  constantText,
  docText,
  headText as functionHead,
  inComment,
  keyText,
  memberText,
} from './standalone/text.js';
import { weightTexts } from './standalone/weights.js';

/** Modules that run without maskskip. Faults: those of plans (P…). */
export const typescriptStandalone: SourceTarget = {
  name: 'typescript-standalone',
  description: 'a TypeScript module for each model: the forward pass in TensorFlow.js, without maskskip',
  files: (model) => {
    const text = standaloneText(model);
    return E.isLeft(text) ? text : E.right([{ path: `${model.file}.ts`, text: text.right }]);
  },
  common: (models) => [indexFile(models)],
};

const indexFile = (models: readonly NamedModel[]): SourceFile => ({
  path: 'index.ts',
  text: `${models.map(({ file, identifier }) => `export * as ${identifier} from "./${file}.js";`).join('\n')}\n`,
});

const options: ListingOptions = { callFrom: 2, sizes: true, wordOf };

/** The text of a model's module. */
export const standaloneText = (model: NamedModel): E.Either<readonly Fault[], string> => {
  const infer = inferencePlan(model);
  if (E.isLeft(infer)) return infer;
  const train = buildPlan(model.elaborated, { mode: 'train' });
  // A model that cannot be trained has a forward pass all the same.
  return E.right(moduleText(model.name, infer.right, E.isLeft(train) ? infer.right : train.right));
};

const moduleText = (called: string, plan: Plan, training: Plan): string => {
  const listing = liveListing(plan);
  const used = new Set<HelperName>();
  const tables = tablesOf();
  const module: Module = { helper: (helper) => used.add(helper), table: tables.named };
  const { functions, names } = functionsOf(listing, listingOf(training, options));
  const functionTexts = functions.map((one) => functionText(one, module));
  const body = forwardLines(listing, names, module);
  const live = liveNodes(plan);
  const parameters = plan.parameters.filter(({ id }) => live.has(id));
  const read = new Set(parameters.map(({ path }) => path));
  const others = [...new Set([...plan.parameters, ...training.parameters].map(({ path }) => path))].filter((path) => !read.has(path)); // prettier-ignore
  return `${[
    headText(called, plan),
    'import * as tf from "@tensorflow/tfjs-core";',
    inputsText(plan),
    outputsText(plan),
    ...drawnTexts(plan),
    forwardText({ ...plan, parameters }, body),
    ...functionTexts,
    ...helperTexts(used),
    ...tables.texts(),
    ...weightTexts({ parameters }, others),
  ].join('\n\n')}\n`;
};

/* The listing without layers that no output rests on. */
const liveListing = (plan: Plan): Listing => {
  const live = liveNodes(plan);
  const { functions, units, ...rest } = listingOf(plan, options);
  const read = units.filter(({ nodes }) => nodes.some(({ id }) => live.has(id)));
  const uses = (name: string): number => read.filter(({ calls }) => calls === name).length;
  return {
    ...rest,
    units: read,
    functions: functions.map((one) => ({ ...one, uses: uses(one.name) })).filter((one) => one.uses > 0),
  };
};

/* The functions of the module in order, and their names by the listing's; ψ is taken from the training plan where it is the same. */
const functionsOf = (
  listing: Listing,
  training: Listing,
): { readonly functions: readonly Emitted[]; readonly names: ReadonlyMap<string, string> } => {
  const given = identifiers({ casing: 'camel', reserved: takenNames });
  const pairs = new Map(psiPairs(listing, training).map((pair) => [pair.infer.name, pair]));
  const names = new Map<string, string>();
  const functions = listing.functions.flatMap((shared): readonly Emitted[] => {
    const { name: called, unit } = shared;
    const as = given.of(called, unit.op === 'psi' ? called : spokenName(unit, listing.plan));
    names.set(shared.name, as);
    const pair = pairs.get(shared.name);
    if (pair === undefined)
      return [{ plan: listing.plan, shared, name: as, doc: docOf(shared), exported: false }];
    const { train, same } = pair;
    if (same)
      return [{ plan: training.plan, shared: train!, name: as, doc: psiDoc(pair, 'both'), exported: true }];
    const own = { plan: listing.plan, shared, name: as, doc: psiDoc(pair, 'inference'), exported: true };
    if (train === undefined) return [own];
    const trained = given.of(`${shared.name} in training`, `${as} in training`);
    return [own, { plan: training.plan, shared: train, name: trained, doc: psiDoc(pair, 'training'), exported: true }]; // prettier-ignore
  });
  return { functions, names };
};

/* A convolution's kernel and strides belong to its name: `conv3x3Stride2`. */
const spokenName = ({ op, nodes }: Unit, plan: Plan): string => {
  const convolutions = nodes.filter((node) => node.op === 'conv2d' || node.op === 'conv2dTranspose');
  const [{ attributes, operands } = nodes[0]!] = convolutions;
  if (convolutions.length !== 1) return op;
  const kernel = kernelOf(plan.nodes[operands[1]!]!.shape.map(Number));
  const strides = [...new Set(attributes['strides'] as readonly number[])];
  // The stride of a transposed convolution is in the sizes of its result.
  return `${op}${kernel}${strides.some((one) => one > 1) && op === 'conv' ? ` stride ${strides.join(' ')}` : ''}`;
};

/* Long lists of numbers stand in the module once, under names. */
const tablesOf = () => {
  const known = new Map<string, { readonly as: string; readonly data: Float32Array | Int32Array }>();
  return {
    named: (data: Float32Array | Int32Array): Expression => {
      const key = data.join(' ');
      const as = known.get(key)?.as ?? `table${known.size + 1}`;
      known.set(key, { as, data });
      return name(as);
    },
    texts: (): readonly string[] =>
      [...known.values()].map(({ as, data }) => constantText({ name: as, type: undefined, value: array([...data].map((one) => number(shortFloat(one)))) }, 0)), // prettier-ignore
  };
};

const headText = (called: string, plan: Plan): string => {
  const { parameters, maskParameters } = parameterCounts(plan);
  const count = (one: number): string => one.toLocaleString('en-US');
  const masks = maskParameters === 0 ? '' : `, ${count(maskParameters)} of them in masks`;
  const sizes = (shapes: Readonly<Record<string, readonly (number | string)[]>>): readonly string[] =>
    Object.entries(shapes).map(([key, shape]) => `- ${inComment(key)}: ${shape.join('×')}`);
  return docText([
    `${inComment(called)}: the forward pass in TensorFlow.js, generated by maskskip.`,
    '',
    `Trained parameters: ${count(parameters)}${masks}. Images are batch×height×width×channels, the batch n.`,
    '',
    'Inputs:',
    ...sizes(Object.fromEntries(Object.entries(plan.inputs).map(([key, { shape }]) => [key, shape]))),
    '',
    'Outputs:',
    ...sizes(
      Object.fromEntries(Object.entries(plan.outputs).map(([key, id]) => [key, plan.nodes[id]!.shape])),
    ),
  ]);
};

const inputsText = ({ inputs }: Plan): string =>
  [
    docText(['What the model is given, the batch first.']),
    'export interface Inputs {',
    ...Object.entries(inputs).flatMap(([key, { shape }]) => [
      `  /** ${showShape(shape)} */`,
      `  readonly ${keyText(key)}: ${tensorType(shape.length)};`,
    ]),
    '}',
  ].join('\n');

const outputsText = ({ outputs, nodes }: Plan): string =>
  [
    docText(['What the model gives; the caller disposes of it.']),
    'export type Outputs = {',
    ...Object.entries(outputs).flatMap(([key, id]) => [
      `  /** ${showShape(nodes[id]!.shape)} */`,
      `  readonly ${keyText(key)}: ${tensorType(nodes[id]!.shape.length)};`,
    ]),
    '};',
  ].join('\n');

/* Noise and numbers that a plan for inference reads: few do. */
const drawnTexts = ({ noises, scalars }: Plan): readonly string[] => [
  ...(noises.length === 0
    ? []
    : [
        [
          docText(['Random numbers by path, drawn anew for each run; the caller disposes of them.']),
          'export type Noise = {',
          ...noises.flatMap(({ path, shape, distribution }) => [
            `  /** ${showShape(shape)}, ${distribution === 'normal' ? 'standard normal' : 'uniform from 0 to 1'} */`,
            `  readonly ${keyText(path)}: ${tensorType(shape.length)};`,
          ]),
          '};',
        ].join('\n'),
      ]),
  ...(scalars.length === 0
    ? []
    : [
        [
          docText(['Numbers by path, as the model declares them.']),
          'export const standardScalars = {',
          ...scalars.map(({ path, standard }) => memberText(path, number(standard), 2)),
          '};',
        ].join('\n'),
      ]),
];

const forwardText = ({ parameters, noises, scalars }: Plan, body: readonly string[]): string => {
  const given = [
    'inputs: Inputs',
    ...(parameters.length === 0 ? [] : ['weights: Weights']),
    ...(noises.length === 0 ? [] : ['noise: Noise']),
    ...(scalars.length === 0 ? [] : ['scalars = standardScalars']),
  ];
  return [
    docText(['The forward pass. What it computes on the way is freed; what it is given is left alone.']),
    signatureText('forward', given, 'Outputs'),
    '  return tf.tidy(() => {',
    ...body,
    '  });',
    '}',
  ].join('\n');
};
const signatureText = (as: string, given: readonly string[], type: string): string =>
  functionHead(as, given, type, { exported: true });
