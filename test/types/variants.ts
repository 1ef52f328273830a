/** What the compiler knows of a grid of variants; a wrong name, value or axis is a compile error. */
/* eslint-disable @typescript-eslint/no-unused-vars -- the values are declared only to be asked for their types */
import {
  conv,
  input,
  model,
  psi,
  relu,
  seq,
  unsafeVariants,
  withPsi,
  type Level,
  type Model,
  type Psi,
} from '../../src/dsl/index.js';
import { vdgStage1 } from '../../src/models/vdg.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_True extends true>(): void => undefined;

const family = ({ filters, psi: skip = psi.none }: { filters: number; psi?: Psi }) =>
  model(vdgStage1(128, 64, filters, skip));

/* One axis a record: the names are known to the letter, in order. */
const grid = unsafeVariants('vdg', family, [
  { psi: { none: psi.none, grid_4x4: psi.grid(4, 4) } },
  { filters: [32, 64] },
]);
holds<
  Equal<
    keyof typeof grid.variants,
    | 'vdg-psi_none-filters_32'
    | 'vdg-psi_none-filters_64'
    | 'vdg-psi_grid_4x4-filters_32'
    | 'vdg-psi_grid_4x4-filters_64'
  >
>();
const one = grid.variants['vdg-psi_grid_4x4-filters_64'];
export const label: string | undefined = one?.axes.psi;
// @ts-expect-error no axis of this name
export const other: unknown = one?.axes.width;
// @ts-expect-error no variant of this name
export const none: unknown = grid.variants['vdg-psi_dense-filters_64'];
// @ts-expect-error a variant may have been left out
export const certain: string = one.name;

/* The model's own type stays: inputs and outputs by name, with their sizes. */
type Declared = NonNullable<typeof one>['elaborated']['model'];
holds<
  Equal<
    Declared,
    Model<
      {
        readonly x_a: Level<128, 64, 3>;
        readonly p_a: Level<128, 64, 18>;
        readonly p_b: Level<128, 64, 18>;
      },
      { readonly output: Level<128, 64, 3> }
    >
  >
>();

/* Several axes in one record: how names begin is known. */
const loose = unsafeVariants('vdg', family, { psi: { none: psi.none }, filters: [32] });
holds<Equal<keyof typeof loose.variants, `vdg-${string}`>>();

/* Changes of the model: functions whose argument is the family's model. */
const changed = unsafeVariants('vdg', family, [
  { filters: [32] },
  { mask: { plain: (declared) => declared, munet: (declared) => withPsi(declared, psi.dense()) } },
]);
holds<Equal<keyof typeof changed.variants, 'vdg-filters_32-mask_plain' | 'vdg-filters_32-mask_munet'>>();

/* A family without hyper-parameters, and a generic one. */
const bare = unsafeVariants('net', () => model(seq(input('x', 8, 8, 3), conv(4), relu)), []);
holds<Equal<keyof typeof bare.variants, 'net'>>();
const generic = unsafeVariants(
  'net',
  <F extends number>({ filters }: { filters: F }) => model(seq(input('x', 8, 8, 3), conv(filters), relu)),
  [{ filters: [4, 8] }],
);
holds<Equal<keyof typeof generic.variants, 'net-filters_4' | 'net-filters_8'>>();

/* What is refused where it is written. */
// @ts-expect-error filters are numbers
export const words = unsafeVariants('vdg', family, [{ filters: ['wide'] }]);
// @ts-expect-error 7 is no ψ
export const notPsi = unsafeVariants('vdg', family, [{ filters: [32] }, { psi: { dense: 7 } }]);
// @ts-expect-error a change gives a model
export const noModel = unsafeVariants('vdg', family, [{ filters: [32] }, { mask: { seven: () => 7 } }]);

/* What is a message instead of a grid. */
const mistyped = unsafeVariants('vdg', family, [{ filters: [32] }, { filtrs: [32] }]);
holds<
  Equal<
    typeof mistyped,
    "✗ V15 variants: the family knows no 'filtrs'; name one of its hyper-parameters, or give functions from model to model"
  >
>();
const missing = unsafeVariants('vdg', family, [{ psi: { none: psi.none } }]);
holds<
  Equal<
    typeof missing,
    "✗ V16 variants: the family asks for 'filters', which has no axis; add one, or give it a standard value"
  >
>();
// @ts-expect-error a message has no variants
export const lost: unknown = mistyped.variants;
