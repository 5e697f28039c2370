import sqlite3InitModule, { type Database, type PreparedStatement } from '@sqlite.org/sqlite-wasm';
import type { Peer, PeerDatabase, PeerStatement, PeerValue } from './peer.ts';

/** SQLite compiled to WebAssembly by its own project, in memory. */
export async function loadSqliteWasm(): Promise<Peer> {
  const sqlite = await sqlite3InitModule();
  return {
    name: 'sqlite-wasm',
    medium: 'memory',
    ours: false,
    open(): PeerDatabase {
      const database: Database = new sqlite.oo1.DB(':memory:');
      const statements: PreparedStatement[] = [];
      return {
        exec: (sql) => void database.exec(sql),
        prepare(sql) {
          const statement = database.prepare(sql);
          statements.push(statement);
          return wrap(statement);
        },
        close() {
          for (const statement of statements) statement.finalize();
          database.close();
        },
      };
    },
  };
}

function wrap(statement: PreparedStatement): PeerStatement {
  const rows = (params: readonly PeerValue[], limit: number): unknown[] => {
    const found: unknown[] = [];
    if (params.length > 0) statement.bind(params as PeerValue[]);
    while (found.length < limit && statement.step()) found.push(statement.get({}));
    statement.reset();
    return found;
  };
  return {
    run: (params) => {
      statement.bind(params as PeerValue[]);
      statement.stepReset();
    },
    get: (params) => rows(params, 1)[0],
    all: (params) => rows(params, Number.POSITIVE_INFINITY),
  };
}
