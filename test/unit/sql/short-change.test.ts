import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const SCHEMA = `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b TEXT COLLATE NOCASE UNIQUE, c REAL, d, UNIQUE (d, a)); CREATE INDEX i ON t (a)`;
const VALUES: readonly unknown[] = [
  null,
  0,
  3,
  -0,
  2.5,
  '4',
  'x',
  'Y',
  7n,
  Number.NaN,
  true,
  2n ** 70n,
  undefined,
  [1],
];

function open(): Session {
  return new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
}

function outcome(session: Session, sql: string, values: readonly unknown[]): unknown {
  try {
    const { changes } = session.prepare(sql).run(values);
    return [changes, ...query(session, 'SELECT changes(), total_changes()')];
  } catch (error) {
    if (!isHeliosError(error)) throw error;
    return [`${error.code}: ${error.message}`, ...query(session, 'SELECT changes(), total_changes()')];
  }
}

/** A statement, and how many parameters it has. */
function statement(random: SeededRandom): { readonly sql: string; readonly parameters: number } {
  const assigned = random.pick([
    'a = ?',
    'd = ?',
    'a = a + ?',
    'b = ?',
    'c = a, d = ?',
    'b = b || ?',
    "b = NULL, c = ? + 1, d = 'z'",
  ]);
  const where = random.pick([
    'id = ?', 'id = ? AND a > 1', 'a < ?', 'a = ?', 'b = ?', "b IN ('x', ?)", 'd IS ?', 'd = ? AND a = 2', "c + ? > 0 OR b = 'y'",
  ]); // biome-ignore format: a list
  if (random.chance(0.2)) return { sql: `DELETE FROM t WHERE ${where}`, parameters: 1 };
  return random.chance(0.15)
    ? { sql: `UPDATE t SET ${assigned}`, parameters: 1 }
    : { sql: `UPDATE t SET ${assigned} WHERE ${where}`, parameters: 2 };
}

function insertRow(sessions: readonly Session[], random: SeededRandom): void {
  const id = random.below(12);
  const row = [id, random.below(4), random.pick(['x', 'y', 'z', null, 'w', String(id)]), random.below(3) / 2, 'd'];
  for (const session of sessions) session.prepare('INSERT OR IGNORE INTO t VALUES (?, ?, ?, ?, ?)').run(row);
}

describe('UPDATE and DELETE by the short way', () => {
  test('do and refuse what those do that return their rows, which take the long one (random)', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new SeededRandom(seed);
      const sessions = [open(), open()] as const;
      for (const session of sessions) session.executeScript(SCHEMA);
      for (let step = 0; step < 40; step++) {
        if (step % 3 === 0) insertRow(sessions, random);
        if (random.chance(0.05)) for (const session of sessions) if (!session.inTransaction) session.checkpoint();
        if (random.chance(0.1))
          for (const session of sessions)
            session.executeScript(session.inTransaction ? random.pick(['COMMIT']) : 'BEGIN');
        const { sql, parameters } = statement(random);
        const values = Array.from({ length: parameters }, () =>
          random.pick([...VALUES, random.below(12), random.below(12)]),
        );
        const [short, long] = [outcome(sessions[0], sql, values), outcome(sessions[1], `${sql} RETURNING 1`, values)];
        expect(short, `seed ${seed}: ${sql} with ${values.map(String).join(', ')}`).toEqual(long);
        const [rows, others] = sessions.map((session) => query(session, 'SELECT *, typeof(d) FROM t ORDER BY id'));
        expect(rows, `seed ${seed}: ${sql} with ${values.map(String).join(', ')}`).toEqual(others);
      }
    }
  });

  test('that fail in the middle leave no row changed, inside of a transaction and alone', () => {
    const session = open();
    session.executeScript(`${SCHEMA}; INSERT INTO t VALUES (1, 1, 'x', 1, 1), (2, 2, 'y', 2, 2)`);
    for (const begin of ['', 'BEGIN']) {
      session.executeScript(begin);
      for (const sql of ["UPDATE t SET b = 'z'", 'UPDATE t SET a = nullif(a, 2)', "UPDATE t SET b = 'x' WHERE id = 2"])
        expect(() => session.executeScript(sql)).toThrow();
      expect(query(session, 'SELECT id, a, b FROM t ORDER BY id')).toEqual([
        [1, 1, 'x'],
        [2, 2, 'y'],
      ]);
    }
    session.executeScript('UPDATE t SET a = 5 WHERE id = 2; ROLLBACK');
    expect(query(session, 'SELECT a FROM t ORDER BY id')).toEqual([[1], [2]]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('leave it to the long way where a stretch of an index has too many rows', () => {
    for (const rows of [LIMITS.directRows, LIMITS.directRows + 1]) {
      const session = open();
      session.executeScript(
        `${SCHEMA}; INSERT INTO t SELECT value, value <= ${rows}, value, 0, value FROM generate_series(1, 30000)`,
      );
      expect(query(session, 'EXPLAIN UPDATE t SET c = id WHERE a = 1').flat().join()).toContain('USING INDEX i');
      expect(session.prepare('UPDATE t SET c = id WHERE a = ?').run([1]).changes).toBe(rows);
      expect(query(session, 'SELECT count(*), sum(c) FROM t WHERE c > 0')).toEqual([[rows, (rows * (rows + 1)) / 2]]);
      expect(query(session, 'SELECT changes()')).toEqual([[rows]]);
    }
  });

  test('see the newest versions where most have ended, and others still see those', () => {
    const session = open();
    session.executeScript(`${SCHEMA}; INSERT INTO t SELECT value, value, value, 0, 0 FROM generate_series(1, 20)`);
    const before = session.openRead();
    const add = session.prepare('UPDATE t SET c = c + 1 WHERE a = ?');
    for (let i = 0; i < 400; i++) add.run([1 + (i % 20)]);
    expect(query(session, 'SELECT min(c), max(c), count(*) FROM t')).toEqual([[20, 20, 20]]);
    const table = session.engine.table(session.catalog.table(session.readPoint, 't')?.id as number);
    let seen = 0;
    const scan = table.scan(before, [3]);
    for (let batch = scan.next(); batch !== null; batch = scan.next()) seen += batch.selectedCount;
    expect(seen).toBe(20);
    before.close();
  });
});
