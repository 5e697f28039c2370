import { type Endpoint, expose } from 'comlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { DatabaseHandle } from '../../../src/client/handles.ts';
import { closedEndpoint } from '../../../src/client/remote/closed-endpoint.ts';
import { engineMethods } from '../../../src/client/remote/engine-worker.ts';
import { METHOD_NAMES } from '../../../src/client/remote/protocol.ts';
import { RemoteBackend } from '../../../src/client/remote/remote-backend.ts';
import { fromWireError, toWireError } from '../../../src/client/remote/wire-error.ts';
import { WorkerLink } from '../../../src/client/remote/worker-link.ts';
import { failing, openTestDatabase, settle, type TestDatabase } from './support.ts';

/** The page and the worker, with a channel of messages between them instead of a thread. */
let engine: TestDatabase;
let pagePort: MessagePort;
let link: WorkerLink;
let db: DatabaseHandle;
let isReleased = false;

beforeEach(async () => {
  engine = openTestDatabase();
  const { port1, port2 } = new MessageChannel();
  pagePort = port1;
  const host = {
    scheduler: engine.scheduler,
    holdLifeLock: async () => true,
    open: async () => ({ database: engine.local, opened: { kind: 'memory' as const, reason: null } }),
  };
  expose(engineMethods(host), closedEndpoint(port2 as Endpoint, METHOD_NAMES));
  link = new WorkerLink(port1 as Endpoint);
  port1.start();
  expect(await link.call('start', 'a-lock')).toBe(true);
  expect(await link.call('open', 'x', { storage: 'memory', imports: false })).toEqual({ kind: 'memory', reason: null });
  isReleased = false;
  const release = (): void => {
    isReleased = true;
  };
  db = new DatabaseHandle(new RemoteBackend(link, {}, { kind: 'memory', persisted: false, role: 'leader' }, release));
  await db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
});

afterEach(async () => {
  await db.close();
  await engine.local.close();
  pagePort.close();
});

describe('what crosses', () => {
  test('results', async () => {
    expect(await db.query('SELECT * FROM t WHERE id = ?', [2])).toEqual({
      rows: [{ id: 2, name: 'b' }],
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'TEXT' },
      ],
      changes: 0,
      lastInsertRowid: null,
    });
    expect(await db.query('SELECT name FROM t', [], { rowMode: 'array' })).toMatchObject({ rows: [['a'], ['b']] });
    expect(await db.sql`INSERT INTO t(name) VALUES (${'c'}) RETURNING id`).toEqual([{ id: 3 }]);
    expect(await db.stats()).toMatchObject({ rows: 3 });
    expect(await db.check()).toMatchObject({ ok: true });
  });

  test('many rows of every kind of vector, NULLs among them', async () => {
    await db.exec('CREATE TABLE v(i INTEGER, big INTEGER, r REAL, t TEXT, b BLOB, a)');
    const rows = Array.from({ length: 70_000 }, (_, i) => ({
      i: i % 3 === 0 ? null : i,
      big: i % 5 === 0 ? 2n ** 60n + BigInt(i) : i,
      r: i / 4,
      t: i % 7 === 0 ? null : `text ${i % 100}`,
      b: i % 1000 === 0 ? new Uint8Array([i % 256]) : null,
      a: i % 2 === 0 ? 'any' : i,
    }));
    expect(await db.insert('v', rows)).toEqual({ changes: 70_000 });
    expect((await db.query('SELECT * FROM v')).rows).toEqual(rows);
    expect((await db.query('SELECT * FROM v WHERE i % 9999 = 1')).rows).toEqual(
      rows.filter(({ i }) => i !== null && i % 9999 === 1),
    );
  });

  test('typed arrays are transferred when they own their memory', async () => {
    const id = Float64Array.from({ length: 10 }, (_, i) => i + 100);
    const shared = new Float64Array(20).fill(7);
    await db.exec('CREATE TABLE n(id INTEGER PRIMARY KEY, v REAL)');
    await db.insert('n', { id, v: shared.subarray(5, 15) });
    expect([id.length, shared.length]).toEqual([0, 20]);
    expect((await db.query('SELECT count(*) AS n, sum(v) AS s FROM n')).rows).toEqual([{ n: 10, s: 70 }]);
  });

  test('errors keep their fields', async () => {
    const error = new HeliosError('UNIQUE_VIOLATION', 'twice', { position: 3, hint: 'Once.', cause: new Error('why') });
    const crossed = fromWireError(structuredClone(toWireError(error)));
    expect(crossed).toBeInstanceOf(HeliosError);
    expect(crossed).toMatchObject({
      code: 'UNIQUE_VIOLATION',
      sqlState: '23505',
      message: 'twice',
      position: 3,
      hint: 'Once.',
    });
    expect(String(crossed.cause)).toContain('why');
    expect(toWireError(new RangeError('odd'))).toMatchObject({
      code: 'INTERNAL',
      message: 'internal error: RangeError: odd',
    });
    await expect(db.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND', position: 14 });
    await expect(db.query('SELECT ?', [(() => 1) as never])).rejects.toEqual(failing('PARAMETER_TYPE'));
    await expect(db.query('SELECT 1', [], { timeoutMs: -1 })).rejects.toEqual(failing('MISUSE'));
  });
});

describe('what is open in the worker', () => {
  test('statements', async () => {
    const select = await db.prepare('SELECT name FROM t WHERE id >= ? ORDER BY id');
    expect(select.columns).toEqual([{ name: 'name', type: 'TEXT' }]);
    expect(await select.all([1])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(await select.get([2])).toEqual({ name: 'b' });
    expect(await select.get([9])).toBeUndefined();
    expect(await select.run([1])).toEqual({ changes: 0, lastInsertRowid: null });
    const seen: unknown[] = [];
    for await (const row of select.iterate([1])) seen.push(row);
    expect(seen).toEqual([{ name: 'a' }, { name: 'b' }]);
    await select.close();
    await expect(select.all([1])).rejects.toEqual(failing('CLOSED'));
  });

  test('transactions', async () => {
    const seen = await db.transaction(async (tx) => {
      await tx.exec("INSERT INTO t(name) VALUES ('c')");
      const outside = await db.query('SELECT count(*) AS n FROM t');
      return [outside.rows[0].n, (await tx.query('SELECT count(*) AS n FROM t')).rows[0].n];
    });
    expect(seen).toEqual([2, 3]);
    const failed = db.transaction(async (tx) => {
      await tx.exec('DELETE FROM t');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const write = db.transaction((tx) => tx.exec('DELETE FROM t'), { readOnly: true });
    await expect(write).rejects.toEqual(failing('TRANSACTION_READ_ONLY'));
    expect((await db.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 3 }]);
    await db.exec('DELETE FROM t');
  });

  test('cursors: leaving early closes them', async () => {
    await db.insert('t', { id: Float64Array.from({ length: 10_000 }, (_, i) => i + 10) });
    let rows = 0;
    for await (const _row of db.iterate('SELECT * FROM t')) if (++rows === 5) break;
    expect(rows).toBe(5);
    rows = 0;
    for await (const _row of db.iterate('SELECT * FROM t')) rows++;
    expect(rows).toBe(10_002);
  });
});

describe('ends', () => {
  const LONG = 'SELECT count(*) FROM t a, t b, t c, t d, t e, t f';
  beforeEach(async () => {
    await db.insert('t', { id: Float64Array.from({ length: 3000 }, (_, i) => i + 10) });
    engine.scheduler.tickMs = 20;
  });

  test('a signal reaches a running query, and a waiting transaction', async () => {
    const controller = new AbortController();
    const { turns } = engine.scheduler;
    engine.scheduler.onTurn = (turn) => turn === turns + 5 && controller.abort('enough');
    const running = db.query(LONG, [], { signal: controller.signal });
    await expect(running).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    await expect(db.exec('SELECT 1', { signal: controller.signal })).rejects.toEqual(failing('ABORTED'));
    const again = new AbortController();
    await db.transaction(async () => {
      const waiting = db.transaction(async () => 1, { signal: again.signal });
      await settle();
      again.abort();
      await expect(waiting).rejects.toEqual(failing('ABORTED'));
    });
    const inside = new AbortController();
    const aborted = db.transaction(
      async (tx) => {
        inside.abort();
        await tx.exec('DELETE FROM t');
      },
      { signal: inside.signal },
    );
    await expect(aborted).rejects.toEqual(failing('ABORTED'));
  });

  test('a timeout is the worker’s to keep', async () => {
    await expect(db.query(LONG, [], { timeoutMs: 200 })).rejects.toEqual(failing('TIMEOUT'));
  });

  test('when the link ends every call settles with the reason', async () => {
    const calls = [db.query(LONG), db.exec(LONG), db.transaction((tx) => tx.query(LONG))];
    const outcomes = Promise.allSettled(calls);
    await settle();
    link.end(new HeliosError('WORKER_DIED', 'gone'));
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: failing('WORKER_DIED') });
    }
    await expect(db.query('SELECT 1')).rejects.toEqual(failing('WORKER_DIED'));
    await db.close();
    expect(isReleased).toBe(true);
  });

  test('close stops what runs, once', async () => {
    const outcomes = Promise.allSettled([db.query(LONG)]);
    await settle();
    await Promise.all([db.close(), db.close()]);
    expect(await outcomes).toMatchObject([{ reason: failing('CLOSED') }]);
    expect(isReleased).toBe(true);
    await expect(db.query('SELECT 1')).rejects.toEqual(failing('CLOSED'));
  });
});

test('nothing but the methods can be called, and no path is walked', async () => {
  const answered: unknown[] = [];
  pagePort.addEventListener('message', (event) => answered.push((event as MessageEvent).data));
  const raw = (value: unknown): unknown => ({ type: 'RAW', value });
  for (const message of [
    { id: '1', type: 'GET', path: ['query'] },
    { id: '2', type: 'SET', path: ['query'], value: raw(1) },
    { id: '3', type: 'APPLY', path: ['constructor'], argumentList: [] },
    { id: '4', type: 'APPLY', path: ['query', 'constructor'], argumentList: [raw('return 1')] },
    { id: '5', type: 'APPLY', path: [], argumentList: [] },
    { id: '6', type: 'APPLY', path: ['stats'], argumentList: [{ type: 'HANDLER', name: 'proxy', value: 1 }] },
    { id: '7', type: 'CONSTRUCT', path: ['query'], argumentList: [] },
    { id: '8', type: 'ENDPOINT' },
    { id: '9', type: 'RELEASE' },
    'text',
    null,
  ]) {
    pagePort.postMessage(message);
  }
  expect(await db.query('SELECT 1 AS x')).toMatchObject({ rows: [{ x: 1 }] });
  expect(answered).toHaveLength(1);
});

test('the list of methods is the table', () => {
  const host = { scheduler: engine.scheduler, holdLifeLock: () => Promise.reject(), open: () => Promise.reject() };
  const methods = engineMethods(host);
  expect(Object.keys(methods).sort()).toEqual([...METHOD_NAMES].sort());
  expect(Object.getPrototypeOf(methods)).toBeNull();
});

test('numbers of nothing are refused', async () => {
  const call = { id: 9999, channel: 0 };
  await expect(link.call('query', call, 77, [])).rejects.toEqual(failing('CLOSED'));
  await expect(link.call('query', { ...call, channel: 77 }, 'SELECT 1', [])).rejects.toEqual(failing('CLOSED'));
  await expect(link.call('fetch', 77)).rejects.toEqual(failing('CLOSED'));
  expect(await link.call('closeCursor', 77)).toBeNull();
  expect(await link.call('rollback', 77)).toBeNull();
  await expect(link.call('open', 'again', { storage: 'memory', imports: false })).rejects.toEqual(failing('MISUSE'));
});
