import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { TestDatabase } from '../../support/test-database.ts';

const ROWS = 2 * LIMITS.blockRows + 500;
const KEYS = 400;
const LAST = 8;

let db: TestDatabase;

/** Keys of several types, NULLs and integers beyond doubles among what is read; versions in several segments and the delta. */
function fill(): void {
  db.run(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER, w TEXT, v REAL, big INTEGER)',
    'CREATE INDEX by_k ON t (k); CREATE INDEX by_w ON t (w, k DESC)',
    `INSERT INTO t SELECT value, value * 7919 % ${KEYS}, 'w' || (value % 90), nullif(value % 9, 4) / 8.0,
      CASE WHEN value % 50 = 1 THEN 9007199254740993 + value ELSE value END FROM generate_series(1, ${ROWS})`,
    'UPDATE t SET v = v + 1 WHERE id % 3 = 0',
  );
  db.session.checkpoint();
  db.run(`UPDATE t SET v = NULL, k = (k + 1) % ${KEYS} WHERE id % 5 = 1; DELETE FROM t WHERE id % 11 = 7`);
  db.session.checkpoint();
  db.run("UPDATE t SET w = w || 'x' WHERE id % 100 < 3");
  expect(db.now).toBe(LAST);
}

describe('rows of an index', () => {
  beforeAll(() => {
    db = new TestDatabase();
    fill();
  });

  /** What an index finds in order, and what is found without it. */
  function check(where: (k: string, w: string) => string, order: string, point: string): void {
    const [found, expected] = [where('k', 'w'), where('+k', "''||w")].map((condition) =>
      db.all(`SELECT k, id, v, w, big FROM t ${point} WHERE ${condition} ORDER BY ${order}`).map(String),
    );
    expect(found, `${where('k', 'w')} ORDER BY ${order} ${point}`).toEqual(expected);
  }

  function checkAll(random: SeededRandom): void {
    const points = ['', ...[4, 4].map((from) => `AS OF TRANSACTION ${from + random.below(LAST - 3)}`)];
    const [key, other, width] = [random.below(KEYS), random.below(KEYS), random.below(40)];
    for (const point of points) {
      check((k) => `${k} = ${key}`, 'k, id', point);
      check((k) => `${k} = ${key}`, 'k DESC, id DESC', point);
      check((k) => `${k} BETWEEN ${key} AND ${key + width}`, 'k, id', point);
      check((k) => `${k} IN (${key}, ${other})`, 'k, id', point);
      check((_, w) => `${w} = 'w${key % 90}'`, 'w, k DESC, id', point);
      check((k, w) => `${w} = 'w${key % 90}' AND ${k} < ${other}`, 'w DESC, k, id', point);
    }
  }

  test('are those that a scan finds, at any point, however often they are asked for (random)', () => {
    for (let seed = 1; seed <= 8; seed++) checkAll(new SeededRandom(seed));
    // What was kept of visible rows does not hold for what ends later.
    db.run('BEGIN; DELETE FROM t WHERE id % 7 = 3');
    for (let seed = 1; seed <= 3; seed++) checkAll(new SeededRandom(seed));
    db.run('ROLLBACK');
    for (let seed = 1; seed <= 3; seed++) checkAll(new SeededRandom(seed));
  });
});
