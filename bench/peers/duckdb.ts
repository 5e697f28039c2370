import { writeFileSync } from 'node:fs';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { PeerValue } from './peer.ts';

/** DuckDB, native, with one thread: the column store to compare with where whole tables are read. Its calls are asynchronous. */
export class DuckDb {
  static readonly peerName = 'duckdb';
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  static async open(path: string): Promise<DuckDb> {
    const instance = await DuckDBInstance.create(path, { threads: '1' });
    return new DuckDb(instance, await instance.connect());
  }

  /** Creates a table and loads the columns through a CSV file beside the database, which is its quickest way in. */
  async load(
    schema: string,
    table: string,
    columns: Readonly<Record<string, ArrayLike<PeerValue>>>,
    csv: string,
  ): Promise<void> {
    const names = Object.keys(columns);
    const values = Object.values(columns);
    const lines = [names.join(',')];
    for (let row = 0; row < values[0].length; row++) lines.push(values.map((column) => column[row]).join(','));
    writeFileSync(csv, lines.join('\n'));
    await this.connection.run(inDuckDbsWords(schema));
    await this.connection.run(`INSERT INTO ${table} BY NAME SELECT * FROM read_csv('${csv}', header = true)`);
    await this.connection.run('CHECKPOINT');
  }

  async prepare(sql: string): Promise<(params: readonly PeerValue[]) => Promise<readonly unknown[]>> {
    const statement: DuckDBPreparedStatement = await this.connection.prepare(sql);
    return async (params) => {
      if (params.length > 0) statement.bind(params as DuckDBValue[]);
      return (await statement.runAndReadAll()).getRowObjectsJS();
    };
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** SQLite's REAL has eight bytes; keys that number themselves are left out, for nobody asks for them here. */
function inDuckDbsWords(schema: string): string {
  return schema
    .replace(/\bid INTEGER PRIMARY KEY AUTOINCREMENT,/, '')
    .replace(/\bREAL\b/g, 'DOUBLE')
    .replace(/ DEFAULT \(strftime.*?\)\)/, '');
}
