import { describe, expect, test } from 'vitest';
import { RowBuilder } from '../../../src/client/row-builder.ts';
import type { SelectStatement } from '../../../src/sql/ast/select.ts';
import { bindQuery } from '../../../src/sql/binder/bind-select.ts';
import { Binder } from '../../../src/sql/binder/binder.ts';
import type { JoinKind, JoinNode, PlanColumn } from '../../../src/sql/binder/logical-plan.ts';
import { Cursor } from '../../../src/sql/cursor.ts';
import { operatorTitle } from '../../../src/sql/explain/operator-title.ts';
import type { BoundExpression } from '../../../src/sql/expressions/bound-expression.ts';
import { STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import { NO_ARGUMENTS } from '../../../src/sql/parameters.ts';
import { parseStatement } from '../../../src/sql/parser/parse.ts';
import { Planner } from '../../../src/sql/planner/planner.ts';
import { disabledSwitches, OPTIMIZER_SWITCHES } from '../../../src/sql/planner/switches.ts';
import { QueryRunner } from '../../../src/sql/runners/query-runner.ts';
import { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

interface JoinCase {
  readonly join: JoinKind;
  readonly on: string;
  /** `left IN right`, as the comparison of a null-aware join. */
  readonly isIn?: string;
}

/** A join of l and r that no SQL text writes: the left side's columns, and what the join adds. */
function joinPlan(session: Session, { join, on, isIn }: JoinCase, disabled: Iterable<string>) {
  const sql = `SELECT l.id, l.x, l.y, r.id FROM l JOIN r ON ${isIn === undefined ? on : `${on} AND ${isIn}`}`;
  const { statement } = parseStatement(sql);
  const { catalog } = session;
  const binder = new Binder(catalog, session.readPoint, sql);
  const query = bindQuery(statement as SelectStatement, binder, null, null);
  const node = query.plan as JoinNode;
  const all: readonly BoundExpression[] = node.conditions;
  const count = isIn === undefined ? 0 : isIn.split(' AND ').length;
  const mark: PlanColumn = binder.column('mark', STATIC_TYPES.INTEGER);
  const plan: JoinNode = {
    ...node,
    join,
    conditions: all.slice(0, all.length - count),
    ...(count > 0 ? { nullAware: all.slice(all.length - count) } : {}),
    ...(join === 'mark' ? { mark } : {}),
  };
  const [id, x, y, right] = query.columns;
  const added = join === 'mark' ? [mark] : join === 'semi' || join === 'anti' ? [] : [right];
  return new Planner(session.statistics, disabledSwitches(disabled)).planQuery({ plan, columns: [id, x, y, ...added] });
}

function rowsOfJoin(session: Session, join: JoinCase, disabled: Iterable<string>): string[] {
  const plan = joinPlan(session, join, disabled);
  const cursor = new Cursor(plan.columns, new QueryRunner(plan, session).open(NO_ARGUMENTS));
  const builder = new RowBuilder(cursor.columns, {}, 'array');
  const rows: unknown[][] = [];
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    if (batch.count > 0) builder.append(batch.vectors, batch.selection, batch.count, rows);
  }
  return rows.map((row) => row.join('|')).sort();
}

/** The same by subqueries. */
function rowsBySubquery(session: Session, { join, on, isIn }: JoinCase): string[] {
  const matches = isIn === undefined ? '' : inSubquery(isIn, on);
  const exists = `EXISTS (SELECT 1 FROM r WHERE ${on})`;
  const first = `(SELECT r.id FROM r WHERE ${on} ORDER BY r.id LIMIT 1)`;
  const sql = ((): string => {
    switch (join) {
      case 'semi':
        return `SELECT l.id, l.x, l.y FROM l WHERE ${exists}`;
      case 'anti':
        return `SELECT l.id, l.x, l.y FROM l WHERE NOT ${isIn === undefined ? exists : matches}`;
      case 'single':
        return `SELECT l.id, l.x, l.y, ${first} FROM l`;
      case 'mark':
        return `SELECT l.id, l.x, l.y, ${isIn === undefined ? exists : matches} FROM l`;
      default:
        return `SELECT l.id, l.x, l.y, r.id FROM l ${join} JOIN r ON ${on}`;
    }
  })();
  return query(session, sql)
    .map((row) => row.join('|'))
    .sort();
}

function inSubquery(isIn: string, on: string): string {
  const pairs = isIn.split(' AND ').map((equality) => equality.split(' = '));
  const [left, right] = [0, 1].map((side) => pairs.map((pair) => pair[side]).join(', '));
  return `((${left}) IN (SELECT ${right} FROM r WHERE ${on}))`;
}

function sessionWith(options: { readonly batchRows?: number; readonly left: number; readonly right: number }): Session {
  const session = memorySession({ ...options, disabledRules: OPTIMIZER_SWITCHES });
  session.executeScript(`
    CREATE TABLE l (id INTEGER PRIMARY KEY, x INTEGER, y TEXT COLLATE NOCASE);
    CREATE TABLE r (id INTEGER PRIMARY KEY, x INTEGER, y TEXT);
    CREATE INDEX r_x ON r (x);`);
  const random = new SeededRandom(7);
  const pick = (values: readonly unknown[]) => values[random.u32() % values.length];
  for (const [table, count] of [
    ['l', options.left],
    ['r', options.right],
  ] as const) {
    const insert = session.prepare(`INSERT INTO ${table} (x, y) VALUES (?, ?)`);
    for (let i = 0; i < count; i++) insert.run([pick([null, 1, 2, 3, 4, 50]), pick([null, 'a', 'A', 'b', 'c'])]);
  }
  return session;
}

const CONDITIONS = [
  'l.x = r.x',
  'l.x IS r.x',
  'l.x = r.x AND l.y = r.y',
  'l.x = r.x AND l.id < r.id',
  'l.id > r.id + 20',
  'r.id > l.x AND r.id <= l.x + 5',
  'l.id BETWEEN r.id - 3 AND r.id + 3.5',
  "l.x < r.x AND l.y = r.y || ''",
  'r.x >= l.x AND l.id > r.id',
];
const CASES: readonly JoinCase[] = [
  ...(['inner', 'left', 'full', 'semi', 'anti', 'single', 'mark'] as const).flatMap((join) =>
    CONDITIONS.map((on) => ({ join, on })),
  ),
  ...(['anti', 'mark'] as const).flatMap((join) =>
    ['1', 'l.y = r.y', 'r.x IS NOT NULL', 'r.id < 0', 'l.id < r.id', 'r.y IS NOT NULL AND l.y = r.y'].flatMap((on) =>
      ['l.x = r.x', 'l.y = r.y', 'l.x = r.x AND l.y = r.y', '3 = r.x', 'l.x = r.x + l.id * 0'].map((isIn) => ({
        join,
        on,
        isIn,
      })),
    ),
  ),
];

const SIZES = [
  { left: 60, right: 12 },
  { left: 12, right: 60 },
  { left: 5, right: 0 },
  { left: 0, right: 5 },
  { left: 40, right: 30, batchRows: 2 },
  { left: 40, right: 30, batchRows: 3 },
  { left: 2, right: 400 },
];

describe.each(SIZES)('joins of $left with $right rows', (size) => {
  const session = sessionWith(size);
  test.each(CASES)('$join on $on, in $isIn', (join) => {
    const expected = rowsBySubquery(session, join);
    for (const disabled of [[], ['lookup-join'], ['lookup-join', 'hash-join'], OPTIMIZER_SWITCHES]) {
      expect(rowsOfJoin(session, join, disabled)).toEqual(expected);
    }
  });
});

test('a range of numbers is looked for among sorted rows, on the side that has both ends', () => {
  const session = sessionWith({ left: 30, right: 300 });
  const titleOf = (join: JoinKind, on: string) => operatorTitle(joinPlan(session, { join, on }, ['lookup-join']).plan);
  expect(titleOf('inner', 'r.id BETWEEN l.x AND l.id')).toBe('RANGE JOIN INNER (condition)');
  expect(titleOf('left', 'l.id > r.id AND l.id < r.x')).toBe('RANGE JOIN RIGHT (condition)');
  // Text has no numbers to sort by, what may raise an error is not computed for all rows, and of a single join the first partner counts.
  for (const on of ['l.y < r.y', 'l.x - 1 < r.x + 1', 'l.x <> r.x']) expect(titleOf('inner', on)).toMatch(/^NESTED/);
  expect(titleOf('single', 'l.x < r.x')).toMatch(/^NESTED/);
});

test('a range join compares as its condition does, whatever the numbers are', () => {
  const session = memorySession({ disabledRules: ['direct'] });
  session.executeScript(`CREATE TABLE a (id INTEGER PRIMARY KEY, low INTEGER, high REAL); CREATE TABLE b (n INTEGER, r REAL);
    INSERT INTO a SELECT value, value * 3 - 40, CASE value % 5 WHEN 0 THEN NULL ELSE value * 3.5 - 39 END FROM generate_series(1, 30);
    INSERT INTO b SELECT value % 50, value * 1.25 - 60 FROM generate_series(1, 200);
    INSERT INTO b VALUES (NULL, 1e999), (3, -1e999), (-3, NULL), (0, -0.0)`);
  const plain = new Session(session.engine, { disabledRules: OPTIMIZER_SWITCHES });
  const compare = (sql: string) => {
    expect(query(session, `EXPLAIN ${sql}`).join('\n'), sql).toMatch(/RANGE JOIN/);
    expect(query(session, sql), sql).toEqual(query(plain, sql));
  };
  const kinds = ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'];
  const ranges = [
    'n BETWEEN low AND high',
    'r > low AND r <= high',
    'r >= low',
    'n < high',
    'low + 9223372036854775700 > n',
  ];
  const all = () => {
    for (const kind of kinds)
      for (const on of ranges) compare(`SELECT id, n, r FROM a ${kind} b ON ${on} ORDER BY 1, 2, 3`);
  };
  expect(() => query(session, 'SELECT count(*) FROM a JOIN b ON n < low + 9223372036854775807')).toThrow(
    'leaves the range',
  );
  // It is raised for the pairs that come to it, and for no others.
  expect(query(session, 'SELECT count(*) FROM a JOIN b ON n > low + 1000 AND n < low + 9223372036854775807')).toEqual([
    [0],
  ]);
  all();
  session.executeScript('INSERT INTO b VALUES (9007199254740993, 5), (-9007199254740993, 6)');
  all();
  session.executeScript('UPDATE a SET low = -9007199254740994 WHERE id = 7');
  all();
});

test('a small side that is kept is held in memory, and a large one probes it', () => {
  const session = sessionWith({ left: 10, right: 20_000 });
  const disabled = ['lookup-join'];
  for (const join of ['left', 'semi', 'anti'] as const) {
    const plan = { join, on: 'l.x = r.x AND l.y = r.y' };
    expect(operatorTitle(joinPlan(session, plan, disabled).plan)).toMatch(/HASH JOIN RIGHT/);
    expect(rowsOfJoin(session, plan, disabled)).toEqual(rowsBySubquery(session, plan));
  }
});
