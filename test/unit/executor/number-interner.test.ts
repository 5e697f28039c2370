import { expect, test } from 'vitest';
import { ColumnInterner } from '../../../src/sql/executor/key-interner.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

test('numbers get the ids of their values, close together or far apart, whole or not', () => {
  const random = new SeededRandom(5);
  const draws: readonly (() => number)[] = [
    () => random.u32() % 5000,
    () => 1_000_000 - (random.u32() % 20_000),
    () => (random.u32() % 100) / 4,
    () => random.u32() * 2 ** 20,
    () => -(random.u32() % 300),
    () => 2 ** 53 + (random.u32() % 10) * 2,
    () => (random.u32() % 2 === 0 ? 0 : -0),
    () => (random.u32() % 9) * 1e-19 - (random.u32() % 2) * 3,
    () => (random.u32() % 2 === 0 ? Infinity : -Infinity),
  ];
  const reused = new ColumnInterner('BINARY');
  for (let turn = 0; turn < 60; turn++) {
    reused.clear();
    const interner = turn % 3 === 0 ? new ColumnInterner('BINARY') : reused;
    const known = new Map<number, number>();
    for (let batch = 0; batch < 8; batch++) {
      const draw = draws[random.u32() % draws.length];
      const values = Float64Array.from({ length: 300 }, draw);
      const insert = random.u32() % 3 > 0;
      const selected = random.u32() % 2 === 0 ? null : Uint32Array.from({ length: 300 }, (_, i) => i);
      const out = new Int32Array(300);
      interner.assign({ kind: 'number', values, nulls: null }, selected, 300, out, insert);
      values.forEach((value, i) => {
        if (!known.has(value) && insert) known.set(value, known.size);
        expect(out[i]).toBe(known.get(value) ?? -1);
      });
      expect(interner.size).toBe(known.size);
    }
  }
});
