/** What docs/shapes.md says besides its tables. */

/** Before the tables: how sizes are checked and how a message is read. */
export const introduction = `<!-- Written by npm run docs out of src/dsl/rules.ts, test/types/mistakes and scripts/shapes. -->

# Shapes: what is checked

Every feature has a height, a width and channels; the batch is free. A layer says what it does to them twice: at the
type level, which the compiler evaluates while you type, and at run time, in \`elaborate\`. Both give the same message.

## How a message is read

\`\`\`text
✗ S12 decoder level 2 › skip 'image' 1: encoder gives 8×8×4, decoder expects 4×4 (height 8 ≠ 4); upsample before the skip, or cropTo
\`\`\`

| part of it | here |
|---|---|
| the rule's id, as in the tables below | \`S12\` |
| the place: groups from the outermost, then the layer, ψ or join | \`decoder level 2 › skip 'image' 1\` |
| what was got and what was wanted, a pair of sizes always in the order got ≠ wanted | \`height 8 ≠ 4\` |
| what to do | \`upsample before the skip, or cropTo\` |

Layers in a group are counted from 0 (\`block[2]\`, \`residual[1]\`), levels of an encoder from 1, the shallowest; levels of
a decoder in the order in which it takes them. A size that is not known is written \`?\`. The compiler underlines the
element of the chain and shows the message as the type that it wanted; it reports the first mistake of a chain and is
silent about what comes after, whose sizes are not known any more. \`elaborate(model)\` gives all mistakes at once, each
with the parameter path of its step, and \`maskskip check FILE\` shows both with the lines around them.

## What a size may be

* **A literal**, \`input('x', 128, 64, 3)\`: everything is computed exactly, in decimal, at both levels.
* **\`number\`**, a size that only the run time knows: every size that follows from it is \`number\` too, and the compiler
  accepts whatever depends on it. \`known(feature)\` turns such a loss into an error; \`as const\` keeps a list of widths
  literal. Elaboration sees the values.
* **A symbol**, \`input('x', '64*h', '64*w', 3)\`: any multiple of 64. A size stays symbolic where the result is exact for
  every value of the symbol: halving \`64*h\` gives \`32*h\`, a sum of \`32*h\` and \`16*h\` is \`48*h\`. Elaboration computes with
  symbols as the compiler does, with \`?\` where the compiler has \`number\`. A plan needs numbers: write a family of models
  as a function of its sizes, and elaborate its members.

## What the compiler leaves to elaboration

* Whatever has the type \`number\`, and layers in a list whose length is not known to the compiler.
* What is not part of a type: the rates and deviations of S23 and S36, the surrogates of S21, the numbers
  of S38.
* Encoders and outputs of one name and equal shapes (S15, S20), and one input name with two shapes in outputs of a model
  that never meet (S14).
* The sizes of an input (S02), a ψ that \`withPsi\` puts on a skip later (S13), and limits of machines (S27, S37).

A width that only the run time knows, for example, passes the compiler:`;

/** What is decided by nobody. */
export const leftOpen = `What neither of the two decides until symbols are numbers:

* bounds between symbols: whether a 5×5 window fits \`2*h\`, whether \`3*h\` is at least \`2*w\`, whether \`64*h\` equals
  \`32*w\` or 128;
* a division with a remainder that depends on the symbol: \`3*h\` halved, or a \`valid\` 3×3 convolution of \`64*h\`.

Both accept such a declaration; with numbers in place of the symbols elaboration decides.`;

/** Layers of a chain and depths of groups that all compilers take; one more is too many. */
export const most = { chain: 999, seq: 28, residual: 21 } as const;

/** How far the compiler goes. */
export const limits = `## How far the compiler goes

Measured with TypeScript 5.9, 6.0 and 7.0: a chain has at most ${most.chain} layers, \`seq\` nests ${most.seq} deep and \`residual\`
${most.residual} deep. Beyond that the compiler says TS2589, "Type instantiation is excessively deep", rather than a rule. A \`seq\` of some
layers counts as one layer of its chain, and features can be passed on from one \`through\` to the next without a limit.`;
