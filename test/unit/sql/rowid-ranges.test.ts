import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { TestDatabase } from '../../support/test-database.ts';

const ROWS = 2 * LIMITS.blockRows + 500;
const POINTS = [
  '',
  'AS OF TRANSACTION 2',
  'AS OF TRANSACTION 3',
  'AS OF TRANSACTION 4',
  'VERSIONS BETWEEN MINVALUE AND MAXVALUE',
];
/** Ends that are no rowids, too. */
const ENDS = ['0', '1', '-9223372036854775808', '9223372036854775807', '1e300', '-1e999', '4096.5', "'x'", 'NULL'];

let db: TestDatabase;

describe('ranges of rowids', () => {
  beforeAll(() => {
    db = new TestDatabase();
    db.run(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)',
      `INSERT INTO t SELECT value, value % 13 FROM generate_series(1, ${ROWS})`,
      'UPDATE t SET v = v + 100 WHERE id % 3 = 0 OR id BETWEEN 4000 AND 4200',
      'DELETE FROM t WHERE id % 10 = 4; UPDATE t SET v = v + 100 WHERE id BETWEEN 4090 AND 4110',
      'VACUUM',
      // Some of the rows of segments have ended since, and some are in the delta.
      'UPDATE t SET v = v + 1000 WHERE id % 500 = 7',
    );
    expect(db.engine.table(db.engine.catalog.table(db.engine.current, 't')?.id ?? -1).segments).toHaveLength(2);
  });

  function check(low: string, high: string, point: string): void {
    const name = `${low} ${high} ${point}`;
    const of = (column: string, list: string): unknown[][] =>
      db.all(`SELECT ${list} FROM t ${point} WHERE ${column} ${low} AND ${column} ${high}`);
    for (const list of ['count(*), sum(v), min(v), max(id)', 'count(*), min(id)', 'id, v']) {
      // A sign before a name hides it from the planner.
      const [found, expected] = ['id', '+id'].map((column) => of(column, list).map(String).sort());
      expect(found, `${list} ${name}`).toEqual(expected);
    }
  }

  test('are the rows that their ends say, at any point and wherever these lie (random)', () => {
    const random = new SeededRandom(7);
    for (let i = 0; i < 25; i++) {
      const low = random.below(ROWS + 200) - 100;
      const high = low + random.below(random.chance(0.5) ? 50 : ROWS);
      const [above, below] = [random.chance(0.5) ? '>=' : '>', random.chance(0.5) ? '<=' : '<'];
      for (const point of POINTS) check(`${above} ${low}`, `${below} ${high}`, point);
    }
  });

  test.each([
    [LIMITS.batchRows, LIMITS.batchRows + 1],
    [LIMITS.blockRows, LIMITS.blockRows + 1],
    [LIMITS.blockRows + 1, 2 * LIMITS.blockRows],
    [1, ROWS],
    [ROWS, 1],
  ])('at the edges of blocks: from %i to %i', (low, high) => {
    for (const point of POINTS) check(`>= ${low}`, `<= ${high}`, point);
  });

  test.each(ENDS)('with an end that may be no rowid: %s', (end) => {
    for (const point of ['', 'AS OF TRANSACTION 3']) {
      check(`> ${end}`, '< 4200', point);
      check('>= 4000', `<= ${end}`, point);
    }
  });
});
