import { describe, expect, test } from 'vitest';
import { LIVE } from '../../../src/engine/catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../../../src/engine/catalog/definitions.ts';
import { Delta } from '../../../src/engine/table/delta.ts';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const COLUMN = { name: 'k', type: { kind: 'INTEGER', declared: 'INTEGER' }, notNull: false, collation: 'BINARY' };
const TABLE = { id: 1, name: 't', columns: [COLUMN], rowidColumn: null } as unknown as TableDefinition;
const INDEX: IndexDefinition = {
  id: 2,
  name: 'i',
  tableId: 1,
  columns: [{ column: 0, descending: false, collation: 'BINARY' }],
  unique: false,
  origin: 'index',
  sql: null,
};

await loadLateParts();

function runsAt(delta: Delta, transaction: number): number[][] {
  return delta.indexes[0].orderedRuns(transaction).map((run) => [...run.range(0, run.length)]);
}

function rowsIn(runs: readonly (readonly number[])[]): number {
  return runs.reduce((rows, run) => rows + run.length, 0);
}

describe('the index of a delta', () => {
  test('has each row once that a reader sees, in order, whatever has been undone (random)', () => {
    let setApart = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const random = new SeededRandom(seed);
      const delta = new Delta(TABLE, [INDEX]);
      const live = new Map<number, number>();
      for (let transaction = 1; transaction <= 60; transaction++) {
        const length = delta.length;
        const before = new Map(live);
        const ended: number[] = [];
        for (let changes = random.below(6); changes > 0; changes--) {
          const rowid = random.below(8);
          const old = live.get(rowid);
          if (old !== undefined) {
            delta.end(old, transaction);
            ended.push(old);
            live.delete(rowid);
          }
          if (!random.chance(0.2)) live.set(rowid, delta.append(transaction, rowid, [random.below(5)]));
          if (random.chance(0.5)) runsAt(delta, transaction);
        }
        if (random.chance(0.3)) {
          for (const position of ended.toReversed()) delta.revive(position);
          delta.truncate(length);
          live.clear();
          for (const [rowid, position] of before) live.set(rowid, position);
          transaction--;
        }
        for (const at of [transaction, random.below(transaction + 1)]) {
          const runs = runsAt(delta, at);
          const found = runs.flat();
          expect(new Set(found).size).toBe(found.length);
          for (let position = 0; position < delta.length; position++) {
            if (delta.created.get(position) <= at && delta.ended.get(position) > at) expect(found).toContain(position);
          }
          const key = (position: number): number[] => [delta.read(0, position) as number, delta.rowids.get(position)];
          for (const run of runs) expect(run.map(key)).toEqual(run.map(key).sort(([a, b], [c, d]) => a - c || b - d));
          setApart += delta.length - found.length;
        }
        expect(rowsIn(runsAt(delta, 0))).toBe(delta.length);
      }
    }
    expect(setApart).toBeGreaterThan(1000);
  });

  test('steps over few versions of a row that is updated again and again, and keeps all of them', () => {
    const delta = new Delta(TABLE, [INDEX]);
    const updates = 5000;
    delta.append(1, 1, [7]);
    for (let transaction = 2; transaction <= updates; transaction++) {
      delta.end(delta.length - 1, transaction);
      delta.append(transaction, 1, [7]);
      runsAt(delta, transaction);
    }
    expect(rowsIn(runsAt(delta, updates))).toBeLessThan(20);
    expect(rowsIn(runsAt(delta, 10))).toBe(updates);
    expect(delta.indexes[0].orderedRuns(10).length).toBeLessThan(40);
    expect(delta.ended.get(delta.length - 1)).toBe(LIVE);
  });
});
