import { expect, test } from 'vitest';
import { Session } from '../../src/sql/session.ts';
import type { LyingDisk } from '../sim/lying-storage.ts';
import { testSeeds } from '../sim/seeds.ts';
import { query } from '../support/sql-session.ts';
import { momentsOf } from './crash-everywhere.ts';
import { erasures, INSERTED_BY_STEP, MARK } from './erase-workload.ts';
import { openOn } from './harness.ts';

const VERSIONS = 'SELECT name FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE';

/** Opens the database: whether the erasure is in force, whether a version or a byte of the files has the mark, and what ledgers say. */
function examine(disk: LyingDisk) {
  const session = new Session(openOn(disk));
  const isTable = query(session, "SELECT 1 FROM sqlite_schema WHERE name = 't'").length > 0;
  const names = isTable ? query(session, VERSIONS).map(String) : [];
  const files = [disk.shownBytes('main'), disk.shownBytes('wal')];
  return {
    badLedgers: query(session, 'VERIFY LEDGER').filter(([, , firstBad]) => firstBad !== null),
    isErased: query(session, 'SELECT * FROM helios.erasures').length > 0,
    isVersion: names.some((name) => name.includes(MARK)),
    isByte: files.some((bytes) => Buffer.from(bytes).includes(MARK)),
  };
}

test('a crash in the middle of ERASE leaves what was there, or nothing of it in any byte', () => {
  for (const seed of testSeeds(1)) {
    const seen = new Set<string>();
    momentsOf(erasures, seed, { synchronous: 'full' }).forEach(({ disk, progress }, i) => {
      for (const damage of disk.damages(1)) {
        const found = examine(disk.crash(damage));
        const where = `seed ${seed}, crash at change ${i + 1}, damage ${JSON.stringify(damage)}, ${JSON.stringify(progress)}`;
        seen.add(`${found.isErased ? 'erased' : ''} ${found.isVersion ? 'there' : ''}`);
        expect({ where, bad: found.badLedgers }).toEqual({ where, bad: [] });
        // Rows that have gone without the record of it would never be cleared away.
        if (progress.acknowledged >= INSERTED_BY_STEP)
          expect({ where, isErased: found.isErased }).toEqual({ where, isErased: !found.isVersion });
        if (found.isErased)
          expect({ where, ...found }).toEqual({
            where,
            badLedgers: [],
            isErased: true,
            isVersion: false,
            isByte: false,
          });
      }
    });
    expect([...seen].sort()).toEqual([' ', ' there', 'erased ']);
  }
}, 120_000);
