/** Learned connections: `psi.maskConnectLevel`, `psi.maskConnectChannel` (Ahmed & Torresani, ECCV 2018). Rules S02, S13, S38. */
import * as ops from '../../ops/elementwise.js';
import { constant as constantOf, type Initialiser } from '../../ops/initialiser.js';
import { concat, reshape, slice } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import { add, show, type Dimension, type Show } from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Level } from '../feature.js';
import type { FieldVocabulary, Fields, Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import {
  initialiserFlaws,
  notOneOf,
  notOptions,
  notPositive,
  optionsIn,
  type NotPositive,
} from '../message.js';
import type { Flaw } from '../rule.js';
import { connections } from './connections.js';
import { extents } from './gate.js';
import { psiOf, type Psi, type PsiRule } from './psi.js';
import { sizedTo, type ChannelsOf } from './resize.js';

/** Options of learned connections. */
export interface MaskConnectOptions<FanIn extends number | undefined = number | undefined> {
  /** How many pass (the paper's K); each by itself, with its mask as its chance, where there is none. */
  readonly fanIn?: FanIn;
  /** How the mask starts; every entry ½ by default. Training keeps it between 0 and 1. */
  readonly init?: Initialiser;
}

/** Options of learned connections of levels. */
export interface MaskConnectLevelOptions<
  FanIn extends number | undefined = number | undefined,
> extends MaskConnectOptions<FanIn> {
  /** How levels are brought to the decoder's size where several are read; bilinear by default. */
  readonly method?: 'nearest' | 'bilinear';
}

/** One mask value per level that the skip reads. */
export interface MaskConnectLevel<FanIn extends number | undefined = undefined> extends Psi<
  LevelRule<FanIn>
> {
  readonly name: 'maskConnectLevel';
  readonly several: true;
  readonly fanIn: FanIn;
  readonly init: Initialiser;
  readonly method: 'nearest' | 'bilinear';
}
interface LevelRule<FanIn extends number | undefined> extends PsiRule {
  readonly out: FanInFlaw<'psi.maskConnectLevel', FanIn, Count<this['levels']>, 'levels'> extends infer M
    ? [M] extends [never]
      ? LevelOut<this['levels'], this['decoder']>
      : M
    : never;
}
type Count<Levels> = Levels extends readonly Level[] ? Levels['length'] : number;
type LevelOut<Levels, D extends Level> = Levels extends readonly [infer E extends Level]
  ? E
  : Levels extends readonly Level[]
    ? Level<D['h'], D['w'], ChannelsOf<Levels>>
    : never;

/** One mask value per channel. */
export interface MaskConnectChannel<FanIn extends number | undefined = undefined> extends Psi<
  ChannelRule<FanIn>
> {
  readonly name: 'maskConnectChannel';
  readonly fanIn: FanIn;
  readonly init: Initialiser;
}
interface ChannelRule<FanIn extends number | undefined> extends PsiRule {
  readonly out: FanInFlaw<'psi.maskConnectChannel', FanIn, this['feature']['c'], 'channels'> extends infer M
    ? [M] extends [never]
      ? this['feature']
      : M
    : never;
}

/* S02, then S13: more pass than there are. */
type FanInFlaw<
  Op extends string,
  FanIn extends number | undefined,
  Among extends Dimension,
  What extends string,
> = FanIn extends number
  ? NotPositive<Op, [['fanIn', FanIn]]> extends infer M
    ? [M] extends [never]
      ? Among extends number
        ? Natural.Less<Among, FanIn> extends true
          ? `✗ S13 ${Op}: fanIn ${FanIn} is more than ${Show<Among>} ${What}; let fewer pass`
          : never
        : never
      : M
    : never
  : never;

/**
 * Which levels reach the decoder: a mask value for each level that the skip reads, which passes whole or not at all.
 *
 * In training each level passes with its mask as the chance, or, with `fanIn` K, K levels do, drawn without
 * replacement in proportion to their masks; at inference those of at least ½, or the K largest (the shallower first
 * where they tie). The gradient goes straight through the draw: a mask gets that of the 0 or 1 drawn from it, and is
 * put back between 0 and 1 after each update. A draw is the whole batch's. One level keeps its shape; several are
 * brought to the decoder's size and put side by side in channels. Parameters: one per level. The draw and the step are
 * the paper's from memory, as no code of it is public; levels of a U-Net in the place of residual modules are our
 * reading (inferred).
 *
 * @example
 * ```ts
 * skip('image', psi.maskConnectLevel({ fanIn: 2 }), { level: 'all' }); // two of the encoder's levels
 * ```
 */
export const maskConnectLevel = <const FanIn extends number | undefined = undefined>(
  options: MaskConnectLevelOptions<FanIn> = {},
): MaskConnectLevel<FanIn> => {
  const { init, fanIn } = resolved(options);
  const method = optionsIn(options).method ?? 'bilinear';
  return psiOf<MaskConnectLevel<FanIn>>({
    name: 'maskConnectLevel',
    form: maskConnectLevelForm,
    several: true,
    fanIn,
    init,
    method,
    options: { ...asData(fanIn, init), method },
    shape: ({ feature, decoder, levels }) => {
      const flaws = flawsOf('psi.maskConnectLevel', options, { fanIn, init }, levels.length, 'levels');
      const bad = notOneOf('psi.maskConnectLevel', [['method', method, ['nearest', 'bilinear']]]);
      return {
        level:
          levels.length === 1
            ? feature
            : { h: decoder.h, w: decoder.w, c: levels.map(({ c }) => c).reduce(add) },
        flaws: bad === undefined ? flaws : [...flaws, bad],
      };
    },
    lower: ({ decoder, levels }, lowering) => {
      const gates = connections(maskOf(levels.length, init, lowering), fanIn, lowering);
      const passed = levels.map((level, index) => {
        const sized = levels.length === 1 ? level : sizedTo(decoder, level, method);
        return ops.multiply(sized, slice(gates, 0, index, 1));
      });
      return passed.length === 1 ? passed[0]! : concat(passed, 3);
    },
  });
};

/**
 * Which channels reach the decoder: a mask value for each channel, which passes whole or not at all; drawn, trained
 * and chosen at inference as `psi.maskConnectLevel`'s levels are, with `fanIn` K of the c channels. Parameters: c.
 *
 * @example
 * ```ts
 * skip('image', psi.maskConnectChannel({ fanIn: 32 })); // 32 channels of the level, the others 0
 * ```
 */
export const maskConnectChannel = <const FanIn extends number | undefined = undefined>(
  options: MaskConnectOptions<FanIn> = {},
): MaskConnectChannel<FanIn> => {
  const { init, fanIn } = resolved(options);
  return psiOf<MaskConnectChannel<FanIn>>({
    name: 'maskConnectChannel',
    form: maskConnectChannelForm,
    fanIn,
    init,
    options: asData(fanIn, init),
    shape: ({ feature }) => ({
      level: feature,
      flaws: flawsOf('psi.maskConnectChannel', options, { fanIn, init }, feature.c, 'channels'),
    }),
    lower: ({ feature }, lowering) => {
      const channels = extents(feature)[2];
      const gates = connections(maskOf(channels, init, lowering), fanIn, lowering);
      return ops.multiply(feature, reshape(gates, [1, 1, 1, channels]));
    },
  });
};

/** What forms give and take. */
export interface ConnectionFields {
  readonly fanIn: number | undefined;
  readonly init: Initialiser;
}

const half = constantOf(0.5);
const fieldsOf = (f: FieldVocabulary): Fields<ConnectionFields> => ({
  fanIn: f.optional(f.number),
  init: f.standard(f.initialiser, half),
});

/** How learned connections stand in a spec. */
export const maskConnectLevelForm: Form<
  ConnectionFields & { readonly method: 'nearest' | 'bilinear' },
  ConnectionFields & { readonly method: 'nearest' | 'bilinear' }
> = {
  builtIn: 'maskConnectLevel',
  kind: 'psi',
  fields: (f) => ({
    ...fieldsOf(f),
    method: f.standard(f.word('nearest', 'bilinear'), 'bilinear'),
  }),
  make: (options) => maskConnectLevel<number | undefined>(options as MaskConnectLevelOptions),
  options: (part) => part,
};
export const maskConnectChannelForm: Form<ConnectionFields, ConnectionFields> = {
  builtIn: 'maskConnectChannel',
  kind: 'psi',
  fields: fieldsOf,
  make: (options) => maskConnectChannel<number | undefined>(options as MaskConnectOptions),
  options: (part) => part,
};

const resolved = <FanIn extends number | undefined>(
  options: MaskConnectOptions<FanIn>,
): { readonly fanIn: FanIn; readonly init: Initialiser } => {
  const given = optionsIn(options);
  return { fanIn: given.fanIn as FanIn, init: given.init ?? half };
};

const asData = (fanIn: number | undefined, { name, options }: Initialiser) => ({
  ...(fanIn === undefined ? {} : { fanIn }),
  init: { name, ...options },
});

const maskOf = (count: number, init: Initialiser, lowering: Lowering): Value =>
  lowering.parameter({
    name: 'mask',
    shape: [count],
    initialiser: init,
    role: 'mask',
    projection: { clip: [0, 1] },
  });

const flawsOf = (
  op: string,
  given: unknown,
  { fanIn, init }: ConnectionFields,
  among: number | string,
  what: 'levels' | 'channels',
): readonly Omit<Flaw, 'within'>[] => {
  const bad = notOptions(op, given);
  if (bad !== undefined) return [bad];
  const start = initialiserFlaws(op, init, 'init');
  if (fanIn === undefined) return start;
  const state = { h: '?', w: '?', c: '?', taps: {}, inputs: {} } as const;
  const notWhole = notPositive(op, [['fanIn', fanIn]], state);
  if (notWhole !== undefined) return notWhole.flaws;
  return typeof among === 'number' && fanIn > among
    ? [
        {
          rule: 'S13',
          body: `${op}: fanIn ${fanIn} is more than ${show(among)} ${what}`,
          got: String(fanIn),
          wanted: `at most ${among}`,
          fix: 'let fewer pass',
        },
        ...start,
      ]
    : start;
};
