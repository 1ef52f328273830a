/** The names of formats and depths alone: what a command line offers before a picture's code is loaded. */

/** The formats of a picture. */
export const formatNames = ['svg', 'mermaid', 'dot', 'html'] as const;

/** The name of a format. */
export type DiagramFormat = (typeof formatNames)[number];

/** How much a picture shows: a block for each level, or one for each layer. */
export const depthNames = ['levels', 'layers'] as const;

/** The name of a depth. */
export type Depth = (typeof depthNames)[number];
