import type { CallOptions } from './call-limits.ts';
import type {
  CheckReport,
  InsertData,
  Params,
  QueryOptions,
  Result,
  ResultColumn,
  RunResult,
  Stats,
  StorageInfo,
  TransactionOptions,
} from './types.ts';

/** A prepared statement inside a backend. */
export interface StatementRef {
  readonly columns: readonly ResultColumn[];
  close(): Promise<void>;
}

/** SQL text, or a statement that the same channel has prepared. */
export type Target = string | StatementRef;

/** Rows as they are pulled: a batch, or null at the end. Closing twice does nothing. */
export interface RowStream {
  next(): Promise<unknown[] | null>;
  close(): Promise<void>;
}

/** Bytes as they are pulled: a chunk, or null at the end. Closing twice does nothing. */
export interface ByteStream {
  next(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/**
 * One stream of statements: the database's own (each statement a transaction, or what BEGIN opened), or an interactive
 * transaction. The promise API stands on this, in the engine's thread and across the border of a worker alike.
 */
export interface Channel {
  exec(sql: string, options: CallOptions): Promise<void>;
  query(target: Target, params: Params, options: QueryOptions): Promise<Result<unknown>>;
  run(target: Target, params: Params, options: CallOptions): Promise<RunResult>;
  /** The first row; what comes after it is not read. */
  first(target: Target, params: Params, options: QueryOptions): Promise<unknown | undefined>;
  open(target: Target, params: Params, options: QueryOptions): Promise<RowStream>;
  prepare(sql: string): Promise<StatementRef>;
  insert(table: string, data: InsertData): Promise<{ changes: number }>;
}

export interface TransactionChannel extends Channel {
  commit(): Promise<void>;
  /** Never fails: a transaction that has ended already stays as it is. */
  rollback(): Promise<void>;
}

/** The registrar's methods. */
export type FunctionKind = 'function' | 'aggregate' | 'table';

export interface Backend extends Channel {
  readonly storage: StorageInfo;
  begin(options: TransactionOptions): Promise<TransactionChannel>;
  /** Registers a function; NOT_SUPPORTED where the engine is out of reach of closures. */
  register(kind: FunctionKind, ...args: unknown[]): Promise<void>;
  loadFunctions(url: string): Promise<void>;
  openExport(): Promise<ByteStream>;
  check(): Promise<CheckReport>;
  stats(): Promise<Stats>;
  close(): Promise<void>;
}
