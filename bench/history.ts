import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../src/client/system-host.ts';
import { Engine } from '../src/engine/engine.ts';
import { loadLateParts } from '../src/sql/late-parts.ts';
import { Session } from '../src/sql/session.ts';
import { openMemoryStorage } from '../src/storage/memory-storage.ts';

// What keeping the history and reading the past cost: time, memory and bytes, each beside its goal. `npm run history --prefix bench -- [ROWS]`:
// of the table whose bytes are compared. Times are of the processor: others on the machine do not count.

const builtPackage: string = '../dist/node.js';
const { openSync }: typeof import('../dist/types/node.js') = await import(builtPackage);

const ROWS = Number(process.argv[2] ?? 1_000_000);
const COUNT = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'helios-history-'));

function report(what: string, figure: string, goal: string): void {
  console.log(`${what.padEnd(62)} ${figure.padStart(22)}   ${goal}`);
}

function timed<T>(body: () => T): [result: T, millis: number] {
  const before = process.cpuUsage();
  const result = body();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}

function heldMegabytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];
}

function fillCommitLog(path: string): void {
  const db = openSync(path, { synchronous: 'off' });
  db.exec('CREATE TABLE t (a INTEGER)');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  for (let i = 0; i < COUNT; i++) insert.run([i]);
  db.close();
}

function commitLog(): void {
  const path = join(folder, 'commits.db');
  const read = 'SELECT count(*) AS n, max(committed_at) AS at FROM helios.transactions WHERE txn >= 1';
  // What the first query takes of any database is none of the log's.
  const small = openSync(':memory:');
  small.query(read);
  small.close();
  fillCommitLog(path);
  const before = heldMegabytes();
  const [opened, openMillis] = timed(() => openSync(path, { synchronous: 'off' }));
  const [, readMillis] = timed(() => opened.query(read));
  report(`${COUNT} commits: open`, `${openMillis.toFixed(1)} ms`, '');
  report('  read all of their log', `${readMillis.toFixed(1)} ms`, '< 20 ms');
  report('  held after all of it was read', `${(heldMegabytes() - before).toFixed(2)} MB`, '< 3 MB');
  opened.close();
}

function snapshots(): void {
  const path = join(folder, 'snapshots.db');
  const db = openSync(path, { synchronous: 'off' });
  db.exec('CREATE TABLE t (a INTEGER)');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  const before = heldMegabytes();
  const millis: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    if (i % 100 === 0) insert.run([i]);
    millis.push(timed(() => db.exec(`CREATE SNAPSHOT s${i}`))[1]);
  }
  const newest = millis.slice(-1000);
  report('CREATE SNAPSHOT, the last 1,000 of 100,000: median', `${quantile(newest, 0.5).toFixed(3)} ms`, '< 1 ms');
  report('  p99 of all, checkpoints among them', `${quantile(millis, 0.99).toFixed(3)} ms`, '< 1 ms');
  report('100,000 snapshots: held', `${(heldMegabytes() - before).toFixed(1)} MB`, '< 50 MB');
  db.close();
  const [again, openMillis] = timed(() => openSync(path, { synchronous: 'off' }));
  const [, listMillis] = timed(() => again.query('SELECT count(*) FROM helios.snapshots'));
  const [, asOfMillis] = timed(() => again.query("SELECT count(*) FROM t AS OF SNAPSHOT 's50000'"));
  report('  open and list them', `${(openMillis + listMillis).toFixed(1)} ms`, '< 500 ms');
  report('  AS OF SNAPSHOT, the first time', `${asOfMillis.toFixed(1)} ms`, '');
  again.close();
}

/** Each of 1,000 snapshots keeps ten versions that nothing else keeps. */
async function collection(tell: typeof report): Promise<void> {
  await loadLateParts();
  const engine = Engine.open(openMemoryStorage(), systemClock, systemRandom(), { synchronous: 'off' });
  const session = new Session(engine);
  session.executeScript(`PRAGMA min_retention_seconds = 0; PRAGMA auto_gc_enabled = off;
    CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t SELECT value, 0 FROM generate_series(1, 10000)`);
  for (let i = 0; i < 1000; i++)
    session.executeScript(
      `CREATE SNAPSHOT s${i}; UPDATE t SET v = v + 1 WHERE id > ${10 * i} AND id <= ${10 * i + 10}`,
    );
  engine.checkpoint();
  session.executeScript('BEGIN');
  for (let i = 0; i < 1000; i++) session.executeScript(`DROP SNAPSHOT s${i}`);
  session.executeScript('COMMIT; PRAGMA auto_gc_enabled = on');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const slices: number[] = [];
  for (let isMore = true; isMore; ) {
    const [more, millis] = timed(() => engine.maintain(2048));
    slices.push(millis);
    isMore = more;
  }
  const total = slices.reduce((sum, millis) => sum + millis, 0);
  const left = [...engine.state.tables.values()].flatMap(({ segments }) =>
    segments.filter(({ reader }) => reader.meta.kind === 'history'),
  );
  tell(
    `collection behind 1,000 snapshots (${left.length} history segments left)`,
    `${total.toFixed(1)} ms`,
    '< 100 ms',
  );
  tell(`  the longest of ${slices.length} steps`, `${Math.max(...slices).toFixed(2)} ms`, '< 5 ms');
}

/** Updates that are committed one by one, with and without a history, in turns. */
function commits(): void {
  const contenders = ['off', 'on'].map((name) => {
    const db = openSync(join(folder, `commits-${name}.db`), { synchronous: 'off', timeTravelEnabled: name === 'on' });
    db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)');
    db.exec('INSERT INTO t SELECT value, 0 FROM generate_series(1, 10000)');
    return { db, update: db.prepare('UPDATE t SET v = v + 1 WHERE id = ?'), millis: [] as number[] };
  });
  for (let turn = 0; turn < 40; turn++)
    for (const { update, millis } of contenders) {
      const [, taken] = timed(() => {
        for (let i = 0; i < 5000; i++) update.run([1 + ((i * 7919 + turn) % 10_000)]);
      });
      if (turn > 1) millis.push(taken);
    }
  const [off, on] = contenders.map(({ millis }) => quantile(millis, 0.5));
  report('updates committed one by one, with history : without', `${(on / off).toFixed(3)}`, '<= 1.05');
  for (const { db } of contenders) db.close();
}

function bytes(): void {
  const sizes = ['off', 'on'].map((name) => {
    const path = join(folder, `bytes-${name}.db`);
    const db = openSync(path, { synchronous: 'off', timeTravelEnabled: name === 'on' });
    db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, sensor TEXT, value REAL, at INTEGER)');
    db.exec(`INSERT INTO t SELECT value, 'sensor-' || (value % 500), round(20 + 5 * sin(value / 5000.0) + value % 7 / 10.0, 2),
      1700000000 + value * 10 FROM generate_series(1, ${ROWS})`);
    db.exec('UPDATE t SET value = value + 1 WHERE id % 3 = 0; VACUUM');
    db.close();
    return statSync(path).size;
  });
  const ratio = (sizes[1] / sizes[0]).toFixed(2);
  report(`bytes of ${ROWS} rows, a third updated, with history : without`, ratio, '<= 1.5');
}

/** What a question about a snapshot takes of what the same one about the present takes, a third of the rows updated since. */
function past(): void {
  const db = openSync(join(folder, 'past.db'), { synchronous: 'off' });
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER, v REAL)');
  db.exec(`INSERT INTO t SELECT value, value * 7919 % 1000, value % 977 / 10.0 FROM generate_series(1, ${ROWS})`);
  db.exec('CREATE INDEX t_k ON t (k); CREATE SNAPSHOT before; UPDATE t SET v = v + 1 WHERE id % 3 = 0; VACUUM');
  const low = ROWS >> 1;
  const range = [low, low + ROWS / 100];
  const questions = [
    { name: 'point', rest: 'WHERE id = ?', select: '*', values: [low], runs: 2000 },
    { name: 'range', rest: 'WHERE id BETWEEN ? AND ?', select: 'count(*), sum(v)', values: range, runs: 200 },
    { name: 'index', rest: 'WHERE k = ?', select: 'count(*), sum(v)', values: [500], runs: 50 },
    { name: 'aggregate', rest: '', select: 'count(*), sum(v)', values: [], runs: 5 },
    { name: 'group', rest: 'GROUP BY k', select: 'k, sum(v)', values: [], runs: 3 },
  ];
  for (const { name, rest, select, values, runs } of questions)
    report(
      `AS OF : present, ${name}`,
      pastRatio(db, ['', 'AS OF SNAPSHOT before'], { rest, select, values, runs }),
      '<= 1.2',
    );
  const all = { rest: '', select: 'count(*), sum(v)', values: [], runs: 3 };
  report('VERSIONS BETWEEN : present', pastRatio(db, ['', 'VERSIONS BETWEEN MINVALUE AND MAXVALUE'], all), '<= 10');
  db.close();
}

interface Question {
  readonly rest: string;
  readonly select: string;
  readonly values: number[];
  readonly runs: number;
}

/** The median of nine turns of each, the first two of which are for the compiler. */
function pastRatio(db: ReturnType<typeof openSync>, clauses: readonly string[], question: Question): string {
  const { select, rest, values, runs } = question;
  const contenders = clauses.map((clause) => ({
    statement: db.prepare(`SELECT ${select} FROM t ${clause} ${rest}`),
    millis: [] as number[],
  }));
  for (let turn = 0; turn < 11; turn++)
    for (const { statement, millis } of contenders) {
      const [, taken] = timed(() => {
        for (let i = 0; i < runs; i++) statement.all(values);
      });
      if (turn > 1) millis.push(taken);
    }
  const [present, then] = contenders.map(({ millis }) => quantile(millis, 0.5));
  return (then / present).toFixed(2);
}

try {
  // Once before, for the compiler.
  await collection(() => undefined);
  commitLog();
  snapshots();
  await collection(report);
  commits();
  bytes();
  past();
} finally {
  rmSync(folder, { recursive: true });
}
