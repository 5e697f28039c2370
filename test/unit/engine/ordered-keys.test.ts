import { expect, test } from 'vitest';
import type { ColumnValue } from '../../../src/engine/column/types.ts';
import { type OrderedBlock, OrderedKeys } from '../../../src/engine/table/ordered-keys.ts';

const ROWS = 256;

/** Rows whose values lie from last to first, in two blocks; `gathers`: whether columns are read as a whole. */
function keysOf(gathers: boolean, valueAt: (position: number) => ColumnValue) {
  const kept: (OrderedBlock | undefined)[] = [];
  const source = {
    length: ROWS,
    positionAt: (k: number) => ROWS - 1 - k,
    range: (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ROWS - 1 - from - i),
    read: (_column: number, position: number) => valueAt(position),
    gather: (_column: number, positions: Uint32Array) =>
      gathers
        ? { kind: 'number' as const, values: Float64Array.from(positions, (p) => valueAt(p) as number), nulls: null }
        : null,
  };
  const shelf = {
    get: (b: number) => kept[b],
    put: (b: number, block: OrderedBlock) => {
      kept[b] = block;
    },
  };
  const columns = [{ column: 0, descending: true, collation: 'BINARY' as const }];
  return { keys: new OrderedKeys(columns, source, ROWS / 2, shelf), kept };
}

/** How often a block has to be asked for until it is made. */
function asksUntilMade(keys: OrderedKeys, b: number): number {
  for (let asked = 1; asked <= ROWS; asked++) if (keys.block(b) !== null) return asked;
  return Number.POSITIVE_INFINITY;
}

test('a block is made when it has been asked for as often as it costs, later where values are read one by one', () => {
  const gathered = keysOf(true, (position) => position);
  expect(asksUntilMade(gathered.keys, 0)).toBe(1);
  const single = keysOf(false, (position) => position);
  expect(asksUntilMade(single.keys, 0)).toBe(6);
  expect(asksUntilMade(single.keys, 1)).toBe(6);
  for (const { keys } of [gathered, single]) {
    // The largest value comes first, and ascends as its negative.
    expect(Array.from(keys.firstKeys()?.[0] ?? [])).toEqual([-(ROWS - 1), -(ROWS / 2 - 1)]);
    expect(keys.known(0)?.keys[0][1]).toBe(-(ROWS - 2));
    expect(keys.known(0)?.positions[1]).toBe(ROWS - 2);
  }
  single.kept.length = 0;
  expect(asksUntilMade(single.keys, 0)).toBe(6);
});

test('keys that are no numbers, or beyond 2^53, are found out on the way', () => {
  const texts = keysOf(false, () => 'a');
  expect(texts.keys.firstKeys()).toBeNull();
  const wide = keysOf(false, (position) => (position === 200 ? 2n ** 60n : position));
  expect(wide.keys.firstKeys()).not.toBeNull();
  expect(asksUntilMade(wide.keys, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(wide.keys.isNumeric).toBe(false);
  expect(wide.keys.firstKeys()).toBeNull();
});
