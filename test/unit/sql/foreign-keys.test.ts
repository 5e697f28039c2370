import { describe, expect, test } from 'vitest';
import { foreignKeyProblems } from '../../../src/sql/runners/foreign-key-check.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

function sessionWith(sql: string): Session {
  const session = memorySession();
  session.executeScript(sql);
  return session;
}

const TABLES = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY);
  CREATE TABLE child (id INTEGER PRIMARY KEY, up INTEGER CONSTRAINT up_exists REFERENCES parent (id));
  INSERT INTO parent VALUES (1), (2);`;

describe('foreign keys', () => {
  test('are named by their violations, with tables and key', () => {
    const session = sessionWith(TABLES);
    expect(() => session.executeScript('INSERT INTO child VALUES (1, 7)')).toThrow(
      'FOREIGN KEY constraint failed: up_exists: child (up) references parent (id), and no row there would have (7)',
    );
  });

  test('hold for rows that come by columns', () => {
    const session = sessionWith(TABLES);
    session.insertColumns('child', { up: [1, 2, null] });
    const orphan = expect.objectContaining({ code: 'FOREIGN_KEY_VIOLATION' });
    expect(() => session.insertColumns('child', { up: [1, 3] })).toThrow(orphan);
    expect(() => session.insertRows('child', [{ up: 1 }, { up: 9 }])).toThrow(orphan);
    expect(query(session, 'SELECT count(*) FROM child')).toEqual([[3]]);
  });

  test('can be turned off, and what was broken then is found', () => {
    const session = sessionWith(TABLES);
    session.settings.foreignKeys = false;
    session.executeScript('INSERT INTO child VALUES (5, 50), (6, 1), (7, NULL); DELETE FROM parent WHERE id = 1');
    session.executeScript('CREATE TABLE lost (a REFERENCES nowhere); INSERT INTO lost VALUES (NULL), (1)');
    session.settings.foreignKeys = true;
    const { catalog } = session.engine;
    expect(foreignKeyProblems(session, catalog.tables(session.readPoint))).toEqual([
      { table: 'child', rowid: 5, parent: 'parent', foreignKey: 0 },
      { table: 'child', rowid: 6, parent: 'parent', foreignKey: 0 },
      { table: 'lost', rowid: 2, parent: 'nowhere', foreignKey: 0 },
    ]);
    // What was broken before may be mended or deleted, and other columns may change.
    session.executeScript('DELETE FROM child WHERE id = 5; UPDATE child SET id = 60 WHERE id = 6');
  });

  test('wait for COMMIT when they are told to, once', () => {
    const session = sessionWith(TABLES);
    session.begin();
    session.settings.deferForeignKeys = true;
    session.executeScript('INSERT INTO child VALUES (1, 3); INSERT INTO parent VALUES (3)');
    session.commit();
    expect(session.settings.deferForeignKeys).toBe(false);
    expect(() => session.executeScript('INSERT INTO child VALUES (2, 4)')).toThrow('FOREIGN KEY');
  });

  test('that wait are forgotten by ROLLBACK', () => {
    const session = sessionWith(
      `${TABLES} CREATE TABLE late (up REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
       BEGIN; INSERT INTO late VALUES (9); ROLLBACK; BEGIN; INSERT INTO late VALUES (1); COMMIT;`,
    );
    expect(query(session, 'SELECT up FROM late')).toEqual([[1]]);
  });

  test('undo the whole statement, what they did themselves included', () => {
    const session = sessionWith(
      `${TABLES}
       CREATE TABLE gone (up REFERENCES parent ON DELETE CASCADE);
       INSERT INTO gone VALUES (1), (2); INSERT INTO child VALUES (1, 2);`,
    );
    expect(() => session.executeScript('DELETE FROM parent')).toThrow('FOREIGN KEY');
    expect(query(session, 'SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM parent)')).toEqual([[2, 2]]);
  });

  test('name their parents in the catalogue', () => {
    const session = sessionWith(TABLES);
    const [child] = session.engine.catalog.tables(session.readPoint).filter(({ name }) => name === 'child');
    expect(child.foreignKeys).toEqual([
      {
        name: 'up_exists',
        columns: [1],
        parent: 'parent',
        parentColumns: ['id'],
        onDelete: 'NO ACTION',
        onUpdate: 'NO ACTION',
        deferred: false,
      },
    ]);
  });
});
