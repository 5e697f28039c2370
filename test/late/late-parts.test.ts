import { beforeEach, describe, expect, test, vi } from 'vitest';

// Every test starts with an engine of which only the first file is there, as in a page's worker.

type Support = typeof import('../support/sql-session.ts');
type Parts = typeof import('../../src/base/late-part.ts');

let support: Support;
let parts: Parts;
let session: ReturnType<Support['memorySession']>;

beforeEach(async () => {
  vi.resetModules();
  parts = await import('../../src/base/late-part.ts');
  await import('../../src/sql/late-parts.ts');
  support = await import('../support/sql-session.ts');
  session = support.memorySession();
});

/** Does it, and loads what it asks for; answers with the names of that, in order. */
async function askedFor(work: () => void): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    try {
      work();
      return names;
    } catch (error) {
      if (!(error instanceof parts.PartNotLoaded)) throw error;
      names.push(error.part.name);
      await error.part.load();
    }
  }
}

/** Runs a script without semicolons in its texts, and answers with what it asks for. */
async function ran(script: string, on = session): Promise<string[]> {
  const asked: string[] = [];
  for (const sql of script.split(';')) asked.push(...(await askedFor(() => on.executeScript(sql))));
  return asked;
}

/** A script of CREATE TABLE and INSERT … VALUES, which asks for nothing else. */
async function create(script: string): Promise<void> {
  expect(['tables', 'inserts']).toEqual(expect.arrayContaining(await ran(script)));
}

/** Runs a statement whose preparation may ask for parts, and which must not ask for any once it runs. */
async function partsOf(sql: string): Promise<{ readonly asked: string[]; readonly rows: unknown[][] }> {
  const asked = await askedFor(() => session.prepare(sql));
  return { asked, rows: support.query(session, sql) };
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '' CHECK (length(title) < 80),
    tag TEXT UNIQUE COLLATE NOCASE,
    size REAL
  )`;

describe('the first file is enough', () => {
  test.each([
    'SELECT 1 + 1',
    'SELECT * FROM plain WHERE id = 1',
    "SELECT name, size * 2 AS twice FROM plain WHERE size > 1 AND name LIKE 'a%' OR id IN (1, 2) ORDER BY size DESC LIMIT 5 OFFSET 1",
    'SELECT count(*), sum(size), avg(size), min(id), max(id) FROM plain HAVING count(*) > 0',
    'SELECT upper(substr(name, 1, 1)), coalesce(size, 0), id > 1 OR size IS NULL FROM plain',
    'BEGIN',
    'SAVEPOINT a',
  ])('%s', async (sql) => {
    await create(
      "CREATE TABLE plain(id INTEGER PRIMARY KEY, name TEXT, size REAL); INSERT INTO plain VALUES (1, 'a', 1.5)",
    );
    const { asked } = await partsOf(sql);
    expect(asked).toEqual([]);
  });
});

test('an index orders rows without the quicker ways to sort', async () => {
  await create(
    "CREATE TABLE plain(id INTEGER PRIMARY KEY, name TEXT UNIQUE, size REAL); INSERT INTO plain VALUES (3, 'b', 1.5), (1, 'c', 1), (2, 'a', 2)",
  );
  const { asked, rows } = await partsOf("SELECT id FROM plain WHERE name >= 'a' ORDER BY name");
  expect(asked).toEqual([]);
  expect(rows).toEqual([[2], [3], [1]]);
});

describe('a statement asks for what it needs before it runs', () => {
  const RELATIONAL = 'joins and subqueries';
  const GROUPS = 'GROUP BY';

  test.each([
    ['SELECT a.id FROM plain a JOIN plain b ON a.id = b.id', [RELATIONAL], [[1]]],
    ['SELECT a.id FROM plain a LEFT JOIN plain b USING (id)', [RELATIONAL], [[1]]],
    ['SELECT id FROM plain WHERE id IN (SELECT id FROM plain)', [RELATIONAL], [[1]]],
    ['SELECT (SELECT max(id) FROM plain b WHERE b.id = a.id) FROM plain a', [RELATIONAL, GROUPS], [[1]]],
    ['SELECT EXISTS (SELECT 1 FROM plain)', [RELATIONAL], [[1]]],
    ['WITH t(x) AS (SELECT 1) SELECT x FROM t', [RELATIONAL], [[1]]],
    [
      'WITH RECURSIVE t(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM t WHERE x < 3) SELECT max(x) FROM t',
      [RELATIONAL, 'rewrites'],
      [[3]],
    ],
    ['SELECT id FROM (SELECT id FROM plain)', [RELATIONAL], [[1]]],
    ['SELECT 1 UNION SELECT 1', [RELATIONAL], [[1]]],
    ['SELECT count(*) FROM plain GROUP BY ROLLUP (name)', [RELATIONAL, GROUPS], [[1], [1]]],
    ['SELECT sum(value) FROM generate_series(1, 3)', [RELATIONAL, 'functions'], [[6]]],
    ['SELECT row_number() OVER (ORDER BY id) FROM plain', ['window functions'], [[1]]],
    ["SELECT DISTINCT CASE WHEN id > 1 THEN 'many' ELSE 'one' END FROM plain", ['rewrites', 'DISTINCT'], [['one']]],
    ['SELECT name, count(*) FROM plain GROUP BY name ORDER BY 2', [GROUPS], [['a', 1]]],
    ['SELECT count(*) FROM plain GROUP BY name, size', ['rewrites', GROUPS], [[1]]],
    ['SELECT max(id) FROM plain', ['rewrites'], [[1]]],
    ['SELECT id * 2 + 1, id * 2 - 1 FROM plain', ['rewrites'], [[3, 1]]],
    ['SELECT count(DISTINCT name) FROM plain', ['aggregates of DISTINCT'], [[1]]],
    ["SELECT date('2024-02-29', '+1 year')", ['functions of dates'], [['2025-03-01']]],
    ["SELECT printf('%d', 7)", ['functions of dates', 'functions'], [['7']]],
    ["SELECT CAST('1.50' AS DECIMAL(5, 2)) + 1", ['types'], [['2.50']]],
    ["SELECT CAST('2024-02-29' AS DATE) > DATE '2024-02-28'", ['types'], [[1]]],
    ['SELECT price FROM priced', ['types'], [['9.90']]],
    ['SELECT ARRAY[1, 2][2]', ['arrays and intervals', 'functions of dates', 'functions'], [[2]]],
    ['UPDATE plain SET size = 2 RETURNING size', ['changes'], [[2]]],
    ['DELETE FROM plain RETURNING id', ['changes'], [[1]]],
    ["INSERT INTO plain VALUES (1, 'b', 1) ON CONFLICT DO NOTHING", ['changes'], []],
    ['INSERT INTO plain(id) VALUES (5) RETURNING id', ['changes'], [[5]]],
    ['INSERT INTO plain SELECT id + 1, name, size FROM plain', ['changes'], []],
    ['SELECT id FROM plain AS OF TRANSACTION 2', ['time travel'], [[1]]],
    ["SELECT key FROM helios_diff('plain', 1)", [RELATIONAL, 'time travel'], [[1]]],
    ['FLASHBACK TABLE plain TO TRANSACTION 2 PREVIEW', ['time travel'], []],
    ['FLASHBACK TABLE plain TO TRANSACTION 2', ['time travel'], []],
    ['SELECT id FROM plain VERSIONS BETWEEN TRANSACTION 2 AND 2', ['time travel', 'types'], [[1]]],
    ['CREATE INDEX by_name ON plain(name)', ['definitions'], []],
    ['CREATE VIEW v AS SELECT 1', ['definitions'], []],
    ['PRAGMA user_version', ['definitions'], [[0]]],
    ["SELECT name FROM sqlite_schema WHERE name = 'plain'", ['definitions'], [['plain']]],
  ])('%s', async (sql, expected, rows) => {
    await create(`
      CREATE TABLE plain(id INTEGER PRIMARY KEY, name TEXT, size REAL); INSERT INTO plain VALUES (1, 'a', 1.5);
      CREATE TABLE priced(price DECIMAL(6, 2))`);
    if (sql.includes('priced')) {
      expect(await askedFor(() => session.executeScript("INSERT INTO priced VALUES ('9.9')"))).toEqual(['types']);
      expect(support.query(session, sql)).toEqual(rows);
      return;
    }
    expect(await partsOf(sql)).toEqual({ asked: expected, rows });
  });

  test('a table with triggers, foreign keys, generated columns or computed indexes asks for them', async () => {
    await askedFor(() =>
      session.executeScript(`
        DROP TABLE IF EXISTS child; DROP TABLE IF EXISTS parent; DROP TABLE IF EXISTS log; DROP TABLE IF EXISTS g;
        CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE child(id INTEGER REFERENCES parent ON DELETE CASCADE);
        CREATE TABLE log(what TEXT);
        CREATE TRIGGER t AFTER DELETE ON child BEGIN INSERT INTO log VALUES (printf('%d', old.id)); END;
        CREATE TABLE g(a INTEGER, b INTEGER AS (a + 1));
        CREATE INDEX lowered ON parent(lower(name));
        INSERT INTO parent VALUES (1, 'A'); INSERT INTO child VALUES (1); INSERT INTO g(a) VALUES (1);
        DELETE FROM parent`),
    );
    expect(support.query(session, 'SELECT what FROM log')).toEqual([['1']]);
    expect(support.query(session, 'SELECT b FROM g')).toEqual([[2]]);
  });

  test('what is asked for in the middle of a change undoes it', async () => {
    await create("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (0, '')");
    const insert = session.prepare('INSERT INTO t VALUES (1, ?)');
    // A parameter that is an object is JSON, which the type of no column has told before.
    const asked = await askedFor(() => insert.run([{ a: 1 }]));
    expect(asked).toEqual(['types']);
    expect(support.query(session, 'SELECT a, b FROM t WHERE a = 1')).toEqual([[1, '{"a":1}']]);
  });

  test('INSERT', async () => {
    await create('CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)');
    const sql = "INSERT INTO t VALUES (3, 'c'), (4, NULL)";
    expect(await askedFor(() => session.prepare(sql).run())).toEqual(['inserts']);
    expect(await askedFor(() => session.prepare('INSERT INTO t(b) VALUES (?)').run(['x']))).toEqual([]);
  });

  test('CREATE TABLE with what usually stands in it', async () => {
    expect((await partsOf(TABLE)).asked).toEqual(['tables']);
  });

  test('DROP asks before it drops', async () => {
    await create('CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)');
    expect(await askedFor(() => session.prepare('DROP TABLE t').run())).toEqual(['definitions', 'changes']);
    expect(() => session.prepare('SELECT * FROM t')).toThrow('no such table');
  });

  test('ERASE asks before it erases', async () => {
    await create('CREATE TABLE plain(id INTEGER); INSERT INTO plain VALUES (1)');
    const erase = (): void => session.executeScript("ERASE FROM plain WHERE id = 1 REASON 'asked'");
    expect(await askedFor(erase)).toEqual(['time travel', 'encodings of segments', 'checkpoints and checks']);
    expect(support.query(session, 'SELECT count(*) FROM plain')).toEqual([[0]]);
  });

  test('bulk inserts', async () => {
    await create('CREATE TABLE t(a INTEGER, b TEXT)');
    expect(await askedFor(() => session.insertRows('t', [{ a: 1, b: 'x' }]))).toEqual(['bulk inserts']);
    expect(support.query(session, 'SELECT a, b FROM t')).toEqual([[1, 'x']]);
  });
});

describe('checkpoints', () => {
  test('wait for their part: until then the log holds everything, and what is closed without it is durable', async () => {
    const { Session } = await import('../../src/sql/session.ts');
    const { openMemoryStorage } = await import('../../src/storage/memory-storage.ts');
    const storage = openMemoryStorage();
    const open = await opener(storage);
    const first = open();
    const session = new Session(first);
    await ran('CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (2)', session);
    first.maintain();
    expect([first.checkpointCount, first.lastCheckpointError]).toEqual([0, null]);
    first.close();
    expect(storage.wal.size()).toBeGreaterThan(0);

    const second = open();
    const again = new Session(second);
    expect(support.query(again, 'SELECT a FROM t')).toEqual([[1], [2]]);
    expect(await askedFor(() => second.checkpoint())).toEqual(['encodings of segments', 'checkpoints and checks']);
    expect(second.checkpointCount).toBe(1);
    expect(second.check().ok).toBe(true);
    second.close();
    expect(storage.wal.size()).toBe(0);
  });

  test.each<[string, (i: number) => number, string[]]>([
    [
      'encodings that the log never has are asked for when the database is opened',
      (i: number) => ((i * i) % 251) * 1e6,
      ['encodings of segments'],
    ],
    ['others are not', () => 7, []],
  ])('%s', async (_, value, expected) => {
    const { Session } = await import('../../src/sql/session.ts');
    const { openMemoryStorage } = await import('../../src/storage/memory-storage.ts');
    const storage = openMemoryStorage();
    const first = (await opener(storage))();
    const { LIMITS } = await import('../../src/base/limits.ts');
    const rowCount = LIMITS.searchedSegmentRows;
    const rows = Array.from({ length: rowCount }, (_, i) => `(${value(i)})`);
    const filled = new Session(first);
    await ran(`CREATE TABLE t(a INTEGER); INSERT INTO t VALUES ${rows.join(', ')}`, filled);
    await askedFor(() => first.checkpoint());
    first.close();

    vi.resetModules();
    parts = await import('../../src/base/late-part.ts');
    await import('../../src/sql/late-parts.ts');
    const open = await opener(storage);
    expect(await askedFor(() => open().close())).toEqual(expected);
    const { Session: Again } = await import('../../src/sql/session.ts');
    const session = new Again(open());
    const { query } = await import('../support/sql-session.ts');
    expect(query(session, 'SELECT count(*) FROM t WHERE a >= 0')).toEqual([[rowCount]]);
  });
});

test('a change of a ledger asks for its chain before anything is noted, and the transaction goes on', async () => {
  const { Session } = await import('../../src/sql/session.ts');
  const { openMemoryStorage } = await import('../../src/storage/memory-storage.ts');
  const storage = openMemoryStorage();
  const first = (await opener(storage))();
  await ran('CREATE TABLE book(n INTEGER) WITH (ledger = true)', new Session(first));
  first.close();

  vi.resetModules();
  parts = await import('../../src/base/late-part.ts');
  await import('../../src/sql/late-parts.ts');
  const { Session: Again } = await import('../../src/sql/session.ts');
  const again = new Again((await opener(storage))());
  expect(await ran('BEGIN; INSERT INTO book VALUES (1); INSERT INTO book VALUES (2); COMMIT', again)).toEqual([
    'inserts',
    'time travel',
  ]);
  await ran('SELECT count(*) FROM helios.ledger', again);
  const { query } = await import('../support/sql-session.ts');
  expect(query(again, 'SELECT count(*) FROM helios.ledger')).toEqual([[1]]);
  expect(query(again, 'SELECT count(*) FROM book')).toEqual([[2]]);
});

/** Opens a database over and over in one storage. */
async function opener(storage: import('../../src/storage/storage.ts').Storage) {
  const { Engine } = await import('../../src/engine/engine.ts');
  const { SimulatedClock } = await import('../sim/simulated-clock.ts');
  const { SeededRandom } = await import('../sim/seeded-random.ts');
  const keptOpen = { ...storage, close: () => undefined };
  return () => Engine.open(keptOpen, new SimulatedClock(), new SeededRandom(1), { walCheckpointBytes: 100 });
}

test('what has too little memory asks for what spills', async () => {
  const { limitedSession, littleMemory } = await import('../support/little-memory.ts');
  const scarce = limitedSession(16, { memory: littleMemory(64), batchRows: 16 });
  await askedFor(() => scarce.executeScript('CREATE TABLE plain (id INTEGER PRIMARY KEY, size REAL)'));
  await ran(`INSERT INTO plain VALUES ${Array.from({ length: 4000 }, (_, i) => `(${i}, ${i % 7})`).join()}`, scarce);
  const sql = 'SELECT id FROM plain ORDER BY size DESC';
  const asked = await askedFor(() => support.query(scarce, sql));
  expect(asked).toEqual(['spilling']);
  expect(support.query(scarce, sql)).toHaveLength(4000);
  expect(scarce.memory.operatorBytes).toBe(0);
});

test('a text that is wrong asks for what its message lists', async () => {
  let message = '';
  const asked = await askedFor(() => {
    try {
      session.prepare('SELECT a FORM t');
    } catch (error) {
      if (error instanceof parts.PartNotLoaded) throw error;
      message = (error as Error).message;
    }
  });
  expect(asked).toEqual(['syntax errors']);
  expect(message).toContain('did you mean FROM?');
});
