/**
 * Arithmetic on natural-number literals in the type checker.
 *
 * Numbers are read as decimal digits, least significant first, and worked on as one does on paper: digit tables,
 * carries and tail recursion, so that the cost grows with the number of digits and not with the number. `number`
 * absorbs (an operand that is not a literal gives `number`), as does anything that is not a natural number.
 */

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** Whether a number type is one natural-number literal. */
type IsNatural<A extends number> = number extends A
  ? false
  : `${A}` extends `${string}.${string}` | `-${string}` | `${string}e${string}` | 'NaN' | 'Infinity'
    ? false
    : true;

type Reverse<S extends string, Out extends string = ''> = S extends `${infer D}${infer Rest}`
  ? Reverse<Rest, `${D}${Out}`>
  : Out;

/** Digits with the most significant first, as a number literal. */
type ToNumber<S extends string> = S extends `0${infer Rest}`
  ? Rest extends ''
    ? 0
    : ToNumber<Rest>
  : S extends `${infer N extends number}`
    ? N
    : number;

/* Tables: SumOf[a][b] for digits, then the written digit and the carry of a sum from 0 to 19. */
type SumOf = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  [5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  [8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  [9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
];
type NextOf = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
type OnesOf = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
];
type CarryOf = [
  '0',
  '0',
  '0',
  '0',
  '0',
  '0',
  '0',
  '0',
  '0',
  '0',
  '1',
  '1',
  '1',
  '1',
  '1',
  '1',
  '1',
  '1',
  '1',
  '1',
];

type At<T, K> = K extends keyof T ? T[K] : never;
type SumDigit<A extends string, B extends string, Carry extends string> = Carry extends '1'
  ? At<NextOf, At<At<SumOf, A>, B>>
  : At<At<SumOf, A>, B>;

type AddDigits<
  A extends string,
  B extends string,
  Carry extends string = '0',
  Out extends string = '',
> = A extends `${infer X}${infer As}`
  ? B extends `${infer Y}${infer Bs}`
    ? SumDigit<X, Y, Carry> extends infer S
      ? AddDigits<As, Bs, At<CarryOf, S> & string, `${At<OnesOf, S> & string}${Out}`>
      : never
    : SumDigit<X, '0', Carry> extends infer S
      ? AddDigits<As, '', At<CarryOf, S> & string, `${At<OnesOf, S> & string}${Out}`>
      : never
  : B extends `${infer Y}${infer Bs}`
    ? SumDigit<'0', Y, Carry> extends infer S
      ? AddDigits<'', Bs, At<CarryOf, S> & string, `${At<OnesOf, S> & string}${Out}`>
      : never
    : Carry extends '1'
      ? `1${Out}`
      : Out;

/** a + b. */
export type Add<A extends number, B extends number> = A extends 0
  ? B
  : B extends 0
    ? A
    : IsNatural<A> extends true
      ? IsNatural<B> extends true
        ? ToNumber<AddDigits<Reverse<`${A}`>, Reverse<`${B}`>>>
        : number
      : number;

/* DifferenceOf[a][b] is a − b, borrowing ten where b > a; BorrowOf[a][b] says whether it borrowed. */
type DifferenceOf = [
  ['0', '9', '8', '7', '6', '5', '4', '3', '2', '1'],
  ['1', '0', '9', '8', '7', '6', '5', '4', '3', '2'],
  ['2', '1', '0', '9', '8', '7', '6', '5', '4', '3'],
  ['3', '2', '1', '0', '9', '8', '7', '6', '5', '4'],
  ['4', '3', '2', '1', '0', '9', '8', '7', '6', '5'],
  ['5', '4', '3', '2', '1', '0', '9', '8', '7', '6'],
  ['6', '5', '4', '3', '2', '1', '0', '9', '8', '7'],
  ['7', '6', '5', '4', '3', '2', '1', '0', '9', '8'],
  ['8', '7', '6', '5', '4', '3', '2', '1', '0', '9'],
  ['9', '8', '7', '6', '5', '4', '3', '2', '1', '0'],
];
type BelowOf = [
  never,
  '0',
  '0' | '1',
  '0' | '1' | '2',
  '0' | '1' | '2' | '3',
  '0' | '1' | '2' | '3' | '4',
  '0' | '1' | '2' | '3' | '4' | '5',
  '0' | '1' | '2' | '3' | '4' | '5' | '6',
  '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7',
  '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8',
];

/** Digits a − b, both least significant first; a ≥ b. */
type SubtractDigits<
  A extends string,
  B extends string,
  Borrow extends string = '0',
  Out extends string = '',
> = A extends `${infer X}${infer As}`
  ? (B extends `${infer Y}${infer Bs}` ? [Y, Bs] : ['0', '']) extends [
      infer Y extends string,
      infer Bs extends string,
    ]
    ? At<At<DifferenceOf, X>, Y> extends infer D extends string
      ? Borrow extends '1'
        ? SubtractDigits<
            As,
            Bs,
            X extends At<BelowOf, Y> ? '1' : D extends '0' ? '1' : '0',
            `${At<At<DifferenceOf, D>, '1'> & string}${Out}`
          >
        : SubtractDigits<As, Bs, X extends At<BelowOf, Y> ? '1' : '0', `${D}${Out}`>
      : never
    : never
  : Out;

/** a − b; `never` where b > a (there are no negative sizes). */
export type Subtract<A extends number, B extends number> = B extends 0
  ? A
  : IsNatural<A> extends true
    ? IsNatural<B> extends true
      ? Less<A, B> extends true
        ? never
        : ToNumber<SubtractDigits<Reverse<`${A}`>, Reverse<`${B}`>>>
      : number
    : number;

/** Compares digits of the same count, most significant first. */
type LessDigits<A extends string, B extends string> = A extends `${infer X}${infer As}`
  ? B extends `${infer Y}${infer Bs}`
    ? X extends Y
      ? LessDigits<As, Bs>
      : X extends At<BelowOf, Y>
        ? true
        : false
    : false
  : false;

/** -1, 0 or 1 as 'shorter', 'same' or 'longer'. */
type CompareLength<A extends string, B extends string> = A extends `${string}${infer As}`
  ? B extends `${string}${infer Bs}`
    ? CompareLength<As, Bs>
    : 'longer'
  : B extends ''
    ? 'same'
    : 'shorter';

type LessText<A extends string, B extends string> =
  CompareLength<A, B> extends infer L
    ? L extends 'same'
      ? LessDigits<A, B>
      : L extends 'shorter'
        ? true
        : false
    : never;

/** Whether a < b; `boolean` where that is not known. */
export type Less<A extends number, B extends number> =
  IsNatural<A> extends true ? (IsNatural<B> extends true ? LessText<`${A}`, `${B}`> : boolean) : boolean;

/* Products of two digits: TensOf and UnitsOf. */
type UnitsOf = [
  ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0'],
  ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ['0', '2', '4', '6', '8', '0', '2', '4', '6', '8'],
  ['0', '3', '6', '9', '2', '5', '8', '1', '4', '7'],
  ['0', '4', '8', '2', '6', '0', '4', '8', '2', '6'],
  ['0', '5', '0', '5', '0', '5', '0', '5', '0', '5'],
  ['0', '6', '2', '8', '4', '0', '6', '2', '8', '4'],
  ['0', '7', '4', '1', '8', '5', '2', '9', '6', '3'],
  ['0', '8', '6', '4', '2', '0', '8', '6', '4', '2'],
  ['0', '9', '8', '7', '6', '5', '4', '3', '2', '1'],
];
type TensOf = [
  ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0'],
  ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0'],
  ['0', '0', '0', '0', '0', '1', '1', '1', '1', '1'],
  ['0', '0', '0', '0', '1', '1', '1', '2', '2', '2'],
  ['0', '0', '0', '1', '1', '2', '2', '2', '3', '3'],
  ['0', '0', '1', '1', '2', '2', '3', '3', '4', '4'],
  ['0', '0', '1', '1', '2', '3', '3', '4', '4', '5'],
  ['0', '0', '1', '2', '2', '3', '4', '4', '5', '6'],
  ['0', '0', '1', '2', '3', '4', '4', '5', '6', '7'],
  ['0', '0', '1', '2', '3', '4', '5', '6', '7', '8'],
];

/** Digits (least significant first) times one digit; the result most significant first. */
type TimesDigit<
  A extends string,
  D extends string,
  Carry extends string = '0',
  Out extends string = '',
> = A extends `${infer X}${infer As}`
  ? At<At<SumOf, At<At<UnitsOf, X>, D>>, Carry> extends infer S
    ? TimesDigit<
        As,
        D,
        `${At<At<SumOf, At<At<TensOf, X>, D>>, At<CarryOf, S>> & number}`,
        `${At<OnesOf, S> & string}${Out}`
      >
    : never
  : Carry extends '0'
    ? Out
    : `${Carry}${Out}`;

/** A (least significant first) times the digits of B (most significant first), by Horner's rule. */
type MultiplyDigits<
  A extends string,
  B extends string,
  Sum extends string = '',
> = B extends `${infer D}${infer Rest}`
  ? D extends '0'
    ? MultiplyDigits<A, Rest, Sum extends '' ? '' : `0${Sum}`>
    : MultiplyDigits<A, Rest, Reverse<AddDigits<Sum extends '' ? '' : `0${Sum}`, Reverse<TimesDigit<A, D>>>>>
  : Sum extends ''
    ? '0'
    : Reverse<Sum>;

/** a · b. */
export type Multiply<A extends number, B extends number> = A extends 1
  ? B
  : B extends 1
    ? A
    : IsNatural<A> extends true
      ? IsNatural<B> extends true
        ? B extends 2
          ? ToNumber<TimesDigit<Reverse<`${A}`>, '2'>>
          : ToNumber<MultiplyDigits<Reverse<`${A}`>, `${B}`>>
        : number
      : number;

/* Halving, digit by digit from the front: the remainder (0 or 1) is carried to the next digit. */
type HalfOf = [
  ['0', '0', '1', '1', '2', '2', '3', '3', '4', '4'],
  ['5', '5', '6', '6', '7', '7', '8', '8', '9', '9'],
];
type OddDigit = '1' | '3' | '5' | '7' | '9';
type HalveDigits<
  A extends string,
  Remainder extends '0' | '1' = '0',
  Out extends string = '',
> = A extends `${infer X}${infer Rest}`
  ? HalveDigits<Rest, X extends OddDigit ? '1' : '0', `${Out}${At<At<HalfOf, Remainder>, X> & string}`>
  : [Out, Remainder];

type Trim<S extends string> = S extends `0${infer Rest}` ? (Rest extends '' ? '0' : Trim<Rest>) : S;

/** How often B goes into R (at most nine times), and what is left; both most significant first. */
type TakeAway<R extends string, B extends string, Count extends string = '0'> =
  LessText<R, B> extends true
    ? [Count, R]
    : TakeAway<Trim<SubtractDigits<Reverse<R>, Reverse<B>>>, B, `${At<NextOf, Count> & number}`>;

/** Long division of digits, most significant first: [quotient, remainder]. */
type DivideDigits<
  A extends string,
  B extends string,
  Remainder extends string = '',
  Out extends string = '',
> = A extends `${infer X}${infer Rest}`
  ? TakeAway<Trim<`${Remainder}${X}`>, B> extends [infer Q extends string, infer R extends string]
    ? DivideDigits<Rest, B, R extends '0' ? '' : R, `${Out}${Q}`>
    : never
  : [Out, Remainder extends '' ? '0' : Remainder];

type Division<A extends number, B extends number> = B extends 2
  ? HalveDigits<`${A}`>
  : DivideDigits<`${A}`, `${B}`>;

/*
 * Quotients ask for A first: where A is a type parameter the type is then left alone under its own name, which is what a
 * declaration file prints. Asked for B first, it would be unfolded without end.
 */

/** ⌊a / b⌋; `number` where b is 0 (the rule that asks refuses it). */
export type FloorDivide<A extends number, B extends number> = A extends 0
  ? B extends 0
    ? number
    : 0
  : B extends 1
    ? A
    : B extends 0
      ? number
      : IsNatural<A> extends true
        ? IsNatural<B> extends true
          ? Division<A, B> extends [infer Q extends string, string]
            ? ToNumber<Q>
            : never
          : number
        : number;

/** ⌈a / b⌉. */
export type CeilDivide<A extends number, B extends number> = A extends 0
  ? B extends 0
    ? number
    : 0
  : B extends 1
    ? A
    : B extends 0
      ? number
      : IsNatural<A> extends true
        ? IsNatural<B> extends true
          ? Division<A, B> extends [infer Q extends string, infer R]
            ? R extends '0'
              ? ToNumber<Q>
              : Add<ToNumber<Q>, 1>
            : never
          : number
        : number;

/** a mod b. */
export type Modulo<A extends number, B extends number> = A extends 0
  ? B extends 0
    ? number
    : 0
  : B extends 1
    ? 0
    : B extends 0
      ? number
      : IsNatural<A> extends true
        ? IsNatural<B> extends true
          ? Division<A, B> extends [string, infer R extends string]
            ? ToNumber<R>
            : never
          : number
        : number;

/** Whether a literal is a positive natural number; `boolean` for `number`. */
export type IsPositive<A extends number> = number extends A ? boolean : A extends 0 ? false : IsNatural<A>;

export type { Digit };
