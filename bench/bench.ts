import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVOPS_INDEXES, DEVOPS_SCHEMA, devopsColumns } from './devops-rows.ts';
import { ENERGY_SCHEMA, energyColumns } from './energy-rows.ts';
import { DuckDb } from './peers/duckdb.ts';
import type { Peer, PeerDatabase, PeerValue } from './peers/peer.ts';
import { READINGS_INDEXES, READINGS_SCHEMA, type ReadingColumns, referenceColumns } from './reference-rows.ts';
import { insertPrepared, ROWS_PER_TRANSACTION } from './work/inserts.ts';
import type { Bench, Source } from './work/work.ts';

/** The rows and the filled databases of one run of the benchmark. */
export class OpenBench implements Bench {
  readonly peers: readonly Peer[];
  readonly rowCount: number;
  readonly quick: boolean;
  readonly rows: ReadingColumns;
  readonly directory = mkdtempSync(join(tmpdir(), 'helios-bench-'));
  readonly bytesPerRow = new Map<string, number>();
  private readonly databases = new Map<string, PeerDatabase>();
  private readonly duckDbs = new Map<Source, Promise<DuckDb>>();
  private readonly hasDuckDb: boolean;
  private readonly endings: (() => void)[] = [];

  constructor(peers: readonly Peer[], hasDuckDb: boolean, rowCount: number, quick: boolean) {
    this.peers = peers;
    this.hasDuckDb = hasDuckDb;
    this.rowCount = rowCount;
    this.quick = quick;
    this.rows = referenceColumns(rowCount);
  }

  readings(peer: Peer): PeerDatabase {
    return this.filled('readings', peer, (database) => {
      database.exec(`${READINGS_SCHEMA}\n${READINGS_INDEXES}`);
      insertPrepared(database, this.rows, this.rowCount);
    });
  }

  energy(peer: Peer): PeerDatabase {
    return this.filled('energy', peer, (database) => {
      database.exec(ENERGY_SCHEMA);
      insertColumns(database, 'energy_readings', columnsOf(energyColumns(this.rowCount)));
    });
  }

  devops(peer: Peer): PeerDatabase {
    return this.filled('devops', peer, (database) => {
      database.exec(`${DEVOPS_SCHEMA}\n${DEVOPS_INDEXES}`);
      insertColumns(database, 'cpu', devopsColumns(this.rowCount));
    });
  }

  duckDb(source: Source): Promise<DuckDb | null> {
    if (!this.hasDuckDb) return Promise.resolve(null);
    const known = this.duckDbs.get(source);
    if (known !== undefined) return known;
    const opened = this.openDuckDb(source);
    this.duckDbs.set(source, opened);
    return opened;
  }

  atEnd(ending: () => void): void {
    this.endings.push(ending);
  }

  close(): void {
    for (const ending of this.endings) ending();
    rmSync(this.directory, { recursive: true });
  }

  /** Closed and opened again after the filling, as a program finds it that starts in the morning. */
  filled(work: string, peer: Peer, fill: (database: PeerDatabase) => void): PeerDatabase {
    const name = `${work}-${peer.name}`;
    const known = this.databases.get(name);
    if (known !== undefined) return known;
    process.stderr.write(`filling ${name}…\n`);
    const path = join(this.directory, `${name}.db`);
    let database = peer.open(path);
    fill(database);
    if (peer.medium === 'file') {
      database.close();
      database = peer.open(path);
    }
    this.databases.set(name, database);
    this.atEnd(() => database.close());
    return database;
  }

  private async openDuckDb(source: Source): Promise<DuckDb> {
    process.stderr.write(`filling ${source}-duckdb…\n`);
    const database = await DuckDb.open(join(this.directory, `${source}.duckdb`));
    const { schema, table, columns } = this.duckDbTable(source);
    await database.load(schema, table, columns, join(this.directory, `${source}.csv`));
    this.atEnd(() => database.close());
    return database;
  }

  private duckDbTable(source: Source): { schema: string; table: string; columns: Columns } {
    switch (source) {
      case 'readings':
        return { schema: READINGS_SCHEMA, table: 'sensor_readings', columns: columnsOf(this.rows) };
      case 'energy':
        return { schema: ENERGY_SCHEMA, table: 'energy_readings', columns: columnsOf(energyColumns(this.rowCount)) };
      case 'devops':
        return { schema: DEVOPS_SCHEMA, table: 'cpu', columns: devopsColumns(this.rowCount) };
    }
  }
}

type Columns = Readonly<Record<string, ArrayLike<PeerValue>>>;

/** An interface's properties are no index signature: the compiler wants it said. */
function columnsOf(columns: object): Columns {
  return Object.fromEntries(Object.entries(columns));
}

/** As prepared inserts of rows. */
function insertColumns(database: PeerDatabase, table: string, columns: Columns): void {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  const statement = database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?')})`);
  const rowCount = values[0].length;
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    database.exec('BEGIN');
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    for (let i = from; i < to; i++) statement.run(values.map((column) => column[i]));
    database.exec('COMMIT');
  }
}
