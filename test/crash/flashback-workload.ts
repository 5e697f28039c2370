import { sql } from './sql-workload.ts';
import type { Workload } from './workload.ts';

const SCHEMA = `
  CREATE TABLE kept (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER);
  CREATE TABLE lost (id INTEGER PRIMARY KEY AUTOINCREMENT, kept INTEGER REFERENCES kept, note TEXT);
  CREATE INDEX by_note ON lost (lower(note)) WHERE id > 1;
  CREATE TRIGGER noted AFTER INSERT ON lost BEGIN UPDATE kept SET size = size + 1 WHERE id = new.kept; END`;

/** Tables, and all of the database, go back; dropped tables come back: before and after checkpoints, and in one transaction. */
export const flashbacks: Workload = (random) => {
  const some = (): number => 1 + random.below(6);
  const fill = sql(`
    INSERT OR REPLACE INTO kept VALUES (${some()}, 'a${some()}', 0), (${some() + 6}, 'b', 0);
    INSERT INTO lost (kept, note) SELECT id, 'Note ' || id FROM kept`);
  const change = sql(
    `UPDATE kept SET size = size + 10 WHERE id > ${some()}; DELETE FROM lost WHERE id % 2 = ${some() % 2}`,
  );
  return [
    sql(SCHEMA),
    fill,
    { kind: 'checkpoint' },
    change,
    sql('FLASHBACK TABLE lost, kept TO TRANSACTION helios_txn() - 1'),
    sql('DROP TABLE lost'),
    sql('CREATE TABLE lost (id INTEGER PRIMARY KEY, other); INSERT INTO lost VALUES (1, 1)'),
    { kind: 'checkpoint' },
    sql('UNDROP TABLE lost AS found; INSERT INTO found (kept, note) SELECT id, name FROM kept'),
    sql('ALTER TABLE kept ADD COLUMN more DEFAULT 5; UPDATE kept SET more = 6; CREATE VIEW v AS SELECT more FROM kept'),
    sql('FLASHBACK DATABASE TO TRANSACTION helios_txn() - 4'),
    { kind: 'checkpoint' },
    sql('FLASHBACK DATABASE TO TRANSACTION helios_txn() - 1; DROP TABLE found; UNDROP TABLE found'),
    change,
  ];
};
