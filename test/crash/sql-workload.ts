import { Session } from '../../src/sql/session.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { Step, Workload } from './workload.ts';

const SCHEMA = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE, size INTEGER, twice AS (size * 2) STORED, CHECK (size >= 0));
  CREATE TABLE child (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE,
    code TEXT DEFAULT 'none' REFERENCES parent (code) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
  );
  CREATE TABLE log (n INTEGER PRIMARY KEY, what TEXT, label AS (what || n) VIRTUAL);
  CREATE INDEX by_parent ON child (parent);
  CREATE UNIQUE INDEX by_lower ON parent (lower(code), size % 7) WHERE size > 3;
  CREATE INDEX by_label ON log (label);
  CREATE VIEW pairs AS SELECT parent.id AS p, child.id AS c FROM parent JOIN child ON child.parent = parent.id;
  CREATE TRIGGER child_gone AFTER DELETE ON child BEGIN INSERT INTO log (what) VALUES ('gone ' || old.id); END;
  CREATE TRIGGER parent_changed AFTER UPDATE OF size ON parent BEGIN
    INSERT INTO log (what) SELECT 'size ' || new.size;
    DELETE FROM log WHERE n < new.size;
  END;
  CREATE TRIGGER pair_gone INSTEAD OF DELETE ON pairs BEGIN DELETE FROM child WHERE id = old.c; END;
`;

/** A transaction of SQL. What it leaves in the log is what sessions leave there: cascades, triggers and computed keys too. */
export function sql(text: string): Step {
  return {
    kind: 'run',
    run: (engine) => {
      const session = new Session(engine);
      try {
        session.executeScript(`PRAGMA foreign_keys = ON; BEGIN; ${text}; COMMIT`);
      } finally {
        session.close();
      }
    },
  };
}

const ALTERATIONS = [
  "ALTER TABLE child ADD COLUMN note TEXT DEFAULT 'no note'; UPDATE child SET note = 'a note' WHERE id % 3 = 0",
  'ALTER TABLE parent RENAME COLUMN size TO extent; DROP VIEW pairs; CREATE VIEW pairs AS SELECT 1 AS p, 2 AS c',
  'ALTER TABLE parent RENAME TO elders; DROP INDEX by_lower; CREATE INDEX by_twice ON elders (twice + 1)',
  'ALTER TABLE child DROP COLUMN note; DROP TRIGGER child_gone',
];

function fill(random: SeededRandom, from: number): Step {
  const parents = Array.from({ length: 4 }, (_, i) => `(${from + i}, 'Code ${from + i}', ${random.below(50)})`);
  const children = parents.map((_, i) => `(${from + i}, 'Code ${from + random.below(4)}')`);
  return sql(`
    INSERT OR IGNORE INTO parent (id, code, size) VALUES ${parents.join(', ')};
    INSERT INTO child (parent, code) SELECT column1, column2 FROM (VALUES ${children.join(', ')})
      WHERE column1 IN (SELECT id FROM parent) AND column2 IN (SELECT code FROM parent)`);
}

function change(random: SeededRandom, maxId: number): Step {
  const id = 1 + random.below(maxId);
  return sql(
    random.pick([
      `DELETE FROM parent WHERE id IN (${id}, ${id + 1}); INSERT INTO log (what) VALUES ('after')`,
      `UPDATE parent SET id = id + 1000 WHERE id = ${id}; INSERT INTO log (what) VALUES ('moved')`,
      `UPDATE parent SET code = 'New ' || code WHERE id % 3 = ${id % 3}; INSERT INTO log (what) VALUES ('named')`,
      `UPDATE OR IGNORE parent SET size = size + ${id}; INSERT INTO log (what) VALUES ('grown')`,
      `INSERT INTO parent (id, code, size) VALUES (${id}, 'Code ${id}', 5) ON CONFLICT (id) DO UPDATE SET size = size + 1`,
      `DELETE FROM pairs WHERE p = ${id}; INSERT INTO log (what) VALUES ('unpaired')`,
    ]),
  );
}

/** What only SQL makes: foreign key cascades, triggers, generated columns, computed indexes, views and ALTER TABLE. */
export const sqlChanges: Workload = (random) => {
  const steps = [sql(SCHEMA), fill(random, 1), { kind: 'checkpoint' } as const, fill(random, 5)];
  for (let i = 0; i < 6; i++) steps.push(i === 3 ? { kind: 'checkpoint' } : change(random, 8));
  for (const alteration of ALTERATIONS) steps.push(sql(alteration));
  steps.push({ kind: 'checkpoint' });
  return steps;
};
