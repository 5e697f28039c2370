import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import type { PreparedStatement } from '../../../src/sql/prepared-statement.ts';
import type { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query, rowsOf } from '../../support/sql-session.ts';

/** What tells plans apart. */
function planOf(statement: PreparedStatement): unknown {
  return (statement as unknown as { readonly ready: { readonly compiled: unknown } }).ready.compiled;
}

/** The plans of texts, run one after the other, as numbers: equal for texts that share one. */
function plansOf(session: Session, texts: readonly string[]): number[] {
  const known: unknown[] = [];
  return texts.map((sql) => {
    const statement = session.prepare(sql);
    rowsOf(statement);
    const plan = planOf(statement);
    return known.includes(plan) ? known.indexOf(plan) : known.push(plan) - 1;
  });
}

const SCHEMA = `CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, s TEXT, b BLOB, n NUMERIC, a, d DATE,
    ts TIMESTAMP, dec DECIMAL(8,2), big DECIMAL(30,4), j JSON, u UUID, ok BOOLEAN, nc TEXT COLLATE NOCASE);
  CREATE TABLE other (k INTEGER, v TEXT NOT NULL UNIQUE, CHECK (k < 900));
  CREATE INDEX t_i ON t (i);
  CREATE INDEX t_s ON t (s);
  CREATE INDEX other_k ON other (k) WHERE k > 10;
  CREATE VIEW seen AS SELECT id, i, r, s, b, n, a, d, ts, dec, j, u, ok, nc FROM t WHERE i > 2 AND s <> 'x1';
  CREATE TABLE log (n, what);
  CREATE TABLE logged (n INTEGER, what TEXT);
  CREATE TRIGGER logs AFTER INSERT ON logged WHEN new.n > 5 BEGIN
    INSERT INTO log VALUES (new.n + 1, new.what || '!');
  END;`;

function sessionWithRows(options: Parameters<typeof memorySession>[0] = {}): Session {
  const session = memorySession(options);
  session.executeScript(SCHEMA);
  for (let i = 1; i <= 40; i++) {
    session.executeScript(`INSERT INTO t (id, i, r, s, n, a, d, dec, ok, nc) VALUES
      (${i}, ${i % 7}, ${i / 4}, 'x${i % 5}', ${i}, 'a${i % 3}', '2024-01-${10 + (i % 9)}', ${i}.25, ${i % 2}, 'N${i % 4}');
      INSERT INTO other VALUES (${i % 12}, 'v${i}')`);
  }
  return session;
}

describe('texts that differ in literals', () => {
  test('share a plan from the third on', () => {
    const session = sessionWithRows();
    const texts = [1, 2, 3, 4].map((id) => `SELECT s FROM t WHERE id = ${id}`);
    expect(plansOf(session, texts)).toEqual([0, 1, 1, 1]);
    expect(texts.map((sql) => query(session, sql))).toEqual([[['x1']], [['x2']], [['x3']], [['x4']]]);
  });

  test('share a plan from the third on when they are long, too', () => {
    const session = sessionWithRows();
    const long = ' '.repeat(2000);
    expect(
      plansOf(
        session,
        [1, 2, 3, 4].map((id) => `SELECT s FROM t${long}WHERE id = ${id}`),
      ),
    ).toEqual([0, 1, 1, 1]);
  });

  test('share none with texts that only look alike', () => {
    const session = sessionWithRows();
    const texts = [
      'SELECT 1 AS a',
      'SELECT 1 AS A',
      'SELECT 1  AS a',
      'SELECT 1 /* - */ AS a',
      'SELECT 1 AS "a"',
      'SELECT 1 AS "b"',
    ];
    for (let round = 0; round < 4; round++) {
      for (const sql of texts) {
        expect(
          session.prepare(sql).columns.map(({ name }) => name),
          sql,
        ).toEqual([/"?(\w)"?$/.exec(sql)?.[1]]);
      }
    }
  });

  test('are remembered however many others come in between', () => {
    const session = sessionWithRows();
    const text = (id: number) => `SELECT s FROM t WHERE id = ${id}`;
    const [, shared] = [1, 2].map((id) => planOf(session.prepare(text(id))));
    for (let i = 0; i < 200; i++) session.prepare(`SELECT id AS column_${i} FROM t`);
    expect(planOf(session.prepare(text(3)))).toBe(shared);
  });

  test('do not where a literal decides about the plan', () => {
    const session = sessionWithRows();
    expect(
      plansOf(
        session,
        [1, 2, 3, 2].map((n) => `SELECT s FROM t ORDER BY id LIMIT ${n}`),
      ),
    ).toEqual([0, 1, 2, 1]);
    expect(
      new Set(
        plansOf(
          session,
          [11, 12, 13].map((n) => `SELECT v FROM other WHERE k > ${n}`),
        ),
      ).size,
    ).toBe(3);
  });

  test('keep the names of their columns', () => {
    const session = sessionWithRows();
    const names = (sql: string) => session.prepare(sql).columns.map(({ name }) => name);
    for (let n = 1; n < 5; n++) {
      expect(names(`SELECT i + ${n}, (SELECT v FROM other WHERE k = ${n}), i AS "x" FROM t WHERE i = ${n}`)).toEqual([
        `i + ${n}`,
        `(SELECT v FROM other WHERE k = ${n})`,
        'x',
      ]);
    }
  });

  test('read an alias as it is written', () => {
    const session = sessionWithRows();
    for (let n = 1; n < 6; n++) {
      const sql = `SELECT i + ${n} AS x FROM t WHERE x = ${n + 3} LIMIT 1`;
      expect(query(session, sql), sql).toEqual([[n + 3]]);
    }
  });

  test('are planned again when the catalogue has changed', () => {
    const session = sessionWithRows();
    const rows = (n: number) => query(session, `SELECT * FROM other WHERE k = ${n} AND v = 'v${n}'`);
    for (let n = 1; n < 4; n++) expect(rows(n)).toEqual([[n, `v${n}`]]);
    session.executeScript('ALTER TABLE other ADD COLUMN extra DEFAULT 7');
    for (let n = 1; n < 4; n++) expect(rows(n)).toEqual([[n, `v${n}`, 7]]);
    session.executeScript('DROP TABLE other');
    expect(() => rows(1)).toThrow('no such table');
  });

  test('are planned again when a table has grown', () => {
    const session = sessionWithRows();
    const texts = [1, 2, 3].map((n) => `SELECT count(*) FROM t JOIN other ON k = i WHERE r > ${n}`);
    const [, before] = texts.map((sql) => planOf(session.prepare(sql)));
    expect(planOf(session.prepare(texts[1]))).toBe(before);
    session.executeScript(`INSERT INTO t (i, r) SELECT 1, 2 FROM generate_series(1, 1000)`);
    expect(planOf(session.prepare(texts[1]))).not.toBe(before);
  });

  test('are told apart from parameters', () => {
    const session = sessionWithRows();
    for (let n = 1; n < 6; n++) {
      expect(query(session, `SELECT id FROM t WHERE id > ? AND id < ${n + 2} AND s <> ?`, [n, 'none'])).toEqual([
        [n + 1],
      ]);
    }
    const write = (n: number) =>
      session.prepare(`INSERT INTO other VALUES (?, 'new ${n}')`).run([n]) &&
      query(session, 'SELECT max(v) FROM other');
    for (let n = 1; n < 4; n++) write(n);
    expect(query(session, "SELECT k, v FROM other WHERE v LIKE 'new%'")).toEqual([1, 2, 3].map((n) => [n, `new ${n}`]));
  });

  test('raise the same errors at the same time', () => {
    const session = sessionWithRows();
    for (let n = 1; n < 4; n++) session.prepare(`INSERT INTO t (i, d) VALUES (${n}, '2024-02-0${n}')`).run();
    expect(() => session.prepare(`INSERT INTO t (i, d) VALUES (1, 'soon')`)).toThrow("cannot take the text 'soon'");
    expect(() => session.prepare(`INSERT INTO t (i, d) VALUES (1, '2024-02-30')`)).toThrow("'2024-02-30'");
  });

  test('hold in the statements of a script', () => {
    const session = sessionWithRows();
    const texts = [1, 2, 3, 4].map((n) => `INSERT INTO other VALUES (${n}, 'script ${n}') ; -- ${n}\n`);
    session.executeScript(texts.join(''));
    expect(query(session, "SELECT k FROM other WHERE v LIKE 'script%'")).toEqual([[1], [2], [3], [4]]);
    expect(() => session.prepare("INSERT INTO other VALUES (1, 'script 5'); SELECT 1")).toThrow('only one statement');
  });
});

type Draw = (random: SeededRandom) => string;

const number: Draw = (random) => {
  const n = random.between(0, 45);
  return ['', '-'][random.below(8) === 0 ? 1 : 0] + [`${n}`, `${n}`, `${n}.0`, `${n}.25`, `${n}e0`][random.below(5)];
};
const text: Draw = (random) =>
  [`'x${random.below(6)}'`, `'n${random.below(5)}'`, `'${random.below(50)}'`, "'it''s'", "'2024-01-12'", "''"][
    random.below(6)
  ];
const odd: Draw = (random) => ["x'78'", 'NULL', 'TRUE', '0x1F', '9223372036854775808', '1_000'][random.below(6)];
const value: Draw = (random) => [number, number, text, text, odd][random.below(5)](random);
const column: Draw = (random) => 'id i r s b n a d ts dec j u ok nc'.split(' ')[random.below(14)];
const comparison: Draw = (random) => ['=', '<>', '<', '>=', 'IS'][random.below(5)];

const condition: Draw = (random) => {
  const [c, v] = [column(random), value(random)];
  switch (random.below(8)) {
    case 0:
      return `${v} ${comparison(random)} ${c}`;
    case 1:
      return `${c} BETWEEN ${v} AND ${value(random)}`;
    case 2:
      return `${c} IN (${v}, ${value(random)})`;
    case 3:
      return `${c} + ${number(random)} > ${v}`;
    case 4:
      return `${v} < ${value(random)}`;
    case 5:
      return `${c} IN (SELECT k FROM other WHERE k > ${number(random)} AND v <> ${text(random)})`;
    default:
      return `${c} ${comparison(random)} ${v}`;
  }
};

/** Makes a statement whose parts are fixed by `shape` and whose literals by `random`. */
const STATEMENTS: readonly Draw[] = [
  (random) => `SELECT id, i, r, s FROM t WHERE ${condition(random)} ORDER BY id`,
  (random) => `SELECT id FROM t WHERE ${condition(random)} AND ${condition(random)} ORDER BY id LIMIT 5`,
  (random) => `SELECT id FROM t WHERE ${condition(random)} OR NOT (${condition(random)}) ORDER BY id`,
  (random) => `SELECT s, count(*), ${number(random)} FROM t WHERE ${condition(random)} GROUP BY s ORDER BY s`,
  (random) =>
    `SELECT t.id, v FROM t LEFT JOIN other ON k = i AND ${condition(random)} WHERE id < ${number(random)} ORDER BY t.id, v`,
  (random) => `UPDATE t SET ${column(random)} = ${value(random)} WHERE ${condition(random)} RETURNING id, i, r, s`,
  (random) => `UPDATE t SET r = r + ${number(random)}, s = ${text(random)} WHERE id = ${number(random)} RETURNING *`,
  (random) => `INSERT INTO t (i, ${column(random)}) VALUES (${number(random)}, ${value(random)}) RETURNING *`,
  (random) => `INSERT INTO t (${column(random)}) VALUES (${value(random)})`,
  (random) =>
    `INSERT INTO other VALUES (${number(random)}, ${text(random)}) ON CONFLICT (v) DO UPDATE SET k = k + ${number(random)}`,
  (random) =>
    `INSERT INTO other SELECT i + ${number(random)}, ${text(random)} || id FROM t WHERE id = ${number(random)}`,
  (random) =>
    `WITH few AS (SELECT id, i FROM t WHERE ${condition(random)}) SELECT a.id, b.i FROM few a JOIN few b ON b.id = a.id + ${number(random)} ORDER BY a.id LIMIT 9`,
  (random) => `SELECT id, s FROM seen WHERE id < ${number(random)} AND ${condition(random)} ORDER BY id`,
  (random) =>
    `SELECT id FROM t WHERE EXISTS (SELECT 1 FROM other WHERE k = i + ${number(random)} AND v > ${text(random)}) ORDER BY id`,
  (random) =>
    `SELECT id, x FROM (SELECT id, i + ${number(random)} AS x FROM t WHERE r < ${number(random)}) WHERE x = ${number(random)} ORDER BY id`,
  (random) =>
    `SELECT i, max(r) FROM t WHERE ${condition(random)} GROUP BY i HAVING count(*) > ${random.below(3)} ORDER BY i`,
  (random) =>
    `SELECT id FROM t WHERE i = ${number(random)} UNION SELECT k FROM other WHERE k > ${number(random)} ORDER BY 1`,
  (random) =>
    `UPDATE t SET i = k + ${number(random)} FROM other WHERE id = ${number(random)} AND v = 'v${random.below(9)}'`,
  (random) => `INSERT INTO logged VALUES (${number(random)}, ${text(random)}), (${number(random)}, ${text(random)})`,
  (random) =>
    `SELECT *, CASE WHEN n > ${number(random)} THEN ${text(random)} END FROM logged WHERE n <> ${number(random)}`,
  (random) => `DELETE FROM other WHERE k = ${number(random)} AND v > ${text(random)}`,
];

interface Answer {
  readonly place: string;
  readonly result: unknown;
}

function answer(session: Session, sql: string): Answer {
  let place = 'prepare';
  try {
    const statement = session.prepare(sql);
    place = 'run';
    return { place, result: [statement.columns.map(({ name, type }) => [name, type]), rowsOf(statement)] };
  } catch (error) {
    if (!isHeliosError(error)) throw error;
    return { place, result: [error.code, error.message, error.position ?? null] };
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a plan for any literals answers as one for these does (seed %i)', (seed) => {
  const random = new SeededRandom(seed);
  const cached = sessionWithRows();
  const plain = sessionWithRows({ disabledRules: ['literal-parameters'] });
  for (let k = 0; k < 40; k++) {
    const make = STATEMENTS[random.below(STATEMENTS.length)];
    const shapeSeed = random.u32();
    for (let turn = 0; turn < 6; turn++) {
      // Literals vary, and once in a while the columns too.
      const sql = make(new SeededRandom(turn < 4 ? shapeSeed : random.u32()));
      const varied = turn === 0 ? sql : vary(sql, random);
      expect(answer(cached, varied), varied).toEqual(answer(plain, varied));
      expect(query(cached, 'SELECT * FROM t ORDER BY id'), varied).toEqual(query(plain, 'SELECT * FROM t ORDER BY id'));
      expect(query(cached, 'SELECT * FROM log'), varied).toEqual(query(plain, 'SELECT * FROM log'));
      expect(query(cached, 'SELECT * FROM other ORDER BY v'), varied).toEqual(
        query(plain, 'SELECT * FROM other ORDER BY v'),
      );
    }
  }
});

/** Other values in place of some of the literals, of the same kind. */
function vary(sql: string, random: SeededRandom): string {
  return sql.replaceAll(/'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g, (found) => {
    if (random.below(4) === 0) return found;
    if (found.startsWith("'")) return text(random);
    const n = random.between(0, 45);
    return found.includes('.') ? `${n}.${found.split('.')[1]}` : `${n}`;
  });
}
