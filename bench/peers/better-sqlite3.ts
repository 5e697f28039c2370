import Sqlite from 'better-sqlite3';
import type { Peer, PeerDatabase, PeerStatement, PeerValue, Synchronous } from './peer.ts';

/** SQLite, native, in WAL mode; with `synchronous = FULL` a commit is flushed before it returns. */
export const betterSqlite3: Peer = {
  name: 'better-sqlite3',
  medium: 'file',
  ours: false,
  open(path: string, synchronous: Synchronous = 'full'): PeerDatabase {
    const database = new Sqlite(path);
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${synchronous}`);
    return {
      exec: (sql) => void database.exec(sql),
      prepare: (sql): PeerStatement => database.prepare<[readonly PeerValue[]]>(sql),
      close: () => void database.close(),
    };
  },
};
