import type { CheckReport } from '../engine/check.ts';
import type { EngineStats } from '../engine/stats.ts';
import type { HistoryPoint } from '../sql/history-point.ts';

export type { CheckReport } from '../engine/check.ts';
export type { HistoryPoint } from '../sql/history-point.ts';

/** A value that goes in or comes out. See `docs/api.md` for what each SQL type becomes. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | readonly Value[]
  | { readonly [key: string]: Value };

/** `?`, `?1` and `$1` take values by position, `:name`, `@name` and `$name` by name. */
export type Params = readonly Value[] | Readonly<Record<string, Value>>;

/** A row by column name: an object without a prototype, so that any name is safe. Of two columns of one name the last counts. */
export type Row = Record<string, Value>;

export interface ResultColumn {
  readonly name: string;
  /** As declared or inferred: INTEGER, DECIMAL(10,2), TEXT[]…; ANY where each value has its own type; NULL where there is none. */
  readonly type: string;
}

export interface Result<R = Row> {
  rows: R[];
  columns: ResultColumn[];
  /** Rows that the statement inserted, updated or deleted. */
  changes: number;
  /** The rowid of the newest row that the statement inserted; null when it inserted none. */
  lastInsertRowid: number | bigint | null;
}

export interface RunResult {
  changes: number;
  lastInsertRowid: number | bigint | null;
}

export interface QueryOptions {
  /** 'object' (the default): rows by column name. 'array': values in column order. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /** Stops the statement between two batches: ABORTED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, waiting for the writer's place included: TIMEOUT (BUSY_TIMEOUT while it waits). */
  readonly timeoutMs?: number | undefined;
}

export interface TransactionOptions {
  /** Reads one instant and never waits for a writer; a write is TRANSACTION_READ_ONLY. */
  readonly readOnly?: boolean | undefined;
  /** Reads the database as it was at that point, and only reads. SNAPSHOT_TOO_OLD: that is no longer known. */
  readonly asOf?: HistoryPoint | undefined;
  /** What `helios.transactions` calls it; as SET LOCAL transaction_label. */
  readonly label?: string | undefined;
  /** Milliseconds to wait for the writer's place: BUSY_TIMEOUT. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait, or the transaction, which is then rolled back: ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/** Rows, or columns by name, all of one length. A column that is absent takes its DEFAULT. */
export type InsertData = readonly Readonly<Record<string, Value>>[] | Readonly<Record<string, ArrayLike<Value>>>;

/** A type that a function of yours takes values of; ANY leaves them as they are. */
export type FunctionType =
  | 'INTEGER'
  | 'REAL'
  | 'TEXT'
  | 'BLOB'
  | 'BOOLEAN'
  | 'TIMESTAMP'
  | 'DATE'
  | 'JSON'
  | 'UUID'
  | 'ANY';

interface FunctionArity {
  /** How many arguments it takes: a number, or the least and the greatest. Left out: as many as the code declares. */
  readonly arity?: number | readonly [least: number, most: number] | undefined;
  /** Takes any number of arguments. */
  readonly varargs?: boolean | undefined;
}

export interface FunctionOptions extends FunctionArity {
  /** The same arguments always give the same result: needed in CHECK, indexes and generated columns. */
  readonly deterministic?: boolean | undefined;
  /** NULL in an argument makes the result NULL without a call. */
  readonly nullPropagating?: boolean | undefined;
  /** What it returns; a value that is none of it is TYPE_MISMATCH. */
  readonly returns?: FunctionType | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: what arrives is up to the statement
type Arguments = any[];

export type FunctionBody = (...args: Arguments) => Value | undefined;

export interface AggregateOptions<State = unknown> extends FunctionArity {
  /** The state of a group without rows; null, if left out. */
  readonly init?: (() => State) | undefined;
  /** Adds a row: returns the new state, or changes the one that it is given and returns nothing. */
  readonly step: (state: State, ...args: Arguments) => unknown;
  /** Takes the oldest row back, for windows that slide. Without it they are computed anew. */
  readonly inverse?: ((state: State, ...args: Arguments) => unknown) | undefined;
  /** The result for a state, which it leaves as it is; the state itself, if left out. */
  readonly final?: ((state: State) => Value | undefined) | undefined;
  /** Rows with NULL in an argument do not count. */
  readonly nullPropagating?: boolean | undefined;
  readonly returns?: FunctionType | undefined;
}

export interface TableOptions extends FunctionArity {
  readonly columns: readonly (string | { readonly name: string; readonly type?: FunctionType | undefined })[];
  /** Rows as arrays in the order of the columns, or as objects by their names. A generator is asked for no row too many. */
  readonly rows: (...args: Arguments) => Iterable<readonly (Value | undefined)[] | Readonly<Record<string, Value>>>;
}

/** Where functions are registered. A function of the same name and arity takes the place of the one before. */
export interface FunctionRegistrar {
  function(name: string, body: FunctionBody): void;
  function(name: string, options: FunctionOptions, body: FunctionBody): void;
  // biome-ignore lint/suspicious/noExplicitAny: the state is the user's own
  aggregate<State = any>(name: string, options: AggregateOptions<State>): void;
  table(name: string, options: TableOptions): void;
}

/** What a database and a transaction can do alike. */
export interface Queryable {
  /** Runs any number of statements, without parameters. */
  exec(sql: string, options?: Omit<QueryOptions, 'rowMode'>): Promise<void>;
  query<R = Row>(sql: string, params?: Params, options?: QueryOptions): Promise<Result<R>>;
  /** A tagged template: its values become parameters, never text. */
  sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): Promise<R[]>;
  prepare<R = Row>(sql: string): Promise<Statement<R>>;
  /** Streams rows; leaving the loop early ends the query without reading the rest. */
  iterate<R = Row>(sql: string, params?: Params, options?: QueryOptions): AsyncIterable<R>;
  /** Inserts many rows in one transaction, all or none. In the browser typed arrays are transferred: they are empty afterwards. */
  insert(table: string, data: InsertData): Promise<{ changes: number }>;
}

export interface Transaction extends Queryable {}

/** The whole database as it was at one point. It holds nothing, and needs no closing. */
export type ReadView = Pick<Queryable, 'query' | 'sql' | 'iterate'>;

export interface Database extends Queryable {
  /** Holds the writer's place while `body` runs; commits when it returns, rolls back when it throws. Use `tx` inside, not `db`. */
  transaction<T>(body: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** The database as it was: every query reads the state that was in force at that point. */
  asOf(point: HistoryPoint): ReadView;
  /** Registers a scalar function. In the browser closures cannot reach the engine: see {@link loadFunctions}. */
  function(name: string, body: FunctionBody): Promise<void>;
  function(name: string, options: FunctionOptions, body: FunctionBody): Promise<void>;
  /** Registers an aggregate, which is a window function as well. */
  // biome-ignore lint/suspicious/noExplicitAny: the state is the user's own
  aggregate<State = any>(name: string, options: AggregateOptions<State>): Promise<void>;
  /** Registers a function that stands in FROM. */
  table(name: string, options: TableOptions): Promise<void>;
  /**
   * Imports a module where the engine runs, in the browser its worker, and hands a {@link FunctionRegistrar} to its default
   * export: `await db.loadFunctions(new URL('./functions.js', import.meta.url))`.
   */
  loadFunctions(url: string | URL): Promise<void>;
  /**
   * One consistent state of the database as a file, to be written or sent as it comes; writers go on meanwhile. Cancel the
   * stream to stop early. `open(name, { from: stream })` makes a database of it.
   */
  export(): Promise<ReadableStream<Uint8Array>>;
  /** Reads every block, checksum and index entry. */
  check(): Promise<CheckReport>;
  stats(): Promise<Stats>;
  /** Stops what is running with CLOSED and closes the files. May be called again. */
  close(): Promise<void>;
  readonly storage: StorageInfo;
}

/** A statement that is parsed once. Plans follow the schema: it stays usable after a change. */
export interface Statement<R = Row> {
  readonly columns: readonly ResultColumn[];
  all(params?: Params, options?: QueryOptions): Promise<R[]>;
  get(params?: Params, options?: QueryOptions): Promise<R | undefined>;
  run(params?: Params, options?: QueryOptions): Promise<RunResult>;
  iterate(params?: Params, options?: QueryOptions): AsyncIterable<R>;
  close(): Promise<void>;
}

/** The synchronous twin of {@link Queryable}; nothing waits, so there are no signals and no timeouts. */
export interface SyncQueryable {
  exec(sql: string): void;
  query<R = Row>(sql: string, params?: Params, options?: SyncQueryOptions): Result<R>;
  sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): R[];
  prepare<R = Row>(sql: string): SyncStatement<R>;
  iterate<R = Row>(sql: string, params?: Params, options?: SyncQueryOptions): IterableIterator<R>;
  insert(table: string, data: InsertData): { changes: number };
}

export type SyncQueryOptions = Pick<QueryOptions, 'rowMode'>;

export interface SyncTransaction extends SyncQueryable {}

/** As {@link ReadView}. */
export type SyncReadView = Pick<SyncQueryable, 'query' | 'sql' | 'iterate'>;

export interface SyncDatabase extends SyncQueryable, FunctionRegistrar {
  /** Commits when `body` returns, rolls back when it throws. A `body` that returns a promise is MISUSE. */
  transaction<T>(
    body: (tx: SyncTransaction) => T,
    options?: Pick<TransactionOptions, 'readOnly' | 'asOf' | 'label'>,
  ): T;
  /** As {@link Database.asOf}. */
  asOf(point: HistoryPoint): SyncReadView;
  /** As {@link Database.export}, piece by piece; leaving the loop early ends it. */
  export(): IterableIterator<Uint8Array>;
  check(): CheckReport;
  stats(): Stats;
  close(): void;
  readonly storage: StorageInfo;
}

export interface SyncStatement<R = Row> {
  readonly columns: readonly ResultColumn[];
  all(params?: Params, options?: SyncQueryOptions): R[];
  get(params?: Params, options?: SyncQueryOptions): R | undefined;
  run(params?: Params): RunResult;
  iterate(params?: Params, options?: SyncQueryOptions): IterableIterator<R>;
  close(): void;
}

export interface StorageInfo {
  readonly kind: 'opfs' | 'indexeddb' | 'memory' | 'file';
  /** Whether what is committed outlives the process and the browser does not evict it by itself. */
  readonly persisted: boolean;
  readonly role: 'leader' | 'follower';
  /** Why `auto` did not take a better kind of storage. */
  readonly reason?: string;
}

export type Stats = EngineStats;

/** What {@link Database.export} gave, as it is or as it was kept. */
export type ImportSource =
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>
  | Blob
  | Uint8Array;

export interface OpenOptions {
  /** Makes the database of an exported file. DATABASE_EXISTS where there is one already. `openSync` takes no streams. */
  readonly from?: ImportSource | undefined;
  /**
   * When a commit is durable. full (the default): at once. normal: a crash of the machine may lose the newest commits.
   * off: a crash of the machine may damage the file.
   */
  readonly synchronous?: 'full' | 'normal' | 'off' | undefined;
  /** Megabytes of memory for new rows, running statements and the cache of blocks together: 1 or more. */
  readonly memoryLimitMb?: number | undefined;
  /** Megabytes of it that the cache takes at most; unless told otherwise the half of what is more than 52, and a quarter of them in any case. */
  readonly cacheMb?: number | undefined;
  /**
   * Megabytes that the files may come to, at most. What would not fit is DATABASE_FULL and leaves no trace; deleting
   * still works. Without it the disk, or the browser's quota, is the limit.
   */
  readonly maxDbSizeMb?: number | undefined;
  /** Kilobytes of the log that call for a checkpoint, 64 or more: less is faster to open after a crash, and wears flash more. */
  readonly walCheckpointIntervalKb?: number | undefined;
  /** Opens for reading only. */
  readonly readOnly?: boolean | undefined;
  /** False: a database that is not there is FILE_NOT_FOUND. */
  readonly create?: boolean | undefined;
  /** 'number' (the default): a number while it is a safe integer, a bigint beyond. 'bigint': always a bigint. */
  readonly integers?: 'number' | 'bigint' | undefined;
  /** 'date' (the default), or 'text', which keeps microseconds. */
  readonly timestamps?: 'date' | 'text' | undefined;
  /** 'text' (the default): DECIMALs with all their digits. 'number': the nearest number. */
  readonly decimals?: 'text' | 'number' | undefined;
  /** Bytes, a power of two from 512 to 65536; for a new database. */
  readonly pageSize?: number | undefined;
  /** Milliseconds that a write waits for the writer's place, unless its own options tell. */
  readonly writerTimeoutMs?: number | undefined;
  /** Kept in the file, like all that follow: false keeps and reads no past but that of snapshots. PRAGMA time_travel_enabled. */
  readonly timeTravelEnabled?: boolean | undefined;
  /** Seconds for which the past can be read. PRAGMA min_retention_seconds. */
  readonly minRetentionSeconds?: number | undefined;
  /** The newest transactions that can be read at most; 0: all. PRAGMA max_retained_transactions. */
  readonly maxRetainedTransactions?: number | undefined;
  /** Snapshots that there may be. PRAGMA max_snapshots. */
  readonly maxSnapshots?: number | undefined;
  /** False: only VACUUM drops what can no longer be read. PRAGMA auto_gc_enabled. */
  readonly autoGcEnabled?: boolean | undefined;
}

export interface BrowserOpenOptions extends OpenOptions {
  /** auto (the default): the origin-private file system, or memory where there is none. */
  readonly storage?: 'auto' | 'opfs' | 'indexeddb' | 'memory' | undefined;
  /** Asks the browser never to evict this site's storage. Some browsers ask the user then. */
  readonly persist?: boolean | undefined;
  /** Milliseconds to wait for a tab or worker that has just ended to give up the files. */
  readonly lockTimeoutMs?: number | undefined;
  /** Where `worker.js` of this package is served, for build tools that do not find it by themselves. */
  readonly workerUrl?: string | URL | undefined;
}
