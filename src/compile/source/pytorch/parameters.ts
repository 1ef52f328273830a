/** Parameters as attributes of a tree of modules: `image/level1/conv1/kernel` is `image.level1.conv1.kernel`. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../../base/fault.js';
import type { Initialiser } from '../../../ops/initialiser.js';
import type { PlanParameter } from '../../plan/plan.js';
import type { AxisOrder } from '../channels-first.js';
import { commented, identifier, keywordsOfPython, quotedForPython } from '../names.js';
import { bracketed, binding, call, literal, statement, tuple } from './text.js';

/** Where each parameter hangs in the tree, by path: attributes from the root. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/**
 * Attributes for all paths. A segment keeps its name where Python and torch leave it free; others are spelt in letters
 * that they take, and numbered where two would meet.
 */
export const attributesOf = (paths: readonly string[]): Attributes => {
  const root = branch();
  for (const path of paths) path.split('/').reduce((at, segment, depth, all) => child(at, segment, depth === all.length - 1), root); // prettier-ignore
  const found = new Map<string, readonly string[]>();
  const visit = (at: Branch, path: string, names: readonly string[], isLeaf: boolean): void => {
    if (isLeaf) found.set(path, names);
    const taken = new Set<string>();
    const free = (one: string): string => {
      let name = one;
      for (let nth = 2; taken.has(name); nth++) name = `${one}_${nth}`;
      taken.add(name);
      return name;
    };
    const children = [...at.children.values()];
    const kept = new Map(children.filter(({ segment }) => isFree(segment)).map((one) => [one, free(one.segment)])); // prettier-ignore
    for (const one of children) {
      const name = kept.get(one) ?? free(isFree(identifier(one.segment, 'snake')) ? identifier(one.segment, 'snake') : `${identifier(one.segment, 'snake')}_`); // prettier-ignore
      visit(one, path === '' ? one.segment : `${path}/${one.segment}`, [...names, name], one.isLeaf);
    }
  };
  visit(root, '', [], false);
  return found;
};

/** A parameter's line of the table. Fault V40 where its start is not one that torch can be told. */
export const parameterLines = (
  parameter: PlanParameter,
  order: AxisOrder,
  attributes: readonly string[],
): E.Either<Fault, readonly string[]> => {
  const { path, shape, role, initialiser, projection } = parameter;
  const start = startOf(initialiser);
  if (start === undefined)
    return E.left(
      fault({
        rule: 'V40',
        where: path,
        got: `initialiser '${commented(initialiser.name)}'`,
        wanted: `one of ${Object.keys(starts).join(', ')}`,
        fix: 'let the parameter start as one of these; trained weights are loaded over it',
      }),
    );
  const name = attributes.join('.');
  const isMoved = order.some((axis, at) => axis !== at);
  const items = [
    quotedForPython(path),
    tuple(order.map((axis) => shape[axis]!)),
    start,
    ...(isMoved ? [`axes=${tuple(order)}`] : []),
    ...(role === 'weight' ? [] : [`role="${role}"`]),
    ...(projection === undefined ? [] : [`clip=${tuple(projection.clip.map((one) => bracketed(literal(one), binding.sign)))}`]), // prettier-ignore
    ...(name === path.replaceAll('/', '.') ? [] : [`name="${name}"`]),
  ];
  const entry = call('Parameter', items);
  const lines = statement(8, '', { ...entry, text: `${entry.text},` });
  return E.right(lines.length === 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1)!},`]);
};

/* How parameters start, by the initialiser's name; what is drawn depends on the shape as maskskip has it. */
const starts: Readonly<Record<string, (options: Readonly<Record<string, number>>) => string>> = {
  constant: ({ value = 0 }) => `constant(${literal(value).text})`,
  normal: ({ deviation = 0 }) => `normal(${literal(deviation).text})`,
  uniform: ({ limit = 0 }) => `uniform(${literal(limit).text})`,
  glorotUniform: () => 'glorot_uniform',
  fanInUniform: () => 'fan_in_uniform',
  heNormal: () => 'he_normal',
};
const startOf = ({ name, options }: Initialiser): string | undefined =>
  Object.hasOwn(starts, name) ? starts[name]!(options) : undefined;

/** The names of functions of `network.py` that a table calls. */
export const startNames: readonly string[] = 'constant fan_in_uniform glorot_uniform he_normal normal uniform'.split(' '); // prettier-ignore

interface Branch {
  readonly segment: string;
  readonly isLeaf: boolean;
  readonly children: Map<string, Branch>;
}
const branch = (segment = '', isLeaf = false): Branch => ({ segment, isLeaf, children: new Map() });
/* A leaf and a group of one name are two children. */
const child = ({ children }: Branch, segment: string, isLeaf: boolean): Branch => {
  const key = `${isLeaf ? 'leaf' : 'group'} ${segment}`;
  const known = children.get(key) ?? branch(segment, isLeaf);
  children.set(key, known);
  return known;
};

/* Attributes may have the names of Python's functions, not its keywords. */
const keywords: ReadonlySet<string> = new Set(keywordsOfPython);

const isFree = (name: string): boolean =>
  /^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(name) && !reserved.has(name) && !keywords.has(name);

/* What every module of torch, and ours, has under a name already. */
const reserved: ReadonlySet<string> = new Set(
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double draw draw_to_train dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_maskskip load_state_dict mask_parameters modules mtia named_buffers named_children named_modules named_parameters parameters project register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ reset_parameters run save_maskskip scalars set_extra_state set_submodule share_memory state_dict to to_empty train training type weight_parameters xpu zero_grad INPUTS NAME OUTPUTS PARAMETERS SCALARS'.split(
    ' ',
  ),
);
