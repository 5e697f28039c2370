import { expect, test } from 'vitest';
import { RowsThere } from '../../../src/engine/history/rows-there.ts';
import { findRow } from '../../../src/engine/table/find-row.ts';
import type { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession } from '../../support/sql-session.ts';

/**
 * Rows of two blocks of a segment, most of which have five versions behind them, in more blocks of another, and newer ones in a
 * delta. `hasGaps`: between the rowids of the first one.
 */
function filled(hasGaps: boolean): Session {
  const session = memorySession();
  session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)');
  session.executeScript('INSERT INTO t SELECT value, 0 FROM generate_series(1, 6000)');
  for (let version = 0; version < 5; version++)
    session.executeScript(`UPDATE t SET v = v + 1 WHERE id % 3 <> ${version % 3}`);
  if (hasGaps) session.executeScript('DELETE FROM t WHERE id % 11 = 0');
  session.executeScript('VACUUM; UPDATE t SET v = v + 1 WHERE id % 100 = 9');
  if (hasGaps)
    session.executeScript('INSERT INTO t SELECT value, 0 FROM generate_series(1, 3000) WHERE value % 22 = 0');
  session.executeScript('UPDATE t SET v = v + 1 WHERE id % 100 = 7; DELETE FROM t WHERE id % 50 = 1');
  return session;
}

test.each([true, false])(
  'rows that are looked up together are those that are found one by one, in any order and however many (random; gaps: %s)',
  (hasGaps) => {
    const session = filled(hasGaps);
    const { engine } = session;
    const [{ id }] = engine.catalog.tables(engine.current);
    const { segments, frozen, delta } = engine.table(id);
    const sources = { segments, frozen, delta };
    expect(segments.map(({ reader }) => reader.meta.kind).sort()).toEqual(['current', 'history']);
    expect(segments.some(({ reader }) => reader.isDense)).toBe(!hasGaps);
    expect(delta.length).toBeGreaterThan(0);
    const rowsThere = new RowsThere(sources);
    for (let seed = 1; seed <= 40; seed++) {
      const random = new SeededRandom(seed);
      const count = [1, 5, 100, 3000][seed % 4];
      const rowids = Float64Array.from({ length: count }, () => random.below(6100));
      if (random.chance(0.7)) rowids.sort();
      const at = Float64Array.from({ length: count }, () => random.below(engine.lastTransaction + 1));
      const expected = Array.from(rowids, (rowid, i) => Number(findRow(sources, at[i], rowid) >= 0));
      expect([...rowsThere.find(rowids, at, count)], `seed ${seed}`).toEqual(expected);
    }
  },
);
