import assert from 'node:assert/strict';
import {
  affines,
  batches,
  bind,
  discs,
  feed,
  gaussians,
  mask,
  partBoxes,
  partCrops,
  partVisibility,
  pose,
  poseMask,
  poseVector,
  shapesOf,
  skeleton,
  view,
  type ArraysBinding,
  type Batch,
  type Binding,
  type ChannelsByName,
  type Dataset,
  type PeopleBinding,
} from '../../src/data/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile unless the two types are the same. */
const same = <A, B>(equal: Equal<A, B>): void => assert.ok(equal);

describe('data/bind', () => {
  const people = bind({
    x_a: view('source'),
    p_a: pose('source', discs(4)),
    p_b: pose('target', gaussians()),
    s_b: pose('target', skeleton()),
    m_b: mask('target', poseMask(4)),
    q: feed('a quarter', 2, () => undefined),
  });
  const arrays = bind({ from: () => [], shapes: { x: [8, 8, 3], y: [8, 8, 1], z: [64] } });

  it('carries names and channels in its type', () => {
    type Wanted = {
      readonly x_a: 3;
      readonly p_a: 18;
      readonly p_b: 18;
      readonly s_b: 3;
      readonly m_b: 1;
      readonly q: 2;
    };
    same<typeof people, PeopleBinding<Wanted>>(true);
    type Shapes = {
      readonly x: readonly [8, 8, 3];
      readonly y: readonly [8, 8, 1];
      readonly z: readonly [64];
    };
    same<typeof arrays, ArraysBinding<Shapes>>(true);
    const general: Binding<{ readonly x: number }> = bind({ x: view('source') });
    assert.equal(general.tag, 'people');
  });

  it('carries the whole shape of what states its own height and width', () => {
    const sized = bind({
      x_a: view('source'),
      affines: affines(),
      boxes: partBoxes('source'),
      limbs: partBoxes('source', {
        parts: [
          [5, 6],
          [6, 7],
          [2, 3],
        ],
      }),
      seen: partVisibility('source'),
      crops: partCrops('source', 16),
      vector: poseVector('target'),
      own: feed('own', [2, 3, 5], () => undefined, []),
    });
    type Wanted = {
      readonly x_a: 3;
      readonly affines: readonly [1, 10, 8];
      readonly boxes: readonly [1, 7, 4];
      readonly limbs: readonly [1, 3, 4];
      readonly seen: readonly [1, 1, 7];
      readonly crops: readonly [16, 16, 24];
      readonly vector: readonly [1, 1, 54];
      readonly own: readonly [2, 3, 5];
    };
    same<typeof sized, PeopleBinding<Wanted>>(true);
    assert.deepEqual(shapesOf(sized, { height: 16, width: 8 }), {
      x_a: [16, 8, 3],
      affines: [1, 10, 8],
      boxes: [1, 7, 4],
      limbs: [1, 3, 4],
      seen: [1, 1, 7],
      crops: [16, 16, 24],
      vector: [1, 1, 54],
      own: [2, 3, 5],
    });
    const general: Binding<ChannelsByName> = sized;
    assert.equal(general.tag, 'people');
  });

  it('is told apart from an input that is called from', () => {
    assert.equal(bind({ from: view('source') }).tag, 'people');
  });

  it('gives each input’s shape before any data are read', () => {
    const size = { height: 16, width: 8 };
    assert.deepEqual(shapesOf(people, size).p_a, [16, 8, 18]);
    assert.deepEqual(shapesOf(arrays, size), { x: [8, 8, 3], y: [8, 8, 1], z: [64] });
  });

  it('is held against what it is used for by the compiler', () => {
    const typed = (dataset: Dataset): void => {
      const some = batches(dataset, people, { size: 2 });
      void some;
      same<typeof some extends AsyncIterable<infer One> ? One : never, Batch<TypeOf<typeof people>>>(true);
      // @ts-expect-error A data set is not wanted with arrays.
      batches(dataset, arrays, { size: 2 });
      // @ts-expect-error A channel count is part of the type.
      const wrong: PeopleBinding<{ readonly x: 4 }> = bind({ x: view('source') });
      void wrong;
      // @ts-expect-error So is the size of what states its own.
      const other: PeopleBinding<{ readonly b: readonly [1, 8, 4] }> = bind({ b: partBoxes('source') });
      void other;
      // @ts-expect-error What states its own size is not as large as the data.
      const data: PeopleBinding<{ readonly b: 4 }> = bind({ b: partBoxes('source') });
      void data;
    };
    assert.equal(typeof typed, 'function');
  });
});

type TypeOf<One> = One extends PeopleBinding<infer Channels> ? Channels : never;
