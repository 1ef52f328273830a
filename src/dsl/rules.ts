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
  /** What to do where it does not, whatever broke it: a clause without a point. A message has a fix for its case. */
  readonly fix: string;
  readonly seenBy: SeenBy;
  /** Why only one of the two sees it, or what of it the compiler leaves to elaboration. */
  readonly because?: string;
}

/** The rules by id. */
export const rules = {
  S01: {
    statement: 'Every element of a chain is a layer.',
    fix: 'call a function that makes a layer, or pass the layer itself',
    seenBy: 'compiler and elaboration',
  },
  S02: {
    statement:
      'Sizes, counts and strides are whole numbers of 1 or more, paddings and cuts of 0 or more, an output padding is less than its stride, and words are those that an option knows.',
    fix: 'give a size, count or stride of 1 or more, a padding or cut of 0 or more, whole in every case',
    seenBy: 'compiler and elaboration',
    because: "the sizes of an input and symbols that are no size, '0*h', are looked at by elaboration alone",
  },
  S03: {
    statement: 'A kernel or window fits into its feature and padding, and a reflection into its feature.',
    fix: 'use a smaller kernel, window or reflection, more padding, or fewer strides before it',
    seenBy: 'compiler and elaboration',
  },
  S04: {
    statement: 'A convolution has a dilation or a stride, not both.',
    fix: 'dilate at stride 1, or stride without dilation',
    seenBy: 'compiler and elaboration',
  },
  S05: {
    statement: 'A reshape keeps the number of entries.',
    fix: 'make the product of the new sizes equal to that of the old ones',
    seenBy: 'compiler and elaboration',
  },
  S06: {
    statement: 'A feature has the shape that `out` declares.',
    fix: 'change the layers before it, or the declaration',
    seenBy: 'compiler and elaboration',
  },
  S07: {
    statement: 'The branch of a residual keeps the shape of what it is added to.',
    fix: 'end the branch with the height, width and channels of its input, through a last convolution for example',
    seenBy: 'compiler and elaboration',
  },
  S08: {
    statement: 'Features are joined by a join and have one height and width.',
    fix: 'pass a join, and give what it joins the same height and width',
    seenBy: 'compiler and elaboration',
  },
  S09: {
    statement:
      'What is added, subtracted, multiplied or gated has equal channels; to multiply, one side may have a single channel.',
    fix: 'make the channels equal with `conv(…, { kernel: 1 })`, or use `join.concat`',
    seenBy: 'compiler and elaboration',
  },
  S10: {
    statement: 'What reads encoder levels names an encoder that is open there.',
    fix: 'name an encoder that is open, or open it before with `encoder` or `tap`',
    seenBy: 'compiler and elaboration',
  },
  S11: {
    statement: 'An encoder has as many levels as are taken from it.',
    fix: 'take as many levels as the encoder has',
    seenBy: 'compiler and elaboration',
  },
  S12: {
    statement: 'On a skip the encoder level has the height and width of the feature that it joins.',
    fix: 'upsample before the skip, `cropTo` the level, or declare an input whose halves are whole',
    seenBy: 'compiler and elaboration',
  },
  S13: {
    statement:
      'What stands on a skip is a ψ that fits its level, and takes several levels where several are read.',
    fix: 'pass a ψ whose mask fits the level (a smaller cell, groups that divide the channels, a fan-in of no more than there are), or one of several levels',
    seenBy: 'compiler and elaboration',
    because: 'a ψ that `withPsi` puts there later is looked at by elaboration alone',
  },
  S14: {
    statement: 'One input name has one shape.',
    fix: 'declare the input once and use it everywhere, or give the second one another name',
    seenBy: 'compiler and elaboration',
    because: 'between two outputs of a model, whose branches never meet, elaboration alone compares',
  },
  S15: {
    statement: 'Where branches meet, one encoder name is one encoder.',
    fix: 'give each encoder a name of its own, or use one encoded feature in both branches',
    seenBy: 'compiler and elaboration',
    because: 'two encoders of equal shapes have one type, so that elaboration alone tells them apart',
  },
  S16: {
    statement: 'A feature that is cropped to an encoder level is at least as large as the level.',
    fix: 'upsample before it is cropped',
    seenBy: 'compiler and elaboration',
  },
  S17: {
    statement: 'Height, width and channels of what `known` is given are known at compile time.',
    fix: 'declare sizes as literals (`as const` for arrays)',
    seenBy: 'compiler',
    because: 'at run time every size has its value',
  },
  S18: {
    statement: 'A chain begins with a feature and has none in its middle.',
    fix: 'begin the chain with `input(…)` or a feature; to join another feature in its middle, use `fuse` or `bring`',
    seenBy: 'compiler and elaboration',
  },
  S19: {
    statement: 'A decoder has one ψ for all of its levels, or one for each.',
    fix: 'give one ψ for all levels, or one for each level',
    seenBy: 'compiler and elaboration',
  },
  S20: {
    statement: "One output name is one output; 'output' is the last feature of a chain.",
    fix: 'give each output a name of its own',
    seenBy: 'compiler and elaboration',
    because: 'two outputs of equal shapes have one type, so that elaboration alone tells them apart',
  },
  S21: {
    statement: 'A mask has a surrogate that passes a gradient (a warning: a mask that stays may be meant).',
    fix: 'give a surrogate such as `surrogate.sigmoid`, or `surrogate.zero` where the mask shall stay',
    seenBy: 'elaboration',
    because: 'a compiler has errors and no warnings',
  },
  S22: {
    statement: 'A level that is read by its number is open.',
    fix: 'give the number of a level that is open, from 1',
    seenBy: 'compiler and elaboration',
  },
  S23: {
    statement: 'A dropout drops a share of at least 0 and less than 1.',
    fix: 'give the share of entries to drop, 0.2 for example',
    seenBy: 'elaboration',
    because: 'the rate changes no shape and is not part of the type',
  },
  S24: {
    statement: 'A dense layer is given a vector, 1×1×n.',
    fix: 'put `flatten` or `globalAveragePool` before it',
    seenBy: 'compiler and elaboration',
  },
  S25: {
    statement: 'A model is made of a feature, a chain that begins with an input, or a record of these.',
    fix: 'pass a feature, a chain that begins with an input, or a record of features',
    seenBy: 'compiler and elaboration',
  },
  S26: {
    statement:
      'The name of an input, an encoder, a block or an output is 1 to 256 printable characters, without / and ~, and does not begin with =>.',
    fix: 'choose a name of letters and digits, for example',
    seenBy: 'elaboration',
    because: 'to look at every letter of a name would make every check slower',
  },
  S27: {
    statement:
      'A size is below 2³¹, the entries of a feature are below 2⁵³, a model has at most 50,000 steps, and groups and joins stand at most 256 deep in each other.',
    fix: 'keep features smaller, repeat less, or nest less deeply',
    seenBy: 'elaboration',
    because: 'these are limits of machines; to look for them at every layer would make every check slower',
  },
  S28: {
    statement:
      'Channels are divisible by the square of the block of `depthToSpace`, height and width by the block of `spaceToDepth`.',
    fix: 'give a multiple of the block, or of its square where channels are taken apart',
    seenBy: 'compiler and elaboration',
  },
  S29: {
    statement: 'A crop leaves at least one row and one column.',
    fix: 'cut less than the height and the width',
    seenBy: 'compiler and elaboration',
  },
  S30: {
    statement: 'Every layer of a dense block keeps the height and the width.',
    fix: 'give its layers stride 1 and padding same',
    seenBy: 'compiler and elaboration',
  },
  S31: {
    statement: 'Weight norm is given one layer with a kernel.',
    fix: 'give it one `conv`, `convTranspose` or `dense`, inside a group each by itself',
    seenBy: 'compiler and elaboration',
  },
  S32: {
    statement: 'The inputs that a region, a warp or a soft mask reads are in reach.',
    fix: '`bring` the inputs before, or begin with them',
    seenBy: 'compiler and elaboration',
  },
  S33: {
    statement:
      'Parts are cut by a crop, or moved by a warp of at most 64, whose inputs hold as many entries as there are parts.',
    fix: 'declare one entry of the input for each part, and pass a crop that cuts by it',
    seenBy: 'compiler and elaboration',
    because: 'how many parts a warp may have is looked at by elaboration alone',
  },
  S34: {
    statement: 'Inside of parts, where the batch is larger, no input comes in and no output is named.',
    fix: 'join the input before the parts, and name outputs after them',
    seenBy: 'compiler and elaboration',
  },
  S35: {
    statement: 'A tiled feature is a vector, 1×1×n.',
    fix: 'put `flatten` or `globalAveragePool` before it',
    seenBy: 'compiler and elaboration',
  },
  S36: {
    statement: 'The deviation of a sample is a number of 0 or more.',
    fix: 'give the standard deviation of the noise, 0 or more',
    seenBy: 'elaboration',
    because: 'the deviation changes no shape and is not part of the type',
  },
  S37: {
    statement:
      'Autoregressive groups, at most 64 and not within each other, fit the level that feeds them, keep the trunk and name no output.',
    fix: 'give group, trunk and level one shape; nest no such groups and name outputs after them',
    seenBy: 'compiler and elaboration',
    because: 'their number and nesting are looked at by elaboration alone',
  },
  S38: {
    statement:
      'Numbers of a layer, a surrogate or an initialiser that change no shape are finite and in range: an epsilon and a temperature above 0, a momentum from 0 to 1, a deviation and a limit of 0 or more, at most 64 blocks.',
    fix: 'give a finite number in its range',
    seenBy: 'elaboration',
    because: 'they change no shape and are not part of a type',
  },
  S39: {
    statement: 'A shared block and a block or encoder that is not shared have different names.',
    fix: 'give one of them another name, or share both',
    seenBy: 'elaboration',
    because: 'the names of blocks are not part of a feature',
  },
  S40: {
    statement: 'An override of `withPsi` stands on some skip of the model.',
    fix: 'name an encoder and levels that a skip of the model reads',
    seenBy: 'elaboration',
    because: 'the type of a model does not list its skips',
  },
} as const satisfies Readonly<Record<string, RuleStatement>>;

/** The id of a rule of the language. */
export type RuleId = keyof typeof rules;
