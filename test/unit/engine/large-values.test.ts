import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const LENGTH = 20_000;
const bodyOf = (id: number): string => `document ${id} `.repeat(LENGTH / 10).slice(0, LENGTH);
const photoOf = (id: number): Uint8Array => new Uint8Array(LENGTH).fill(id);

function open(): Session {
  return new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
}

/** Documents 1 to `count`, in several segments: each checkpoint writes one, and some are merged. */
function withDocuments(count: number): Session {
  const session = open();
  session.executeScript('CREATE TABLE doc(id INTEGER PRIMARY KEY, title TEXT, body TEXT, photo BLOB, extra ANY)');
  const insert = session.prepare('INSERT INTO doc VALUES (?, ?, ?, ?, ?)');
  for (let id = 1; id <= count; id++) {
    insert.run([id, `title ${id}`, id % 4 === 0 ? null : bodyOf(id), photoOf(id), id % 2 === 0 ? bodyOf(id) : 5]);
    if (id % 5 === 0) session.checkpoint();
  }
  return session;
}

describe('large values in a table', () => {
  it('are read by key, by scans, in orders and in groups', () => {
    const session = withDocuments(30);
    expect(query(session, 'SELECT body, photo FROM doc WHERE id = 7')).toEqual([[bodyOf(7), photoOf(7)]]);
    expect(query(session, 'SELECT count(*), count(body), sum(length(body)), sum(length(photo)) FROM doc')).toEqual([
      [30, 23, 23 * LENGTH, 30 * LENGTH],
    ]);
    expect(query(session, `SELECT id FROM doc WHERE body LIKE 'document 2_ %' ORDER BY body DESC LIMIT 2`)).toEqual([
      [29],
      [27],
    ]);
    expect(query(session, 'SELECT id FROM doc WHERE body IS NULL AND id < 10')).toEqual([[4], [8]]);
    expect(query(session, 'SELECT a.id FROM doc a JOIN doc b ON a.body = b.extra WHERE a.id < 8')).toEqual([[2], [6]]);
    expect(query(session, 'SELECT typeof(extra), count(DISTINCT extra) FROM doc GROUP BY 1 ORDER BY 1')).toEqual([
      ['integer', 1],
      ['text', 15],
    ]);
    expect(query(session, 'SELECT min(id), max(substr(body, 1, 12)) FROM doc WHERE id > 20')).toEqual([
      [21, 'document 30 '],
    ]);
    expect(session.engine.check().problems).toEqual([]);
  });

  it('survive changes, merges and a new start', () => {
    const storage = openMemoryStorage();
    const start = (): Session => new Session(Engine.open(storage, new SimulatedClock(), new SeededRandom(1)));
    const session = start();
    session.executeScript('CREATE TABLE doc(id INTEGER PRIMARY KEY, title TEXT, body TEXT)');
    const insert = session.prepare('INSERT INTO doc VALUES (?, ?, ?)');
    for (let round = 0; round < 6; round++) {
      for (let id = round * 4 + 1; id <= round * 4 + 4; id++) insert.run([id, 'new', bodyOf(id)]);
      session.executeScript(`UPDATE doc SET title = 'round ${round}' WHERE id % 3 = 0`);
      session.executeScript(`DELETE FROM doc WHERE id = ${round * 4 + 1}`);
      session.executeScript(`UPDATE doc SET body = body || '!' WHERE id = ${round * 4 + 2}`);
      session.checkpoint();
    }
    const expected = Array.from({ length: 24 }, (_, i) => i + 1).flatMap((id): unknown[][] => {
      if (id % 4 === 1) return [];
      return [[id, id % 3 === 0 ? 'round 5' : 'new', id % 4 === 2 ? `${bodyOf(id)}!` : bodyOf(id)]];
    });
    expect(query(session, 'SELECT id, title, body FROM doc ORDER BY id')).toEqual(expected);
    expect(session.engine.check().problems).toEqual([]);
    const again = start();
    expect(query(again, 'SELECT id, title, body FROM doc ORDER BY id')).toEqual(expected);
  });

  it('can be unique', () => {
    const session = open();
    session.executeScript('CREATE TABLE page(url TEXT UNIQUE)');
    const insert = session.prepare('INSERT INTO page VALUES (?)');
    insert.run([bodyOf(1)]);
    session.checkpoint();
    insert.run([bodyOf(2)]);
    session.checkpoint();
    expect(() => insert.run([bodyOf(1)])).toThrow(/UNIQUE constraint failed: page.url/);
    expect(query(session, 'SELECT count(*) FROM page WHERE url = ?', [bodyOf(2)])).toEqual([[1]]);
  });
});
