import { Session } from '../../src/sql/session.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { Step, Workload } from './workload.ts';

/** Stands in the rows that {@link erasures} erases, and nowhere else. */
export const MARK = 'to be erased';
/** From this step on they are there. */
export const INSERTED_BY_STEP = 4;

/** One transaction. */
function statement(text: string): Step {
  return {
    kind: 'run',
    run: (engine) => {
      const session = new Session(engine);
      try {
        session.executeScript(text);
      } finally {
        session.close();
      }
    },
  };
}

/**
 * Rows in the log, in segments and in the history are erased, with the keys that indexes have of them, beside a ledger
 * that others write.
 */
export const erasures: Workload = (random: SeededRandom) => {
  const names = [MARK, 'kept', MARK, 'kept', MARK, 'kept'];
  const rows = names.map((name) => `('${name}', ${random.below(9)})`);
  return [
    statement('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)'),
    statement('CREATE INDEX by_name ON t (lower(name), n)'),
    statement('CREATE TABLE book (n INTEGER) WITH (ledger = true)'),
    statement(`INSERT INTO t (name, n) VALUES ${rows.join(', ')}`),
    ...(random.chance(0.7) ? [{ kind: 'checkpoint' } as const] : []),
    statement(
      `BEGIN; UPDATE t SET n = n + 1 WHERE id % ${random.between(2, 4)} = 0; INSERT INTO book SELECT n FROM t; COMMIT`,
    ),
    statement(`UPDATE t SET name = 'an ' || name WHERE id % 4 = 1 AND name <> 'kept'`),
    statement(`DELETE FROM t WHERE id = ${random.between(1, 6)}`),
    statement(`ERASE FROM t WHERE name GLOB '${MARK}*' REASON 'asked'`),
    statement('UPDATE book SET n = n + 1 WHERE n > 4'),
  ];
};
