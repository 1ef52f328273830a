/**
 * 5. A layer of your own.
 *
 * A layer is one value: its options, its rule for the type checker, the same rule at run time, and its lowering into
 * primitives. Nothing is registered; this file needs no change in maskskip. Maxout (Goodfellow et al. 2013) takes the
 * largest of every `pieces` consecutive channels: h×w×c → h×w×(c / pieces).
 */
import { conv, elaborate, fromSpec, input, model, relu, seq, through, toSpec } from 'maskskip';
import {
  fine,
  flawed,
  formOf,
  layerOf,
  notPositive,
  ops,
  shaped,
  showLevel,
  size,
  unknown,
  type Feature,
  type Layer,
  type NotPositive,
  type Rule,
  type ShowShape,
  type Size,
} from 'maskskip/extend';
import { buildPlan } from 'maskskip/compile';

// 1. What the compiler sees: options that change a shape are type parameters, the rule maps a feature to a feature or
//    to a message. `number` (a size the compiler does not know) is let through: elaboration will know.
interface Maxout<Pieces extends number> extends Layer<MaxoutRule<Pieces>> {
  readonly op: 'maxout';
  readonly pieces: Pieces;
}
interface MaxoutRule<Pieces extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'maxout', [['pieces', Pieces]]> extends infer M
      ? [M] extends [never]
        ? C extends number
          ? number extends C
            ? Feature<H, W, number, T, I>
            : Size.Modulo<C, Pieces> extends 0
              ? Feature<H, W, Size.FloorDivide<C, Pieces>, T, I>
              : `✗ OWN01 maxout: ${Pieces} pieces do not divide the channels of ${ShowShape<H, W, C>}; use a divisor`
          : Feature<H, W, Size.FloorDivide<C, Pieces>, T, I>
        : M
      : never
    : never;
}

// 2. What happens at run time: the same rule, the same words, and the layer in primitives.
const maxout = <const Pieces extends number>(pieces: Pieces): Maxout<Pieces> =>
  layerOf<Maxout<Pieces>>({
    op: 'maxout',
    pieces,
    definition: {
      name: 'maxout',
      form: maxoutForm,
      shape: (state) => {
        const bad = notPositive('maxout', [['pieces', pieces]], state);
        if (bad !== undefined) return bad;
        return typeof state.c === 'number' && state.c % pieces !== 0
          ? flawed(
              {
                rule: 'OWN01',
                body: `maxout: ${pieces} pieces do not divide the channels of ${showLevel(state)}`,
                got: String(pieces),
                wanted: `a divisor of ${state.c}`,
                fix: 'use a divisor',
              },
              unknown(state),
            )
          : fine(shaped(state, state.h, state.w, size.floorDivide(state.c, pieces)));
      },
      lower: (flow) => {
        const [n, h, w, c] = flow.value.shape;
        const kept = Number(c) / pieces;
        const apart = ops.reshape(flow.value, [n!, Number(h) * Number(w), kept, pieces]);
        return { ...flow, value: ops.reshape(ops.reduceMax(apart, [3]), [n!, h!, w!, kept]) };
      },
    },
  });

// 3. How it stands in a JSON spec. In `maskskip spec FILE.ts` and `maskskip check FILE.json --with FILE.ts` the export's
//    name counts, without its last `Form`: this one is `maxout`.
export const maxoutForm = formOf<{ readonly pieces: number }>({
  fields: (f) => ({ pieces: f.number }),
  make: ({ pieces }) => maxout(pieces),
});

const network = model(seq(input('x', 32, 32, 3), conv(16), maxout(4), conv(8), relu, maxout(2)));
const elaborated = elaborate(network);
if (elaborated._tag === 'Right') {
  for (const { path, output } of elaborated.right.steps) {
    console.log(path.padEnd(8), `${output.h}×${output.w}×${output.c}`);
  }
  const plan = buildPlan(elaborated.right, { mode: 'train' });
  console.log(plan._tag === 'Right' ? `${plan.right.nodes.length} operations` : plan.left);
}

// 5 pieces do not divide 16 channels: the compiler says so on the layer, elaboration in the same words.
const wrong = through(
  input('x', 32, 32, 3),
  conv(16),
  // @ts-expect-error ✗ OWN01 maxout: 5 pieces do not divide the channels of 32×32×16; use a divisor
  maxout(5),
);
// @ts-expect-error `model` refuses what was refused before
const told = elaborate(model(wrong));
if (told._tag === 'Left') for (const { text } of told.left) console.log(text);

// In a program whoever writes and reads a spec chooses the names.
const known = { layers: { maxout: maxoutForm } };
const spec = toSpec(network, known);
if (spec._tag === 'Right') {
  const back = fromSpec(JSON.parse(JSON.stringify(spec.right)), known);
  console.log(back._tag === 'Right' ? 'read back from its spec' : back.left);
}
