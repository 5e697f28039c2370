/**
 * What the work items need of a database: the part that all contenders have in common, as thin as it can be, so that
 * their own calls are what is measured.
 */
export type PeerValue = string | number | Uint8Array | null;

export interface PeerStatement {
  run(params: readonly PeerValue[]): unknown;
  /** The first row as an object; undefined without one. */
  get(params: readonly PeerValue[]): unknown;
  /** All rows as objects. */
  all(params: readonly PeerValue[]): readonly unknown[];
}

export interface PeerDatabase {
  exec(sql: string): void;
  prepare(sql: string): PeerStatement;
  /** Bulk insert of whole columns, where the contender has such a call. */
  insertColumns?(table: string, columns: Record<string, ArrayLike<PeerValue>>): void;
  close(): void;
}

/** What a commit waits for, in SQLite's words. */
export type Synchronous = 'full' | 'normal';

export interface Peer {
  readonly name: string;
  /** Contenders are compared with those of the same medium: on disk every commit is durable. */
  readonly medium: 'file' | 'memory';
  /** Ours are compared with the others of their medium. */
  readonly ours: boolean;
  /** `path` is a file in an existing directory; memory databases take no notice of it. Without a word a commit is flushed. */
  open(path: string, synchronous?: Synchronous): PeerDatabase;
}
