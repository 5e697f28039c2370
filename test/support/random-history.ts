import { expect } from 'vitest';
import { HeliosError } from '../../src/base/errors.ts';
import { LIMITS } from '../../src/base/limits.ts';
import { DatabaseExport } from '../../src/engine/backup/database-export.ts';
import { DatabaseImport } from '../../src/engine/backup/database-import.ts';
import { Engine } from '../../src/engine/engine.ts';
import { columnValueAt } from '../../src/engine/table/delta-column.ts';
import { Session } from '../../src/sql/session.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { query } from './sql-session.ts';

/** What a table held: its rows in the order of their ids. */
export interface RecordedTable {
  readonly id: number;
  readonly columns: readonly string[];
  /** Places of the columns: one that was dropped and one that was added later may have the same name. */
  readonly numbers: readonly number[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What a database held after one commit. */
export interface RecordedState {
  readonly transaction: number;
  readonly scn: number;
  readonly micros: number;
  /** By name. */
  readonly tables: ReadonlyMap<string, RecordedTable>;
  /** Names and texts of all that is defined. */
  readonly schema: string;
  /** What the view shows. */
  readonly view: string;
}

const NAMES = ['a', 'b', 'c'];
/** Shows some rows of the table that it was made of. */
const VIEW = 'low_ones';
const COLUMNS = ['v', 'w', 'x'];
const SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_schema';

/**
 * A database that somebody changes at random, on a disk that keeps no more than it promised, and a record of what it held
 * after each commit.
 */
export class RandomHistory {
  readonly random: SeededRandom;
  readonly clock = new SimulatedClock();
  readonly states: RecordedState[] = [];
  session: Session;
  private disk: LyingDisk;
  /** The newest transaction that a crash must not take away. */
  private durable = 0;
  private checkpointBytes: number;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.checkpointBytes = this.random.pick([4_000, 20_000, 1_000_000]);
    this.disk = new LyingDisk(seed);
    this.session = this.open();
    this.record();
  }

  get engine(): Engine {
    return this.session.engine;
  }

  get newest(): RecordedState {
    return this.states[this.states.length - 1];
  }

  /** A recorded state that can still be read. */
  get readable(): RecordedState {
    return this.random.pick(this.allReadable);
  }

  /** All of them. */
  get allReadable(): readonly RecordedState[] {
    const oldest = this.engine.oldestReadable;
    return this.states.filter(({ transaction }) => transaction >= oldest);
  }

  /** One transaction of a few statements; those that fail leave no trace. */
  change(): void {
    const { random, session, clock } = this;
    clock.advanceMicros(random.below(3) === 0 ? 0 : 1_000_000);
    if (random.below(20) === 0) clock.jumpWallMicros(-5_000_000);
    if (random.below(3) > 0) this.attempt(this.statement());
    else this.transact();
    if (random.below(8) === 0) session.engine.maintain(random.pick([50, 5000]));
    if (random.below(4) === 0) {
      session.engine.makeDurable();
      this.durable = session.engine.lastTransaction;
    }
    this.record();
  }

  private transact(): void {
    const { random, session } = this;
    session.begin();
    for (let i = random.between(1, 3); i > 0; i--) this.attempt(this.statement());
    if (random.below(8) === 0) {
      session.savepoint('s');
      this.attempt(this.statement());
      session.rollbackTo('s');
    }
    if (random.below(10) === 0) session.rollback();
    else session.commit();
  }

  /** Runs a statement that may fail. */
  attempt(sql: string): boolean {
    try {
      this.session.prepare(sql).run();
      return true;
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      return false;
    }
  }

  private statement(): string {
    const { random } = this;
    const known = [...this.newest.tables.keys()];
    const table = known.length === 0 ? 'a' : random.pick(known);
    const where = `WHERE k % ${random.between(2, 5)} = ${random.below(2)}`;
    const row = (): string => `(${random.below(9)}, ${random.pick(["'text'", 'NULL', '1.5', random.below(40)])})`;
    if (known.length < 2 && random.below(3) === 0) {
      return `CREATE TABLE ${random.pick(NAMES)}(id INTEGER PRIMARY KEY, k INTEGER, v)`;
    }
    switch (random.below(24)) {
      case 0:
        return this.definition(table);
      case 1:
        return `UPDATE ${table} SET id = id + 100 ${where}`;
      case 2:
        return random.below(4) === 0 ? `TRUNCATE ${table}` : `DELETE FROM ${table} ${where}`;
      case 3:
      case 4:
        return `DELETE FROM ${table} WHERE id % 3 = ${random.below(3)}`;
      case 5:
        return `INSERT OR REPLACE INTO ${table}(id, k, v) VALUES (${random.between(1, 20)}, ${random.below(9)}, 'new')`;
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
      case 11:
        return `UPDATE ${table} SET k = k + 1, v = ${random.below(3) === 0 ? 'v' : random.below(100)} ${where}`;
      default:
        return `INSERT INTO ${table}(k, v) VALUES ${Array.from({ length: random.between(1, 3) }, row).join(', ')}`;
    }
  }

  private definition(table: string): string {
    const { random } = this;
    const column = random.pick(COLUMNS);
    switch (random.below(11)) {
      case 0:
        return `DROP TABLE ${table}`;
      case 1:
        return `CREATE INDEX ${table}_k ON ${table}(k)`;
      case 2:
        return `DROP INDEX ${table}_k`;
      case 3:
        return `ALTER TABLE ${table} ADD COLUMN ${column} DEFAULT ${random.below(5)}`;
      case 4:
        return `ALTER TABLE ${table} DROP COLUMN ${column}`;
      case 5:
        return `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${random.pick(COLUMNS)}`;
      case 6:
        return `ALTER TABLE ${table} RENAME TO ${random.pick(NAMES)}`;
      case 7:
        return `CREATE INDEX ${table}_low ON ${table}(k + 1) WHERE k < 5`;
      case 8:
        return random.pick([`CREATE VIEW ${VIEW} AS SELECT id, k FROM ${table} WHERE k < 6`, `DROP VIEW ${VIEW}`]);
      case 9:
        return `CREATE TRIGGER ${table}_r AFTER DELETE ON ${table} WHEN old.k > 7 BEGIN DELETE FROM ${table} WHERE k = 8; END`;
      default:
        return random.below(2) === 0
          ? `UNDROP TABLE ${random.pick(NAMES)}`
          : `UNDROP TABLE ${table} AS ${random.pick(NAMES)}`;
    }
  }

  /** What changes where versions lie, and none of them; or takes away what was not durable. */
  disturb(): void {
    const { random, session } = this;
    switch (random.below(9)) {
      case 0:
      case 1:
        session.engine.checkpoint();
        break;
      case 2:
        session.engine.vacuum();
        break;
      case 3:
      case 4:
        session.close();
        session.engine.close();
        this.session = this.open();
        break;
      case 5:
      case 6:
        this.crash();
        break;
      case 7:
        this.collect();
        break;
      default:
        this.copy();
    }
  }

  /** What lies behind the horizon goes, in slices. */
  private collect(): void {
    this.clock.advanceMillis(2 * LIMITS.collectionIntervalMs);
    const work = this.random.between(200, 2000);
    while (this.engine.maintain(work));
  }

  /** Only what is old goes: the next checkpoint drops it. */
  shorten(): void {
    const { micros } = this.readable;
    const seconds = Math.ceil((this.newest.micros - micros) / 1e6);
    this.session.executeScript(`PRAGMA min_retention_seconds = ${seconds}`);
    this.record();
  }

  private crash(): void {
    const { random } = this;
    this.disk = this.disk.crash({ kind: 'random', seed: random.below(1_000_000) });
    this.session = this.open();
    const { lastTransaction } = this.engine;
    expect(lastTransaction).toBeGreaterThanOrEqual(this.durable);
    while (this.newest.transaction > lastTransaction) this.states.pop();
  }

  /** Goes on with an exported copy. */
  private copy(): void {
    const out = new DatabaseExport(this.engine.openSettled());
    const disk = new LyingDisk(this.random.below(1_000_000));
    const storage = disk.open();
    const target = new DatabaseImport(storage);
    for (let chunk = out.next(); chunk !== null; chunk = out.next()) target.write(chunk);
    target.finish();
    storage.close();
    this.session.close();
    this.engine.close();
    this.disk = disk;
    this.session = this.open();
  }

  private open(): Session {
    const options = { walCheckpointBytes: this.checkpointBytes };
    const engine = Engine.open(this.disk.open(), this.clock, new SeededRandom(1), options);
    this.durable = engine.lastTransaction;
    return new Session(engine, { batchRows: this.random.pick([3, 2048]) });
  }

  /** Of what has just been committed, if anything has. */
  record(): void {
    const { engine } = this;
    const { lastTransaction: transaction, lastScn: scn, lastMicros: micros } = engine.commitLog;
    if (this.states.at(-1)?.transaction === transaction) return;
    const changed = this.states.length === 0 || engine.catalog.changedAt > this.newest.transaction;
    const schema = changed ? this.schemaText('') : this.newest.schema;
    this.states.push({ transaction, scn, micros, tables: recordTables(engine), schema, view: this.viewText('') });
  }

  /** The catalogue, read with that AS OF. */
  schemaText(asOf: string): string {
    return JSON.stringify(query(this.session, `${SCHEMA} ${asOf} ORDER BY type, name`));
  }

  /** What the view shows with that AS OF, or why it shows nothing. */
  viewText(asOf: string): string {
    try {
      return JSON.stringify(query(this.session, `SELECT * FROM ${VIEW} ${asOf} ORDER BY id`));
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      return error.code;
    }
  }
}

/** Read below SQL: what SQL answers is compared with it. */
function recordTables(engine: Engine): RecordedState['tables'] {
  const tables = new Map<string, RecordedTable>();
  for (const { id, name, columns, keysOf } of engine.catalog.tables(engine.current)) {
    if (keysOf !== undefined) continue;
    const numbers = columns.flatMap(({ dropped }, i) => (dropped ? [] : [i]));
    const scan = engine.table(id).scan(engine.current, numbers, [], 'rowid');
    const rows: unknown[][] = [];
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      const { selection, selectedCount } = batch;
      for (let i = 0; i < selectedCount; i++) {
        const row = selection === null ? i : selection[i];
        const found = batch;
        rows.push(numbers.map((_, c) => plain(columnValueAt(found.column(c), row))));
      }
    }
    tables.set(name, { id, columns: numbers.map((number) => columns[number].name), numbers, rows });
  }
  return tables;
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
