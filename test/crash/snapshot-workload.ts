import { sql } from './sql-workload.ts';
import type { Workload } from './workload.ts';

/**
 * Snapshots that come, go and keep what nothing else does, through checkpoints that drop what lies behind them, and a
 * VACUUM. What they name is part of the state that the harnesses compare.
 */
export const namedSnapshots: Workload = (random) => {
  const change = (): string =>
    random.pick([
      `UPDATE t SET v = v + ${random.below(100)} WHERE id % 3 = ${random.below(3)}`,
      `DELETE FROM t WHERE id % 4 = ${random.below(4)}; INSERT INTO t (v) VALUES (${random.below(100)})`,
      `INSERT INTO t (v) SELECT v + 1 FROM t WHERE id < 4; INSERT INTO t (v) VALUES (${random.below(100)})`,
    ]);
  const steps = [
    sql('PRAGMA min_retention_seconds = 0; CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)'),
    sql('INSERT INTO t (v) VALUES (1), (2), (3), (4), (5), (6)'),
    sql("CREATE SNAPSHOT first; CREATE SNAPSHOT other EXPIRES '1 day'"),
  ];
  for (let round = 0; round < 3; round++) {
    steps.push(sql(change()), { kind: 'checkpoint' }, sql(`CREATE SNAPSHOT round_${round}; ${change()}`));
    if (round === 1) steps.push(sql(`DROP SNAPSHOT first; DROP SNAPSHOT other; ${change()}`));
  }
  steps.push({ kind: 'run', run: (engine) => engine.vacuum() }, sql('DROP SNAPSHOT round_0'), { kind: 'checkpoint' });
  return steps;
};
