import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import type { DatabaseHandle } from '../../../src/client/handles.ts';
import type { Transaction } from '../../../src/client/types.ts';
import { failing, openTestDatabase, settle, type TestDatabase } from './support.ts';

let test0: TestDatabase;
let db: DatabaseHandle;

beforeEach(async () => {
  test0 = openTestDatabase();
  db = test0.db;
  await db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
});
afterEach(() => db.close());

const count = async (of: Pick<DatabaseHandle, 'query'> = db): Promise<unknown> =>
  (await of.query<{ n: number }>('SELECT count(*) AS n FROM t')).rows[0].n;

/** A body that holds its transaction open until told to go on. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe('writing', () => {
  test('commits of one turn share a flush, each is acknowledged by one', async () => {
    const { storage } = test0;
    const before = storage.walFlushes;
    await Promise.all(Array.from({ length: 50 }, (_, i) => db.query('INSERT INTO t(name) VALUES (?)', [`n${i}`])));
    expect(storage.walFlushes - before).toBe(1);
    await db.exec("INSERT INTO t(name) VALUES ('x')");
    await db.exec("INSERT INTO t(name) VALUES ('y'); INSERT INTO t(name) VALUES ('z')");
    expect(storage.walFlushes - before).toBe(3);
    expect(await count()).toBe(55);
  });

  test('nothing is acknowledged before its flush', async () => {
    const { storage } = test0;
    storage.flushError = new HeliosError('IO', 'the disk is gone');
    const results = await Promise.allSettled(['x', 'y'].map((name) => db.sql`INSERT INTO t(name) VALUES (${name})`));
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(['IO', 'IO']);
    for (const call of [db.query('SELECT 1 FROM t'), db.exec('DELETE FROM t'), db.check(), db.stats()]) {
      await expect(call).rejects.toEqual(failing('STORAGE_FAILED'));
    }
    await db.close();
    expect(storage.isClosed).toBe(true);
  });

  test('nobody is told of rows that a crash could still take back', async () => {
    const { storage } = test0;
    const written = db.query("INSERT INTO t(name) VALUES ('x')");
    const read = db.query('SELECT name FROM t');
    storage.flushError = new HeliosError('IO', 'the disk is gone');
    const results = await Promise.allSettled([written, read]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  test('writers take turns in the order in which they came', async () => {
    const order: string[] = [];
    const first = gate();
    const a = db.transaction(async (tx) => {
      await first.passed;
      await tx.exec("INSERT INTO t(name) VALUES ('tx')");
      order.push('a');
    });
    const rest = ['b', 'c', 'd'].map(async (name) => {
      await db.query('INSERT INTO t(name) VALUES (?)', [name]);
      order.push(name);
    });
    await settle();
    expect(order).toEqual([]);
    first.open();
    await Promise.all([a, ...rest]);
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    const { rows } = await db.query('SELECT name FROM t WHERE id > 2 ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual(['tx', 'b', 'c', 'd']);
  });

  test('a write waits no longer than its timeout, or the database’s', async () => {
    const held = gate();
    const holder = db.transaction(() => held.passed);
    const short = db.query('DELETE FROM t', [], { timeoutMs: 10 });
    const usual = db.exec('DELETE FROM t');
    const controller = new AbortController();
    const aborted = db.transaction(async () => 1, { signal: controller.signal });
    await settle();
    test0.scheduler.advance(11);
    await expect(short).rejects.toEqual(failing('BUSY_TIMEOUT'));
    controller.abort();
    await expect(aborted).rejects.toEqual(failing('ABORTED'));
    test0.scheduler.advance(5000);
    await expect(usual).rejects.toEqual(failing('BUSY_TIMEOUT'));
    held.open();
    await holder;
    expect(await count()).toBe(2);
    expect(test0.scheduler.timerCount).toBe(0);
  });
});

describe('transactions', () => {
  test('the body’s value, its changes, and the end of tx', async () => {
    let kept: Transaction | undefined;
    const answer = await db.transaction(async (tx) => {
      kept = tx;
      await tx.sql`INSERT INTO t(name) VALUES (${'c'})`;
      expect(await count()).toBe(2);
      return await count(tx as DatabaseHandle);
    });
    expect(answer).toBe(3);
    expect(await count()).toBe(3);
    await expect(kept?.exec('SELECT 1')).rejects.toEqual(failing('TRANSACTION_CLOSED'));
    await expect(kept?.insert('t', [])).rejects.toEqual(failing('TRANSACTION_CLOSED'));
  });

  test('a body that throws takes everything back and frees the place', async () => {
    const failed = db.transaction(async (tx) => {
      await tx.insert('t', [{ name: 'c' }]);
      await tx.exec('CREATE TABLE u(x)');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await count()).toBe(2);
    await db.exec('CREATE TABLE u(y)');
  });

  test('a statement that fails inside leaves the rest of the transaction', async () => {
    await db.transaction(async (tx) => {
      await tx.exec("INSERT INTO t VALUES (3, 'c')");
      await expect(tx.exec("INSERT INTO t VALUES (4, 'd'), (1, 'dup')")).rejects.toEqual(failing('UNIQUE_VIOLATION'));
    });
    expect(await count()).toBe(3);
  });

  test('a read-only one sees one instant, waits for nobody and writes nothing', async () => {
    const held = gate();
    const holder = db.transaction(() => held.passed);
    const reading = gate();
    const seen = db.transaction(
      async (tx) => {
        const before = await count(tx as DatabaseHandle);
        await reading.passed;
        await expect(tx.exec('DELETE FROM t')).rejects.toEqual(failing('TRANSACTION_READ_ONLY'));
        return [before, await count(tx as DatabaseHandle)];
      },
      { readOnly: true },
    );
    await settle();
    held.open();
    await holder;
    await db.exec("INSERT INTO t(name) VALUES ('later')");
    reading.open();
    expect(await seen).toEqual([2, 2]);
  });

  test('a signal ends the transaction and its running query', async () => {
    const controller = new AbortController();
    const aborted = db.transaction(
      async (tx) => {
        await tx.exec('DELETE FROM t');
        controller.abort();
        await tx.exec('DELETE FROM t');
      },
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toEqual(failing('ABORTED'));
    expect(await count()).toBe(2);
    const swallowing = db.transaction(async (tx) => tx.exec('SELECT 1').catch(() => 'swallowed'), {
      signal: controller.signal,
    });
    await expect(swallowing).rejects.toEqual(failing('ABORTED'));
  });

  test('BEGIN and COMMIT as text hold the place in between', async () => {
    await db.exec('BEGIN');
    await db.exec("INSERT INTO t(name) VALUES ('c')");
    let isDone = false;
    const other = db.transaction(async (tx) => {
      isDone = true;
      return await count(tx as DatabaseHandle);
    });
    await settle();
    expect(isDone).toBe(false);
    await expect(db.exec('BEGIN')).rejects.toEqual(failing('TRANSACTION_ACTIVE'));
    await db.exec('COMMIT');
    expect(await other).toBe(3);
    await expect(db.exec('COMMIT')).rejects.toEqual(failing('NO_ACTIVE_TRANSACTION'));
  });

  test('a script’s transaction takes no other call in', async () => {
    const { scheduler } = test0;
    scheduler.tickMs = 20;
    const script = db.exec("BEGIN; INSERT INTO t(name) VALUES ('c'); SELECT * FROM t; ROLLBACK");
    const other = db.query("INSERT INTO t(name) VALUES ('other')");
    const read = db.query("SELECT name FROM t WHERE name = 'c'");
    await Promise.all([script, other]);
    expect((await read).rows).toEqual([]);
    expect((await db.query('SELECT name FROM t WHERE id > 2')).rows).toEqual([{ name: 'other' }]);
  });
});

describe('long queries', () => {
  const ENDLESS = 'SELECT count(*) FROM generate a, generate b, generate c, generate d';
  beforeEach(async () => {
    await db.exec('CREATE TABLE generate(x INTEGER)');
    await db.insert('generate', { x: Float64Array.from({ length: 3000 }, (_, i) => i) });
    test0.scheduler.tickMs = 20;
  });

  test('an abort stops them in the middle, a blocking operator too', async () => {
    for (const sql of [ENDLESS, 'SELECT a.x FROM generate a, generate b, generate c ORDER BY a.x + b.x']) {
      const controller = new AbortController();
      const start = test0.scheduler.turns;
      test0.scheduler.onTurn = (turn) => turn === start + 3 && controller.abort('enough');
      const query = db.query(sql, [], { signal: controller.signal });
      await expect(query).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
      expect(test0.scheduler.turns).toBe(start + 3);
    }
  });

  test('a timeout stops them', async () => {
    await expect(db.query(ENDLESS, [], { timeoutMs: 100 })).rejects.toEqual(failing('TIMEOUT'));
    await expect(db.query('SELECT 1', [], { timeoutMs: Number.NaN })).rejects.toEqual(failing('MISUSE'));
    await expect(db.exec(`INSERT INTO generate ${ENDLESS}`, { timeoutMs: 100 })).rejects.toEqual(failing('TIMEOUT'));
    expect((await db.query('SELECT count(*) AS n FROM generate')).rows).toEqual([{ n: 3000 }]);
  });

  test('others get their turn, and a reader sees what was there when it began', async () => {
    const reading = db.query('SELECT count(*) AS n FROM generate a, generate b');
    await db.exec('DELETE FROM generate');
    expect((await db.query('SELECT count(*) AS n FROM generate')).rows).toEqual([{ n: 0 }]);
    expect((await reading).rows).toEqual([{ n: 9_000_000 }]);
  });

  test('closing stops them with CLOSED', async () => {
    const queries = [db.query(ENDLESS), db.transaction(async (tx) => tx.query(ENDLESS)), db.exec(ENDLESS)];
    const outcomes = Promise.allSettled(queries);
    await settle();
    await db.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: failing('CLOSED') });
  });
});

describe('iterating', () => {
  beforeEach(() => db.insert('t', { id: Float64Array.from({ length: 20_000 }, (_, i) => i + 10) }));

  test('reads no further than its reader, and leaves no snapshot behind', async () => {
    const seen: unknown[] = [];
    for await (const { id } of db.iterate('SELECT id FROM t ORDER BY id')) {
      seen.push(id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1, 2, 10]);
  });

  test('a loop may write to what it reads', async () => {
    await db.transaction(async (tx) => {
      let rows = 0;
      for await (const { id } of tx.iterate<{ id: number }>('SELECT id FROM t')) {
        if (rows++ % 1000 === 0) await tx.query('INSERT INTO t(name) VALUES (?)', [`after ${id}`]);
      }
      expect(rows).toBe(20_002);
    });
    expect(await count()).toBe(20_023);
  });

  test('an abort while nobody pulls is seen at the next pull', async () => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _row of db.iterate('SELECT id FROM t', [], { signal: controller.signal })) controller.abort();
    };
    await expect(read()).rejects.toEqual(failing('ABORTED'));
  });

  test('the end of the transaction ends its open queries', async () => {
    let rows: AsyncIterator<unknown> | undefined;
    const failed = db.transaction(async (tx) => {
      rows = tx.iterate('SELECT id FROM t')[Symbol.asyncIterator]();
      await rows.next();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const rest = async (): Promise<void> => {
      for (;;) if ((await rows?.next())?.done === true) return;
    };
    await expect(rest()).rejects.toEqual(failing('TRANSACTION_CLOSED'));
  });
});

describe('statements', () => {
  test('all, get, run, iterate, close', async () => {
    const select = await db.prepare<{ name: string }>('SELECT name FROM t WHERE id >= ? ORDER BY id');
    expect(await select.all([1])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await select.get([2])).toEqual({ name: 'b' });
    expect(await select.get([9])).toBeUndefined();
    expect(await select.all([2], { rowMode: 'array' })).toEqual([['b']]);
    const seen: unknown[] = [];
    for await (const row of select.iterate([2])) seen.push(row);
    expect(seen).toEqual([{ name: 'b' }]);
    const insert = await db.prepare('INSERT INTO t(name) VALUES (:name) RETURNING id');
    expect(await insert.run({ name: 'c' })).toEqual({ changes: 1, lastInsertRowid: 3 });
    expect(await insert.get({ name: 'd' })).toEqual({ id: 4 });
    await db.exec('DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, more TEXT)');
    expect(await insert.run({ name: 'e' })).toEqual({ changes: 1, lastInsertRowid: 1 });
    await select.close();
    await select.close();
    await expect(select.all([1])).rejects.toEqual(failing('CLOSED'));
  });

  test('errors name their place, also in the second statement of a script', async () => {
    await expect(db.query('SELECT missing FROM t')).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND', position: 7 });
    await expect(db.exec('SELECT 1; SELEC 2')).rejects.toMatchObject({ code: 'SYNTAX_ERROR', position: 10 });
    await expect(db.query('SELECT ?', [])).rejects.toEqual(failing('PARAMETER_COUNT'));
    await expect(db.query(7 as never)).rejects.toEqual(failing('MISUSE'));
    await expect(db.sql('SELECT 1' as never)).rejects.toEqual(failing('MISUSE'));
  });
});

test('everything after close is CLOSED, and closing again waits for the same', async () => {
  const statement = await db.prepare('SELECT 1');
  const held = gate();
  const open = db.transaction(async (tx) => {
    await held.passed;
    await tx.exec('SELECT 1');
  });
  const waiting = db.exec('DELETE FROM t');
  const outcomes = Promise.allSettled([open, waiting]);
  await settle();
  await Promise.all([db.close(), db.close()]);
  held.open();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: failing('CLOSED') });
  for (const call of [db.query('SELECT 1'), db.exec(''), db.check(), db.stats(), statement.all(), db.insert('t', [])]) {
    await expect(call).rejects.toEqual(failing('CLOSED'));
  }
  expect(test0.storage.isClosed).toBe(true);
});

test('options that cannot be meant are MISUSE', async () => {
  for (const options of [null, 7, { rowMode: 'map' }, { signal: {} }, { timeoutMs: 'soon' }] as never[]) {
    const statement = await db.prepare('SELECT 1');
    const calls = [
      db.query('SELECT 1', [], options),
      db.transaction(async () => 1, options),
      statement.all([], options),
    ];
    for (const call of calls) await expect(call).rejects.toEqual(failing('MISUSE'));
  }
});

test('storage that fails from outside: one error for everything, and close still works', async () => {
  test0.local.fail(new HeliosError('STORAGE_EVICTED', 'gone'));
  await expect(db.query('SELECT 1')).rejects.toEqual(failing('STORAGE_EVICTED'));
  await expect(db.transaction(async () => 1)).rejects.toEqual(failing('STORAGE_EVICTED'));
  await db.close();
  await expect(db.query('SELECT 1')).rejects.toEqual(failing('CLOSED'));
});

test('a query that is being read when the database closes ends with CLOSED and frees its snapshot', async () => {
  await db.insert('t', { id: Float64Array.from({ length: 20_000 }, (_, i) => i + 10) });
  const rows = db.iterate('SELECT id FROM t')[Symbol.asyncIterator]();
  await rows.next();
  await db.close();
  const rest = async (): Promise<void> => {
    while ((await rows.next()).done !== true);
  };
  await expect(rest()).rejects.toEqual(failing('CLOSED'));
});
