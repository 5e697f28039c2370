import type { SyncDatabase } from '../../dist/types/node.js';
import type { Peer, PeerDatabase } from './peer.ts';

// The build keeps its types in a folder of their own: code and types meet here.
const builtPackage: string = '../../dist/node.js';
const { openSync }: typeof import('../../dist/types/node.js') = await import(builtPackage);

/** Ours, through the package that users install, durable: `synchronous = full`. */
export const heliosdbFile: Peer = {
  name: 'heliosdb',
  medium: 'file',
  ours: true,
  open: (path, synchronous = 'full') => wrap(openSync(path, { synchronous })),
};

/** Ours on a small board. */
export const heliosdbSmall: Peer = {
  name: 'heliosdb, memoryLimitMb: 64',
  medium: 'file',
  ours: true,
  open: (path, synchronous = 'full') => wrap(openSync(path, { synchronous, memoryLimitMb: 64 })),
};

export const heliosdbMemory: Peer = {
  name: 'heliosdb (memory)',
  medium: 'memory',
  ours: true,
  open: () => wrap(openSync(':memory:')),
};

function wrap(database: SyncDatabase): PeerDatabase {
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    insertColumns: (table, columns) => void database.insert(table, columns),
    close: () => database.close(),
  };
}
