/**
 * The options of layers as short texts: what a form calls them, and what they are.
 *
 * One more interpreter of forms: where reading and writing specs turn fields into codecs, here a field only says
 * whether it is worth a text and what stands for it where it is left out.
 */
import { isLayer } from '../../../dsl/feature.js';
import type { Field, FieldVocabulary, Form } from '../../../dsl/form.js';
import { quoted } from '../names.js';

/** Options by name. What holds layers of its own is left out: those have rows of their own. */
export type OptionTexts = Readonly<Record<string, string>>;

/**
 * The options of a part, defaults with them: those of its form, or where it has none its own properties.
 *
 * @example
 * ```ts
 * optionTexts(conv(8, { kernel: 5 }), convForm); // { filters: '8', kernel: '5', stride: '1', … }
 * ```
 */
export const optionTexts = (part: object, form: Form | undefined): OptionTexts =>
  Object.fromEntries(said(part, form, 0).map(({ name, text }) => [name, text]));

/**
 * A part as a text: its name, and in brackets the options that are not its defaults.
 *
 * @example
 * ```ts
 * partText(psi.grid(8, 8)); // 'grid(cellHeight 8, cellWidth 8)'
 * ```
 */
export const partText = (part: object): string => textOf(part, 0) ?? 'x';

interface Said {
  readonly name: string;
  readonly text: string;
  readonly isDefault: boolean;
}

/** A field, as far as a text needs it. */
interface Note<A> extends Field<A> {
  readonly hidden: boolean;
  readonly standard?: string | undefined;
}
const note = <A>(hidden = false, standard?: string): Field<A> => ({ hidden, standard }) as Note<A>;
const isHidden = (field: Field<unknown>): boolean => (field as Note<unknown>).hidden;

const vocabulary: FieldVocabulary = {
  number: note(),
  size: note(),
  flag: note(),
  text: note(),
  word: () => note(),
  either: (a, b) => note(isHidden(a) && isHidden(b)),
  list: (item) => note(isHidden(item)),
  tuple: () => note(),
  record: () => note(),
  standard: (item, value) => note(isHidden(item), textOf(value, 0)),
  optional: (item) => note(isHidden(item)),
  layers: note(true),
  layer: note(),
  feature: note(true),
  psi: note(),
  join: note(),
  initialiser: note(),
  surrogate: note(),
};

/* Options may hold parts that have options; a user's may hold themselves. */
const mostDeep = 8;

const said = (part: object, form: Form | undefined, depth: number): readonly Said[] => {
  try {
    return form === undefined ? saidByItself(part, depth) : saidByForm(part, form, depth);
  } catch {
    // A user's form may fail; whether two models are equal is not decided by these texts alone.
    return [];
  }
};

const saidByForm = (part: object, form: Form, depth: number): readonly Said[] => {
  const fields = form.fields(vocabulary) as Readonly<Record<string, Note<unknown>>>;
  const options = form.options(part) as Readonly<Record<string, unknown>>;
  return Object.entries(fields).flatMap(([name, { hidden, standard }]) => {
    const text = hidden ? undefined : textOf(options[name], depth);
    return text === undefined ? [] : [{ name, text, isDefault: text === standard }];
  });
};

/* Its data; not what it does, and not what a row says already. */
const saidByItself = (part: object, depth: number): readonly Said[] =>
  Object.entries(part).flatMap(([name, value]) => {
    const text = ['op', 'name', 'definition', 'layers'].includes(name) ? undefined : textOf(value, depth);
    return text === undefined ? [] : [{ name, text, isDefault: false }];
  });

const textOf = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return /^[\w.:+*×-]+$/.test(value) ? value : quoted(value);
  if (typeof value !== 'object' || value === null || depth > mostDeep || '~node' in value) return undefined;
  if (Array.isArray(value)) return `[${value.map((one) => textOf(one, depth + 1) ?? '…').join(', ')}]`;
  const [name, options] = isLayer(value)
    ? [value.definition.name, said(value, value.definition.form, depth + 1)]
    : [nameOf(value), said(optionsIn(value), formIn(value), depth + 1)];
  const given = options.filter(({ isDefault }) => !isDefault).map((one) => `${textOf(one.name, 0)} ${one.text}`); // prettier-ignore
  return name === undefined
    ? `{${given.join(', ')}}`
    : given.length === 0
      ? textOf(name, 0)
      : `${textOf(name, 0)}(${given.join(', ')})`;
};

const nameOf = (value: object): string | undefined =>
  'name' in value && typeof value.name === 'string' ? value.name : undefined;
const formIn = (value: object): Form | undefined =>
  'form' in value && typeof value.form === 'object' && value.form !== null ? (value.form as Form) : undefined;
/* What an initialiser, a surrogate or a ψ without a form tells of itself as plain data. */
const optionsIn = (value: object): object =>
  formIn(value) === undefined &&
  'options' in value &&
  typeof value.options === 'object' &&
  value.options !== null
    ? value.options
    : value;
