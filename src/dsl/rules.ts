/**
 * The rules of the language, each in one sentence. A fault's id is found here; docs/shapes.md shows each with a
 * declaration that breaks it and the message. A number is never given twice.
 */

/** Who finds what breaks a rule. `known` alone asks a question that only the compiler can answer. */
export type SeenBy = 'compiler and elaboration' | 'elaboration' | 'compiler';

/** What a rule says. */
export interface RuleStatement {
  /** What must hold, as a sentence. */
  readonly statement: string;
  readonly seenBy: SeenBy;
  /** Why only one of the two sees it, or what of it the compiler leaves to elaboration. */
  readonly because?: string;
}

/** The rules by id. */
export const rules = {
  S01: {
    statement: 'Every element of a chain is a layer.',
    seenBy: 'compiler and elaboration',
  },
  S02: {
    statement:
      'Sizes, counts and strides are whole numbers of 1 or more, paddings and cuts of 0 or more, an output padding is less than its stride, and words are those that an option knows.',
    seenBy: 'compiler and elaboration',
    because: "the sizes of an input and symbols that are no size, '0*h', are looked at by elaboration alone",
  },
  S03: {
    statement: 'A kernel or window fits into its feature and padding, and a reflection into its feature.',
    seenBy: 'compiler and elaboration',
  },
  S04: {
    statement: 'A convolution has a dilation or a stride, not both.',
    seenBy: 'compiler and elaboration',
  },
  S05: {
    statement: 'A reshape keeps the number of entries.',
    seenBy: 'compiler and elaboration',
  },
  S06: {
    statement: 'A feature has the shape that `out` declares.',
    seenBy: 'compiler and elaboration',
  },
  S07: {
    statement: 'The branch of a residual keeps the shape of what it is added to.',
    seenBy: 'compiler and elaboration',
  },
  S08: {
    statement: 'Features are joined by a join and have one height and width.',
    seenBy: 'compiler and elaboration',
  },
  S09: {
    statement:
      'What is added, multiplied or gated has equal channels; to multiply, one side may have a single channel.',
    seenBy: 'compiler and elaboration',
  },
  S10: {
    statement: 'What reads encoder levels names an encoder that is open there.',
    seenBy: 'compiler and elaboration',
  },
  S11: {
    statement: 'An encoder has as many levels as are taken from it.',
    seenBy: 'compiler and elaboration',
  },
  S12: {
    statement: 'On a skip the encoder level has the height and width of the feature that it joins.',
    seenBy: 'compiler and elaboration',
  },
  S13: {
    statement:
      'What stands on a skip is a ψ that fits its level, and takes several levels where several are read.',
    seenBy: 'compiler and elaboration',
    because: 'a ψ that `withPsi` puts there later is looked at by elaboration alone',
  },
  S14: {
    statement: 'One input name has one shape.',
    seenBy: 'compiler and elaboration',
    because: 'between two outputs of a model, whose branches never meet, elaboration alone compares',
  },
  S15: {
    statement: 'Where branches meet, one encoder name is one encoder.',
    seenBy: 'compiler and elaboration',
    because: 'two encoders of equal shapes have one type, so that elaboration alone tells them apart',
  },
  S16: {
    statement: 'A feature that is cropped to an encoder level is at least as large as the level.',
    seenBy: 'compiler and elaboration',
  },
  S17: {
    statement: 'Height, width and channels of what `known` is given are known at compile time.',
    seenBy: 'compiler',
    because: 'at run time every size has its value',
  },
  S18: {
    statement: 'A chain begins with a feature and has none in its middle.',
    seenBy: 'compiler and elaboration',
  },
  S19: {
    statement: 'A decoder has one ψ for all of its levels, or one for each.',
    seenBy: 'compiler and elaboration',
  },
  S20: {
    statement: "One output name is one output; 'output' is the last feature of a chain.",
    seenBy: 'compiler and elaboration',
    because: 'two outputs of equal shapes have one type, so that elaboration alone tells them apart',
  },
  S21: {
    statement: 'A mask has a surrogate that passes a gradient (a warning: a mask that stays may be meant).',
    seenBy: 'elaboration',
    because: 'a compiler has errors and no warnings',
  },
  S22: {
    statement: 'A level that is read by its number is open.',
    seenBy: 'compiler and elaboration',
  },
  S23: {
    statement: 'A dropout drops a share of at least 0 and less than 1.',
    seenBy: 'elaboration',
    because: 'the rate changes no shape and is not part of the type',
  },
  S24: {
    statement: 'A dense layer is given a vector, 1×1×n.',
    seenBy: 'compiler and elaboration',
  },
  S25: {
    statement: 'A model is made of a feature, a chain that begins with an input, or a record of these.',
    seenBy: 'compiler and elaboration',
  },
  S27: {
    statement:
      'A size is below 2³¹, the entries of a feature are below 2⁵³, and a model has at most 50,000 steps.',
    seenBy: 'elaboration',
    because: 'these are limits of machines; to look for them at every layer would make every check slower',
  },
  S28: {
    statement:
      'Channels are divisible by the square of the block of `depthToSpace`, height and width by the block of `spaceToDepth`.',
    seenBy: 'compiler and elaboration',
  },
  S29: {
    statement: 'A crop leaves at least one row and one column.',
    seenBy: 'compiler and elaboration',
  },
  S30: {
    statement: 'Every layer of a dense block keeps the height and the width.',
    seenBy: 'compiler and elaboration',
  },
  S31: {
    statement: 'Weight norm is given one layer with a kernel.',
    seenBy: 'compiler and elaboration',
  },
  S32: {
    statement: 'The inputs that a region reads are in reach.',
    seenBy: 'compiler and elaboration',
  },
  S33: {
    statement: 'Parts are cut by a crop whose inputs hold as many entries as there are parts.',
    seenBy: 'compiler and elaboration',
  },
  S34: {
    statement: 'Inside of parts, where the batch is larger, no input comes in and no output is named.',
    seenBy: 'compiler and elaboration',
  },
  S35: {
    statement: 'A tiled feature is a vector, 1×1×n.',
    seenBy: 'compiler and elaboration',
  },
  S36: {
    statement: 'The deviation of a sample is a number of 0 or more.',
    seenBy: 'elaboration',
    because: 'the deviation changes no shape and is not part of the type',
  },
  S37: {
    statement:
      'Autoregressive groups, at most 64 and not within each other, fit the level that feeds them, keep the trunk and name no output.',
    seenBy: 'compiler and elaboration',
    because: 'their number and nesting are looked at by elaboration alone',
  },
  S38: {
    statement:
      'Numbers of a layer, a surrogate or an initialiser that change no shape are finite and in range: an epsilon and a temperature above 0, a momentum from 0 to 1, a deviation and a limit of 0 or more.',
    seenBy: 'elaboration',
    because: 'they change no shape and are not part of a type',
  },
} as const satisfies Readonly<Record<string, RuleStatement>>;

/** The id of a rule of the language. */
export type RuleId = keyof typeof rules;
