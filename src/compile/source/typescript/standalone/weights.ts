/** The weights of a module: the table of their shapes, their type, and the reader of a safetensors file. */
import type { Plan } from '../../../plan/plan.js';
import { array, number, string } from '../expression.js';
import { tensorType } from './body.js';
import { docText, memberText } from './text.js';

/**
 * The declarations of weights. `others`: tensors that a file of this model's weights may hold as well, since training
 * reads them.
 */
export const weightTexts = (
  { parameters }: Pick<Plan, 'parameters'>,
  others: readonly string[],
): readonly string[] => {
  const rows = parameters.map(({ path, shape }) => memberText(path, array(shape.map(number)), 2));
  const ranks = [...new Set(parameters.map(({ shape }) => shape.length))].sort((a, b) => a - b);
  return [
    [
      docText(['The parameters by path, with their shapes: kernels height×width×inputs×outputs, masks height×width×channels.']), // prettier-ignore
      rows.length === 0 ? 'export const shapes = {} as const;' : ['export const shapes = {', ...rows, '} as const;'].join('\n'), // prettier-ignore
    ].join('\n'),
    ...(rows.length === 0 ? [] : [ranksText(ranks)]),
    [
      docText(['A tensor for each parameter, of the shape that stands there.']),
      rows.length === 0
        ? 'export type Weights = Readonly<Record<string, never>>;'
        : [
            'export type Weights = {',
            '  readonly [P in keyof typeof shapes]: Ranks[(typeof shapes)[P]["length"]];',
            '};',
          ].join('\n'),
    ].join('\n'),
    ...(others.length === 0 ? [] : [othersText(others)]),
    readerText(others.length > 0),
  ];
};

const ranksText = (ranks: readonly number[]): string =>
  ['interface Ranks {', ...ranks.map((rank) => `  ${rank}: ${tensorType(rank)};`), '}'].join('\n');

const othersText = (others: readonly string[]): string =>
  [
    docText(['What training reads besides; a file may hold it.']),
    'const unread: readonly string[] = [',
    ...others.map((path) => `  ${literalText(path)},`),
    '];',
  ].join('\n');
const literalText = (text: string): string => string(text).layout as string;

const readerText = (hasOthers: boolean): string =>
  `\
/**
 * Reads weights out of the bytes of a safetensors file: the tensors of
 * \`shapes\`, float32, and no others. A checkpoint of maskskip is such a file,
 * too: \`parameter/\` or \`state/\` stands before its paths. Throws an Error that
 * names what is wrong. The caller disposes of the weights: \`disposeWeights\`.
 */
export function readWeights(bytes: ArrayBuffer | Uint8Array): Weights {
  const file =
    bytes instanceof ArrayBuffer
      ? new Uint8Array(bytes)
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = (what: string): Error => new Error(\`weights: \${what}\`);
  if (file.length < 8)
    throw wrong(\`\${file.length} bytes are no safetensors file\`);
  const view = new DataView(file.buffer, file.byteOffset, 8);
  const length = view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
  if (length > file.length - 8) throw wrong("the file ends within its header");
  const data = file.subarray(8 + length);
  let header: Record<string, unknown>;
  try {
    const text = new TextDecoder("utf-8", { fatal: true });
    header = JSON.parse(text.decode(file.subarray(8, 8 + length)));
  } catch {
    throw wrong("the header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw wrong("the header is not an object");
  const named = new Map<string, unknown>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__" || name.startsWith("optimiser/")) continue;
    const path = Object.hasOwn(shapes, name)
      ? name
      : name.replace(/^(parameter|state)\\//, "");
    if (Object.hasOwn(shapes, path)) named.set(path, entry);${
      hasOthers
        ? `
    else if (!unread.includes(path))
      throw wrong(\`the file holds \${name}, which this model does not have\`);`
        : `
    else throw wrong(\`the file holds \${name}, which this model does not have\`);`
    }
  }
  const values = Object.entries<readonly number[]>(shapes).map(
    ([name, shape]): [string, readonly number[], Float32Array] => {
      const entry = named.get(name);
      if (typeof entry !== "object" || entry === null)
        throw wrong(\`\${name} is missing\`);
      const { dtype, shape: found, data_offsets: offsets } = entry as Entry;
      if (dtype !== "F32") throw wrong(\`\${name} is \${dtype}, not F32\`);
      if (JSON.stringify(found) !== JSON.stringify(shape))
        throw wrong(\`\${name} has shape [\${found}], not [\${shape}]\`);
      const [begin, end] = Array.isArray(offsets) ? offsets.map(Number) : [];
      const count = shape.reduce((product, extent) => product * extent, 1);
      const fits =
        Number.isSafeInteger(begin) &&
        begin! >= 0 &&
        end === begin! + 4 * count &&
        end <= data.length;
      if (!fits) throw wrong(\`\${name} does not lie within the file\`);
      return [name, shape, new Float32Array(data.slice(begin, end).buffer)];
    },
  );
  const tensors = values.map(([name, shape, x]): [string, tf.Tensor] => [
    name,
    tf.tensor(x, [...shape]),
  ]);
  return Object.fromEntries(tensors) as Weights;
}

interface Entry {
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly data_offsets?: unknown;
}

/** Frees the memory of weights. */
export function disposeWeights(weights: Weights): void {
  tf.dispose(weights);
}`;
