import { expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LatePart, lateFile, PartNotLoaded, withParts } from '../../../src/base/late-part.ts';

test('a part is missing until its file is loaded, and loaded once', async () => {
  let loads = 0;
  const part = new LatePart<{ double(x: number): number }>('arithmetic');
  const file = lateFile([part], async () => ({ double: (x: number) => x * 2, loads: ++loads }));
  expect(() => part.get()).toThrow(PartNotLoaded);
  await Promise.all([file.load(), file.load()]);
  await file.load();
  expect([part.get().double(4), loads]).toEqual([8, 1]);
});

test('work is tried again with the parts that it asks for', async () => {
  const one = new LatePart<number>('one');
  const two = new LatePart<number>('two');
  lateFile([one], async () => 1);
  lateFile([two], async () => 2);
  let tries = 0;
  const work = () => {
    tries++;
    return one.get() + two.get();
  };
  expect([await withParts(work), tries]).toEqual([3, 3]);
  expect([await withParts(async () => work()), tries]).toEqual([3, 4]);
});

test('a file that holds several parts brings all of them', async () => {
  const sum = new LatePart<{ add(a: number, b: number): number }>('sum');
  const product = new LatePart<{ multiply(a: number, b: number): number }>('product');
  lateFile([sum, product], async () => ({
    add: (a: number, b: number) => a + b,
    multiply: (a: number, b: number) => a * b,
  }));
  let tries = 0;
  const work = () => {
    tries++;
    return sum.get().add(product.get().multiply(2, 3), 4);
  };
  expect([await withParts(work), tries]).toEqual([10, 2]);
});

test('other failures pass, and a part that does not come is a failure with a name', async () => {
  const failure = new Error('no');
  await expect(
    withParts(() => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  let online = false;
  const part = new LatePart<string>('functions');
  lateFile([part], async () => {
    if (!online) throw new TypeError('failed to fetch');
    return 'here';
  });
  await expect(withParts(() => part.get())).rejects.toSatisfy((error) => isHeliosError(error, 'PART_UNAVAILABLE'));
  online = true;
  expect(await withParts(() => part.get())).toBe('here');
});
