/** Constant tensors as Python text: by a rule where they follow one, as numbers where they are few, as bytes else. */
import { toBase64 } from '../../plan/base64.js';
import type { PlanNode } from '../../plan/plan.js';
import { atom, filled, literal, statement, tuple } from './text.js';

/** The lines that define a constant of a module. */
export const constantLines = (name: string, { shape, data, dtype }: PlanNode): readonly string[] => {
  const values = data ?? new Float32Array(0);
  const extents = shape.map(Number);
  const isWhole = dtype === 'int32';
  const rule = asRule(values, isWhole);
  const shaped = extents.length === 1 || (rule === undefined && extents.length === 0) ? '' : `.reshape(${tuple(extents)})`; // prettier-ignore
  if (rule !== undefined)
    return statement(0, `${name} = `, atom(`${rule}${extents.length === 1 ? '' : shaped}`));
  if (values.length <= 64) {
    const items = [...values].map((one) => (isWhole ? String(one) : literal(one).text));
    if (extents.length === 0)
      return [`${name} = torch.tensor(${items[0]!}${isWhole ? ', dtype=torch.int32' : ''})`];
    const one = `${name} = torch.tensor([${items.join(', ')}])`;
    const listed = one.length <= 88 ? [one] : [`${name} = torch.tensor(`, '    [', ...filled('        ', `${items.join(', ')},`), '    ]', ')']; // prettier-ignore
    const type = isWhole ? '.int()' : '';
    return [...listed.slice(0, -1), `${listed.at(-1)!}${type}${shaped}`];
  }
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const rows = toBase64(bytes).match(/.{1,72}/g) ?? [];
  return [
    `${name} = torch.frombuffer(`,
    '    bytearray(',
    '        base64.b64decode(',
    ...rows.map((row) => `            "${row}"`),
    '        )',
    '    ),',
    `    dtype=torch.${isWhole ? 'int32' : 'float32'},`,
    `)${shaped}`,
  ];
};

/** Whether a constant is written as bytes, which a module decodes. */
export const isWrittenAsBytes = (lines: readonly string[]): boolean => lines[0]?.endsWith('torch.frombuffer(') === true; // prettier-ignore

/* Equal entries, or whole numbers that count up, each or all of them repeated. */
const asRule = (values: Float32Array | Int32Array, isWhole: boolean): string | undefined => {
  const count = values.length;
  if (count < 2) return undefined;
  const type = isWhole ? 'torch.int32' : 'torch.float32';
  if (values.every((one) => one === values[0]))
    return `torch.full((${count},), ${isWhole ? values[0]! : literal(values[0]!).text}, dtype=${type})`;
  if (values[0] !== 0) return undefined;
  const each = values.findIndex((one) => one !== 0);
  let top = 1;
  for (const one of values) top = Math.max(top, one + 1);
  if (each < 1 || !Number.isInteger(top) || top < 2) return undefined;
  const range = `torch.arange(${top}, dtype=${type})`;
  if (values.every((one, i) => one === Math.floor(i / each)) && top * each === count)
    return each === 1 ? range : `${range}.repeat_interleave(${each})`;
  return each === 1 && count % top === 0 && values.every((one, i) => one === i % top)
    ? `${range}.repeat(${count / top})`
    : undefined;
};
