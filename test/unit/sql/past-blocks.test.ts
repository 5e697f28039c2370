import { describe, expect, test } from 'vitest';
import type { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

// What a reader of the past sees of blocks whose rows were created and ended at different times. Rows of two blocks and a bit,
// so that parts of blocks differ.
const ROWS = 9000;

/** By id: a number, or NULL. */
type State = ReadonlyMap<number, number | null>;

/** A table that is changed at random, and what it held after each transaction. */
class History {
  readonly session: Session = memorySession();
  readonly states = new Map<number, State>();
  private state = new Map<number, number | null>();
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.session.executeScript(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, k INTEGER); CREATE INDEX t_k ON t (k)',
    );
    this.session.executeScript(`INSERT INTO t SELECT value, value, value % 7 FROM generate_series(1, ${ROWS})`);
    for (let id = 1; id <= ROWS; id++) this.state.set(id, id);
    this.note();
  }

  private note(): void {
    this.states.set(this.session.engine.lastTransaction, new Map(this.state));
  }

  /** Changes every `step`-th row of a stretch, and notes the new state, unless that is taken back. */
  change(isKept: boolean): void {
    const { random, session } = this;
    const from = random.below(ROWS);
    const to = from + random.below(ROWS);
    const step = 1 + random.below(4);
    const value = [null, -random.below(ROWS), random.below(2 * ROWS)][random.below(3)];
    const isDelete = random.chance(0.3);
    const where = `WHERE id BETWEEN ${from} AND ${to} AND id % ${step} = 0`;
    session.executeScript('BEGIN');
    session.executeScript(isDelete ? `DELETE FROM t ${where}` : `UPDATE t SET v = ${value} ${where}`);
    // The transaction sees what it has done, in blocks of which others see more.
    const before = new Map(this.state);
    for (const id of before.keys()) {
      if (id < from || id > to || id % step !== 0) continue;
      if (isDelete) this.state.delete(id);
      else this.state.set(id, value);
    }
    expect(summary(session, '')).toEqual(expected(this.state));
    session.executeScript(isKept ? 'COMMIT' : 'ROLLBACK');
    if (isKept) this.note();
    else this.state = before;
  }

  expectAll(): void {
    expect(summary(this.session, '')).toEqual(expected(this.state));
    for (const [transaction, state] of this.states)
      expect(summary(this.session, `AS OF TRANSACTION ${transaction}`), `transaction ${transaction}`).toEqual(
        expected(state),
      );
  }
}

/** Some of it from zone maps where those tell, some by rows, some by an index. */
function summary(session: Session, asOf: string): unknown[] {
  const [known] = query(session, `SELECT count(*), count(v), min(v), max(v) FROM t ${asOf}`);
  const [counted] = query(session, `SELECT count(*) FROM t ${asOf}`);
  const [some] = query(session, `SELECT count(*), max(v) FROM t ${asOf} WHERE id > 3000`);
  const [added] = query(session, `SELECT sum(v), sum(id), count(v + 1) FROM t ${asOf}`);
  const [found] = query(session, `SELECT count(*), sum(v) FROM t ${asOf} WHERE k = 3`);
  return [known, counted, some, added, found];
}

function expected(state: State): unknown[] {
  const rows = [...state].map(([id, v]) => ({ id, v }));
  const some = rows.filter(({ id }) => id > 3000);
  const found = rows.filter(({ id }) => id % 7 === 3);
  return [
    [rows.length, present(rows).length, least(rows), greatest(rows)],
    [rows.length],
    [some.length, greatest(some)],
    [sum(rows), rows.length === 0 ? null : rows.reduce((total, { id }) => total + id, 0), present(rows).length],
    [found.length, sum(found)],
  ];
}

type Rows = readonly { readonly id: number; readonly v: number | null }[];

const present = (rows: Rows): readonly number[] => rows.flatMap(({ v }) => (v === null ? [] : [v]));
const least = (rows: Rows): number | null => present(rows).reduce<number | null>((a, b) => Math.min(a ?? b, b), null);
const greatest = (rows: Rows): number | null =>
  present(rows).reduce<number | null>((a, b) => Math.max(a ?? b, b), null);
const sum = (rows: Rows): number | null => present(rows).reduce<number | null>((a, b) => (a ?? 0) + b, null);

describe('queries over blocks of which a reader of the past sees some rows', () => {
  test.each([1, 2])('find what was there, whatever ended since and was taken back (seed %i)', (seed) => {
    const history = new History(seed);
    const random = new SeededRandom(seed + 100);
    for (let step = 0; step < 5; step++) {
      history.change(random.chance(0.7));
      history.expectAll();
      if (random.chance(0.5)) history.session.engine.checkpoint();
      history.expectAll();
    }
    history.session.executeScript('VACUUM');
    history.expectAll();
  });

  test('add up whole blocks where zone maps tell that all rows were there, or that no row beyond the extremes was', () => {
    const session = memorySession();
    session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)');
    session.executeScript('INSERT INTO t SELECT value, value FROM generate_series(1, 40000)');
    const then = session.engine.lastTransaction;
    session.executeScript('UPDATE t SET v = v WHERE id % 3 = 0; DELETE FROM t WHERE id % 10 = 7; VACUUM');
    const readsOf = (sql: string): string => {
      const text = query(session, `EXPLAIN ANALYZE ${sql}`).join('\n');
      return /blocks (\d+) read/.exec(text)?.[1] ?? text;
    };
    expect(readsOf(`SELECT count(*) FROM t AS OF TRANSACTION ${then}`)).toBe('0');
    expect(query(session, `SELECT count(*), min(v) FROM t AS OF TRANSACTION ${then}`)).toEqual([[40000, 1]]);
  });
});
