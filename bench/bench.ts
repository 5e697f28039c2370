import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENERGY_INSERT, ENERGY_SCHEMA, type EnergyColumns, energyColumns } from './energy-rows.ts';
import type { Peer, PeerDatabase, PeerValue } from './peers/peer.ts';
import { READINGS_INDEXES, READINGS_SCHEMA, type ReadingColumns, referenceColumns } from './reference-rows.ts';
import { insertPrepared, ROWS_PER_TRANSACTION } from './work/inserts.ts';
import type { Bench } from './work/work.ts';

/** The rows and the filled databases of one run of the benchmark. */
export class OpenBench implements Bench {
  readonly peers: readonly Peer[];
  readonly rowCount: number;
  readonly quick: boolean;
  readonly rows: ReadingColumns;
  readonly directory = mkdtempSync(join(tmpdir(), 'helios-bench-'));
  readonly bytesPerRow = new Map<string, number>();
  private readonly databases = new Map<string, PeerDatabase>();
  private readonly endings: (() => void)[] = [];

  constructor(peers: readonly Peer[], rowCount: number, quick: boolean) {
    this.peers = peers;
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
      insertEnergy(database, energyColumns(this.rowCount), this.rowCount);
    });
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
}

function insertEnergy(database: PeerDatabase, rows: EnergyColumns, rowCount: number): void {
  const statement = database.prepare(ENERGY_INSERT);
  const columns: readonly ArrayLike<PeerValue>[] = Object.values(rows);
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    database.exec('BEGIN');
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    for (let i = from; i < to; i++) statement.run(columns.map((column) => column[i]));
    database.exec('COMMIT');
  }
}
