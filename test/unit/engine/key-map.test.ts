import { expect, test } from 'vitest';
import { hashNumber, hashText, KeyMap } from '../../../src/engine/table/key-map.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';

test('finds the newest version of each key, leads to the older ones, and forgets in reverse', () => {
  for (const seed of testSeeds(20)) withSeed(seed, () => exercise(new SeededRandom(seed)));
});

function exercise(random: SeededRandom): void {
  const map = new KeyMap();
  const keys: number[] = [];
  const hash = random.chance(0.3) ? () => 1 : hashNumber;
  const distinct = random.pick([3, 50, 1000]);
  for (let step = 0; step < 2000; step++) {
    if (keys.length > 0 && random.chance(0.3)) {
      const position = keys.length - 1;
      map.remove(hash(keys[position]), position);
      keys.pop();
    } else {
      const key = random.below(distinct) * 1.5;
      keys.push(key);
      map.add(hash(key), keys.length - 1, (position) => keys[position] === key);
    }
  }
  for (let key = 0; key < distinct * 1.5; key += 1.5) {
    const versions = keys.flatMap((each, position) => (each === key ? [position] : []));
    const found: number[] = [];
    let position = map.find(hash(key), (candidate) => keys[candidate] === key);
    for (; position >= 0; position = map.previous(position)) found.push(position);
    expect(found.reverse()).toEqual(versions);
  }
}

test('equal numbers hash alike', () => {
  expect(hashNumber(0)).toBe(hashNumber(-0));
  expect(hashNumber(3)).toBe(hashNumber(3.0));
  expect(hashText('a')).not.toBe(hashText('b'));
});

test('keeps what it holds when it grows beyond four million positions', () => {
  const map = new KeyMap();
  const first = 4_194_304;
  const count = 1000;
  const isSame = (key: number) => (position: number) => position - first === key;
  for (let key = 0; key < count; key++) map.add(hashNumber(key), first + key, isSame(key));
  for (let key = count - 1; key >= 0; key--) {
    expect(map.find(hashNumber(key), isSame(key))).toBe(first + key);
    map.remove(hashNumber(key), first + key);
  }
});
