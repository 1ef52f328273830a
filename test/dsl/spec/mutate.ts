/** Structure-aware mutations of documents: delete, retype, swap, huge, negative, NaN, hostile keys. */

/** How a mutation is drawn: all numbers are taken modulo what they choose from. */
export interface Draw {
  readonly where: number;
  readonly how: number;
  readonly other: number;
}

interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

const slots = (value: unknown, found: Slot[] = []): readonly Slot[] => {
  if (typeof value !== 'object' || value === null) return found;
  const keys: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const holder = value as Record<string, unknown>;
  for (const key of keys) {
    found.push({ holder, key });
    slots(holder[key], found);
  }
  return found;
};

const get = ({ holder, key }: Slot): unknown => (holder as Record<string | number, unknown>)[key];
/* A key such as __proto__ is put in as JSON.parse would. */
const put = (holder: Slot['holder'], key: string | number, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/* What stands for NaN until the document is text. */
const notANumber = '%NaN%';
const values: readonly unknown[] = [
  ...[null, true, [], {}, '', 'x', 0, -1, 0.5, 1e-300, 1e300, -65536, 65536, 65537, 2 ** 31, 2 ** 53],
  ...[notANumber, '__proto__', 'constructor', 'toString', 'hasOwnProperty', '9'.repeat(40) + '*h', '0*h'],
  ...['f1', 'f2', 'f3', 'same', 'all', 'relu', 'dense', { op: '__proto__' }, { feature: 'constructor' }],
  ...[
    { op: 'conv', filters: 65536 },
    { op: 'upsample', factor: 65536 },
    [[]],
    '\u202e\u0000',
    'a'.repeat(300),
  ],
];
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'op', 'id', 'feature', 'extra', ''];

/** A mutated copy of a document, as text. */
export const mutated = (document: unknown, draws: readonly Draw[]): string => {
  const changed = { document: copy(document) };
  for (const { where, how, other } of draws) {
    const all = slots(changed);
    const slot = all[where % all.length]!;
    const { holder, key } = slot;
    const second = all[other % all.length]!;
    switch (how % 6) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else if (holder !== changed) delete holder[key];
        break;
      case 1:
      case 2:
        put(holder, key, copy(values[other % values.length]));
        break;
      case 3:
        put(holder, key, copy(get(second) ?? null));
        break;
      case 4: {
        const [one, two] = [copy(get(slot) ?? null), copy(get(second) ?? null)];
        put(holder, key, two);
        put(second.holder, second.key, one);
        break;
      }
      default:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, copy(get(second) ?? null));
        else put(holder, keys[other % keys.length]!, copy(get(second) ?? null));
    }
  }
  return (JSON.stringify(changed.document) ?? 'undefined').replaceAll(`"${notANumber}"`, 'NaN');
};
