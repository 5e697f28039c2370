import { describe, expect, test } from 'vitest';
import { LIVE } from '../../../src/engine/catalog/catalog.ts';
import type { TableDefinition } from '../../../src/engine/catalog/definitions.ts';
import { Delta } from '../../../src/engine/table/delta.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const TABLE = { id: 1, name: 't', columns: [], rowidColumn: null, constraints: [] } as unknown as TableDefinition;

interface Version {
  readonly rowid: number;
  readonly created: number;
  ended: number;
}

function isSeen({ created, ended }: Version, transaction: number): boolean {
  return created <= transaction && ended > transaction;
}

/** The positions of each run of the delta that a reader of the transaction sees. */
function seenRuns(delta: Delta, versions: readonly Version[], transaction: number): number[][] {
  return delta
    .rowidRuns(transaction)
    .map((run) => [...run.range(0, run.length)].filter((position) => isSeen(versions[position], transaction)));
}

/** The positions that a scan in the order of writing visits. */
function scanned(delta: Delta, transaction: number): number[] {
  const rows = delta.created.rowsUntil(transaction, delta.length);
  const positions: number[] = [];
  let from = delta.nextNotEnded(0, rows, transaction);
  while (from < rows) {
    const to = Math.min(from + 4, rows);
    const selection = delta.selection(from, to, transaction) ?? Array.from({ length: to - from }, (_, i) => i);
    for (const i of selection) positions.push(from + i);
    from = delta.nextNotEnded(to, rows, transaction);
  }
  return positions;
}

describe('the rows of a delta in the order of their rowids', () => {
  test('are all that a reader sees, whichever transaction it reads at (random)', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new SeededRandom(seed);
      const delta = new Delta(TABLE, []);
      const versions: Version[] = [];
      for (let transaction = 1; transaction <= 25; transaction++) {
        const length = delta.length;
        const ended: number[] = [];
        for (let changes = random.below(4); changes > 0; changes--) {
          const rowid = random.below(12);
          const live = versions.findIndex((version) => version.rowid === rowid && version.ended === LIVE);
          if (live >= 0) {
            delta.end(live, transaction);
            versions[live].ended = transaction;
            ended.push(live);
          }
          if (live >= 0 && random.chance(0.3)) continue;
          delta.append(transaction, rowid, []);
          versions.push({ rowid, created: transaction, ended: LIVE });
        }
        if (random.chance(0.7)) continue;
        for (const position of ended.reverse()) {
          delta.revive(position);
          versions[position].ended = LIVE;
        }
        delta.truncate(length);
        versions.length = length;
      }
      for (let transaction = 1; transaction <= 25; transaction++) {
        const runs = seenRuns(delta, versions, transaction);
        const seen = versions.flatMap((version, position) => (isSeen(version, transaction) ? [position] : []));
        expect(runs.flat().sort((a, b) => a - b)).toEqual(seen);
        expect(scanned(delta, transaction)).toEqual(seen);
        for (const run of runs) {
          const rowids = run.map((position) => versions[position].rowid);
          expect(rowids).toEqual(rowids.toSorted((a, b) => a - b));
        }
        const inOrder = delta.notEndedInOrder(delta.created.rowsUntil(transaction, delta.length), transaction);
        if (inOrder === null) continue;
        const byRowid = seen.toSorted((a, b) => versions[a].rowid - versions[b].rowid);
        expect([...inOrder.positions]).toEqual(byRowid);
      }
    }
  });

  test('leave out what has ended: a row that is changed often is not sorted with all its versions', () => {
    const delta = new Delta(TABLE, []);
    for (let rowid = 1; rowid <= 3; rowid++) delta.append(1, rowid, []);
    for (let transaction = 2; transaction < 1000; transaction++) {
      delta.end(delta.newest(2), transaction);
      delta.append(transaction, 2, []);
    }
    expect(delta.rowidRuns(1000).map(({ length }) => length)).toEqual([3, 1]);
    expect(delta.notEndedInOrder(delta.length, 1000)?.length).toBe(3);
    expect(delta.notEndedInOrder(3, 1)?.length).toBe(3);
  });
});
