import { parseArgs } from 'node:util';
import { systemClock, systemRandom } from '../src/client/system-host.ts';
import { Engine } from '../src/engine/engine.ts';
import { loadLateParts } from '../src/sql/late-parts.ts';
import { Session } from '../src/sql/session.ts';
import { openMemoryStorage } from '../src/storage/memory-storage.ts';
import { READINGS_INDEXES, READINGS_SCHEMA, referenceColumns } from './reference-rows.ts';

// How long background work holds the thread at once, one kind of it after the other, on the reference rows.
// `npm run slices --prefix bench -- [--rows N] [--rounds N]`. The same slices come in each round, and the shortest time of
// each counts: others on the machine do not. The first round, in which nothing is compiled yet, is shown beside it.

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const ROWS = Number(options.rows);
/** What hosts ask for at a time. */
const UNITS = 2048;
const GOAL_MS = 5;

/** The milliseconds of each slice, by kind of work. */
type Slices = Map<string, number[]>;

/** Every commit calls for a checkpoint; nothing else does. */
function open(): { readonly engine: Engine; readonly session: Session } {
  const engine = Engine.open(openMemoryStorage(), systemClock, systemRandom(), {
    synchronous: 'off',
    walCheckpointBytes: 1,
    memoryLimitBytes: 4 * 2 ** 30,
  });
  return { engine, session: new Session(engine) };
}

/** Of the processor, which threads of the collector use too, or by the clock, which others on the machine slow down. */
function timed<T>(body: () => T): [result: T, millis: number] {
  const processor = process.cpuUsage();
  const start = performance.now();
  const result = body();
  const { user, system } = process.cpuUsage(processor);
  return [result, Math.min(performance.now() - start, (user + system) / 1000)];
}

/** Until nothing is left to do. */
function slices(engine: Engine): number[] {
  const millis: number[] = [];
  for (let isMore = true; isMore; ) {
    const [more, taken] = timed(() => engine.maintain(UNITS));
    millis.push(taken);
    isMore = more;
  }
  if (engine.lastCheckpointError !== null) throw engine.lastCheckpointError;
  return millis;
}

function insert(session: Session, count: number, parts: number, afterEach: () => void): void {
  const share = Math.ceil(count / parts);
  for (let from = 0; from < count; from += share) {
    session.insertColumns('sensor_readings', { ...referenceColumns(Math.min(share, count - from), from) });
    afterEach();
  }
}

function checkpoints(found: Slices): void {
  const { engine, session } = open();
  session.executeScript(READINGS_SCHEMA);
  insert(session, ROWS, 10, () => undefined);
  found.set(`checkpoint of ${ROWS} rows`, slices(engine));
  session.executeScript(READINGS_INDEXES);
  found.set('building three indexes', slices(engine));
  session.executeScript('UPDATE sensor_readings SET value = value + 1 WHERE id % 5 < 2');
  found.set('checkpoint with two fifths of the rows updated', slices(engine));
  session.executeScript('PRAGMA min_retention_seconds = 0');
  slices(engine);
  // A look for what has gone comes once a second.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
  found.set('collection of the old versions', slices(engine));
}

function merges(found: Slices): void {
  const { engine, session } = open();
  session.executeScript(`${READINGS_SCHEMA}; ${READINGS_INDEXES}`);
  const parts: number[][] = [];
  insert(session, (ROWS * 9) / 10, 9, () => parts.push(slices(engine)));
  const last = parts.pop() ?? [];
  found.set(`checkpoints of ${ROWS / 10} rows, three indexes`, parts.flat());
  found.set('the ninth, which merges the segments of the others', last);
}

const TEXTS_SCHEMA = `CREATE TABLE visits (id INTEGER PRIMARY KEY, visitor TEXT, path TEXT, agent TEXT, note JSON);
  CREATE INDEX visits_visitor ON visits (visitor, id); CREATE INDEX visits_path ON visits (path COLLATE NOCASE)`;

/** Texts that are never the same, that come again as often as a dictionary pays for, and short ones of a few kinds. */
function textColumns(count: number, from: number): Record<string, ArrayLike<unknown>> {
  const rows = Array.from({ length: count }, (_, i) => from + i);
  const scattered = (row: number, kinds: number): string =>
    (Math.imul(row, 0x9e37_79b1) >>> 0).toString(36).slice(0, kinds);
  return {
    id: rows,
    visitor: rows.map((row) => `visitor-${(row * 7919) % 60_000}`),
    path: rows.map((row) => `/shop/${row % 97}/${scattered(row, 7)}?page=${row % 13}`),
    agent: rows.map((row) => `agent ${row % 23}`),
    note: rows.map((row) => JSON.stringify({ row, from: scattered(row, 5) })),
  };
}

function texts(found: Slices): void {
  const { engine, session } = open();
  session.executeScript(TEXTS_SCHEMA);
  const count = Math.ceil(ROWS / 4);
  const parts: number[][] = [];
  for (let part = 0; part < 2; part++) {
    session.insertColumns('visits', textColumns(count, part * count));
    parts.push(slices(engine));
  }
  found.set(`checkpoints of ${count} rows with texts, two indexes`, parts.flat());
  session.executeScript('CREATE INDEX visits_agent ON visits (agent)');
  found.set('rewriting them with a third index', slices(engine));
}

function report(kind: string, rounds: readonly (readonly number[])[]): void {
  const longest = (millis: readonly number[]): string => Math.max(...millis).toFixed(1);
  const least = rounds[0].map((_, i) => Math.min(...rounds.map((round) => round[i] ?? Number.POSITIVE_INFINITY)));
  const total = least.reduce((sum, millis) => sum + millis, 0);
  const long = least.filter((millis) => millis > GOAL_MS);
  const count = `${least.length} slices, ${total.toFixed(0)} ms`;
  const figures = `longest ${longest(least)} ms, ${long.length} above ${GOAL_MS} ms; in the first round ${longest(rounds[0])} ms`;
  process.stdout.write(`${kind.padEnd(52)} ${count}; ${figures}\n`);
}

await loadLateParts();
const rounds: Slices[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  const found: Slices = new Map();
  checkpoints(found);
  merges(found);
  texts(found);
  rounds.push(found);
}
for (const kind of rounds[0].keys())
  report(
    kind,
    rounds.map((round) => round.get(kind) ?? []),
  );
