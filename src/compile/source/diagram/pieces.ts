/**
 * A model as pieces: the outermost steps of its declaration, and which reads which.
 *
 * The model is lowered once more, and every step's value is remembered. What a step reads is found by following its
 * primitives back to values of earlier steps, so that a layer, a ψ or a join of one's own needs to say nothing about
 * pictures. A step that other steps stand in (a residual, parts) is one piece; a group that only orders its layers is
 * none; a group that joins is one.
 */
import type { Elaborated } from '../../../dsl/elaborate.js';
import { outputsIn } from '../../../dsl/layers/output.js';
import type { Lowering } from '../../../dsl/lowering.js';
import { merged } from '../../../dsl/merge.js';
import type { Psi } from '../../../dsl/psi/psi.js';
import type { Flow, Layer } from '../../../dsl/rule.js';
import { under } from '../../../dsl/segments.js';
import { walk, type Place } from '../../../dsl/walk.js';
import * as leaves from '../../../ops/leaves.js';
import type { Value } from '../../../ops/value.js';
import { sizeOf } from '../../plan/plan.js';

/** Height, width and channels. */
export type PictureShape = readonly [height: number, width: number, channels: number];

/** What stands on one skip. */
export interface PieceSkip {
  readonly encoder: string;
  readonly psi: Psi;
  /** The pieces whose levels the skip reads. */
  readonly from: readonly number[];
  /** What ψ reads besides. */
  readonly sides: readonly number[];
  /** Entries of its masks. */
  readonly maskParameters: number;
}

/** A step, an input, a place where features meet, or an output. */
export interface Piece {
  readonly id: number;
  readonly kind: 'input' | 'step' | 'join' | 'output';
  /** The path of a step, the name of an input or output. */
  readonly name: string;
  /** What a step is in the layer table, how a join joins. */
  readonly op: string;
  readonly shape: PictureShape;
  /** The pieces that it reads, the feature so far first. */
  readonly reads: readonly number[];
  readonly skips: readonly PieceSkip[];
  /** Trained entries, masks included. */
  readonly parameters: number;
  /** Encoders whose levels are opened here. */
  readonly opens: readonly string[];
}

/** The pieces of a model in an order in which they can be computed; of a model that a plan can be built of. */
export const piecesOf = (elaborated: Elaborated): readonly Piece[] => {
  const pieces: Piece[] = [];
  const owner = new Map<Value, number>();
  const opened = new Map<Value, Set<string>>();
  const declared = new Set<string>();
  const known = new Map<string, Value>();
  const start: Flow = { value: leaves.constant(0), taps: {}, inputs: {} };
  let frame: Frame | undefined;
  let joining: string | undefined;

  const once = (key: string, fresh: Value): Value => {
    const value = known.get(key) ?? fresh;
    known.set(key, value);
    return value;
  };
  const lowering = (place: Place<Flow>, asked: Value[], calls: SkipCall[], path = place.path): Lowering => ({
    mode: 'infer',
    path,
    start,
    fold: place.fold,
    psi: (encoder, level, psi) => {
      const standing = place.psi(encoder, level, psi);
      calls.push({ encoder, psi: standing });
      return standing;
    },
    step: (name) => lowering(place, asked, calls, place.step(name)),
    under: (segment) => lowering(place, asked, calls, under(path, segment)),
    parameter: ({ name, shape, initialiser, role = 'weight' }) => {
      const full = under(path, name);
      const value = once(`parameter ${full}`, leaves.parameter(full, shape, role, initialiser));
      asked.push(value);
      return value;
    },
    noise: (name, shape, distribution) => leaves.noise(under(path, name), shape, distribution),
    scalar: (name, standard) =>
      once(`scalar ${under(path, name)}`, leaves.scalar(under(path, name), standard)),
    nextState: () => undefined,
  });
  const idsOf = (values: readonly Value[]): readonly number[] => [
    ...new Set(values.flatMap((value) => owner.get(value) ?? [])),
  ];
  const add = (value: Value, { main, ...parts }: PieceParts): void => {
    const read = idsOf(sourcesOf(value, (one) => owner.has(one)));
    const first = main === undefined ? undefined : owner.get(main);
    const reads = first !== undefined && read.includes(first) ? [...new Set([first, ...read])] : read;
    owner.set(value, pieces.length);
    pieces.push({ id: pieces.length, shape: shapeOf(value), reads, opens: [], ...parts });
  };
  const skipsOf = (
    calls: readonly SkipCall[],
    flow: Flow,
    value: Value,
    asked: readonly Value[],
  ): readonly PieceSkip[] =>
    calls.flatMap(({ encoder, psi }) => {
      const levels = Object.hasOwn(flow.taps, encoder) ? flow.taps[encoder]! : [];
      const stop = (one: Value): boolean => owner.has(one) || one === flow.value || levels.includes(one);
      const read = stop(value) ? [value] : sourcesOf(value, stop);
      const from = idsOf(read.filter((one) => levels.includes(one)));
      const sides = idsOf(read.filter((one) => !levels.includes(one) && one !== flow.value));
      return from.length === 0
        ? []
        : [{ encoder, psi, from, sides, maskParameters: entriesOf(asked, ['mask']) }];
    });

  const flows = walk<Flow>(elaborated.model, {
    start,
    isStart: (flow) => flow === start,
    input: (name, level) => {
      const shape = ['n', Number(level.h), Number(level.w), Number(level.c)] as const;
      const value = once(`input ${name}`, leaves.input(name, shape));
      if (!owner.has(value)) add(value, { kind: 'input', name, op: 'input', skips: [], parameters: 0 });
      return { value, taps: {}, inputs: { [name]: value } };
    },
    layer: (layer, flow, place) => {
      const { name, group, row } = layer.definition;
      const outside = joining;
      if (group === true && row !== true) joining = joinNameOf(layer) ?? joining;
      if ('op' in layer && layer.op === 'encoder') declared.add(String((layer as { name?: unknown }).name));
      const begins = frame === undefined && (group !== true || row === true);
      const own: Frame = frame ?? { parameters: [], skips: [], inner: [] };
      if (begins) frame = own;
      const asked: Value[] = [];
      const calls: SkipCall[] = [];
      const after = layer.definition.lower(flow, lowering(place, asked, calls));
      for (const [encoder, levels] of Object.entries(after.taps))
        if (levels !== flow.taps[encoder]) for (const level of levels) note(opened, level, encoder);
      const skips = skipsOf(calls, flow, after.value, asked);
      own.parameters.push(...asked);
      own.skips.push(...skips);
      own.inner.push(after.value);
      const joins = joinNameOf(layer) ?? joining;
      joining = outside;
      if (begins) {
        const { parameters, skips: all, inner } = own;
        frame = undefined;
        const joined = skips.length > 0;
        if (!owner.has(after.value))
          add(after.value, {
            kind: joined ? 'join' : 'step',
            name: place.path,
            op: joined ? joinOf(after.value, flow.value, joins) : name,
            skips: all,
            parameters: entriesOf(parameters, ['weight', 'mask']),
            main: flow.value,
          });
        // A level that was opened inside is this piece's.
        const mine = owner.get(after.value)!;
        for (const value of inner) if (!owner.has(value)) owner.set(value, mine);
      } else if (frame === undefined && !owner.has(after.value)) {
        const op = joinOf(after.value, flow.value, joins);
        const parameters = entriesOf(asked, ['weight', 'mask']);
        add(after.value, { kind: 'join', name: place.path, op, skips: [], parameters, main: flow.value });
      }
      return after;
    },
    join: (by, branches, place) => {
      const asked: Value[] = [];
      const both = branches.slice(1).reduce(
        (left, right) => ({
          value: by.lower(left.value, right.value, lowering(place, asked, [])),
          ...merged(left, right),
        }),
        branches[0]!,
      );
      const parameters = entriesOf(asked, ['weight', 'mask']);
      if (!owner.has(both.value))
        add(both.value, { kind: 'join', name: place.path, op: by.name, skips: [], parameters, main: branches[0]!.value }); // prettier-ignore
      return both;
    },
    // What elaboration let pass has no rejected steps.
    reject: (_why, flow) => flow,
    labelled: (after) => after,
  });

  const read = new Set(pieces.flatMap(({ skips }) => skips.map(({ encoder }) => encoder)));
  const opening = pieces.map((piece): Piece => ({ ...piece, opens: [] }));
  for (const [value, names] of opened) {
    const id = owner.get(value);
    if (id === undefined) continue;
    const opens = [...names].filter((name) => read.has(name) || declared.has(name));
    opening[id] = { ...opening[id]!, opens: [...opening[id]!.opens, ...opens] };
  }
  const outputs: [name: string, value: Value][] = Object.entries(flows).map(([name, { value }]) => [
    name,
    value,
  ]);
  outputs.push(...Object.values(flows).flatMap(({ taps }) => Object.entries(outputsIn(taps))));
  return [
    ...opening,
    ...[...new Map(outputs)].map(([name, value], at): Piece => ({
      id: pieces.length + at,
      kind: 'output',
      name,
      op: 'output',
      shape: shapeOf(value),
      reads: idsOf([value]),
      skips: [],
      parameters: 0,
      opens: [],
    })),
  ];
};

/* What is gathered while a step with steps inside is lowered. */
interface Frame {
  readonly parameters: Value[];
  readonly skips: PieceSkip[];
  readonly inner: Value[];
}
interface SkipCall {
  readonly encoder: string;
  readonly psi: Psi;
}
interface PieceParts extends Pick<Piece, 'kind' | 'name' | 'op' | 'skips' | 'parameters'> {
  /** The feature so far. */
  readonly main?: Value;
}

const note = (opened: Map<Value, Set<string>>, value: Value, encoder: string): void => {
  // Outputs are kept beside the levels, under names that no encoder has.
  if (encoder.startsWith('=>')) return;
  const names = opened.get(value) ?? new Set();
  opened.set(value, names.add(encoder));
};

/** The nearest values behind a value at which to stop, in the order in which its primitives read them. */
const sourcesOf = (root: Value, stop: (value: Value) => boolean): readonly Value[] => {
  const found: Value[] = [];
  const seen = new Set<Value>([root]);
  const waiting = [...root.operands].reverse();
  while (waiting.length > 0) {
    const value = waiting.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    if (stop(value)) found.push(value);
    else waiting.push(...[...value.operands].reverse());
  }
  return found;
};

const shapeOf = ({ shape }: Value): PictureShape => {
  const [height = 1, width = 1, channels = 1] = shape.slice(1).map(Number);
  return [height, width, channels];
};

const entriesOf = (asked: readonly Value[], roles: readonly string[]): number =>
  [...new Set(asked)]
    .filter(({ attributes }) => roles.includes(String(attributes['role'])))
    .reduce((sum, { attributes }) => sum + sizeOf(attributes['shape'] as readonly number[]), 0);

const joinNameOf = (layer: Layer): string | undefined => {
  const join: unknown = 'join' in layer ? layer.join : undefined;
  return typeof join === 'object' && join !== null && 'name' in join && typeof join.name === 'string'
    ? join.name
    : undefined;
};

/* A decoder's skips do not say their join: the primitive does, where the declaration around them does not. */
const joinOf = (value: Value, before: Value, declared: string | undefined): string =>
  declared ??
  (sourcesOf(value, (one) => one === before).length === 0
    ? 'replace'
    : ['concat', 'add', 'subtract', 'multiply'].includes(value.op)
      ? value.op
      : 'join');
