import { expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LatePart, PartNotLoaded, withParts } from '../../../src/base/late-part.ts';

test('a part is missing until it is loaded, and loaded once', async () => {
  let loads = 0;
  const part = new LatePart('arithmetic', async () => ({ double: (x: number) => x * 2, loads: ++loads }));
  expect(() => part.get()).toThrow(PartNotLoaded);
  await part.load();
  await part.load();
  expect([part.get().double(4), loads]).toEqual([8, 1]);
});

test('work is tried again with the parts that it asks for', async () => {
  const one = new LatePart('one', async () => 1);
  const two = new LatePart('two', async () => 2);
  let tries = 0;
  const work = () => {
    tries++;
    return one.get() + two.get();
  };
  expect([await withParts(work), tries]).toEqual([3, 3]);
  expect([await withParts(async () => work()), tries]).toEqual([3, 4]);
});

test('other failures pass, and a part that does not come is a failure with a name', async () => {
  const failure = new Error('no');
  await expect(
    withParts(() => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  let online = false;
  const part = new LatePart('functions', async () => {
    if (!online) throw new TypeError('failed to fetch');
    return 'here';
  });
  await expect(withParts(() => part.get())).rejects.toSatisfy((error) => isHeliosError(error, 'PART_UNAVAILABLE'));
  online = true;
  expect(await withParts(() => part.get())).toBe('here');
});
