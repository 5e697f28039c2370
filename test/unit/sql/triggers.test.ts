import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

function sessionWith(sql: string): Session {
  const session = memorySession();
  session.executeScript(sql);
  return session;
}

const COUNTDOWN = `
  CREATE TABLE t (x INTEGER PRIMARY KEY);
  CREATE TRIGGER down AFTER INSERT ON t WHEN new.x > 0 BEGIN INSERT INTO t VALUES (new.x - 1); END;`;

describe('triggers', () => {
  test('set themselves off only when they are told to', () => {
    const session = sessionWith(COUNTDOWN);
    session.executeScript('INSERT INTO t VALUES (5)');
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[2]]);
    session.settings.recursiveTriggers = true;
    session.executeScript('DELETE FROM t; INSERT INTO t VALUES (5)');
    expect(query(session, 'SELECT count(*), total_changes() FROM t')).toEqual([[6, 10]]);
  });

  test('go as deep as the limit, and no deeper', () => {
    const session = sessionWith(COUNTDOWN);
    session.settings.recursiveTriggers = true;
    session.executeScript(`INSERT INTO t VALUES (${LIMITS.triggerDepth - 1})`);
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[LIMITS.triggerDepth]]);
    session.executeScript('DELETE FROM t');
    expect(() => session.executeScript(`INSERT INTO t VALUES (${LIMITS.triggerDepth})`)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[0]]);
  });

  test('hear of rows that REPLACE deletes when they are recursive', () => {
    const session = sessionWith(
      `CREATE TABLE t (x INTEGER PRIMARY KEY); CREATE TABLE gone (x); INSERT INTO t VALUES (1);
       CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO gone VALUES (old.x); END;`,
    );
    session.settings.recursiveTriggers = true;
    session.executeScript('REPLACE INTO t VALUES (1)');
    expect(query(session, 'SELECT x FROM gone')).toEqual([[1]]);
  });

  test('fire for rows that come by columns, and for what foreign keys do', () => {
    const session = sessionWith(
      `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE log (x);
       CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL);
       CREATE TRIGGER i AFTER INSERT ON p BEGIN INSERT INTO c (p) VALUES (new.id); END;
       CREATE TRIGGER u AFTER UPDATE OF p ON c BEGIN INSERT INTO log VALUES ('set ' || coalesce(new.p, 'null')); END;
       CREATE TRIGGER d BEFORE DELETE ON c BEGIN INSERT INTO log VALUES ('delete ' || old.id); END;`,
    );
    session.insertColumns('p', { id: [1, 2] });
    session.executeScript('UPDATE p SET id = 9 WHERE id = 1; DELETE FROM p WHERE id = 2');
    expect(query(session, 'SELECT x FROM log')).toEqual([['set null'], ['delete 2']]);
    expect(query(session, 'SELECT changes(), total_changes()')).toEqual([[1, 10]]);
  });

  test('that fail take the whole statement back, cascades and all', () => {
    const session = sessionWith(
      `CREATE TABLE p (id INTEGER PRIMARY KEY);
       CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);
       INSERT INTO p VALUES (1), (2), (3); INSERT INTO c SELECT id, id FROM p;
       CREATE TRIGGER d AFTER DELETE ON c WHEN old.id = 3 BEGIN SELECT RAISE(ABORT, 'three stays'); END;
       BEGIN; DELETE FROM c WHERE id = 1; SAVEPOINT s;`,
    );
    expect(() => session.executeScript('DELETE FROM p')).toThrow('three stays');
    expect(query(session, 'SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)')).toEqual([[3, 2]]);
    session.executeScript('DELETE FROM p WHERE id < 3; ROLLBACK TO s; COMMIT');
    expect(query(session, 'SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)')).toEqual([[3, 2]]);
  });

  test('are temporary when they are said to be', () => {
    const session = sessionWith('CREATE TABLE t (x); CREATE TABLE log (x)');
    session.executeScript(`CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.x); END;
      INSERT INTO t VALUES (1)`);
    expect(query(session, 'SELECT x FROM log')).toEqual([[1]]);
    expect(query(session, 'SELECT count(*) FROM sqlite_schema WHERE type = ?', ['trigger'])).toEqual([[0]]);
  });

  test('hand on what is wrong with them by their names', () => {
    const session = sessionWith(
      'CREATE TABLE t (x); CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET y = new.x; END;',
    );
    expect(() => session.executeScript('INSERT INTO t VALUES (1)')).toThrow('in trigger "r": table "t" has no column');
  });
});
